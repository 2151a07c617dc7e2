"""Page 11: goal, neurons, activations and trials."""

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.lessons.demonstrations import activation_curves
from cadl_desktop.lessons.demonstrations.activation_curves import Activations
from cadl_desktop.lessons.figure import Line
from cadl_desktop.lessons.page_list import TANH
from tests.engine.runs import finished, run
from tests.lessons.demonstration_driver import control, handle

STEPS = ((0.0, 0.6), (-3.2, -0.6), (3.2, -0.6))
"""Places where three neurons bend, and heights of their steepness handles."""


def by_hand() -> Activations:
    """State with three steps and seven flat neurons."""
    page = Activations()
    for number, (middle, height) in enumerate(STEPS, 1):
        page = page.with_value("chosen", number).after_move("middle", middle, 0.5)
        page = page.after_move("steepness", 9.0, height)
    for number in range(len(STEPS) + 1, 11):
        page = page.with_value("chosen", number).after_press("flat")
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


def test_goal_allows_inexact_dragging() -> None:
    page = by_hand()
    for number, (middle, height) in enumerate(((0.2, 0.7), (-3.0, -0.65), (3.4, -0.7)), 1):
        page = page.with_value("chosen", number).after_move("middle", middle, 0)
        page = page.after_move("steepness", 0, height)
    assert page.reached()


def test_training_does_not_reach_the_goal_even_after_dragging() -> None:
    page = Activations().after_press("train")
    assert activation_curves.sum_error(page.neurons) < 0.30
    assert not page.reached()
    assert not page.after_move("middle", 0.01, 0.0).reached()
    assert page.after_press("again") == Activations()


def test_ten_neurons_are_those_of_the_lecture() -> None:
    initial = np.array(activation_curves.first_neurons())
    assert initial.shape == (10, 2)
    assert not initial[:, 0].any()
    x = np.array([-1.0, 0.5])
    expected = np.tanh(np.outer(x, initial[:, 1]))
    outputs = activation_curves.neuron_outputs(activation_curves.first_neurons(), x)
    np.testing.assert_allclose(outputs, expected)


def test_training_moves_no_neuron_sideways_as_the_page_says() -> None:
    middles, _ = np.array(activation_curves.trained_neurons()).T
    assert np.abs(middles).max() < 0.1


def test_every_neuron_and_their_sum_are_drawn() -> None:
    page = by_hand()
    others, chosen = lines(page, 0)
    (total,) = lines(page, 1)
    curves = others.y.reshape(10, -1)[:, :-1]
    assert curves.sum(axis=0) == pytest.approx(total.y)
    np.testing.assert_array_equal(chosen.y, curves[9])


def test_handles_are_on_the_curve_where_they_were_dragged() -> None:
    page = Activations().after_move("middle", -9.0, 0.0).after_move("steepness", 0.0, -0.5)
    middle, steepness = handle(page, "middle"), handle(page, "steepness")
    assert (middle.x, middle.y) == (-4.0, 0.0)
    assert steepness.y == pytest.approx(-0.5)
    value = activation_curves.neuron_outputs(page.neurons, np.array([steepness.x]))[0, 0]
    assert value == pytest.approx(steepness.y)
    beyond = page.after_move("steepness", 0.0, 5.0)
    assert handle(beyond, "steepness").y == pytest.approx(0.98)


def test_a_click_chooses_the_nearest_neuron() -> None:
    page = Activations().with_value("chosen", 4).after_move("middle", 3.0, 0.0).with_value("chosen", 1)
    assert control(page.after_move("neuron", 0.0, 0.99), "chosen").value == 4


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu"])
def test_slopes_are_derivatives_of_the_drawn_curves(name: str) -> None:
    curve, slope, _ = lines(Activations().with_value("activation", name), 2)
    assert (curve.x[0], curve.x[-1]) == (-6.0, 6.0)
    measured = np.gradient(curve.y, curve.x)
    away = np.abs(curve.x) > 0.1  # relu has a corner at 0
    np.testing.assert_allclose(slope.y[away][1:-1], measured[away][1:-1], atol=2e-3)


@pytest.mark.parametrize(
    ("activation", "low", "high"), [("tanh", 0.25, 0.30), ("linear", 0.38, 0.45), ("sigmoid", 1.2, 2.0)]
)
def test_trial_ends_with_the_cost_that_the_page_says(activation: str, low: float, high: float) -> None:
    assert low < trained_cost(activation) < high
