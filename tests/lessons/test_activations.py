"""Page 11, played as a person would."""

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.lessons.demonstrations.networks.activations import Activations
from cadl_desktop.lessons.figure import Line
from cadl_desktop.lessons.networks import tanh_neurons
from cadl_desktop.lessons.pages import TANH
from tests.engine.runs import finished, run
from tests.lessons.playing import control, handle

STEPS = ((0.0, 0.6), (-3.2, -0.6), (3.2, -0.6))
"""Where three neurons bend, and how high the dot for their steepness is pulled."""


def by_hand() -> Activations:
    """Three steps, and seven neurons that lie flat."""
    page = Activations()
    for number, (middle, height) in enumerate(STEPS, 1):
        page = page.turned("chosen", number).moved("middle", middle, 0.5).moved("steepness", 9.0, height)
    for number in range(len(STEPS) + 1, 11):
        page = page.turned("chosen", number).pressed("flat")
    return page


def lines(page: Activations, figure: int) -> list[Line]:
    return [item for item in page.figures()[figure].items if isinstance(item, Line)]


def trained_cost(activation: str) -> float:
    experiment = TANH.experiment()
    layers = tuple(layer.has(activation=activation) for layer in experiment.layers)
    cost = finished(run(replace(experiment, layers=layers))).cost
    assert cost is not None
    return cost


def test_the_goal_is_reached_by_three_steps_and_seven_flat_neurons() -> None:
    page = by_hand()
    assert page.reached()
    assert "Mean error of the sum: 0.264." in page.words()[0]


def test_a_patient_hand_needn_t_be_exact() -> None:
    page = by_hand()
    for number, (middle, height) in enumerate(((0.2, 0.7), (-3.0, -0.65), (3.4, -0.7)), 1):
        page = page.turned("chosen", number).moved("middle", middle, 0).moved("steepness", 0, height)
    assert page.reached()


def test_what_training_does_reaches_nothing_even_when_a_hand_touches_it() -> None:
    page = Activations().pressed("train")
    assert tanh_neurons.cost(page.neurons) < 0.30
    assert not page.reached()
    assert not page.moved("middle", 0.01, 0.0).reached()
    assert page.pressed("again") == Activations()


def test_ten_neurons_are_those_of_the_lecture() -> None:
    begun = np.array(tanh_neurons.begun())
    assert begun.shape == (10, 2)
    assert not begun[:, 0].any()
    x = np.array([-1.0, 0.5])
    expected = np.tanh(np.outer(x, begun[:, 1]))
    np.testing.assert_allclose(tanh_neurons.outputs(tanh_neurons.begun(), x), expected)


def test_training_bends_none_of_them_sideways_as_the_page_says() -> None:
    middles, _ = np.array(tanh_neurons.trained()).T
    assert np.abs(middles).max() < 0.1


def test_each_is_drawn_and_they_add_up() -> None:
    page = by_hand()
    others, chosen = lines(page, 0)
    (total,) = lines(page, 1)
    curves = others.y.reshape(10, -1)[:, :-1]
    assert curves.sum(axis=0) == pytest.approx(total.y)
    np.testing.assert_array_equal(chosen.y, curves[9])


def test_dots_stand_on_the_curve_where_they_were_pulled() -> None:
    page = Activations().moved("middle", -9.0, 0.0).moved("steepness", 0.0, -0.5)
    middle, steepness = handle(page, "middle"), handle(page, "steepness")
    assert (middle.x, middle.y) == (-4.0, 0.0)
    assert steepness.y == pytest.approx(-0.5)
    value = tanh_neurons.outputs(page.neurons, np.array([steepness.x]))[0, 0]
    assert value == pytest.approx(steepness.y)
    beyond = page.moved("steepness", 0.0, 5.0)
    assert handle(beyond, "steepness").y == pytest.approx(0.98)


def test_a_click_chooses_the_nearest_neuron() -> None:
    page = Activations().turned("chosen", 4).moved("middle", 3.0, 0.0).turned("chosen", 1)
    assert control(page.moved("neuron", 0.0, 0.99), "chosen").value == 4


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu"])
def test_slopes_are_those_of_the_drawn_curves(name: str) -> None:
    curve, slope, _ = lines(Activations().turned("activation", name), 2)
    assert (curve.x[0], curve.x[-1]) == (-6.0, 6.0)
    measured = np.gradient(curve.y, curve.x)
    away = np.abs(curve.x) > 0.1  # relu has a corner at 0
    np.testing.assert_allclose(slope.y[away][1:-1], measured[away][1:-1], atol=2e-3)


@pytest.mark.parametrize(
    ("activation", "low", "high"), [("tanh", 0.25, 0.30), ("linear", 0.38, 0.45), ("sigmoid", 1.2, 2.0)]
)
def test_what_can_be_tried_ends_as_the_page_says(activation: str, low: float, high: float) -> None:
    assert low < trained_cost(activation) < high
