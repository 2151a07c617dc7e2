"""What is needed when something is first opened is made ready before."""

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from cadl_desktop.session.session import Session
from cadl_desktop.ui.painting.painting_view import PaintingView
from cadl_desktop.ui.window import first_uses
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until

SELDOM = "cadl_desktop.ui.race.dialog"


def test_it_is_imported_when_tensorflow_is_there(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_uses, "CALM_MS", 0)
    monkeypatch.delitem(sys.modules, SELDOM, raising=False)
    owner = QObject()
    made: list[str] = []
    first_uses.FirstUses(session, _making(made), owner)
    session.device = "CPU"
    session.device_changed.emit(session.device)
    until(qtbot, lambda: made == ["one", "another"])
    assert SELDOM in sys.modules


def _making(made: list[str]) -> Iterator[str]:
    for name in ("one", "another"):
        made.append(name)
        yield name


def test_views_of_both_kinds_of_data_are_made_and_one_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    window.session.load_samples()
    until(qtbot, lambda: window.session.samples is not None)
    shown = window.views.output.shown
    assert list(window.views.make_beforehand()) == ["CurvePlot", "PointEditing", "PaintingView"]
    assert window.views.output.shown is shown
    assert isinstance(shown, PaintingView)
    assert not window.views.output.curve.isVisibleTo(window)
