"""The one place where datasets, encodings, layers, activations, costs and optimizers are registered."""

from cadl_desktop.experiment.catalog import datasets, encodings, layers, scalings, training
from cadl_desktop.experiment.registry import Category, Entry, Parameter, entries, entry, part, register

__all__ = [
    "Category",
    "Entry",
    "Parameter",
    "datasets",
    "encodings",
    "entries",
    "entry",
    "layers",
    "part",
    "register",
    "scalings",
    "training",
]
