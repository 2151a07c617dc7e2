"""The window by keyboard alone: the tab order, and designing, training and exporting a curve."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.tile_button import TileButton
from cadl_desktop.ui.designer.network_canvas import AddLayerButton
from cadl_desktop.ui.export.export_dialog import ExportDialog
from cadl_desktop.ui.intake.examples import example
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import WAIT
from tests.ui.driving import controls_in, pressed_tabs, tab_walk

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Callable[[str], MainWindow]]:
    """Opens windows with an example, or on the start page."""
    windows: list[MainWindow] = []

    def open_window(name: str) -> MainWindow:
        window = MainWindow(Session(Document(example(name or "lecture-tanh"))))
        windows.append(window)
        window.resize(1440, 900)
        if not name:
            window.features.start.show()
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield open_window
    for window in windows:
        if not window._closing:
            window.close_without_asking()
        window.deleteLater()


def described(widgets: set[QWidget]) -> list[str]:
    return sorted(f"{type(widget).__name__} '{widget.accessibleName()}'" for widget in widgets)


def _is_done_by_other_keys(control: QWidget) -> bool:
    """Whether other keys reach a control: arrow keys move through tiles and the gaps between layers, and step
    the count of neurons."""
    reached = isinstance(control, (TileButton, AddLayerButton))
    return reached or control.accessibleName().endswith(("fewer", "more"))


@pytest.mark.parametrize("name", ["", "lecture-tanh", "lecture-painting"])
def test_tab_visits_every_control_and_comes_back(opened: Callable[[str], MainWindow], name: str) -> None:
    window = opened(name)
    walk = tab_walk(window)
    assert described({it for it in walk if it.parent() is window and it.x() < 0}) == []
    visited = pressed_tabs(walk[0], len(walk))
    assert described(set(walk) - set(visited)) == []
    assert visited[-1] is walk[0]
    shown = {it for it in controls_in(window) if it.isVisible() and it.isEnabled()}
    left_out = {it for it in shown - set(walk) if not it.objectName().startswith("qt_")}
    assert described({it for it in left_out if not _is_done_by_other_keys(it)}) == []


def test_closing_a_message_focuses_no_button(
    opened: Callable[[str], MainWindow],
) -> None:
    window = opened("lecture-painting")
    window.frame.messages.bar.say("warning", "The disk is full.")
    tab_to(window.frame.messages.bar.newest.close_button)
    press(Qt.Key.Key_Space)
    assert window.frame.messages.bar.isHidden()
    assert QApplication.focusWidget() is window


@pytest.mark.parametrize("name", ["", "lecture-painting"])
def test_every_control_has_a_name_for_a_screen_reader(opened: Callable[[str], MainWindow], name: str) -> None:
    window = opened(name)
    nameless = []
    for control in controls_in(window):
        spoken = QAccessible.queryAccessibleInterface(control)
        if control.isVisible() and not spoken.text(QAccessible.Text.Name):
            nameless.append(control)
    assert described({it for it in nameless if not it.objectName().startswith("qt_")}) == []


def test_views_are_named_by_their_titles(qtbot: QtBot, opened: Callable[[str], MainWindow]) -> None:
    window = opened("lecture-painting")
    qtbot.waitUntil(lambda: window.features.views.output.is_painting)
    views = (
        window.features.designer,
        window.features.views.output,
        window.features.views.cost,
        window.features.comparing.pane,
    )
    named = [QAccessible.queryAccessibleInterface(view).text(QAccessible.Text.Name) for view in views]
    assert named == ["Network", "Painting", "Cost", "Runs"]


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)


def tab_to(widget: QWidget, most: int = 200) -> None:
    """Presses Tab until a control has the focus, at most so many times."""
    for _ in range(most):
        if QApplication.focusWidget() is widget:
            return
        press(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab doesn't come to {described({widget})}")


def test_f6_goes_from_panel_to_panel(qtbot: QtBot, opened: Callable[[str], MainWindow]) -> None:
    window = opened("lecture-painting")
    features, rate = window.features, window.features.side.training.rate
    qtbot.waitUntil(lambda: features.views.output.is_painting)
    window.toolbar.train_button.setFocus()
    came_to = []
    for _ in range(7):
        press(Qt.Key.Key_F6)
        came_to.append(QApplication.focusWidget())
    data, encoding, cost, run, *middle, train = came_to
    assert features.side.data.isAncestorOf(data)
    assert [heading.accessibleName() for heading in (encoding, run)] == ["Encoding", "Run"]  # folded
    assert cost is features.side.training.cost
    views = features.designer, features.views.output
    assert [view.isAncestorOf(control) for view, control in zip(views, middle, strict=True)] == [True, True]
    assert train is window.toolbar.train_button
    rate.setFocus()
    press(Qt.Key.Key_F6, SHIFT)
    press(Qt.Key.Key_F6)
    assert QApplication.focusWidget() is rate


def type_in(text: str) -> None:
    press(Qt.Key.Key_A, CONTROL)
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, text)


def test_a_curve_is_trained_changed_and_exported_by_keys_alone(
    qtbot: QtBot, opened: Callable[[str], MainWindow], tmp_path: Path
) -> None:
    window = opened("")
    # opened with the command palette
    press(Qt.Key.Key_P, CONTROL | SHIFT)
    QTest.keyClicks(QApplication.focusWidget(), "new curve")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.features.start.is_shown)
    window.activateWindow()  # by the desktop
    qtbot.waitUntil(window.isActiveWindow)
    # layers added
    tab_to(window.features.designer.canvas.layers[0])
    press(Qt.Key.Key_Return)
    tab_to(window.features.designer.beside.layer.units)
    type_in("5")
    press(Qt.Key.Key_Return)
    assert window.document.experiment.layers[0]["units"] == 5
    tab_to(window.features.side.training.stop["epochs"].number)
    type_in("1000000")
    # trained
    press(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.status is Status.TRAINING, timeout=WAIT)
    qtbot.waitUntil(lambda: window.session.result.progress is not None, timeout=WAIT)
    # learning rate changed during training
    tab_to(window.features.side.training.rate)
    type_in("0.005")
    press(Qt.Key.Key_Return)
    assert window.session.status is Status.TRAINING
    assert window.document.experiment.optimizer["rate"] == 0.005
    press(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.status is Status.PAUSED, timeout=WAIT)
    rates = [change.value for change in window.session.result.history.changes if change.is_visible]
    assert 0.005 in rates
    # exported
    press(Qt.Key.Key_E, CONTROL)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ExportDialog), timeout=WAIT)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ExportDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    tab_to(dialog.kinds)
    for _ in range(2):
        press(Qt.Key.Key_Down)  # from the film past the page to the curve
    tab_to(dialog.destination.name)
    type_in(str(tmp_path / "mine.png"))
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.buttons.show_folder.isVisible, timeout=WAIT)
    assert (tmp_path / "mine.png").stat().st_size > 1000
    press(Qt.Key.Key_Escape)
