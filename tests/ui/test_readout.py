"""Figures beside the Train button."""

import dataclasses

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cadl_desktop.runs.events import Progressed
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.window.toolbar import Readout
from tests.engine.runs import epochs, small_painting
from tests.settling import WAIT


def figure(readout: Readout, name: str) -> QLabel:
    return next(label for label in readout.findChildren(QLabel) if label.accessibleName() == name)


def test_a_run_that_goes_on_is_never_beyond_its_last_epoch(qtbot: QtBot) -> None:
    session = Session(Document(epochs(small_painting(), 3)))
    readout = Readout(TimeMachine(Neurons(session)))
    qtbot.addWidget(readout)
    said = figure(readout, "Epoch")
    assert said.text() == "0 / 3"
    for end in ("3 / 3", "6 / 6"):
        session.train()
        qtbot.waitUntil(lambda end=end: session.status is Status.RESULT and said.text() == end, timeout=WAIT)
    session.close()


def test_large_figures_are_grouped_where_the_system_has_no_language(qtbot: QtBot) -> None:
    session = Session(Document(epochs(small_painting(), 1_000_000)))
    readout = Readout(TimeMachine(Neurons(session)))
    qtbot.addWidget(readout)
    assert figure(readout, "Epoch").text() == "0 / 1,000,000"
    session.close()


def test_a_slowed_speed_says_so_wherever_there_is_room(qtbot: QtBot) -> None:
    session = Session(Document(small_painting()))
    readout = Readout(TimeMachine(Neurons(session)))
    qtbot.addWidget(readout)
    names = [label for label in readout.findChildren(QLabel) if not label.accessibleName()]
    session._training.status = Status.TRAINING
    for slowed, room, words in (
        (True, True, ("Epoch", "Steps/s, slowed", "2.4", "0:09")),
        (True, False, ("Epoch, slowed", "Steps/s, slowed", "2.4", "0:09")),
        (False, False, ("Epoch", "Steps/s", "2", "–")),
    ):
        progress = Progressed(0, 1, 0.1, 2.4, slowed=slowed, seconds_left=9.0 if slowed else None)
        session._training.result = dataclasses.replace(session.result, progress=progress)
        readout.leave_out(0 if room else 2)
        readout.refresh()
        shown = figure(readout, "Steps/s").text(), figure(readout, "Time left").text()
        assert (names[0].text(), names[2].text(), *shown) == words
    session._training.status = Status.EMPTY
    session.close()
