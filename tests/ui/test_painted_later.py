"""Changes of most of a window are painted in the next iteration of the event loop."""

from msgspec.structs import replace
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until


def is_seen(window: MainWindow) -> bool:
    """Whether updates are enabled in all widgets of the window."""
    return all(widget.updatesEnabled() for widget in (window, *window.findChildren(QWidget)))


def test_the_view_of_another_kind_of_data_is_painted_a_turn_later(qtbot: QtBot, window: MainWindow) -> None:
    seen, first = list[bool](), list[bool]()
    window.features.views.output.kind_shown.connect(lambda: seen.append(window.updatesEnabled()))
    painting = preset("lecture-painting")
    smaller = replace(painting, data=painting.data.has(longest=20))
    for experiment in (painting, smaller, preset("lecture-tanh")):
        until(qtbot, lambda: is_seen(window))
        window.document.open(experiment, None)
        shown = len(seen)
        until(qtbot, lambda shown=shown: len(seen) > shown)
        first.append(seen[shown])
    assert first == [False, True, False]


def test_a_page_that_takes_the_middle_is_painted_a_turn_later(qtbot: QtBot, window: MainWindow) -> None:
    seen: list[bool] = []
    window.features.lessons.page.shown.connect(lambda _: seen.append(window.updatesEnabled()))
    for switch in (window.features.lessons.page.show, window.features.lessons.page.leave):
        seen.clear()
        switch()
        until(qtbot, lambda: seen)
        assert seen == [False]
        until(qtbot, lambda: is_seen(window))
