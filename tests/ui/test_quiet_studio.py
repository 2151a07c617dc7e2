"""The studio stays as it is while a network trains: nothing moves but what the training changes."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment.model import Stop
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame import message_bar
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.settling import process_events, until, wait_for_timers

pytestmark = pytest.mark.usefixtures("light")


def places(window: MainWindow) -> dict[QWidget, QRect]:
    """Where network, painting, docks, bars, buttons and figures stand in the window."""
    features = window.features
    parts = [features.designer.canvas, features.views.output.painting.painting, *window.frame.docks.panels()]
    for within in (window.toolbar, features.designer, features.views.output, features.timeline):
        parts += within.findChildren(QAbstractButton)
    parts += window.toolbar.findChildren(QLabel)
    return {part: QRect(part.mapTo(window, QPoint()), part.size()) for part in parts if part.isVisible()}


@pytest.mark.parametrize("size", [(1440, 900), (1100, 700)])
def test_nothing_moves_from_the_first_moment_of_a_training(
    qtbot: QtBot, window: MainWindow, size: tuple[int, int]
) -> None:
    """First epoch, first moments, a warning, a pause and the end change nothing's place."""
    session, bar = window.session, window.frame.messages.bar
    window.document.open(replace(small_painting(), stop=Stop(epochs=None)), None)
    window.resize(*size)
    window.features.start.leave()
    session.load_samples()
    until(qtbot, lambda: window.features.views.output.is_painting)
    session.train()
    until(qtbot, window.features.timeline.isVisible)
    wait_for_timers(qtbot, window.frame.docks.visibility)
    process_events(qtbot)
    first = places(window)
    docks = window.frame.docks
    assert {docks["settings"], docks["cost"], window.features.timeline} <= first.keys()

    until(qtbot, lambda: session.result.history.newest_cost is not None)
    until(qtbot, lambda: window.features.machine.has_moments)
    process_events(qtbot)
    assert places(window) == first
    bar.say("warning", "The cost jumps up and down and falls no more: the steps are too long to settle.")
    bar.offer([Action("Learning rate 0.0003", session.stop)])
    process_events(qtbot)
    assert bar.isVisible()
    assert places(window) == first
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    process_events(qtbot)
    assert places(window) == first
    session.train()
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    wait_for_timers(qtbot, window.frame.docks.visibility)
    process_events(qtbot)
    assert places(window) == first


def test_a_message_goes_by_itself_unless_it_is_read_or_waits(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar, action = window.frame.messages.bar, Action("Undo")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    monkeypatch.setattr(message_bar, "STAYS_MS", 0)
    bar.say("warning", "There is no picture on the clipboard.")
    until(qtbot, bar.isHidden)
    bar.say("info", "Adam takes over what was learned.")
    bar.offer([action], waits=False)
    assert bar.newest is not None
    bar.buttons[0].setFocus()
    for _ in range(2):
        qtbot.waitSignal(bar.newest.leaving.timeout).wait()
    assert bar.isVisible()
    window.setFocus()
    until(qtbot, bar.isHidden)
    bar.say("error", "The disk is full.")
    assert not bar.newest.leaving.isActive()
    bar.say("info", "These methods paint more sharply:")
    bar.offer([action])
    assert not bar.newest.leaving.isActive()
