"""How often what is made late is dressed: with a stylesheet, a part that is given another parent is dressed
anew with all that is in it."""

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
"""How each is shown, and when it is."""


class Dressed(QObject):
    """Counts how often anything is dressed."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.StyleChange
        return False


@pytest.mark.parametrize("name", LATE)
def test_what_is_made_late_is_made_from_outside_in(qtbot: QtBot, window: MainWindow, name: str) -> None:
    show, is_shown = LATE[name]
    dressed = Dressed()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = len(app.allWidgets())
    app.installEventFilter(dressed)
    show(window)
    until(qtbot, lambda: is_shown(window))
    app.removeEventFilter(dressed)
    made = len(app.allWidgets()) - before
    assert 0 < made < dressed.count < 2 * made
