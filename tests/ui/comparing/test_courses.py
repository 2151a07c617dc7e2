"""Courses of all trainings over one another: what is drawn, read, grouped and chosen."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from cadl_desktop.comparing.training import Course, Setting, TrainingSet
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.sweeps.plan.sweep_model import DESIGN, Choices, Objective
from cadl_desktop.ui.comparing.plots.courses import CoursesView
from cadl_desktop.ui.theme.theme import RUN_COLOUR_COUNT
from tests.comparing.sets import ACTIVATION, RATE, a_set, only_comparable
from tests.ui.driving import choose, unnamed_controls
from tests.ui.test_plots import hover, place_in, shown, view_range

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def view(qtbot: QtBot) -> CoursesView:
    return shown(qtbot, CoursesView(Selection()))


def levels(*costs: float, **changes: object) -> TrainingSet:
    """Set of trainings whose costs fall a little, to these."""
    epochs = np.arange(1.0, 41.0)
    trainings = tuple(
        replace(
            training, course=Course(epochs, 10 * epochs, epochs / 2, cost + 0.001 * (40 - epochs), epochs / 3)
        )
        for training, cost in zip(a_set(len(costs)).trainings, costs, strict=True)
    )
    return replace(a_set(len(costs)), trainings=trainings, **changes)


def drawn(view: CoursesView, place: int) -> int:
    """Number of points of a curve."""
    found = view.plot.curves[place].xData
    return 0 if found is None else len(found)


def rows_of(course: Course) -> list[np.ndarray]:
    return [each for each in vars(course).values() if isinstance(each, np.ndarray)]


def test_chosen_trainings_are_drawn_clearly_above_all_others(view: CoursesView) -> None:
    view.show_trainings(a_set(64), None)
    assert [drawn(view, place) for place in range(10)] == [8 * 41] * 8 + [0, 0]
    assert view.plot.key.accessibleName() == "64 runs"
    view.selection.select(2, 10)
    assert drawn(view, RUN_COLOUR_COUNT + 2) == 2 * 41
    view.selection.set_baseline(1)
    assert len(view.plot.dashed.xData) == 41
    assert view.plot.key.accessibleName() == "Trial 2, Trial 10, 62 others, baseline"
    view.show_trainings(levels(1.0, 2.0), None)
    view.selection.set_baseline(None)
    assert view.plot.key.accessibleName() == "Trial 2, 1 other"


def test_a_thousand_are_drawn_with_few_points(view: CoursesView) -> None:
    view.show_trainings(a_set(1000), None)
    assert sum(drawn(view, place) for place in range(8)) <= 17_000


def test_one_that_diverged_does_not_flatten_the_others(view: CoursesView) -> None:
    def top(trainings: TrainingSet) -> float:
        view.show_trainings(trainings, None)
        return view_range(view.plot)[1][1]

    trainings = levels(1.0, 1.2, 1.1, 30.0)
    assert top(trainings) < 2.0
    view.selection.select(4)
    assert top(trainings) >= 30.0  # a person wants to see that one
    view.selection.select()
    first, *_, last = levels(1.0, 1e6).trainings
    away = replace(last, state="diverged", value=None)
    assert top(replace(trainings, name="two", trainings=(first, away))) < 2.0
    assert top(replace(trainings, name="one", trainings=(away,))) >= 1e6


def test_the_axis_is_logarithmic_by_itself_until_a_person_chooses(view: CoursesView) -> None:
    view.show_trainings(levels(1.0, 0.9), None)
    assert not view.plot.logarithmic
    view.show_trainings(levels(1.0, 0.001), None)
    assert view.plot.logarithmic
    assert view.plot.titles[1] == "Cost, logarithmic"
    view.plot.log_axis.trigger()
    view.show_trainings(levels(1.0, 0.0001), None)
    assert not view.plot.logarithmic


def test_costs_are_shown_over_steps_and_seconds(view: CoursesView) -> None:
    view.show_trainings(a_set(2), None)
    for axis, right in (("step", 400), ("seconds", 20), ("epoch", 40)):
        view.axis.set_name(axis)
        view.axis.chosen.emit(axis)
        assert view_range(view.plot)[0] == [0, right]


def test_groups_are_bands_around_their_means(view: CoursesView) -> None:
    trainings = levels(1.0, 2.0, 3.0, 1.5, 2.5, 3.5)
    view.show_trainings(trainings, None)
    view.group_by.set_name(ACTIVATION.path)
    view.group_by.chosen.emit(ACTIVATION.path)
    assert view.plot.key.accessibleName() == ", ".join(
        f"{ACTIVATION.title}: {value}" for value in ("tanh", "relu", "sine")
    )
    assert drawn(view, 2) == 0
    low, high = (curve.yData[-1] for curve in view.plot.bands[0].curves)
    mean = view.plot.curves[RUN_COLOUR_COUNT + 1].yData[-2]
    assert np.allclose((low, mean, high), (1.0, 1.25, 1.5), atol=0.01)


def test_seeds_are_grouped_by_design_at_first(view: CoursesView) -> None:
    seeds = a_set(8, (), kind="seeds", groups=("Wide", "Deep"), live=2)
    view.show_trainings(seeds, None)
    assert view.group_by.name() == DESIGN
    assert view.plot.key.accessibleName() == "Wide, Deep"


def test_a_click_chooses_the_nearest_line_and_keys_walk_over_them(qtbot: QtBot, view: CoursesView) -> None:
    view.show_trainings(levels(1.0, 3.0, 2.0), None)
    plot, selection, opened = view.plot, view.selection, []
    view.open_wanted.connect(opened.append)
    viewport = plot.canvas.viewport()
    hover(qtbot, plot, 20.0, 2.05)
    assert (
        plot.readout.toolTip() or plot.readout_at(plot.canvas.under_mouse())[0] == "epoch 20 · Trial 3: 2.020"
    )
    qtbot.mouseClick(viewport, LEFT, pos=place_in(plot, 20.0, 2.05))
    assert selection.numbers == (3,)
    qtbot.mouseClick(viewport, LEFT, CONTROL, place_in(plot, 20.0, 1.05))
    assert selection.numbers == (1, 3)
    qtbot.mouseClick(viewport, LEFT, pos=place_in(plot, 20.0, 0.2))
    assert selection.numbers == ()
    for key, number in ((Qt.Key.Key_Up, 1), (Qt.Key.Key_Up, 3), (Qt.Key.Key_Up, 2), (Qt.Key.Key_Down, 3)):
        qtbot.keyClick(plot.canvas, key)
        assert selection.numbers == (number,)
    qtbot.keyClick(plot.canvas, Qt.Key.Key_Return)
    assert opened == [3]


def test_keys_read_the_chosen_lines_and_the_baseline(qtbot: QtBot, view: CoursesView) -> None:
    view.show_trainings(levels(1.0, 3.0), None)
    view.selection.select(2)
    view.selection.set_baseline(1)
    qtbot.keyClick(view.plot.canvas, Qt.Key.Key_End)
    assert view.plot.readout_along(40.0) == "epoch 40 · Trial 2: 3.000 · Trial 1: 1.000"


def test_news_of_one_training_draw_no_other_colour_again(view: CoursesView) -> None:
    trainings = a_set(9, live=1)
    view.show_trainings(trainings, None)
    quiet = view.plot.curves[:RUN_COLOUR_COUNT]
    before = [curve.xData for curve in quiet]
    *others, last = trainings.trainings
    grown = Course(*(np.append(each, each[-1] + 0.01) for each in rows_of(last.course)))
    view.show_trainings(replace(trainings, trainings=(*others, replace(last, course=grown))), None)
    again = [
        curve.xData is not was for curve, was in zip(view.plot.curves[:RUN_COLOUR_COUNT], before, strict=True)
    ]
    assert again == [colour == 9 % RUN_COLOUR_COUNT for colour in range(8)]
    view.selection.select(3)
    before = [curve.xData for curve in quiet]
    view.selection.select(4)
    assert all(
        curve.xData is was for curve, was in zip(view.plot.curves[:RUN_COLOUR_COUNT], before, strict=True)
    )


def test_a_single_cost_is_a_dot(view: CoursesView) -> None:
    first, second = a_set(2).trainings
    alone = replace(first, course=Course(*(each[:1] for each in rows_of(first.course))))
    view.show_trainings(replace(a_set(2), trainings=(alone,)), None)
    dots, (right, _) = view.plot.dots.data, view_range(view.plot)
    assert (dots["x"].tolist(), len(dots)) == ([1.0], 1)
    assert dots["x"][0] < right[1]
    view.show_trainings(replace(a_set(2), trainings=(alone, second)), None)
    assert len(view.plot.dots.data) == 1
    assert view.plot.nearest(QPointF(1.0, view.plot.dots.data["y"][0])).numbers == (1,)


def test_runs_of_other_data_or_cost_are_left_out_and_counted(view: CoursesView) -> None:
    data = Setting("data", "Data", Choices(("cat", "cup")))
    runs = only_comparable(a_set(6, (data, RATE), kind="runs"), "data", "cat")
    view.show_trainings(runs, None)
    assert [line.numbers for line in view.plot.quiet] == [(1,), (3,), (5,)]
    view.resize(1300, 500)
    assert view.note.text() == "3 runs of other data or cost are left out."
    view.show_trainings(replace(runs, trainings=runs.trainings[::2]), None)
    assert view.note.text() == ""


def test_a_hidden_view_draws_when_it_is_shown(qtbot: QtBot) -> None:
    view = CoursesView(Selection())
    qtbot.addWidget(view)
    view.show_trainings(a_set(4), None)
    view.selection.select(2)
    assert not view.plot.clear
    view.show()
    assert [line.numbers for line in view.plot.clear] == [(2,)]


def test_a_view_without_costs_says_why_and_controls_have_names(view: CoursesView) -> None:
    assert "No trial has begun yet" in view.obstacle(a_set(0))
    waiting = replace(a_set(1), trainings=(replace(a_set(1).trainings[0], course=Course(*np.empty((5, 0)))),))
    assert "first epochs" in view.obstacle(waiting)
    assert not view.obstacle(a_set(2))
    view.show_trainings(a_set(2), None)
    assert unnamed_controls(view) == []
    assert view.plot.summary_words().startswith("Cost of 2 lines: from")


def test_any_measure_is_shown_over_any_axis_among_runs_that_share_it(qtbot: QtBot, view: CoursesView) -> None:
    kinds = Setting("cost", "Cost", Choices(("mse", "l1")))
    found = a_set(4, (kinds,), paints=True, kind="runs")
    rows = [
        replace(
            each,
            value=20.0 + each.number,
            shares_cost=each.values["cost"] == "mse",
            course=replace(each.course, others={"seen_psnr": 20.0 + each.number - each.course.costs}),
        )
        for each in found.trainings
    ]
    found = replace(found, trainings=tuple(rows), objective=Objective(measure="seen_psnr"))
    view.show_trainings(found, None)
    assert view.measure == "seen_psnr"
    assert len(view.plot.quiet) == 4
    assert view.plot.titles[1] == "PSNR in dB"
    assert not view.plot.log_axis.isEnabled()
    low, high = view_range(view.plot)[1]
    assert 10 < low < high < 30
    assert "dB" in view.plot.summary_words()
    choose(qtbot, view.shown_measure, "cost")
    assert [line.numbers for line in view.plot.quiet] == [(1,), (3,)]
    view.resize(1300, 500)
    assert view.note.text() == "2 runs of other data or cost are left out."
    choose(qtbot, view.axis, "seconds")
    assert view.plot.quiet[0].x[-1] == 20.0
    view.show_trainings(replace(found, name="others"), None)
    assert view.measure == "seen_psnr"
