"""Undo by its key: asked about before it leads to other data that were trained on."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until

Answer = QMessageBox.StandardButton


def answer_by(monkeypatch: pytest.MonkeyPatch, asked: list[str], given: Answer) -> None:
    def execute(box: QMessageBox) -> int:
        asked.append(box.text())
        return int(given)

    monkeypatch.setattr(QMessageBox, "exec", execute)


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)


def test_an_undo_to_another_picture_amid_a_training_asks_first(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    document, session = window.document, window.session
    before = document.experiment.data
    document.edit_data("Picture", before.has(source="coffee"))
    after = document.experiment.data
    answer_by(monkeypatch, asked, Answer.Yes)
    press(qtbot, window, Qt.Key.Key_Z)
    assert (document.experiment.data, asked) == (before, [])  # nothing was trained
    press(qtbot, window, Qt.Key.Key_Y)
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    answer_by(monkeypatch, asked, Answer.Cancel)
    press(qtbot, window, Qt.Key.Key_Z)
    assert document.experiment.data == after
    assert session.going
    answer_by(monkeypatch, asked, Answer.Yes)
    press(qtbot, window, Qt.Key.Key_Z)
    assert document.experiment.data == before
    assert not session.going
    assert len(asked) == 2


def test_an_undo_within_the_data_asks_nothing(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, session = window.document, window.session
    asked: list[str] = []
    answer_by(monkeypatch, asked, Answer.Cancel)
    before = document.experiment
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    document.edit("Longest side", replace(before, data=before.data.has(longest=11)))
    press(qtbot, window, Qt.Key.Key_Z)
    assert document.experiment == before
    assert session.going
    assert not asked
