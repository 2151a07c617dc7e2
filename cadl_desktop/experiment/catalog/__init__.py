"""The one place where all that can be chosen is registered, from datasets to rate schedules."""

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
