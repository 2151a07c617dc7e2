"""Fixture for tests that add entries to the catalog."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cadl_desktop.experiment import edits, presets, registry
from cadl_desktop.experiment.registry import Category, Entry


@contextmanager
def catalog_to_add_to() -> Iterator[Callable[[Category, Entry], None]]:
    """Registers entries in a copy of the catalog until the block ends; clears caches before and after."""
    known = registry._entries
    registry._entries = {category: dict(entries) for category, entries in known.items()}
    _clear_caches()
    try:
        yield registry.register
    finally:
        registry._entries = known
        _clear_caches()


@pytest.fixture
def added() -> Iterator[Callable[[Category, Entry], None]]:
    """Registers entries until the test has ended."""
    with catalog_to_add_to() as register:
        yield register


def _clear_caches() -> None:
    shipped = edits._shipped_networks, edits._shipped_names
    for cached in (presets.preset, *shipped, registry._merged_parameters):
        cached.cache_clear()
