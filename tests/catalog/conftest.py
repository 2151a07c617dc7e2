"""A catalog that a test may add to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cadl_desktop.experiment import edits, presets, registry
from cadl_desktop.experiment.registry import Category, Entry


@contextmanager
def catalog_to_add_to() -> Iterator[Callable[[Category, Entry], None]]:
    """Registers entries until it ends. What is read out of the catalog is read anew in it, and after it."""
    known = registry._entries
    registry._entries = {category: dict(entries) for category, entries in known.items()}
    _read_anew()
    try:
        yield registry.register
    finally:
        registry._entries = known
        _read_anew()


@pytest.fixture
def added() -> Iterator[Callable[[Category, Entry], None]]:
    """Registers an entry until the test has ended."""
    with catalog_to_add_to() as register:
        yield register


def _read_anew() -> None:
    for read in (presets.preset, edits._shipped_networks, edits._shipped_names, registry._of_these):
        read.cache_clear()
