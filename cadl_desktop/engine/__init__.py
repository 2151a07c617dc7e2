"""Training with TensorFlow, for scripts and for the window alike. Never Qt, never files, never print."""

from cadl_desktop.engine.looking.between import near_left_out, near_original
from cadl_desktop.engine.looking.importance import importance
from cadl_desktop.engine.looking.landscape import Landscape, costs_of, landscape
from cadl_desktop.engine.looking.point import at_point
from cadl_desktop.engine.looking.probe import probe
from cadl_desktop.engine.looking.readout import readouts
from cadl_desktop.engine.looking.render import glimpse, predict, render, render_rows
from cadl_desktop.engine.looking.tiles import Renderer
from cadl_desktop.engine.looking.traced_operations import graph_definition, operations
from cadl_desktop.engine.network.network import initial_weights
from cadl_desktop.engine.samples import batch_order, training_samples
from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.race import race
from cadl_desktop.engine.training.stepper import first_state
from cadl_desktop.engine.training.train import train

__all__ = [
    "Control",
    "Landscape",
    "Renderer",
    "at_point",
    "batch_order",
    "costs_of",
    "first_state",
    "glimpse",
    "graph_definition",
    "importance",
    "initial_weights",
    "landscape",
    "near_left_out",
    "near_original",
    "operations",
    "predict",
    "probe",
    "race",
    "readouts",
    "render",
    "render_rows",
    "train",
    "training_samples",
]
