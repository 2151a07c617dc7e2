"""Painted parts are compared with pictures that were looked at once, in a font of the tests' own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from cadl_desktop.ui.theme import theme
from cadl_desktop.ui.theme.choosing import set_theme
from tests.ui.snapshots.snapshots import Snapshots

FONT = Path(__file__).with_name("SnapshotSans.ttf")


@pytest.fixture
def own_font(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same letters on every machine, whatever fonts it has."""
    loaded = QFontDatabase.addApplicationFont(str(FONT))
    monkeypatch.setattr(theme, "_FAMILIES", QFontDatabase.applicationFontFamilies(loaded))
    theme._installed_families.cache_clear()
    yield
    monkeypatch.undo()
    QFontDatabase.removeApplicationFont(loaded)
    theme._installed_families.cache_clear()
    set_theme("light")


@pytest.fixture(params=["light", "dark"])
def snapshots(request: pytest.FixtureRequest, own_font: None, tmp_path: Path) -> Snapshots:
    """Compares what is painted in a theme, or keeps it anew with `--renew-snapshots`."""
    set_theme(request.param)
    return Snapshots(request.param, tmp_path, renew=request.config.getoption("--renew-snapshots"))
