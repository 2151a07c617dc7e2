"""Training speeds in the window: chosen by button, menu and keys, and the samples that slow motion marks."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.runs.events import Speed
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.settings.settings_table import TRAINING_SPEED
from cadl_desktop.ui.window import speeds
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until


def test_a_new_window_trains_watchably() -> None:
    assert TRAINING_SPEED.get() == "watchable"


@pytest.mark.parametrize(
    ("key", "speed", "said"),
    [(Qt.Key.Key_1, "slow", "Slow motion"), (Qt.Key.Key_2, "watchable", "Watchable")],
)
def test_a_speed_is_chosen_by_key_shown_and_remembered(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, speed: Speed, said: str
) -> None:
    button, before = window.toolbar.speed_button, window.document.experiment
    assert (button.text(), window.session.speed) == ("Full speed", "full")
    width = button.width()
    qtbot.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
    assert (window.session.speed, speeds.TRAINING_SPEED.get()) == (speed, speed)
    assert (button.text(), button.accessibleName()) == (said, f"Training speed: {said}")
    assert window.frame.actions[f"speed_{speed}"].isChecked()
    assert button.sizeHint().width() <= button.minimumWidth() == width
    assert window.document.experiment == before
    assert not window.document.modified


def test_slow_motion_marks_the_pixels_of_each_step(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.load_samples()
    window.frame.actions["speed_slow"].trigger()
    session.train()
    pane = window.features.views.output.painting.painting
    until(qtbot, lambda: session.result.step >= 1 and pane._marks is not None)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    progress = session.result.progress
    assert progress is not None
    assert progress.batch is not None
    until(qtbot, lambda: np.array_equal(pane._marks @ [12, 1], progress.batch))
    session.stop()
    until(qtbot, lambda: pane._marks is None)


def test_slow_motion_marks_the_points_of_each_step(qtbot: QtBot) -> None:
    session = Session(Document(preset("lecture-tanh")))
    window = MainWindow(session)
    qtbot.addWidget(window)
    session.load_samples()
    until(qtbot, lambda: session.samples is not None)
    window.frame.actions["speed_slow"].trigger()
    session.train()
    curve = window.features.views.output.curve
    until(qtbot, lambda: len(curve.batch_item.data) > 0)
    assert len(curve.batch_item.data) == session.document.experiment.batch_size
    assert "in this step" in curve.key.accessibleName()
    session.stop()
    until(qtbot, lambda: not len(curve.batch_item.data))
    assert "in this step" not in curve.key.accessibleName()
    window.close_without_asking()
