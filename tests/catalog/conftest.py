"""A catalog to which a test may add, and which is as before after it."""

import pytest

from cadl_desktop.experiment import registry


@pytest.fixture
def catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    copies = {category: dict(known) for category, known in registry._entries.items()}
    monkeypatch.setattr(registry, "_entries", copies)
