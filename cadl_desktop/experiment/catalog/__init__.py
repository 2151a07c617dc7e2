"""The one place where all that can be chosen is registered, from datasets to rate schedules."""

from cadl_desktop.experiment.catalog import (
    activations,
    datasets,
    encodings,
    initialisers,
    layers,
    scalings,
    training,
)
from cadl_desktop.experiment.registry import Category, Entry, Parameter, entries, entry, part, register

__all__ = [
    "Category",
    "Entry",
    "Parameter",
    "activations",
    "datasets",
    "encodings",
    "entries",
    "entry",
    "initialisers",
    "layers",
    "part",
    "register",
    "scalings",
    "training",
]
