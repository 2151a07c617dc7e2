"""How the window's parts share its room, and what takes none."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer
from pytestqt.qtbot import QtBot

from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.settling import put_off_is_done

WAIT = 30_000
LEAST_SHARE = 0.3


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=WAIT)


def trained(qtbot: QtBot, window: MainWindow) -> None:
    """Everything that comes with a training has come."""
    window.session.load_samples()
    window.pages.leave_start_page()
    until(qtbot, lambda: window.views.output.is_painting)
    window.session.train()
    until(qtbot, lambda: window.machine.has_moments and window.views.output.painting.wanted() is None)
    window.session.reset()
    until(qtbot, lambda: window.docks.runs.isVisible())
    window.session.train()
    until(qtbot, lambda: window.session.status is Status.TRAINING)


def share(window: MainWindow) -> float:
    canvas = window.views.output.painting.size()
    return canvas.width() * canvas.height() / (window.width() * window.height())


def test_the_canvas_has_the_largest_share(qtbot: QtBot, window: MainWindow) -> None:
    trained(qtbot, window)
    for size, network in (((1440, 900), 300), ((1100, 700), 220), ((1920, 1080), 370)):
        window.resize(*size)
        until(qtbot, lambda size=size: (window.width(), window.height()) == size)
        assert window.docks.cost.isVisible()
        assert window.timeline.isVisible()
        assert abs(window.designer.parentWidget().height() - network) <= 20
        if size != (1100, 700):
            assert share(window) >= LEAST_SHARE
        assert window.views.output.painting.painting.width() > 2 * window.views.output.painting.target.width()


def test_what_is_empty_takes_no_room(qtbot: QtBot, window: MainWindow) -> None:
    window.session.load_samples()
    window.pages.leave_start_page()
    until(qtbot, lambda: window.views.output.is_painting)
    empty = window.docks.cost, window.docks.runs, window.timeline
    until(qtbot, lambda: not any(panel.isVisible() for panel in empty))
    window.timeline.toggleViewAction().trigger()
    assert window.timeline.isVisible()  # somebody wants to see it
    window.session.train()
    until(qtbot, lambda: window.docks.cost.isVisible())
    assert not window.docks.runs.isVisible()
    until(qtbot, lambda: window.session.result.history.newest_cost is not None)
    window.session.reset()
    until(qtbot, lambda: window.docks.runs.isVisible())
    assert window.docks.cost.isVisible()  # nothing jumps while somebody works
    window.document.open(small_painting(), None)
    window.session.open(None, None)
    until(qtbot, lambda: not any(panel.isVisible() for panel in empty))


def test_what_comes_at_the_same_time_comes_one_by_one(qtbot: QtBot, window: MainWindow) -> None:
    """The window is laid out and painted for each of them."""
    window.session.load_samples()
    window.pages.leave_start_page()
    until(qtbot, lambda: window.views.output.is_painting)
    put_off_is_done(qtbot, window.room)
    coming = window.docks.cost, window.timeline
    assert not any(panel.isVisible() for panel in coming)
    turns: list[int] = []
    turn = QTimer(interval=0)
    turn.timeout.connect(lambda: turns.append(sum(panel.isVisible() for panel in coming)))
    turn.start()
    window.session.train()
    until(qtbot, lambda: turns[-1:] == [2])
    assert 1 in turns


def test_what_was_empty_is_not_remembered_as_hidden(qtbot: QtBot, window: MainWindow) -> None:
    assert window.docks.cost.isHidden()
    window.docks.runs.close()
    window.close_without_asking()
    other = MainWindow(Session(Document(small_painting())))
    qtbot.addWidget(other, before_close_func=lambda w: w.close_without_asking())
    other.show()
    other.session.train()
    until(qtbot, lambda: other.docks.cost.isVisible())
    until(qtbot, lambda: other.session.result.history.newest_cost is not None)
    other.session.reset()
    until(qtbot, lambda: bool(other.session.runs.records))
    assert other.docks.runs.isHidden()  # by a person
    other.docks.runs.toggleViewAction().trigger()
    assert other.docks.runs.isVisible()


def test_a_network_s_height_stays_as_somebody_has_made_it(qtbot: QtBot, window: MainWindow) -> None:
    window.pages.leave_start_page()
    handle = window.splitter.handle(1)
    start = handle.rect().center()
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(handle, start + QPoint(0, 40))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=start)
    wanted = window.splitter.sizes()
    window.close_without_asking()
    other = MainWindow(Session(Document(small_painting())))
    qtbot.addWidget(other, before_close_func=lambda w: w.close_without_asking())
    other.resize(1280, 800)
    other.show()
    other.pages.leave_start_page()
    assert abs(other.splitter.sizes()[0] - wanted[0]) < 4
