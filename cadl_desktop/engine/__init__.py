"""Training and evaluation with TensorFlow, shared by scripts, the command line and the window. Imports no Qt,
touches no files, prints nothing.

The window calls most of these functions by name, in another process:
`session.ask("cadl_desktop.engine:render", ...)`.
"""

from cadl_desktop.engine.evaluation.cost_landscape import Landscape, costs_of, landscape
from cadl_desktop.engine.evaluation.layer_analysis import importance, readouts
from cadl_desktop.engine.evaluation.probe import at_point, probe
from cadl_desktop.engine.evaluation.render import (
    Renderer,
    fitted,
    glimpse,
    predict,
    render,
    render_around,
    render_fitted,
    render_rows,
)
from cadl_desktop.engine.evaluation.traced_operations import graph_definition, operations
from cadl_desktop.engine.network.forward_pass import initial_weights
from cadl_desktop.engine.prepared_samples import batch_order, training_samples
from cadl_desktop.engine.rounding.network_bytes import network_bytes
from cadl_desktop.engine.rounding.weight_rounding import Rounded, rounded
from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.own_measures import EpochNetwork, Measure
from cadl_desktop.engine.training.stepper import first_state
from cadl_desktop.engine.training.trainer import race, train
from cadl_desktop.runs.evaluations import RoundingError

__all__ = [
    "Control",
    "EpochNetwork",
    "Landscape",
    "Measure",
    "Renderer",
    "Rounded",
    "RoundingError",
    "at_point",
    "batch_order",
    "costs_of",
    "first_state",
    "fitted",
    "glimpse",
    "graph_definition",
    "importance",
    "initial_weights",
    "landscape",
    "network_bytes",
    "operations",
    "predict",
    "probe",
    "race",
    "readouts",
    "render",
    "render_around",
    "render_fitted",
    "render_rows",
    "rounded",
    "train",
    "training_samples",
]
