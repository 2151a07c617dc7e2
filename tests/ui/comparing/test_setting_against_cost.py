"""A setting against what trainings came to: where points stand, what is marked, read and chosen."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cadl_desktop.comparing.training import Setting, TrainingSet
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.sweeps.plan.sweep_model import DESIGN, Choices, Objective, Range
from cadl_desktop.ui.comparing.plots.setting import SettingView
from tests.comparing.sets import ACTIVATION, RATE, UNITS, a_set, replicated
from tests.ui.driving import unnamed_controls
from tests.ui.test_plots import hover, place_in, shown, view_range

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def view(qtbot: QtBot) -> SettingView:
    return shown(qtbot, SettingView(Selection()))


def with_values(trainings: TrainingSet, *values: float | None) -> TrainingSet:
    """Set whose trainings came to these; None is one that diverged."""
    rows = tuple(
        replace(each, value=value, state=each.state if value is not None else "diverged")
        for each, value in zip(trainings.trainings, values, strict=True)
    )
    return replace(trainings, trainings=rows)


def choose(view: SettingView, across: str, up: str = "") -> None:
    view.across.set_name(across)
    view.up.set_name(up)
    view.across.chosen.emit(across)


def seeds(*designs: str) -> TrainingSet:
    found = a_set(8, (), kind="seeds", groups=designs, name="Seeds")
    if len(designs) < 2:
        return found
    rows = tuple(replace(each, point=((DESIGN, each.group),)) for each in found.trainings)
    return replace(found, trainings=rows, settings=(Setting(DESIGN, "Design", Choices(designs)),))


def test_the_setting_that_tells_most_is_shown_first(view: SettingView) -> None:
    view.show_trainings(a_set(12, (ACTIVATION, RATE)), None)
    assert view.across.name() == RATE.path
    seed = Setting("seed", "Seed", Range(1, 12))
    view.show_trainings(a_set(12, (seed, ACTIVATION), kind="runs"), None)
    assert view.across.name() == ACTIVATION.path
    view.show_trainings(seeds("Wide", "Deep"), None)
    assert (view.across.name(), view.plot.titles[0]) == (DESIGN, "Design")
    view.show_trainings(seeds("Wide"), None)
    assert view.plot.plane.across.columns == (None,)
    assert not view.obstacle(seeds("Wide"))


def test_numbers_stand_on_their_axis_and_choices_in_columns(view: SettingView) -> None:
    view.show_trainings(with_values(a_set(3), 1.0, 1.2, 1.1), None)
    assert np.allclose(view.plot.plane.places[:, 0], (-3, -2, -1))
    assert view.plot.canvas.axis("bottom").logarithmic
    choose(view, ACTIVATION.path)
    assert view.plot.plane.places.tolist() == [[0, 1.0], [1, 1.2], [2, 1.1]]
    ((tanh, relu, sine),) = view.plot.canvas.axis("bottom")._tickLevels
    assert (tanh, relu, sine) == ((0, "tanh"), (1, "relu"), (2, "sine"))


def test_no_point_hides_another(view: SettingView) -> None:
    view.show_trainings(with_values(a_set(40), *np.linspace(1.0, 1.1, 40)), None)
    choose(view, ACTIVATION.path)
    pixel = view.plot.canvas.getPlotItem().getViewBox().viewPixelSize()
    away = [np.hypot(*((a - b) / pixel)) for a, b in combinations(view.plot.plane.places, 2)]
    assert min(away) > 6
    assert np.abs(view.plot.plane.places[:, 0] % 1.0 - 0.5).min() > 0.05  # all stay in their columns


@pytest.mark.parametrize("measure", ["cost", "seen_psnr"])
def test_those_that_came_to_nothing_stand_beyond_the_worse_end(view: SettingView, measure: str) -> None:
    trainings = with_values(a_set(3, live=1), 20.0, None, 30.0)
    view.show_trainings(replace(trainings, objective=Objective(measure=measure)), None)
    edge = view.plot.plane.places[1, 1]
    assert edge > 30 if measure == "cost" else edge < 20
    assert view_range(view.plot)[1][0] < edge < view_range(view.plot)[1][1]
    assert view.plot.key.accessibleName() == "trial, best, unfinished, failed or diverged"
    assert [*view.plot.points.data["symbol"]] == ["o", "x", "o"]


def test_runs_without_the_setting_have_no_place_over_its_numbers(view: SettingView) -> None:
    first, *others = a_set(4, (UNITS,)).trainings
    some = replace(a_set(4, (UNITS,)), trainings=(replace(first, point=()), *others))
    view.show_trainings(some, None)
    assert [each.number for each in view.plot.plane.trainings] == [2, 3, 4]


def test_a_few_runs_have_colours_and_what_tells_them_apart(view: SettingView) -> None:
    some, methods = a_set(3, kind="runs"), ("Fourier painting", "SIREN painting, Sine", "")
    pairs = zip(some.trainings, methods, strict=True)
    trainings = tuple(replace(each, name="cup", differs=told) for each, told in pairs)
    view.show_trainings(replace(some, trainings=trainings), None)
    assert view.plot.key.accessibleName() == "1 · Fourier painting, 2 · SIREN painting, 3 · cup, best"
    assert len({brush.color().name() for brush in view.plot.points.data["brush"]}) == 3
    view.show_trainings(a_set(12, kind="runs"), None)
    assert view.plot.key.accessibleName().startswith("run")


def test_means_and_ranges_stand_at_each_value(view: SettingView) -> None:
    view.show_trainings(with_values(a_set(6), 1.0, 2.0, 3.0, 1.5, 3.0, 5.0), None)
    assert not view.plot.means.isVisible()  # each rate was tried once
    choose(view, ACTIVATION.path)
    assert np.allclose(view.plot.plane.means, [(0, 1.25, 1.0, 1.5), (1, 2.5, 2.0, 3.0), (2, 4.0, 3.0, 5.0)])
    assert view.plot.means.isVisible()
    assert "mean and range" in view.plot.key.accessibleName()


def test_seeds_of_one_setting_have_a_mean_with_their_deviation(view: SettingView) -> None:
    view.show_trainings(replicated(a_set(4, (RATE,)), 2, (0.2, 0.4, 0.5, 0.5)), None)
    mean, low, high = view.plot.plane.means[0, 1:]
    assert (mean, high - mean) == pytest.approx((0.3, 0.1414), abs=1e-4)
    assert mean - low == pytest.approx(high - mean)
    assert view.plot.key.accessibleName() == "trial, mean and deviation, best"


def test_a_point_of_several_settings_is_the_mean_of_its_seeds(view: SettingView) -> None:
    view.show_trainings(replicated(a_set(4, (RATE, UNITS)), 2, (0.2, 0.4, 0.5, 0.5)), None)
    assert view.plot.key.accessibleName() == "mean of seeds, best"
    assert [each.value for each in view.plot.plane.trainings] == [pytest.approx(0.3), 0.5]
    view.up.set_name(UNITS.path)
    view.take_set(is_other=False)
    view.refresh()
    shown = view.plot.plane.trainings
    assert [(each.number, each.value) for each in shown] == [(1, pytest.approx(0.3)), (3, 0.5)]
    assert "Mean of 2 seeds" in view.plot.words(shown[0])


def test_many_different_numbers_have_the_means_of_neighbours(view: SettingView) -> None:
    trainings = a_set(64, (RATE,))
    view.show_trainings(trainings, None)
    means = view.plot.plane.means
    assert len(means) == 8
    values = np.array([each.value for each in trainings.trainings]).reshape(8, 8).mean(axis=1)
    assert np.allclose(view.plot.plane.up.place(values), means[:, 1])


def test_two_settings_are_a_map_of_the_values(view: SettingView) -> None:
    view.show_trainings(with_values(a_set(4, (RATE, UNITS)), 4.0, 2.0, 1.0, None), None)
    choose(view, RATE.path, UNITS.path)
    plane = view.plot.plane
    assert np.allclose(plane.places[:, 1], (8, 27, 45, 64), atol=1)
    assert plane.shares.argmax() == 2
    assert plane.shares[3] == 0
    assert view.plot.key.accessibleName().startswith("Cost, the best in full colour")
    assert view.plot.best.data["x"].tolist() == [plane.places[2, 0]]


def test_points_are_chosen_by_mouse(qtbot: QtBot, view: SettingView) -> None:
    view.show_trainings(with_values(a_set(3, (RATE,)), 1.0, 1.3, 1.1), None)
    plot, selection = view.plot, view.selection
    first, second = (place_in(plot, *plot.plane.places[at]) for at in (0, 1))
    viewport = plot.canvas.viewport()
    hover(qtbot, plot, *plot.plane.places[1])
    assert plot.readout_at(plot.canvas.under_mouse())[0] == "Trial 2 · Cost 1.300 · Learning rate 0.01"
    qtbot.mouseClick(viewport, LEFT, pos=second)
    qtbot.mouseClick(viewport, LEFT, CONTROL, first)
    assert selection.numbers == (1, 2)
    assert len(plot.rings.data) == 2
    qtbot.mouseClick(viewport, LEFT, pos=place_in(plot, -2.5, 1.0))
    assert selection.numbers == ()


@pytest.mark.parametrize("of_a_mac", [False, True])
def test_arrow_keys_walk_along_the_setting_and_along_the_values(
    qtbot: QtBot, view: SettingView, of_a_mac: bool
) -> None:
    held = Qt.KeyboardModifier.KeypadModifier if of_a_mac else Qt.KeyboardModifier.NoModifier
    view.show_trainings(with_values(a_set(3, (RATE,)), 1.0, 1.3, 1.1), None)
    opened: list[int] = []
    view.open_wanted.connect(opened.append)
    keys = Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up
    for key, number in zip(keys, (1, 2, 3, 2, 2), strict=True):
        qtbot.keyClick(view.plot.canvas, key, held)
        assert view.selection.number == number
    qtbot.keyClick(view.plot.canvas, Qt.Key.Key_Return)
    assert opened == [2]


def test_the_baseline_is_a_level(view: SettingView) -> None:
    view.show_trainings(with_values(a_set(3), 1.0, 1.3, 1.1), None)
    view.selection.set_baseline(2)
    assert view.plot.level.isVisible()
    assert view.plot.level.value() == 1.3
    view.selection.set_baseline(None)
    assert not view.plot.level.isVisible()


def test_an_empty_view_says_why_and_controls_have_names(view: SettingView) -> None:
    assert "Nothing varies" in view.obstacle(a_set(3, ()))
    assert "No trial has begun yet" in view.obstacle(a_set(0))
    view.show_trainings(a_set(8), None)
    assert unnamed_controls(view) == []
    assert "The best: Trial" in view.plot.summary_words()
