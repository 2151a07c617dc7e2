"""The tour: five steps beside the parts that they are about, which block nothing, and the window as before
when it ends."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.export.export_dialog import ExportDialog
from cadl_desktop.ui.window.application import make_window
from cadl_desktop.ui.window.guide.bubble import Bubble
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until, wait_for_timers
from tests.ui.driving import unnamed_controls

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton


def place_in(window: MainWindow, part: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint()), part.size())


def click(window: MainWindow, part: QWidget) -> None:
    """Clicks where a part is, as the system does: whatever lies above it there gets the click."""
    QTest.mouseClick(window.windowHandle(), LEFT, pos=place_in(window, part).center())


def begun(window: MainWindow, step: str = "Bring") -> Bubble:
    """Bubble of the tour, which has gone on to a step; from the third one on the network trains."""
    window.frame.actions["tour"].trigger()
    bubble = window.tour.bubble
    assert bubble is not None
    while bubble.title.text() != step:
        bubble.further.click()
    return bubble


def test_the_start_page_offers_it(qtbot: QtBot, window: MainWindow) -> None:
    window.features.start.show()
    qtbot.mouseClick(window.features.start.page.tour_button, Qt.MouseButton.LeftButton)
    assert not window.features.start.is_shown
    assert window.tour.bubble is not None
    window.tour.bubble.leave()


def test_five_steps_by_keyboard_one_of_which_trains(qtbot: QtBot, window: MainWindow) -> None:
    window.features.side.fold(["data"])
    window.features.start.show()
    window.frame.actions["tour"].trigger()
    bubble = window.tour.bubble
    assert bubble is not None
    assert unnamed_controls(bubble) == []
    steps: dict[str, QWidget | None] = {}
    while window.tour.bubble is not None:
        title = bubble.title.text()
        steps[title] = target = bubble.target
        assert target is not None
        assert target.isVisible()
        assert window.rect().contains(place_in(window, bubble))
        assert not place_in(window, bubble).intersects(place_in(window, target))
        assert bubble.further.hasFocus()
        assert bubble.further.text() == {"Train": "Train", "Take home": "Done"}.get(title, "Next")
        qtbot.keyClick(bubble.further, KEY.Key_Space)
        if title == "Train":
            assert window.session.status is Status.PREPARING
            assert (bubble.title.text(), bubble.further.text()) == ("Pause", "Next")  # as the button says
            until(qtbot, lambda: bubble.title.text() == "Look")  # by itself
            assert window.session.result.progress is not None
            assert window.session.result.progress.epoch > 0
    assert steps == {
        "Bring": window.features.side.data.gallery,
        "Train": window.toolbar.train_button,
        "Look": window.features.designer.canvas,
        "Look back": window.features.timeline,
        "Take home": window.toolbar.export_button,
    }
    assert not window.features.start.is_shown
    assert window.session.status is Status.TRAINING


def test_the_window_can_be_used_meanwhile(qtbot: QtBot, window: MainWindow) -> None:
    bubble = begun(window)
    before = window.document.experiment
    frame, gallery = bubble.frame.geometry(), window.features.side.data.gallery
    assert frame.contains(place_in(window, gallery))
    click(window, gallery.tile("picture:cat"))
    assert window.document.experiment != before
    qtbot.keyClick(bubble.further, KEY.Key_F5)
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    click(window, window.toolbar.train_button)
    until(qtbot, lambda: window.session.status is Status.PAUSED)
    assert window.tour.bubble is bubble
    assert bubble.title.text() == "Bring"
    click(window, bubble.close_button)
    assert window.tour.bubble is None


def test_it_is_hidden_while_its_part_is(window: MainWindow) -> None:
    bubble = begun(window)
    window.features.start.show()
    assert bubble.isHidden()
    assert bubble.frame.isHidden()
    window.frame.pages.show_work()
    assert bubble.isVisible()
    assert bubble.frame.isVisible()
    bubble.leave()


def test_the_button_of_the_window_and_its_key_go_on_as_well(qtbot: QtBot, window: MainWindow) -> None:
    bubble = begun(window, "Train")
    click(window, window.toolbar.reset_button)
    click(window, window.toolbar.train_button)
    until(qtbot, lambda: bubble.title.text() == "Look")
    bubble.leave()
    bubble = begun(window, "Pause")
    assert bubble.further.text() == "Next"  # it trains already
    qtbot.keyClick(bubble.further, KEY.Key_F5)
    until(qtbot, lambda: window.session.status is Status.PAUSED)
    bubble.leave()
    bubble = begun(window, "Continue")
    qtbot.keyClick(bubble.further, KEY.Key_F5)
    until(qtbot, lambda: bubble.title.text() == "Look")


def test_what_goes_on_by_itself_leaves_page_and_focus(qtbot: QtBot, window: MainWindow) -> None:
    bubble = begun(window, "Train")
    bubble.further.click()
    window.features.start.show()
    until(qtbot, lambda: window.session.result.progress and window.session.result.progress.epoch > 1)
    assert window.features.start.is_shown
    window.frame.pages.show_work()
    window.features.side.data.gallery.setFocus()
    focused = window.focusWidget()
    until(qtbot, lambda: bubble.title.text() == "Look")
    assert window.focusWidget() is focused
    bubble.leave()


def test_it_is_hidden_while_its_panel_floats(window: MainWindow) -> None:
    bubble = begun(window)
    (dock,) = [dock for dock in window.frame.docks if dock.isAncestorOf(window.features.side)]
    dock.setFloating(True)
    assert bubble.isHidden()
    dock.setFloating(False)
    assert bubble.isVisible()
    bubble.leave()


def test_tab_reaches_its_buttons_and_escape_leaves(qtbot: QtBot, window: MainWindow) -> None:
    bubble = begun(window)
    qtbot.keyClick(bubble.further, KEY.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert bubble.close_button.hasFocus()
    qtbot.keyClick(bubble.close_button, KEY.Key_Escape)
    assert window.tour.bubble is None
    assert bubble.isHidden()


def test_it_follows_the_size_of_the_window(qtbot: QtBot, window: MainWindow) -> None:
    bubble = begun(window, "Take home")
    before = bubble.x()
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: bubble.x() < before)
    assert window.rect().contains(place_in(window, bubble))
    assert bubble.frame.geometry().contains(place_in(window, window.toolbar.export_button))
    bubble.leave()


def test_a_dialog_a_floating_panel_and_another_window_amid_it(qtbot: QtBot, window: MainWindow) -> None:
    window.session.train()
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    panel = window.features.side.data.window()
    docks = [dock for dock in window.frame.docks if dock.isAncestorOf(window.features.side)]
    (dock,) = docks
    dock.setFloating(True)
    bubble = begun(window, "Take home")
    assert isinstance(dock, QDockWidget)
    assert panel is window
    assert not dock.isFloating()
    click(window, window.toolbar.export_button)
    until(qtbot, lambda: bool(window.findChildren(ExportDialog)))
    (dialog,) = window.findChildren(ExportDialog)
    dialog.reject()
    assert window.tour.bubble is bubble
    other = make_window("lecture-tanh")
    qtbot.addWidget(other, before_close_func=lambda other: other.close_without_asking())
    with qtbot.waitExposed(other):
        other.show()
    click(other, other.toolbar.train_button)
    assert other.session.status.live
    other.session.stop()
    until(qtbot, lambda: not other.session.status.live)
    bubble.leave()
    assert dock.isFloating()


def test_closing_the_window_amid_it_leaves_nothing(qtbot: QtBot, window: MainWindow) -> None:
    bubble = begun(window, "Look back")
    window.close_without_asking()
    assert window.tour.bubble is None
    assert bubble.frame.isHidden()
    wait_for_timers(qtbot, window, window.session)
