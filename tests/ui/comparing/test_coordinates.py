"""Parallel coordinates of any set of trainings: axes, brushes, choosing by mouse and keys, news."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from pytestqt.qtbot import QtBot

from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.sweeps.plan.sweep_model import Range
from cadl_desktop.ui.comparing.coordinates.painting import Places, labels_of, paint_axes
from cadl_desktop.ui.comparing.coordinates.view import CoordinatesView
from tests.comparing.sets import ACTIVATION, RATE, UNITS, a_set, only_comparable, replicated
from tests.ui.driving import show, unnamed_controls

LEFT = Qt.MouseButton.LeftButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
THREE = (RATE, ACTIVATION, UNITS)
SIXTY = a_set(60, THREE, live=3)


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def view(qtbot: QtBot, selection: Selection) -> CoordinatesView:
    made = CoordinatesView(selection)
    made.resize(1000, 600)
    show(qtbot, made)
    made.show_trainings(SIXTY, None)
    return made


def kept(view: CoordinatesView) -> set[int]:
    """Numbers of the trainings that pass through all brushes."""
    return set(view.lines.numbers[view.kept].tolist())


def pixels_of(view: CoordinatesView, axis: int, place: float) -> QPointF:
    """Position of a place from 0 to 1 on an axis."""
    places = view.places
    return QPointF(float(places.across[axis]), places.down(place))


def drag(qtbot: QtBot, view: CoordinatesView, axis: int, low: float, high: float) -> None:
    start, end = (pixels_of(view, axis, place).toPoint() for place in (low, high))
    qtbot.mousePress(view, LEFT, pos=start)
    qtbot.mouseMove(view, (start + end) / 2)
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, LEFT, pos=end)


def rates(view: CoordinatesView) -> list[float]:
    return [float(str(SIXTY.by_number[number].values[RATE.path])) for number in sorted(kept(view))]


def on_line(view: CoordinatesView, number: int, share: float = 0.03) -> QPoint:
    """Point on a training's line, near the first axis."""
    assert view.lines
    first, second = view.lines.places[number - 1, :2]
    start, end = pixels_of(view, 0, float(first)), pixels_of(view, 1, float(second))
    return (start + (end - start) * share).toPoint()


def test_axes_are_of_the_settings_and_of_the_value(view: CoordinatesView) -> None:
    lines = view.lines
    assert lines
    labels = [labels_of(axis, SIXTY.objective) for axis in lines.axes]
    assert [each.title for each in labels] == [
        "Learning rate",
        "Activation of layer 1",
        "Units of layer 1",
        "Cost",
    ]
    rate = lines.axes[0]
    assert rate.positions([0.001, 0.01, 0.1, None]).tolist() == pytest.approx(
        [0.0, 0.5, 1.0, np.nan], nan_ok=True
    )
    assert [text for _, text in labels[1].ticks] == ["tanh", "relu", "sine"]
    assert all("." not in text for _, text in labels[2].ticks)
    assert lines.places.shape == (60, 4)


def test_an_axis_has_no_values_but_the_one_of_all_that_have_its_setting(view: CoordinatesView) -> None:
    alike = replace(RATE, among=Range(0.1, 0.1))
    view.show_trainings(replace(SIXTY, settings=(alike, *SIXTY.settings[1:])), None)
    assert view.lines
    assert [text for _, text in labels_of(view.lines.axes[0], SIXTY.objective).ticks] == ["0.1"]


def test_numbers_beside_axes_are_whole_or_left_out(view: CoordinatesView) -> None:
    written: list[str] = []

    class Recorder(QPainter):
        def drawText(self, room: QRectF, side: Qt.AlignmentFlag, text: str) -> None:
            written.append(text)

    room, texts = QPixmap(300, 600), [text for axis in view.labels for _, text in axis.ticks]
    painter = Recorder(room)
    paint_axes(painter, Places.of(QRectF(0, 0, 210, 600), 4), view.labels, {}, None)
    painter.end()
    titles = {"Learning rate", "Activation of layer 1", "Units of layer 1", "Cost"}
    shortened = {text for text in written if text not in texts and text not in titles}
    assert not [text for text in shortened if text[:1].isdigit()]
    assert any(text in texts for text in written)


def test_brushing_keeps_what_passes(qtbot: QtBot, view: CoordinatesView) -> None:
    drag(qtbot, view, 0, 0.25, 0.5)
    found = rates(view)
    assert 0 < len(found) < 60
    assert all(0.0031 < rate < 0.0101 for rate in found)
    drag(qtbot, view, 1, 0.9, 1.0)
    both = len(kept(view))
    assert 0 < both < len(found)
    assert view.clear_button.text() == f"{both} of 60 runs kept: keep all"
    where = pixels_of(view, 1, 0.2).toPoint()
    qtbot.mouseClick(view, LEFT, pos=where)  # a click beside the brush removes it
    assert rates(view) == found
    drag(qtbot, view, 0, 0.4, 0.7)  # takes the brush along
    assert min(rates(view)) > 0.01
    low, high = view.spans[0]
    drag(qtbot, view, 0, high, 0.7)  # takes an end along
    assert view.spans[0] == pytest.approx((low, 0.7), abs=0.01)
    qtbot.mouseClick(view.clear_button, LEFT)
    assert len(kept(view)) == 60
    assert not view.clear_button.isVisible()


def test_a_point_with_seeds_is_one_line_and_kept_with_all_of_them(view: CoordinatesView) -> None:
    costs = (0.2, 0.4, 0.5, 0.5, 0.9, 0.8)
    view.show_trainings(replicated(a_set(6, (RATE, ACTIVATION, UNITS)), 2, costs), None)
    assert view.lines.numbers.tolist() == [1, 3, 6]
    view.brush(len(view.lines.axes) - 1, (0.0, 0.5))
    assert view.selection.kept == {1, 2, 3, 4}


