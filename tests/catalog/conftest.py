"""A catalog that a test may add to."""

from collections.abc import Callable

import pytest

from cadl_desktop.experiment import registry
from cadl_desktop.experiment.registry import Category, Entry


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> Callable[[Category, Entry], None]:
    """Registers an entry until the test has ended."""
    known = {category: dict(entries) for category, entries in registry._entries.items()}
    monkeypatch.setattr(registry, "_entries", known)
    return registry.register
