"""Page 13: goal, order of the numbers, and derivatives compared with TensorFlow."""

import numpy as np
import pytest
import tensorflow as tf

from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.lessons.demonstrations.backpropagation import (
    INITIAL,
    PARAMETERS,
    Backpropagation,
    backward,
    descend,
    forward,
)
from cadl_desktop.lessons.figure import Node
from cadl_desktop.lessons.page_list import TANH
from tests.engine.runs import costs_by_step
from tests.lessons.demonstration_driver import control

CLICKS = 16


def clicked(page: Backpropagation, times: int) -> Backpropagation:
    for _ in range(times):
        page = page.after_press("next")
    return page


def texts(page: Backpropagation) -> list[str]:
    return [item.text for item in page.figures()[0].items if isinstance(item, Node)]


def by_tensorflow(parameters: dict[str, float], x: float, target: float) -> dict[str, float]:
    known = {name: tf.Variable(value, dtype=tf.float64) for name, value in parameters.items()}
    with tf.GradientTape() as tape:
        hidden = [tf.tanh(known[f"w{at}"] * x + known[f"b{at}"]) for at in (1, 2)]
        cost = tf.square(known["v1"] * hidden[0] + known["v2"] * hidden[1] + known["c"] - target)
    return {name: float(slope) for name, slope in tape.gradient(cost, known).items()}


@pytest.mark.parametrize("seed", range(5))
def test_derivatives_equal_those_of_tensorflow(seed: int) -> None:
    *values, x, target = np.random.default_rng(seed).normal(size=9).tolist()
    parameters = dict(zip(PARAMETERS, values, strict=True))
    slopes = backward(forward(parameters, x, target))
    expected = by_tensorflow(parameters, x, target)
    assert {name: slopes[name] for name in PARAMETERS} == pytest.approx(expected, rel=1e-12)


def test_a_small_step_lowers_the_cost_by_the_rate_times_the_squares_of_all_slopes() -> None:
    slopes = backward(forward(INITIAL, 0.9, -0.5))
    before, after = (forward(where, 0.9, -0.5)["J"] for where in (INITIAL, descend(INITIAL, slopes, 1e-6)))
    assert before - after == pytest.approx(1e-6 * sum(slopes[name] ** 2 for name in PARAMETERS), rel=1e-4)


@pytest.mark.parametrize("rate", [0.15, 0.2])
def test_the_goal_is_reached_click_by_click_and_with_a_good_rate(rate: float) -> None:
    page = clicked(Backpropagation().with_value("rate", rate), CLICKS)
    assert not page.reached()
    stepped_page = page.after_press("descend")
    assert stepped_page.reached()
    assert "changed the cost from 2.1883" in stepped_page.words()[0]
    assert stepped_page.after_press("again").reached()


@pytest.mark.parametrize("rate", [0.02, 0.4])
def test_other_rates_never_reach_the_goal(rate: float) -> None:
    page = clicked(Backpropagation().with_value("rate", rate), CLICKS).after_press("descend")
    assert not page.reached()
    page = page.after_press("rest").with_value("rate", 0.02).after_press("descend")
    assert len(page.costs) == 2
    assert not page.reached()


def test_a_step_is_only_possible_when_every_number_is_known() -> None:
    page = Backpropagation()
    for _ in range(CLICKS):
        assert control(page, "next").possible
        assert not control(page, "descend").possible
        assert not control(page, "rest").possible
        page = page.after_press("next")
    assert not control(page, "next").possible
    assert control(page, "descend").possible
    assert control(page.after_press("descend"), "rest").possible


def test_every_click_adds_one_number() -> None:
    page, shown = Backpropagation(), []
    for _ in range(CLICKS):
        page = page.after_press("next")
        shown.append("\n".join(texts(page)).count("="))
        assert len(page.words()) == 1
    initial = "\n".join(texts(Backpropagation())).count("=")
    assert shown == list(range(initial + 1, initial + CLICKS + 1))
    (table,) = page.tables()
    assert len(table.rows) == 12
    assert table.marked == {11}


def test_numbers_stand_where_they_belong() -> None:
    page = clicked(Backpropagation(), CLICKS)
    slopes = by_tensorflow(dict(INITIAL), 0.9, -0.5)
    assert f"w₁ = 0.8\n∂J/∂w₁ = {slopes['w1']:.3f}" in texts(page)
    assert f"c = 0.2\n∂J/∂c = {slopes['c']:.3f}" in texts(page)


def test_numbers_are_as_short_as_in_the_fields_beside_them() -> None:
    assert {"x = 0.9", "t = -0.5"} <= set(texts(Backpropagation()))


def test_another_sample_starts_again() -> None:
    page = clicked(Backpropagation(), CLICKS).with_value("x", 2.0)
    assert page.taken == 0
    assert control(page, "rest").possible
    assert forward(INITIAL, 2.0, 0.0)["slope1"] < 0.2


def test_trial_has_20_parameters_and_its_cost_falls_at_once() -> None:
    assert parameter_count(TANH.experiment()) == 20
    costs = costs_by_step(TANH.experiment(), 5)
    assert np.all(np.diff(costs) < 0)
