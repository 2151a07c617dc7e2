"""What a pointer has to hit is large enough, and the focus can be seen wherever Tab leads."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QCursor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QScrollArea, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.export.export_dialog import ExportDialog
from cadl_desktop.ui.intake.examples import example
from cadl_desktop.ui.lessons.figure_view import FigureView
from cadl_desktop.ui.preferences.preferences_dialog import PreferencesDialog
from cadl_desktop.ui.theme.theme import TARGET, Choice
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import WAIT, process_events, until
from tests.ui.driving import controls_in, seen_part

pytestmark = pytest.mark.usefixtures("light")
CONTRAST = 3.0
"""Least ratio between a pixel with and without the focus (WCAG 2.2, criterion 2.4.13)."""
AROUND = 3
CHOICES: tuple[Choice, ...] = ("light", "dark")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(Session(Document(example("lecture-painting"))))
    made.resize(1440, 900)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close_without_asking()
    made.deleteLater()


def start_page(qtbot: QtBot, window: MainWindow) -> QWidget:
    window.features.start.show()
    return window


def studio(qtbot: QtBot, window: MainWindow) -> QWidget:
    """Page of a paused training, with its timeline."""
    window.session.train()
    qtbot.waitUntil(lambda: len(window.session.result.history.rows) > 1, timeout=WAIT)
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.status is Status.PAUSED, timeout=WAIT)
    qtbot.waitUntil(lambda: window.features.views.output.is_painting, timeout=WAIT)
    return window


def lessons(qtbot: QtBot, window: MainWindow) -> QWidget:
    window.frame.actions["lessons"].trigger()
    qtbot.waitUntil(lambda: any(it.isVisible() for it in window.findChildren(FigureView)), timeout=WAIT)
    return window


def sweep(qtbot: QtBot, window: MainWindow) -> QWidget:
    window.frame.actions["sweep"].trigger()
    return window


def two_docks(qtbot: QtBot, window: MainWindow) -> QWidget:
    """Studio with two docks behind one another."""
    studio(qtbot, window)
    for name in ("histograms", "landscape"):
        window.frame.docks[name].toggleViewAction().trigger()
    return window


def export(qtbot: QtBot, window: MainWindow) -> QWidget:
    studio(qtbot, window)
    window.frame.actions["export"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(ExportDialog)), timeout=WAIT)
    return window.findChildren(ExportDialog)[0]


def preferences(qtbot: QtBot, window: MainWindow) -> QWidget:
    window.frame.actions["preferences"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(PreferencesDialog)), timeout=WAIT)
    return window.findChildren(PreferencesDialog)[0]


Page = Callable[[QtBot, MainWindow], QWidget]


def opened(qtbot: QtBot, window: MainWindow, page: Page) -> QWidget:
    shown = page(qtbot, window)
    QCursor.setPos(window.mapToGlobal(QPoint(0, 0)))  # where another test left it, it might hover a control
    shown.activateWindow()
    until(qtbot, shown.isActiveWindow)
    until(qtbot, window.updatesEnabled)  # a page is painted a turn after it takes the middle
    process_events(qtbot)
    return shown


def target_sizes(within: QWidget) -> Iterator[tuple[str, int, int]]:
    """Name, width and height of whatever is clicked or dragged. Edges between panes aren't among them: they
    stand at what they move, and keys and menus do the same."""
    for control in [*controls_in(within), *within.findChildren(QAbstractButton)]:
        height = control.height()
        if isinstance(control, QCheckBox):
            height = sum(control.hitButton(QPoint(TARGET // 2, row)) for row in range(height))
        if control.isVisible():
            yield f"{type(control).__name__} '{control.accessibleName()}'", control.width(), height
    for bar in within.findChildren(QTabBar):
        for index in range(bar.count() if bar.isVisible() else 0):
            size = bar.tabRect(index).size()
            yield f"tab '{bar.tabText(index)}'", size.width(), size.height()


@pytest.mark.parametrize("page", [start_page, studio, lessons, sweep, export, preferences])
def test_targets_are_large_enough(qtbot: QtBot, window: MainWindow, page: Page) -> None:
    shown = opened(qtbot, window, page)
    sizes = target_sizes(shown)
    small = {f"{name}: {across} x {up}" for name, across, up in sizes if min(across, up) < TARGET}
    assert sorted(small) == []


def luminance(widget: QWidget, where: QRect) -> NDArray[np.float64]:
    """Relative luminance of a part of a widget, (height, width)."""
    image = widget.grab(where).toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    shares = pixels[..., 2::-1] / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    found: NDArray[np.float64] = linear @ np.array([0.2126, 0.7152, 0.0722])
    return found


def ring_pixels(qtbot: QtBot, within: QWidget, focused: QWidget) -> int:
    """Number of pixels in and around a widget that the focus changes clearly."""
    where = seen_part(focused, within)
    assert not where.isEmpty(), f"{focused} is out of sight"
    where = where.adjusted(-AROUND, -AROUND, AROUND, AROUND) & within.rect()
    on = luminance(within, where)
    focused.clearFocus()
    process_events(qtbot)
    off = luminance(within, where)
    focused.setFocus(Qt.FocusReason.TabFocusReason)
    process_events(qtbot)
    ratio = (np.maximum(on, off) + 0.05) / (np.minimum(on, off) + 0.05)
    return int((ratio >= CONTRAST).sum())


def unseen_focuses(qtbot: QtBot, within: QWidget) -> tuple[int, list[str]]:
    """Number of controls to which Tab leads, and those whose ring has fewer pixels than two of their shorter
    edges."""
    visited, unseen = list[QWidget](), list[str]()
    while True:
        QTest.keyClick(QApplication.focusWidget() or within, Qt.Key.Key_Tab)
        process_events(qtbot)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in visited[-1:]:
            continue  # from link to link of a text
        if focused in visited:
            return len(visited), unseen
        visited.append(focused)
        pixels = ring_pixels(qtbot, within, focused)
        if pixels < 2 * min(focused.width(), focused.height()):
            unseen.append(f"{type(focused).__name__} '{focused.accessibleName()}': {pixels} pixels")


@pytest.mark.parametrize("page", [start_page, two_docks, lessons, sweep, export, preferences])
def test_the_focus_can_be_seen(qtbot: QtBot, window: MainWindow, page: Page) -> None:
    shown = opened(qtbot, window, page)
    for choice in CHOICES:
        set_theme(choice)
        process_events(qtbot)
        count, unseen = unseen_focuses(qtbot, shown)
        assert count > 3
        assert (choice, unseen) == (choice, [])


@pytest.mark.parametrize("page", [studio, preferences])
def test_tab_scrolls_to_where_it_leads(qtbot: QtBot, window: MainWindow, page: Page) -> None:
    shown = opened(qtbot, window, page)
    area = window.features.side if page is studio else shown.findChildren(QScrollArea)[0]
    content = area.widget()
    while not content.isAncestorOf(QApplication.focusWidget()):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
        QTest.keyClick(QApplication.focusWidget() or shown, Qt.Key.Key_Tab)
    first = QApplication.focusWidget()
    assert first is not None
    assert first.height() < area.height()
    assert not seen_part(first, shown).isEmpty()
