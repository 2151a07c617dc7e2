"""The tour: five steps, each of which lets its own part be used and nothing else, and the window as before
when it ends."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.export.export_dialog import ExportDialog
from cadl_desktop.ui.window.application import make_window
from cadl_desktop.ui.window.guide.balloon import Balloon
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until, wait_for_timers
from tests.ui.driving import pressed_tabs, unnamed_controls

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


def place_in(window: MainWindow, part: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint()), part.size())


def click(window: MainWindow, part: QWidget) -> None:
    """Clicks where a part is, as the system does: whatever lies above it there gets the click."""
    QTest.mouseClick(window.windowHandle(), LEFT, pos=place_in(window, part).center())


def begun(window: MainWindow, step: str = "Bring") -> Balloon:
    """Balloon of the tour, which has gone on to a step; from the third one on the network trains."""
    window.frame.actions["tour"].trigger()
    balloon = window.tour.balloon
    assert balloon is not None
    while balloon.title.text() != step:
        balloon.further.click()
    return balloon


def test_the_start_page_offers_it(qtbot: QtBot, window: MainWindow) -> None:
    window.features.start.show()
    qtbot.mouseClick(window.features.start.page.tour_button, Qt.MouseButton.LeftButton)
    assert not window.features.start.is_shown
    assert window.tour.balloon is not None
    window.tour.balloon.leave()


def test_five_steps_by_keyboard_one_of_which_trains(qtbot: QtBot, window: MainWindow) -> None:
    window.features.side.fold(["data"])
    window.features.start.show()
    window.frame.actions["tour"].trigger()
    balloon = window.tour.balloon
    assert balloon is not None
    assert unnamed_controls(balloon) == []
    steps: dict[str, QWidget | None] = {}
    while window.tour.balloon is not None:
        title = balloon.title.text()
        steps[title] = target = balloon.target
        assert target is not None
        assert target.isVisible()
        assert window.rect().contains(place_in(window, balloon))
        assert not place_in(window, balloon).intersects(place_in(window, target))
        assert balloon.further.hasFocus()
        assert balloon.further.text() == {"Train": "Train", "Take home": "Done"}.get(title, "Next")
        qtbot.keyClick(balloon.further, KEY.Key_Space)
        if title == "Train":
            assert window.session.status is Status.PREPARING
            assert (balloon.title.text(), balloon.further.text()) == ("Pause", "Next")  # as the button says
            until(qtbot, lambda: balloon.title.text() == "Look")  # by itself
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


def test_covered_parts_take_no_clicks_and_no_keys_until_it_ends(qtbot: QtBot, window: MainWindow) -> None:
    balloon = begun(window)
    bar, edits = window.toolbar, window.document.undo_stack
    before = window.document.experiment
    layer = window.features.designer.canvas.layers[0]
    for part in (bar.train_button, bar.step_button, layer, window.features.side.data.method.chooser):
        click(window, part)
    for key in (KEY.Key_F5, KEY.Key_F10, KEY.Key_F7, KEY.Key_F11):
        qtbot.keyClick(balloon.further, key)
    qtbot.keyClick(balloon.further, KEY.Key_N, CONTROL)
    menu = window.menuBar()
    QTest.mouseClick(window.windowHandle(), LEFT, pos=menu.mapTo(window, QPoint(20, menu.height() // 2)))
    qtbot.keyClick(balloon.further, KEY.Key_F, Qt.KeyboardModifier.AltModifier)
    assert QApplication.activePopupWidget() is None
    assert window.session.status is Status.EMPTY
    assert not edits.canUndo()
    click(window, window.features.side.data.gallery.tile("picture:cat"))  # the step's own
    assert window.document.experiment != before
    assert window.tour.balloon is balloon
    click(window, balloon.close_button)
    assert window.tour.balloon is None
    click(window, bar.train_button)
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    qtbot.keyClick(window, KEY.Key_F5)
    until(qtbot, lambda: window.session.status is Status.PAUSED)


def test_the_button_of_the_window_and_its_key_go_on_as_well(qtbot: QtBot, window: MainWindow) -> None:
    balloon = begun(window, "Train")
    click(window, window.toolbar.reset_button)
    click(window, window.toolbar.train_button)
    until(qtbot, lambda: balloon.title.text() == "Look")
    balloon.leave()
    balloon = begun(window, "Pause")
    assert balloon.further.text() == "Next"  # it trains already
    qtbot.keyClick(balloon.further, KEY.Key_F5)
    until(qtbot, lambda: window.session.status is Status.PAUSED)
    balloon.leave()
    balloon = begun(window, "Continue")
    qtbot.keyClick(balloon.further, KEY.Key_F5)
    until(qtbot, lambda: balloon.title.text() == "Look")


def test_what_is_only_looked_at_takes_no_clicks_and_no_keys_that_change_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    balloon = begun(window, "Look")
    canvas = window.features.designer.canvas
    head, edits = canvas.layers[0], window.document.undo_stack
    for part in (head, canvas.gaps[0], canvas):
        click(window, part)
    head.setFocus()
    for key in (KEY.Key_Delete, KEY.Key_Insert, KEY.Key_F, KEY.Key_Return):
        qtbot.keyClick(head, key)
    qtbot.keyClick(head, KEY.Key_Right, CONTROL)
    qtbot.keyClick(head, KEY.Key_Down)
    until(qtbot, lambda: canvas.pointing.popup.isVisible())
    assert not edits.canUndo()
    assert window.features.designer.beside.head is None
    balloon.leave()
    qtbot.keyClick(head, KEY.Key_Insert)
    assert edits.canUndo()


def test_tab_stays_and_escape_leaves(qtbot: QtBot, window: MainWindow) -> None:
    balloon = begun(window)
    gallery = window.features.side.data.gallery
    visited = pressed_tabs(balloon.further, 30)
    assert all(balloon.isAncestorOf(each) or gallery.isAncestorOf(each) for each in visited)
    assert {balloon.close_button, balloon.further} < set(visited)
    inside = next(each for each in visited if gallery.isAncestorOf(each))
    inside.setFocus()
    qtbot.keyClick(inside, KEY.Key_Escape)
    assert window.tour.balloon is None
    assert balloon.isHidden()
    visited = pressed_tabs(window, 30)
    assert not all(gallery.isAncestorOf(each) for each in visited)


def test_it_follows_the_size_of_the_window(qtbot: QtBot, window: MainWindow) -> None:
    balloon = begun(window, "Take home")
    before = balloon.x()
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: balloon.x() < before)
    assert window.rect().contains(place_in(window, balloon))
    assert balloon.shade.geometry() == window.rect()
    balloon.leave()


def test_a_dialog_a_floating_panel_and_another_window_amid_it(qtbot: QtBot, window: MainWindow) -> None:
    window.session.train()
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    panel = window.features.side.data.window()
    docks = [dock for dock in window.frame.docks if dock.isAncestorOf(window.features.side)]
    (dock,) = docks
    dock.setFloating(True)
    balloon = begun(window, "Take home")
    assert isinstance(dock, QDockWidget)
    assert panel is window
    assert not dock.isFloating()
    click(window, window.toolbar.export_button)
    until(qtbot, lambda: bool(window.findChildren(ExportDialog)))
    (dialog,) = window.findChildren(ExportDialog)
    dialog.reject()
    assert window.tour.balloon is balloon
    other = make_window("lecture-tanh")
    qtbot.addWidget(other, before_close_func=lambda other: other.close_without_asking())
    with qtbot.waitExposed(other):
        other.show()
    click(other, other.toolbar.train_button)
    assert other.session.status.live
    other.session.stop()
    until(qtbot, lambda: not other.session.status.live)
    balloon.leave()
    assert dock.isFloating()


def test_closing_the_window_amid_it_leaves_nothing(qtbot: QtBot, window: MainWindow) -> None:
    balloon = begun(window, "Look back")
    window.close_without_asking()
    assert window.tour.balloon is None
    assert balloon.shade.isHidden()
    wait_for_timers(qtbot, window, window.session)