def test_brushing_by_keys(qtbot: QtBot, view: CoordinatesView) -> None:
    canvas = view
    canvas.setFocus()
    for _ in range(3):
        qtbot.keyClick(canvas, Key.Key_Left)
    for _ in range(20):
        qtbot.keyClick(canvas, Key.Key_Down, SHIFT)
    assert max(rates(view)) < 10**-1.78
    for _ in range(5):
        qtbot.keyClick(canvas, Key.Key_Up, CONTROL)
    assert min(rates(view)) > 10**-2.82
    qtbot.keyClick(canvas, Key.Key_Delete)
    assert not canvas.spans
    qtbot.keyClick(canvas, Key.Key_Down, SHIFT)
    assert canvas.spans
    qtbot.keyClick(canvas, Key.Key_Escape)
    assert not canvas.spans


def test_lines_are_chosen_by_mouse_and_keys(
    qtbot: QtBot, view: CoordinatesView, selection: Selection
) -> None:
    canvas, ordered = view, sorted(SIXTY.trainings, key=lambda each: each.value or 0.0)
    canvas.setFocus()
    qtbot.keyClick(canvas, Key.Key_Up)  # from below, along the cost
    assert selection.numbers == (ordered[0].number,)
    qtbot.keyClick(canvas, Key.Key_Up)
    assert selection.numbers == (ordered[1].number,)
    qtbot.mouseClick(canvas, LEFT, pos=on_line(view, 7))
    assert selection.numbers == (7,)
    qtbot.mouseClick(canvas, LEFT, CONTROL, on_line(view, 20))
    assert selection.numbers == (20, 7)
    qtbot.keyClick(canvas, Key.Key_B)
    assert selection.baseline == 20
    view.grab()  # several chosen lines, and the baseline
    with qtbot.waitSignal(view.open_wanted) as opened:
        qtbot.keyClick(canvas, Key.Key_Return)
    assert opened.args == [20]


def test_news_add_lines_and_change_what_is_kept(view: CoordinatesView) -> None:
    view.grab()
    drawn = view._picture
    more = replace(SIXTY, trainings=(*SIXTY.trainings, *a_set(70, THREE, live=2).trainings[60:]))
    view.show_trainings(more, None)
    view.grab()
    assert view._picture is drawn  # only the new lines were added
    view.brush(1, (0.9, 1.0))
    before = kept(view)
    view.show_trainings(SIXTY, None)
    assert kept(view) < before
    view.show_trainings(a_set(9, THREE, name="another"), None)
    assert len(kept(view)) == 9


def test_lines_that_have_changed_or_gone_are_drawn_anew(view: CoordinatesView) -> None:
    first, *others = SIXTY.trainings
    for trainings in ((replace(first, value=0.01), *others), tuple(others), SIXTY.trainings[:8]):
        view.grab()
        drawn = view._picture
        view.show_trainings(replace(SIXTY, trainings=trainings), None)
        view.grab()
        assert view._picture is not drawn


def test_trainings_that_lack_a_setting_or_came_to_nothing_have_lines_too(
    qtbot: QtBot, view: CoordinatesView, selection: Selection
) -> None:
    first, second, third, *others = SIXTY.trainings
    odd = (
        replace(first, point=first.point[:1]),
        replace(second, state="diverged", value=None),
        replace(third, value=float("inf"), point=((RATE.path, "x" * 9000), (UNITS.path, 10**18))),
    )
    view.show_trainings(replace(SIXTY, trainings=(*odd, *others)), None)
    for number in (1, 2, 3):
        selection.select(number)
        view.grab()
        assert view.texts(number)[0] == f"Trial {number}"
    assert view.lines
    assert np.isnan(view.lines.places[0]).tolist() == [False, True, True, False]
    flat = replace(SIXTY, trainings=tuple(replace(each, value=0.5) for each in SIXTY.trainings))
    view.show_trainings(flat, None)
    view.grab()
    wild = (replace(first, value=-1e308), replace(second, value=1e308))
    view.show_trainings(replace(SIXTY, trainings=wild), None)
    view.grab()


def test_runs_of_other_data_and_settings_that_most_lack_are_left_out(view: CoordinatesView) -> None:
    kinds = replace(ACTIVATION, path="data.kind", title="Data")
    runs = only_comparable(a_set(12, (*THREE, kinds), kind="runs", name="runs"), kinds.path, "sine")
    view.show_trainings(runs, None)
    assert view.lines.numbers.tolist() == [3, 6, 9, 12]
    assert [each.title for each in view.labels] == ["Learning rate", "Units of layer 1", "Cost"]
    many = [replace(RATE, path=f"layers.{place}.spread") for place in range(30)]
    sweep = a_set(12, (*many, *THREE), name="many")
    lacking = tuple(replace(each, point=each.point[8:]) for each in sweep.trainings[1:])
    view.show_trainings(replace(sweep, trainings=(sweep.trainings[0], *lacking)), None)
    assert len(view.lines.axes) == 25
    assert view.labels[0].title == many[9].title
    view.selection.select(1)
    view.grab()


def test_the_view_says_why_it_is_empty(view: CoordinatesView) -> None:
    for trainings, words in (
        (a_set(8, ()), "No setting varies"),
        (a_set(8, (RATE,)), "One setting varies"),
        (a_set(8, (RATE, UNITS)), "Two settings vary"),
        (a_set(0, THREE), "Each run becomes a line"),
    ):
        assert view.obstacle(trainings).startswith(words)
    assert not view.obstacle(a_set(1, THREE))
    assert not unnamed_controls(view)
    assert view.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert view.accessibleName()
