"""Trained networks carried over to edited ones: they compute the same function and go on learning."""

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.samples import samples_of
from cadl_desktop.engine import predict
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.runs.carry_over import can_carry_over, carry_over, keeps_cost
from tests.engine.runs import epochs, finished, run, small_painting

RELU = part("layer", "dense", units=8)
TRAINED = small_painting(layers=(RELU, RELU), target_scaling="unit")
EDITED = {
    "wider": replace(TRAINED, layers=(RELU.has(units=13), RELU)),
    "new relu": replace(TRAINED, layers=(RELU, RELU, RELU.has(units=9))),
    "new linear": replace(TRAINED, layers=(RELU, RELU, RELU.has(activation="linear"))),
}


# Slots of every optimizer widen with their layer; those of a new layer are new for any optimizer.
@pytest.mark.parametrize(
    ("optimizer", "name"),
    [
        *((optimizer, "wider") for optimizer in entries("optimizer")),
        ("adam", "new relu"),
        ("adam", "new linear"),
    ],
)
def test_trained_weights_go_on_as_the_same_function(name: str, optimizer: str) -> None:
    chosen = part("optimizer", optimizer)
    before: Experiment = replace(TRAINED, optimizer=chosen)
    after = replace(EDITED[name], optimizer=chosen)
    end = finished(run(before))
    state = carry_over(before, after, end.state)
    assert state is not None
    positions = samples_of(before.data).inputs
    one, other = predict(before, end.state.weights, positions), predict(after, state.weights, positions)
    np.testing.assert_allclose(other / 255, one / 255, atol=1e-5)
    later = finished(run(after, state=state))
    assert later.state.epoch == 2 * end.state.epoch
    assert later.cost is not None
    assert end.cost is not None
    assert later.cost < end.cost


@pytest.mark.parametrize("place", [1, 2])
def test_a_new_layer_between_leaky_ones_passes_nearly_everything_on(place: int) -> None:
    leaky = part("layer", "dense", units=8, activation="leaky relu", slope=0.1, initialiser="he")
    layers = (leaky, leaky.has(units=9))
    before = small_painting(layers=layers, target_scaling="unit", cost="l2")
    new = layers[place - 1]
    after = replace(before, layers=(*layers[:place], new, *layers[place:]))
    end = finished(run(before))
    state = carry_over(before, after, end.state)
    assert state is not None
    positions = samples_of(before.data).inputs
    one, other = predict(before, end.state.weights, positions), predict(after, state.weights, positions)
    np.testing.assert_allclose(other, one, atol=2.0)  # of 255
    later = finished(run(epochs(after, 7), state=state))
    assert later.cost is not None
    assert end.cost is not None
    assert later.cost <= 1.5 * end.cost


def test_a_new_layer_that_bends_what_it_is_given_is_known_beforehand() -> None:
    tanh = part("layer", "dense", units=8, activation="tanh")
    leaky = tanh.has(activation="leaky relu")
    for layers, kept in (((tanh, tanh), False), ((leaky, leaky), True), ((leaky, tanh), False)):
        before = small_painting(layers=layers)
        after = replace(before, layers=(*layers, layers[-1]))
        assert can_carry_over(before, after) == kept
        assert not (kept and keeps_cost(before, after))
