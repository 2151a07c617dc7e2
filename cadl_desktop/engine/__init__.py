"""Training with TensorFlow, for scripts and for the window alike. Never Qt, never files, never print."""

from cadl_desktop.engine.control import Control
from cadl_desktop.engine.importance import importance
from cadl_desktop.engine.network import initial_weights
from cadl_desktop.engine.operations import operations
from cadl_desktop.engine.probe import probe
from cadl_desktop.engine.render import glimpse, predict, render, render_rows
from cadl_desktop.engine.samples import batch_order, training_samples
from cadl_desktop.engine.stepper import first_state
from cadl_desktop.engine.tiles import Renderer
from cadl_desktop.engine.train import train

__all__ = [
    "Control",
    "Renderer",
    "batch_order",
    "first_state",
    "glimpse",
    "importance",
    "initial_weights",
    "operations",
    "predict",
    "probe",
    "render",
    "render_rows",
    "train",
    "training_samples",
]
