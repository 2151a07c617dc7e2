"""What is needed when something is first opened is made ready before."""

import sys

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from cadl_desktop.session.session import Session
from cadl_desktop.ui.window import first_uses
from tests.settling import until

SELDOM = "cadl_desktop.ui.race.dialog"


def test_it_is_imported_when_tensorflow_is_there(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_uses, "CALM_MS", 0)
    monkeypatch.delitem(sys.modules, SELDOM, raising=False)
    owner = QObject()
    first_uses.FirstUses(session, owner)
    session.device = "CPU"
    session.device_changed.emit(session.device)
    until(qtbot, lambda: SELDOM in sys.modules)
