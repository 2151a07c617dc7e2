"""Training with TensorFlow, for scripts and for the window alike. Never Qt, never files, never print."""

from cadl_desktop.engine.control import Control
from cadl_desktop.engine.network import initial_weights
from cadl_desktop.engine.render import predict, render
from cadl_desktop.engine.samples import batch_order, training_samples
from cadl_desktop.engine.train import train

__all__ = ["Control", "batch_order", "initial_weights", "predict", "render", "train", "training_samples"]
