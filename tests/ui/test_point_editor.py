"""Points by hand, as a person does it: clicks, drags, right clicks and keys, each one edit that is undone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from cadl_desktop.data.curves.curve_datasets import decode_points, encode_points
from cadl_desktop.experiment import Stop, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.plots.point_editor import MOST_BY_HAND, PointEditing
from cadl_desktop.ui.window.main_window import MainWindow
from cadl_desktop.ui.window.views.live_views import LiveViews
from tests.settling import WAIT, wait_for_timers
from tests.ui.driving import show

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
PAIRS = [(0.0, 0.0), (2.0, 1.0), (1.0, 3.0)]
LINE = preset("lecture-line")
OWN = replace(LINE, data=part("dataset", "points", points=encode_points(PAIRS)))


@dataclass
class Hand:
    """A hand over a plot whose points are edited."""

    qtbot: QtBot
    session: Session
    editing: PointEditing

    @property
    def document(self) -> Document:
        return self.session.document

    @property
    def plot(self) -> CurvePlot:
        return self.editing.plot

    @property
    def points(self) -> list[list[float]]:
        return decode_points(self.document.experiment.data["points"]).tolist()

    def at(self, x: float, y: float) -> QPoint:
        view = self.plot.canvas.getPlotItem().getViewBox()
        return self.plot.canvas.mapFromScene(view.mapViewToScene(QPointF(x, y)))

    def press(self, x: float, y: float) -> None:
        self.qtbot.mousePress(self.plot.canvas.viewport(), LEFT, pos=self.at(x, y))

    def move(self, x: float, y: float) -> None:
        self.qtbot.mouseMove(self.plot.canvas.viewport(), self.at(x, y))

    def release(self, x: float, y: float) -> None:
        self.qtbot.mouseRelease(self.plot.canvas.viewport(), LEFT, pos=self.at(x, y))

    def click(self, x: float, y: float) -> None:
        self.press(x, y)
        self.release(x, y)

    def key(self, *keys: Qt.Key, shift: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        for key in keys:
            self.qtbot.keyClick(self.plot.canvas, key, modifier)

    def view(self) -> list[list[float]]:
        return [list(side) for side in self.plot.canvas.getPlotItem().getViewBox().viewRange()]


@pytest.fixture
def hand(qtbot: QtBot) -> Iterator[Hand]:
    yield from hand_over(qtbot, Document(OWN))


def hand_over(qtbot: QtBot, document: Document) -> Iterator[Hand]:
    session = Session(document)
    neurons = Neurons(session)
    views = LiveViews(session, NeuronGains(neurons), TimeMachine(neurons))
    views.output.resize(640, 480)
    show(qtbot, views.output)
    qtbot.addWidget(views.cost)
    session.load_samples()
    qtbot.waitUntil(lambda: views.editing is not None, timeout=WAIT)
    assert views.editing is not None
    views.editing.button.click()
    yield Hand(qtbot, session, views.editing)
    session.close()  # at once: samples that are still read would find views that are gone
    wait_for_timers(qtbot, session)


def near(points: list[list[float]], wanted: list[tuple[float, float]]) -> bool:
    return np.shape(points) == np.shape(wanted) and np.allclose(points, wanted, atol=0.03)


def test_a_click_adds_a_point_that_undo_takes_away(hand: Hand) -> None:
    view = hand.view()
    hand.click(0.5, 2.0)

    assert near(hand.points, [*PAIRS, (0.5, 2.0)])
    assert hand.document.undo_stack.undoText() == "Add a point"
    assert hand.editing.editor.selected == 3
    assert hand.view() == view
    hand.document.undo_stack.undo()
    assert hand.document.experiment == OWN
    assert hand.editing.editor.points.tolist() == [list(pair) for pair in PAIRS]


def test_a_drag_is_drawn_at_once_and_is_one_edit(hand: Hand) -> None:
    hand.press(2.0, 1.0)
    for y in (1.2, 1.8, 2.5):
        hand.move(1.5, y)
        assert near([hand.editing.editor.points[1].tolist()], [(1.5, y)])
        assert hand.document.experiment == OWN
    hand.release(1.5, 2.5)

    assert near(hand.points, [(0, 0), (1.5, 2.5), (1, 3)])
    assert hand.document.undo_stack.count() == 1
    assert hand.document.undo_stack.undoText() == "Move a point"


def test_a_press_that_adds_can_be_dragged_on(hand: Hand) -> None:
    hand.press(0.5, 2.0)
    hand.move(0.7, 1.0)
    hand.release(0.7, 1.0)

    assert near(hand.points, [*PAIRS, (0.7, 1.0)])
    assert hand.document.undo_stack.count() == 1


def test_a_click_on_a_point_only_selects_it(hand: Hand) -> None:
    hand.click(1.0, 3.0)

    assert hand.editing.editor.selected == 2
    assert hand.document.experiment == OWN
    assert hand.plot.readout.text() == "point 2 of 3 · x 1.00 · y 3.00"


def test_what_is_said_of_a_point_goes_with_it(hand: Hand) -> None:
    hand.click(0.5, 2.0)
    assert hand.plot.readout.text().startswith("point 2 of 4 · x 0.5")
    hand.key(Qt.Key.Key_Delete)
    assert "point" not in hand.plot.readout.text()
    hand.click(1.0, 3.0)
    hand.document.undo_stack.undo()
    assert hand.plot.readout.text() == "point 3 of 4 · x 1.00 · y 3.00"
    hand.document.undo_stack.undo()
    assert hand.plot.readout.text() == "point 2 of 3 · x 1.00 · y 3.00"
    single = part("dataset", "points", points=encode_points([(1.0, 2.0), (2.0, 3.0)]))
    hand.document.edit("Others", replace(OWN, data=single))
    assert "point" not in hand.plot.readout.text()


def test_a_drag_ends_at_the_edge_of_what_is_seen(hand: Hand) -> None:
    (low, high), (bottom, top) = hand.view()
    hand.press(2.0, 1.0)
    hand.move(high + 5, top + 5)
    hand.release(high + 5, top + 5)

    assert near([hand.points[1]], [(high, top)])
    assert hand.view() == [[low, high], [bottom, top]]


def test_a_right_click_removes_a_point_and_opens_no_menu(hand: Hand) -> None:
    where = hand.at(0.0, 0.0)
    viewport = hand.plot.canvas.viewport()
    hand.qtbot.mouseClick(viewport, RIGHT, pos=where)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, viewport.mapToGlobal(where))
    QApplication.sendEvent(viewport, asked)

    assert hand.points == [[2, 1], [1, 3]]
    assert hand.document.undo_stack.undoText() == "Remove a point"
    assert not [menu for menu in hand.plot.findChildren(QMenu) if menu.isVisible()]


def test_everything_is_removed_by_the_menu_and_drawn_anew(hand: Hand) -> None:
    (remove,) = [action for action in hand.editing.editor.menu().actions() if "Remove" in action.text()]
    remove.trigger()

    assert hand.points == []
    assert [problem.field for problem in hand.document.problems] == ["data.points"]
    assert hand.plot.empty_text == "Click to add a point."
    hand.click(1.0, 1.0)
    assert near(hand.points, [(1.0, 1.0)])
    assert hand.document.problems == ()
    assert hand.plot.empty_text == ""
    hand.document.undo_stack.undo()
    hand.document.undo_stack.undo()
    assert hand.document.experiment == OWN


def test_by_keyboard_alone(hand: Hand) -> None:
    hand.plot.canvas.setFocus()
    (low, high), (bottom, top) = hand.view()
    hand.key(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert hand.editing.editor.selected == 2
    hand.key(Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up)
    moved = (1 + 0.02 * (high - low), 3 + 0.01 * (top - bottom))
    assert near([hand.points[2]], [moved])
    assert hand.document.undo_stack.count() == 1
    hand.key(Qt.Key.Key_Down, shift=True)
    assert near([hand.points[2]], [(moved[0], moved[1] - 0.1 * (top - bottom))])
    hand.key(Qt.Key.Key_Insert)
    assert len(hand.points) == 4
    assert hand.editing.editor.selected == 3
    hand.key(Qt.Key.Key_Delete)
    assert len(hand.points) == 3
    assert hand.editing.editor.selected is None
    hand.document.undo_stack.undo()
    hand.document.undo_stack.undo()
    hand.document.undo_stack.undo()
    assert hand.document.experiment == OWN


def test_tab_leaves_the_plot_after_the_last_point(hand: Hand) -> None:
    hand.plot.canvas.setFocus()
    hand.key(*[Qt.Key.Key_Tab] * 3)
    assert hand.editing.editor.selected == 1
    assert hand.plot.canvas.hasFocus()
    hand.key(Qt.Key.Key_Backtab)
    assert hand.editing.editor.selected == 2
    hand.key(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert hand.editing.editor.selected is None
    assert not hand.plot.canvas.hasFocus()


def test_escape_lets_go_and_then_ends_the_mode(hand: Hand) -> None:
    hand.plot.canvas.setFocus()
    hand.key(Qt.Key.Key_Tab, Qt.Key.Key_Escape)
    assert hand.editing.editor.selected is None
    assert hand.editing.editor.active
    hand.key(Qt.Key.Key_Escape)
    assert not hand.editing.editor.active
    assert not hand.editing.button.isChecked()
    hand.click(0.5, 2.0)
    hand.key(Qt.Key.Key_Delete)
    assert hand.document.experiment == OWN


def test_the_keys_switch_the_mode(hand: Hand) -> None:
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    hand.qtbot.keyClick(hand.plot.canvas, Qt.Key.Key_E, keys)
    hand.qtbot.waitUntil(lambda: not hand.editing.editor.active)
    assert hand.editing.button.accessibleDescription().endswith("(Ctrl+Shift+E).")


def test_a_sine_becomes_own_points_by_the_first_edit(qtbot: QtBot) -> None:
    sine = replace(LINE, data=LINE.data.has(observations=20))
    for hand in hand_over(qtbot, Document(sine)):
        assert hand.document.experiment == sine
        samples = hand.session.samples
        assert samples is not None
        hand.click(0.0, 1.2)
        assert hand.document.experiment.data.kind == "points"
        assert hand.points[:20] == np.column_stack([samples.inputs, samples.targets]).tolist()
        assert hand.document.experiment.target_scaling == sine.target_scaling
        hand.document.undo_stack.undo()
        assert hand.document.experiment == sine


def test_many_points_are_not_for_hands(qtbot: QtBot) -> None:
    many = replace(LINE, data=LINE.data.has(observations=MOST_BY_HAND + 1))
    for hand in hand_over(qtbot, Document(many)):
        assert not hand.editing.button.isEnabled()
        assert not hand.editing.editor.active
        assert hand.editing.button.toolTip() == "More than 2,000 points can't be edited by hand."


def test_another_dataset_is_seen_whole_and_another_project_ends_the_mode(hand: Hand) -> None:
    far = part("dataset", "points", points=encode_points([(100, 100), (200, 300)]))
    hand.document.edit("Others", replace(OWN, data=far))
    hand.qtbot.waitUntil(lambda: hand.view()[0][0] > 50, timeout=WAIT)
    assert hand.editing.editor.active
    hand.document.open(OWN, None)
    assert not hand.editing.editor.active


def test_training_starts_again_when_a_point_is_let_go(qtbot: QtBot) -> None:
    window = MainWindow(Session(Document(replace(OWN, stop=Stop(epochs=None)))))
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: window.features.views.editing is not None, timeout=WAIT)
    assert window.features.views.editing is not None
    hand = Hand(qtbot, window.session, window.features.views.editing)
    hand.editing.button.click()
    window.session.train()
    qtbot.waitUntil(lambda: window.session.status is Status.TRAINING, timeout=WAIT)
    qtbot.waitUntil(lambda: window.session.result.progress is not None, timeout=WAIT)
    hand.press(2.0, 1.0)
    hand.move(2.0, 2.5)
    assert window.session.status is Status.TRAINING
    hand.release(2.0, 2.5)
    assert near([hand.points[1]], [(2.0, 2.5)])
    qtbot.waitUntil(lambda: window.session.going, timeout=WAIT)
    qtbot.waitUntil(lambda: window.session.status is Status.TRAINING, timeout=WAIT)
    window.close_without_asking()
    window.deleteLater()
