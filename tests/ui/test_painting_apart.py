"""What changes most of a window is painted in a turn of its own."""

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.ui.theme.turns import see_again
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until


class Painted(QObject):
    """Whether a widget has been painted since it was looked at last."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.has = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.has |= event.type() == QEvent.Type.Paint
        return False


def is_seen(window: MainWindow) -> bool:
    """Whether all of the window is painted when it changes."""
    return all(widget.updatesEnabled() for widget in (window, *window.findChildren(QWidget)))


def test_another_experiment_and_its_undo_are_painted_a_turn_later(qtbot: QtBot, window: MainWindow) -> None:
    document, canvas = window.document, Painted(window.features.designer.canvas)
    changes = (
        lambda: document.edit("Curve", preset("lecture-tanh")),
        document.undo_stack.undo,
        lambda: document.open(preset("lecture-tanh"), None),
    )
    for change in changes:
        until(qtbot, lambda: is_seen(window))
        canvas.has = False
        change()
        assert not window.updatesEnabled()
        until(qtbot, lambda: is_seen(window) and canvas.has)


def test_a_large_part_is_painted_a_turn_later_unless_it_is_typed_or_dragged(
    qtbot: QtBot, window: MainWindow
) -> None:
    document = window.document
    fewer = replace(document.experiment, layers=document.experiment.layers[:1])
    other = replace(fewer, data=fewer.data.has(observations=50))
    changes = (
        lambda: document.edit("Remove", fewer),
        lambda: document.edit("Observations", other),
        document.undo_stack.undo,
        document.undo_stack.undo,
        document.undo_stack.redo,
    )
    for change in changes:
        until(qtbot, lambda: is_seen(window))
        change()
        assert not window.updatesEnabled()
    until(qtbot, lambda: is_seen(window))
    document.edit("Observations", other, "observations")
    assert is_seen(window)


def test_what_shows_data_of_another_kind_is_painted_a_turn_later(qtbot: QtBot, window: MainWindow) -> None:
    seen: list[bool] = []
    window.features.views.output.kind_shown.connect(lambda: seen.append(window.updatesEnabled()))
    painting = preset("lecture-painting")
    smaller = replace(painting, data=painting.data.has(longest=20))
    for experiment in (painting, smaller, preset("lecture-tanh")):
        until(qtbot, lambda: is_seen(window))
        window.document.open(experiment, None)
        see_again(window)  # the experiment, before its data are there
        shown = len(seen)
        until(qtbot, lambda shown=shown: len(seen) > shown)
    assert seen[-3:] == [False, True, False]


def test_an_edit_of_a_small_part_is_painted_at_once(qtbot: QtBot, window: MainWindow) -> None:
    experiment = window.document.experiment
    window.document.edit("Batch", replace(experiment, batch_size=experiment.batch_size + 1))
    assert is_seen(window)


def test_a_page_that_takes_the_middle_is_painted_a_turn_later(qtbot: QtBot, window: MainWindow) -> None:
    seen: list[bool] = []
    window.features.lessons.page.shown.connect(lambda _: seen.append(window.updatesEnabled()))
    for switch in (window.features.lessons.page.show, window.features.lessons.page.leave):
        seen.clear()
        switch()
        until(qtbot, lambda: seen)
        assert seen == [False]
        until(qtbot, lambda: is_seen(window))
