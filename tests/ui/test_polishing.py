"""Widgets created late are polished once: with a stylesheet, Qt polishes a widget that gets another parent
again, and everything in it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until

pytestmark = pytest.mark.usefixtures("light")

LATE: dict[str, tuple[Callable[[MainWindow], object], Callable[[MainWindow], bool]]] = {
    "sweep": (lambda it: it.features.sweeps.set_up(), lambda it: it.frame.docks["sweep"].isVisible()),
    "histograms": (
        lambda it: it.frame.docks["histograms"].show(),
        lambda it: it.frame.docks["histograms"].isVisible(),
    ),
    "operations": (
        lambda it: it.frame.docks["operations"].show(),
        lambda it: it.frame.docks["operations"].isVisible(),
    ),
    "landscape": (
        lambda it: it.frame.docks["landscape"].show(),
        lambda it: it.frame.docks["landscape"].isVisible(),
    ),
    "lessons": (lambda it: it.features.lessons.page.show(), lambda it: it.features.lessons.page.is_shown),
    "lesson": (lambda it: it.features.lessons.show_beside(), lambda it: it.frame.docks["lesson"].isVisible()),
}
"""Late parts: how each is shown, and whether it is."""


class PolishCounter(QObject):
    """Counts the events by which widgets are restyled."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.StyleChange
        return False


@pytest.mark.parametrize("name", LATE)
def test_late_parts_are_created_with_their_final_parent(qtbot: QtBot, window: MainWindow, name: str) -> None:
    show, is_shown = LATE[name]
    counter = PolishCounter()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = len(app.allWidgets())
    app.installEventFilter(counter)
    show(window)
    until(qtbot, lambda: is_shown(window))
    app.removeEventFilter(counter)
    made = len(app.allWidgets()) - before
    assert 0 < made < counter.count < 2 * made
