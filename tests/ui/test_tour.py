"""The tour: offered once, five steps by mouse or keyboard, and the window as before when it ends."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.window.guide.balloon import Balloon
from cadl_desktop.ui.window.main_window import MainWindow
from tests.ui.driving import unnamed_controls


def place_in(window: MainWindow, part: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint()), part.size())


def test_it_is_offered_once(qtbot: QtBot, window: MainWindow) -> None:
    window.tour.offer_once()
    (button,) = window.frame.messages.bar.buttons
    assert window.frame.messages.bar.text == "New here? Five steps show the window in a minute."
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.tour.balloon is not None
    window.tour.balloon.leave()
    window.frame.messages.bar.hide()
    window.tour.offer_once()
    assert window.frame.messages.bar.text == ""


def test_five_steps_point_at_their_parts(qtbot: QtBot, window: MainWindow) -> None:
    window.features.side.fold(["data"])
    window.features.start.show()
    window.frame.actions["tour"].trigger()
    balloon = window.tour.balloon
    assert isinstance(balloon, Balloon)
    assert unnamed_controls(balloon) == []
    titles, targets = [], []
    while window.tour.balloon is not None:
        titles.append(balloon.title.text())
        target = balloon._target
        assert target is not None
        targets.append(target)
        assert target.isVisible()
        room, note = place_in(window, target), place_in(window, balloon)
        assert window.rect().contains(note)
        assert room.intersected(window.rect()).isValid()
        assert abs(note.center().x() - room.center().x()) < window.width() // 2
        assert balloon.further.hasFocus()
        qtbot.keyClick(balloon.further, Qt.Key.Key_Space)
    assert titles == ["Bring", "Train", "Look", "Look back", "Take home"]
    assert targets == [
        window.features.side.data.gallery,
        window.toolbar.train_button,
        window.features.designer.canvas,
        window.features.timeline,
        window.toolbar.export_button,
    ]
    assert not window.features.start.is_shown
    qtbot.waitUntil(window.features.timeline.isHidden)  # as nothing was trained


def test_escape_ends_it_and_the_window_works_meanwhile(qtbot: QtBot, window: MainWindow) -> None:
    window.frame.actions["tour"].trigger()
    balloon = window.tour.balloon
    assert balloon is not None
    seed = window.features.side.run.seed
    seed.setFocus()
    qtbot.keyClick(seed, Qt.Key.Key_Up)
    assert window.document.undo_stack.canUndo()
    balloon.further.setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert window.tour.balloon is None
    assert balloon.isHidden()


def test_it_follows_the_size_of_the_window(qtbot: QtBot, window: MainWindow) -> None:
    window.frame.actions["tour"].trigger()
    balloon = window.tour.balloon
    assert balloon is not None
    for _ in range(4):
        qtbot.keyClick(balloon.further, Qt.Key.Key_Space)
    before = balloon.x()
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: balloon.x() < before)
    assert window.rect().contains(place_in(window, balloon))
    balloon.leave()
