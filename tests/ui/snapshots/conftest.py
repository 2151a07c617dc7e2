"""Fixtures that compare painted widgets with reviewed pictures, in a font of the tests' own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from cadl_desktop.ui.theme import theme
from cadl_desktop.ui.theme.theme_switch import set_theme
from tests.ui.snapshots.snapshots import Snapshots

FONT = Path(__file__).with_name("SnapshotSans.ttf")


@pytest.fixture
def own_font(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Installs the tests' font, so that text looks the same on every machine."""
    loaded = QFontDatabase.addApplicationFont(str(FONT))
    monkeypatch.setattr(theme, "_FAMILIES", QFontDatabase.applicationFontFamilies(loaded))
    theme._installed_families.cache_clear()
    theme._font.cache_clear()
    yield
    monkeypatch.undo()
    QFontDatabase.removeApplicationFont(loaded)
    theme._installed_families.cache_clear()
    theme._font.cache_clear()
    set_theme("light")


@pytest.fixture(params=["light", "dark"])
def snapshots(request: pytest.FixtureRequest, own_font: None, tmp_path: Path) -> Snapshots:
    """Comparison in each theme; keeps new pictures with `--renew-snapshots`."""
    set_theme(request.param)
    return Snapshots(request.param, tmp_path, renew=request.config.getoption("--renew-snapshots"))
