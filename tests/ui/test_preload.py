"""Views are imported and created while the program is idle, before they are first needed."""

import sys
from importlib import import_module
from threading import get_ident
from types import ModuleType

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from cadl_desktop.session.session import Session
from cadl_desktop.ui.frame import preload
from cadl_desktop.ui.painting.painting_view import PaintingView
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until

SELDOM = "cadl_desktop.ui.comparing.page"
ITS_PARTS = [
    f"cadl_desktop.ui.comparing.{part}" for part in ("coordinates.view", "importance", "spread.view")
]
"""Modules in import order: each imports its predecessor."""


def test_views_are_imported_one_by_one_and_created_on_the_main_thread(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preload, "PRELOAD_DELAY_MS", 0)
    for name in (SELDOM, *ITS_PARTS):
        monkeypatch.delitem(sys.modules, name, raising=False)
    imported: dict[str, int] = {}

    def noted(name: str) -> ModuleType:
        imported[name] = get_ident()
        return import_module(name)

    monkeypatch.setattr(preload, "import_module", noted)
    made: list[int] = []
    owner = QObject()
    preload.Preloader(session, [lambda: made.append(get_ident())], owner).begin()
    until(qtbot, lambda: bool(made))
    assert imported[SELDOM] == made[0] == get_ident()
    assert [name for name in imported if name in (SELDOM, *ITS_PARTS)] == [*ITS_PARTS, SELDOM]
    assert imported[preload.PRELOADED_LIBRARIES[0]] != get_ident()


def test_views_of_both_kinds_of_data_are_created_and_one_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    window.session.load_samples()
    until(qtbot, lambda: window.session.samples is not None)
    shown = window.features.views.output.shown
    for make in window.features.views.preloads():
        make()
    assert window.features.views.output.shown is shown
    assert isinstance(shown, PaintingView)
    assert not window.features.views.output.curve.isVisibleTo(window)
