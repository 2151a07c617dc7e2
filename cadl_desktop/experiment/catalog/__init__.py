"""Catalog of everything that can be chosen. Importing it registers the program's own entries."""

from cadl_desktop.experiment.catalog import (
    activation_entries,
    dataset_entries,
    encoding_entries,
    layer_entries,
    training_entries,
)
from cadl_desktop.experiment.registry import Category, Entry, Parameter, entries, entry, part, register

__all__ = [
    "Category",
    "Entry",
    "Parameter",
    "activation_entries",
    "dataset_entries",
    "encoding_entries",
    "entries",
    "entry",
    "layer_entries",
    "part",
    "register",
    "training_entries",
]
