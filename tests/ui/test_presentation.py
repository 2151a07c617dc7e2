"""Presentation mode: network, output, cost and Train in full screen, and the window as before at its end."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import WAIT, wait_for_timers
from tests.ui.driving import cut_texts, overlapping

pytestmark = pytest.mark.usefixtures("light")


def parts(window: MainWindow) -> tuple[QWidget, ...]:
    bars = window.menuBar(), window.statusBar(), window.toolbar, window.features.timeline
    return (*bars, window.features.designer, window.features.views.output, *window.frame.docks)


def places(window: MainWindow) -> list[tuple[bool, QRect]]:
    return [
        (part.isVisible(), QRect(part.mapTo(window, part.rect().topLeft()), part.size()))
        for part in parts(window)
        if part.isVisible()
    ]


def trained(qtbot: QtBot, window: MainWindow) -> None:
    window.session.load_samples()
    window.features.start.leave()
    qtbot.waitUntil(lambda: window.features.views.output.is_painting, timeout=WAIT)
    window.session.train()
    qtbot.waitUntil(
        lambda: window.features.timeline.isVisible() and window.features.machine.has_moments, timeout=WAIT
    )
    qtbot.waitUntil(lambda: window.frame.docks["cost"].isVisible(), timeout=WAIT)
    wait_for_timers(qtbot, window.frame.docks.visibility)


def test_network_canvas_cost_and_train_alone_and_back(qtbot: QtBot, window: MainWindow) -> None:
    trained(qtbot, window)
    focused = window.features.side.training.rate
    focused.setFocus()
    before = places(window)
    qtbot.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen, timeout=WAIT)
    shown = [part for part in parts(window) if part.isVisible()]
    designer = window.features.designer
    assert shown == [designer, window.features.views.output, window.frame.docks["cost"]]
    assert not designer.bar.isVisible()
    bar = window.findChild(QToolBar, "presentation")
    assert bar is not None
    train = next(button for button in bar.findChildren(QToolButton) if button.isVisible())
    assert train.accessibleName() == "Pause"
    qtbot.mouseClick(train, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.status is Status.PAUSED, timeout=WAIT)
    assert train.accessibleName() == "Continue"
    assert not window.features.timeline.isVisible()

    pane = window.features.views.output.painting.painting
    pane.setFocus()
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert not window.frame.actions["presentation"].isChecked()
    qtbot.waitUntil(lambda: places(window) == before, timeout=WAIT)
    assert focused.hasFocus()
    assert not window.isFullScreen()

    for _ in range(4):  # faster than the window changes
        window.frame.actions["presentation"].trigger()
    qtbot.waitUntil(lambda: places(window) == before, timeout=WAIT)


def test_a_page_about_the_network_is_presented_alone(qtbot: QtBot, window: MainWindow) -> None:
    page, presentation = window.features.comparing.page, window.frame.actions["presentation"]
    page.show()
    qtbot.waitUntil(lambda: page.is_shown, timeout=WAIT)
    presentation.trigger()
    qtbot.waitUntil(window.isFullScreen, timeout=WAIT)
    assert page.is_shown
    assert not any(dock.isVisible() for dock in window.frame.docks)
    bar = window.findChild(QToolBar, "presentation")
    assert bar is not None
    assert not any(button.isVisible() for button in bar.findChildren(QToolButton))
    presentation.trigger()
    assert page.is_shown
    assert not window.isFullScreen()


def test_nothing_overlaps_or_is_cut_on_a_narrow_screen(qtbot: QtBot, window: MainWindow) -> None:
    trained(qtbot, window)
    window.frame.actions["presentation"].trigger()
    qtbot.waitUntil(window.isFullScreen, timeout=WAIT)
    window.resize(800, 600)
    window.frame.messages.say(
        "warning", "The network has become worse: take a smaller learning rate, and train it again."
    )
    window.frame.messages.bar.offer(
        [Action(f"Try the way number {number}", window.raise_) for number in (1, 2)]
    )
    qtbot.waitUntil(lambda: overlapping(window) == [], timeout=WAIT)
    qtbot.waitUntil(lambda: cut_texts(window) == [], timeout=WAIT)
    bar = window.frame.messages.bar
    text = bar.newest.words
    qtbot.waitUntil(lambda: text.height() >= text.heightForWidth(text.width()), timeout=WAIT)
    assert all(button.geometry().right() < bar.width() for button in bar.buttons)


def test_closing_during_a_presentation_stores_the_normal_layout(qtbot: QtBot, window: MainWindow) -> None:
    window.frame.actions["presentation"].trigger()
    assert not window.features.start.is_shown
    window.close_without_asking()
    assert not window.toolbar.isHidden()
    assert not window.isFullScreen()
