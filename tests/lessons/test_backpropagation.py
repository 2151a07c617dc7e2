"""Page 13, played as a person would, and its slopes against TensorFlow's."""

import numpy as np
import pytest
import tensorflow as tf

from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.lessons.demonstrations.networks.backpropagation import Backpropagation
from cadl_desktop.lessons.figure import Node
from cadl_desktop.lessons.networks.backpropagation import BEGUN, PARAMETERS, back, forward, stepped
from cadl_desktop.lessons.pages import TANH
from tests.engine.runs import costs_by_step
from tests.lessons.playing import control

CLICKS = 16


def clicked(page: Backpropagation, times: int) -> Backpropagation:
    for _ in range(times):
        page = page.pressed("next")
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
def test_slopes_are_tensorflow_s(seed: int) -> None:
    *values, x, target = np.random.default_rng(seed).normal(size=9).tolist()
    parameters = dict(zip(PARAMETERS, values, strict=True))
    slopes = back(forward(parameters, x, target))
    expected = by_tensorflow(parameters, x, target)
    assert {name: slopes[name] for name in PARAMETERS} == pytest.approx(expected, rel=1e-12)


def test_a_small_step_lowers_the_cost_by_the_rate_times_the_squares_of_all_slopes() -> None:
    slopes = back(forward(BEGUN, 0.9, -0.5))
    before, after = (forward(where, 0.9, -0.5)["J"] for where in (BEGUN, stepped(BEGUN, slopes, 1e-6)))
    assert before - after == pytest.approx(1e-6 * sum(slopes[name] ** 2 for name in PARAMETERS), rel=1e-4)


@pytest.mark.parametrize("rate", [0.15, 0.2])
def test_the_goal_is_reached_click_by_click_and_with_a_good_rate(rate: float) -> None:
    page = clicked(Backpropagation().turned("rate", rate), CLICKS)
    assert not page.reached()
    stepped_page = page.pressed("descend")
    assert stepped_page.reached()
    assert "changed the cost from 2.1883" in stepped_page.words()[0]
    assert stepped_page.pressed("again").reached()


@pytest.mark.parametrize("rate", [0.02, 0.4])
def test_another_rate_reaches_nothing_however_often_it_is_taken(rate: float) -> None:
    page = clicked(Backpropagation().turned("rate", rate), CLICKS).pressed("descend")
    assert not page.reached()
    page = page.pressed("rest").turned("rate", 0.02).pressed("descend")
    assert len(page.costs) == 2
    assert not page.reached()


def test_a_step_is_only_possible_when_every_number_is_known() -> None:
    page = Backpropagation()
    for _ in range(CLICKS):
        assert control(page, "next").possible
        assert not control(page, "descend").possible
        assert not control(page, "rest").possible
        page = page.pressed("next")
    assert not control(page, "next").possible
    assert control(page, "descend").possible
    assert control(page.pressed("descend"), "rest").possible


def test_each_click_writes_one_number_more() -> None:
    page, shown = Backpropagation(), []
    for _ in range(CLICKS):
        page = page.pressed("next")
        shown.append("\n".join(texts(page)).count("="))
        assert len(page.words()) == 1
    begun = "\n".join(texts(Backpropagation())).count("=")
    assert shown == list(range(begun + 1, begun + CLICKS + 1))
    (table,) = page.tables()
    assert len(table.rows) == 12
    assert table.marked == {11}


def test_numbers_stand_where_they_belong() -> None:
    page = clicked(Backpropagation(), CLICKS)
    slopes = by_tensorflow(dict(BEGUN), 0.9, -0.5)
    assert f"w₁ = 0.800\n∂J/∂w₁ = {slopes['w1']:.3f}" in texts(page)
    assert f"c = 0.200\n∂J/∂c = {slopes['c']:.3f}" in texts(page)


def test_another_sample_has_to_be_gone_through_anew() -> None:
    page = clicked(Backpropagation(), CLICKS).turned("x", 2.0)
    assert page.taken == 0
    assert control(page, "rest").possible
    assert forward(BEGUN, 2.0, 0.0)["slope1"] < 0.2


def test_what_can_be_tried_has_20_parameters_and_falls_at_once() -> None:
    assert parameter_count(TANH.experiment()) == 20
    costs = costs_by_step(TANH.experiment(), 5)
    assert np.all(np.diff(costs) < 0)
