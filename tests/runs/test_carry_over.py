"""Transfer of learned weights to an edited network, which computes the same wherever possible."""

import tracemalloc

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from cadl_desktop.experiment import Experiment, Part, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_layer_duplicated
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.methods.following import followed
from cadl_desktop.experiment.shapes import input_columns, parameter_count, weight_shapes, with_frozen
from cadl_desktop.runs.carry_over import (
    carry_over,
    change_in_words,
    differ_only_at_start,
    keeps_cost,
    why_not_carried,
    without_neuron,
)
from cadl_desktop.runs.events import RunState

PAINTING = replace(
    preset("lecture-painting"),
    layers=(part("layer", "dense", units=12), part("layer", "dense", units=10, activation="tanh")),
    seed=5,
)
TANH = preset("lecture-tanh")
LEARNED = preset("learned-painting")
ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sine": np.sin,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}


def trained(experiment: Experiment, memories: int = 2) -> RunState:
    """State with weights of every sign; the second slot holds sizes and is never negative."""
    draw = np.random.default_rng(3)
    shapes = [shape for column in weight_shapes(experiment) for shape in column]
    weights = tuple(draw.normal(0, 0.6, shape).astype(np.float32) for shape in shapes)
    slots = draw.normal(0, 1, (memories, parameter_count(experiment))).astype(np.float32)
    slots[1:] = np.abs(slots[1:])
    return RunState(90, 10, 0, 1.5, weights, slots, LiveSettings.of(experiment))


def computed(experiment: Experiment, weights: tuple[NDArray[np.float32], ...]) -> NDArray[np.float64]:
    """Forward pass written out, on inputs of both signs."""
    inputs = values = np.random.default_rng(0).normal(0, 1.5, (200, input_columns(experiment)))
    left = [array.astype(np.float64) for array in weights]
    for layer in (*experiment.layers, experiment.output):
        if layer.kind == "sum":
            values = values.sum(1, keepdims=True)
            continue
        if layer.kind == "dropout":
            continue
        if layer.kind == "skip":
            values = np.concatenate([values, inputs], axis=1)
            continue
        if layer.kind == "layer normalisation":
            centred = values - values.mean(1, keepdims=True)
            values = centred / np.sqrt((centred**2).mean(1, keepdims=True) + 1e-5)
            values = values * left.pop(0) + left.pop(0)
            continue
        values = values @ left.pop(0)
        if layer["bias"]:
            values = values + left.pop(0)
        values = ACTIVATIONS[layer["activation"]](values)
    assert left == []
    return values


def with_units(experiment: Experiment, index: int, units: int) -> Experiment:
    layers = list(experiment.layers)
    layers[index] = layers[index].has(units=units)
    return replace(experiment, layers=tuple(layers))


def with_layer(experiment: Experiment, index: int, layer: Part) -> Experiment:
    layers = list(experiment.layers)
    layers.insert(index, layer)
    return replace(experiment, layers=tuple(layers))


def carried(before: Experiment, after: Experiment, state: RunState) -> RunState:
    found = carry_over(before, after, state)
    assert found is not None
    shapes = [shape for column in weight_shapes(after) for shape in column]
    assert [array.shape for array in found.weights] == shapes
    assert found.slots.shape == (len(state.slots), parameter_count(after))
    assert {array.dtype for array in (*found.weights, found.slots)} == {np.dtype(np.float32)}
    assert all(array.flags.c_contiguous for array in found.weights)
    assert (found.step, found.epoch, found.row) == (90, 10, 0)
    assert found.settings == replace(state.settings, frozen=LiveSettings.of(after).frozen)
    return found


RELU, LINEAR = part("layer", "dense", units=12), part("layer", "dense", units=10, activation="linear")
NO_BIAS = replace(PAINTING, layers=tuple(layer.has(bias=False) for layer in PAINTING.layers))
SUMMED = replace(TANH, layers=(*TANH.layers, part("layer", "sum")), output=part("output", "dense"))
STARTED = PAINTING.layers[0].has(bias_start=0.5)
BENT = replace(
    PAINTING,
    layers=(PAINTING.layers[0].has(activation="sigmoid"), PAINTING.layers[1].has(activation="relu")),
    output=PAINTING.output.has(activation="tanh"),
)
SAME: dict[str, tuple[Experiment, Experiment]] = {
    "wider first layer": (PAINTING, with_units(PAINTING, 0, 17)),
    "wider last layer": (PAINTING, with_units(PAINTING, 1, 41)),
    "both wider": (PAINTING, with_units(with_units(PAINTING, 0, 13), 1, 11)),
    "wider without a bias": (NO_BIAS, with_units(NO_BIAS, 0, 30)),
    "a bias more": (NO_BIAS, PAINTING),
    "new relu after relu": (PAINTING, with_layer(PAINTING, 1, RELU)),
    "new wider relu after relu": (PAINTING, with_layer(PAINTING, 1, RELU.has(units=20))),
    "new linear after tanh": (PAINTING, with_layer(PAINTING, 2, LINEAR)),
    "new wider linear first": (PAINTING, with_layer(PAINTING, 0, LINEAR)),
    "two new ones and wider": (
        PAINTING,
        with_layer(with_layer(with_units(PAINTING, 0, 14), 1, RELU.has(units=15)), 3, LINEAR),
    ),
    "other optimizer settings": (PAINTING, replace(PAINTING, optimizer=PAINTING.optimizer.has(beta1=0.8))),
    "another optimizer": (PAINTING, replace(PAINTING, optimizer=part("optimizer", "momentum"))),
    "other first weights": (PAINTING, replace(PAINTING, output=PAINTING.output.has(initialiser="he"))),
    "other first biases": (PAINTING, replace(PAINTING, layers=(STARTED, *PAINTING.layers[1:]))),
    "other first weights and more of them": (
        PAINTING,
        replace(PAINTING, layers=(STARTED.has(units=20), *PAINTING.layers[1:])),
    ),
    "wider before a sum": (TANH, with_units(TANH, 0, 15)),
    "wider before a sum layer": (SUMMED, with_units(SUMMED, 0, 12)),
    "new linear before a sum": (TANH, with_layer(TANH, 1, LINEAR.has(units=11))),
}


@pytest.mark.parametrize("name", SAME)
def test_the_function_stays(name: str) -> None:
    before, after = SAME[name]
    state = trained(before)
    found = carried(before, after, state)
    np.testing.assert_allclose(
        computed(after, found.weights), computed(before, state.weights), rtol=1e-5, atol=1e-5
    )


def test_other_activations_take_the_weights_over() -> None:
    state = trained(PAINTING)
    found = carried(PAINTING, BENT, state)
    for own, other in zip(found.weights, state.weights, strict=True):
        np.testing.assert_array_equal(own, other)
    np.testing.assert_array_equal(found.slots, state.slots)
    assert not keeps_cost(PAINTING, BENT)
    assert change_in_words(PAINTING, BENT) == "Sigmoid in layer 1, ReLU in layer 2, Tanh in the output"


def test_only_other_first_weights_are_told_from_other_edits() -> None:
    assert differ_only_at_start(*SAME["other first weights"])
    assert differ_only_at_start(*SAME["other first biases"])
    others = [PAINTING, BENT, SAME["other first weights and more of them"][1], replace(PAINTING, seed=6)]
    assert not any(differ_only_at_start(PAINTING, other) for other in others)


@pytest.mark.parametrize(("before", "index"), [(PAINTING, 0), (PAINTING, 1), (TANH, 0)])
def test_no_two_neurons_are_alike_in_and_out(before: Experiment, index: int) -> None:
    """Copies with equal weights in and out would learn the same for ever."""
    after = with_units(before, index, 2 * before.layers[index]["units"])
    found = carried(before, after, trained(before))
    incoming = found.weights[2 * index]
    outgoing = found.weights[2 * index + 2] if before is PAINTING else np.zeros((incoming.shape[1], 1))
    everything = np.concatenate([incoming, outgoing.T])
    assert len(np.unique(everything.T, axis=0)) == everything.shape[1]


def test_a_wider_layer_is_the_same_each_time_and_another_for_another_seed() -> None:
    wider, state = with_units(PAINTING, 0, 20), trained(PAINTING)
    one, again = carried(PAINTING, wider, state), carried(PAINTING, wider, state)
    other = carried(replace(PAINTING, seed=6), replace(wider, seed=6), state)
    assert all(np.array_equal(a, b) for a, b in zip(one.weights, again.weights, strict=True))
    assert not np.array_equal(one.weights[2], other.weights[2])


def test_slots_move_with_their_weights() -> None:
    state = trained(PAINTING)
    found = carried(PAINTING, with_units(PAINTING, 0, 15), state)
    before, after = state.slots[:, :24].reshape(2, 2, 12), found.slots[:, :30].reshape(2, 2, 15)
    np.testing.assert_array_equal(after[..., :12], before)
    for column in range(12, 15):
        copied = np.flatnonzero((state.weights[0] == found.weights[0][:, [column]]).all(0))
        np.testing.assert_array_equal(after[..., column], before[..., copied[0]])


def test_slots_of_new_weights_have_no_direction_and_the_mean_size() -> None:
    state = trained(PAINTING)
    found = carried(PAINTING, with_layer(PAINTING, 2, LINEAR), state)
    end = parameter_count(PAINTING) - 33
    new = found.slots[:, end : end + 110]
    assert (new[0] == 0).all()
    np.testing.assert_allclose(new[1], state.slots[1].mean(), rtol=1e-5)


def test_an_optimizer_without_slots() -> None:
    descent = replace(PAINTING, optimizer=part("optimizer", "gradient descent"))
    state = replace_slots(trained(descent))
    assert carried(descent, with_units(descent, 1, 20), state).slots.shape[0] == 0


def replace_slots(state: RunState) -> RunState:
    from dataclasses import replace as replaced

    return replaced(state, slots=state.slots[:0])


def test_a_narrower_layer_loses_its_least_important_neurons_only() -> None:
    state = trained(PAINTING)
    state.weights[0][:, 4] = 0.0
    state.weights[2][7] = 0.0
    found = carried(PAINTING, with_units(PAINTING, 0, 10), state)
    kept = [number for number in range(12) if number not in (4, 7)]
    np.testing.assert_array_equal(found.weights[0], state.weights[0][:, kept])
    np.testing.assert_array_equal(found.weights[1], state.weights[1][kept])
    np.testing.assert_array_equal(found.weights[2], state.weights[2][kept])
    for old, new in zip(state.weights[3:], found.weights[3:], strict=True):
        np.testing.assert_array_equal(new, old)
    memory = state.slots[1, :24].reshape(2, 12)
    np.testing.assert_array_equal(found.slots[1, :20].reshape(2, 10), memory[:, kept])


def test_a_narrower_layer_before_a_sum() -> None:
    state = trained(TANH)
    found = carried(TANH, with_units(TANH, 0, 9), state)
    sizes = np.abs(state.weights[0][0])
    np.testing.assert_array_equal(found.weights[0][0], np.delete(state.weights[0][0], sizes.argmin()))


def test_reordered_layers_take_no_more_memory_than_both_networks() -> None:
    few, many = (part("layer", "dense", units=units) for units in (4, 2000))
    before, after = (replace(PAINTING, layers=layers) for layers in ((few, many, few), (many, few, many)))
    state = trained(before)
    tracemalloc.start()
    try:
        assert carry_over(before, after, state) is not None
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_layer_may_be_frozen_with_the_same_edit() -> None:
    after = with_frozen(with_units(PAINTING, 0, 14), (1, 2))
    found = carried(PAINTING, after, trained(PAINTING))
    assert found.settings.frozen == (1, 2)
    free = with_units(PAINTING, 0, 14)
    assert carried(after, with_frozen(with_units(free, 1, 11), ()), found).settings.frozen == ()


def test_a_duplicated_layer_passes_its_inputs_on() -> None:
    even = with_units(PAINTING, 1, 12)
    after = with_layer_duplicated(replace(even, layers=(RELU, RELU)), 0)
    before = replace(even, layers=(RELU, RELU))
    state = trained(before)
    np.testing.assert_allclose(
        computed(after, carried(before, after, state).weights), computed(before, state.weights), atol=1e-5
    )


ANEW: dict[str, tuple[Experiment, Experiment]] = {
    "a removed layer": (PAINTING, replace(PAINTING, layers=PAINTING.layers[:1])),
    "a bias less": (PAINTING, NO_BIAS),
    "another seed": (PAINTING, replace(PAINTING, seed=6)),
    "another picture": (PAINTING, replace(PAINTING, data=PAINTING.data.has(source="cat"))),
    "another scaling": (PAINTING, replace(PAINTING, input_scaling="centred")),
    "another size": (LEARNED, followed(LEARNED, replace(LEARNED, parameters=0.025))),
    "another output": (TANH, replace(TANH, output=part("output", "dense"))),
    "new relu after tanh": (PAINTING, with_layer(PAINTING, 2, RELU)),
    "new wider relu first": (PAINTING, with_layer(PAINTING, 0, RELU.has(units=30))),
    "new tanh": (PAINTING, with_layer(PAINTING, 1, RELU.has(activation="tanh"))),
    "new one that is too narrow": (PAINTING, with_layer(PAINTING, 1, RELU.has(units=11))),
    "new sum": (TANH, with_layer(TANH, 1, part("layer", "sum"))),
    "wider relu before a sum": (
        replace(TANH, layers=(RELU,)),
        replace(TANH, layers=(RELU.has(units=13),)),
    ),
}


@pytest.mark.parametrize("name", ANEW)
def test_other_edits_start_anew(name: str) -> None:
    before, after = ANEW[name]
    assert carry_over(before, after, trained(before)) is None
    edited = {"another seed": "seed", "another picture": "data", "another scaling": "scaling"}
    edited["another size"] = "network size"
    assert edited.get(name, "layers") in why_not_carried(before, after)


def test_the_original_state_is_not_changed() -> None:
    state = trained(PAINTING)
    copies = [array.copy() for array in (*state.weights, state.slots)]
    carried(PAINTING, SAME["two new ones and wider"][1], state)
    for array, copy in zip((*state.weights, state.slots), copies, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_layers_of_a_deep_network_are_matched() -> None:
    deep = replace(PAINTING, layers=(RELU,) * 30)
    deeper = replace(PAINTING, layers=(RELU,) * 40)
    state = trained(deep)
    found = carried(deep, deeper, state)
    np.testing.assert_allclose(
        computed(deeper, found.weights), computed(deep, state.weights), rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wider last layer", "10 → 41 neurons in layer 2"),
        ("new linear after tanh", "new layer 3"),
        ("two new ones and wider", "12 → 14 neurons in layer 1, new layer 2, new layer 4"),
        ("other optimizer settings", "other settings"),
        ("other first weights", "other initial weights"),
    ],
)
def test_an_edit_in_words(name: str, words: str) -> None:
    assert change_in_words(*SAME[name]) == words


DROPOUT, SKIP = part("layer", "dropout"), part("layer", "skip")
NORMALISED = part("layer", "layer normalisation")


@pytest.mark.parametrize("between", [(DROPOUT,), (SKIP,), (SKIP, DROPOUT)])
def test_a_wider_layer_computes_the_same_through_dropout_and_skip(between: tuple[Part, ...]) -> None:
    first, second = PAINTING.layers
    before = replace(PAINTING, layers=(first, *between, second))
    state = trained(before)
    after = with_units(before, 0, 20)
    found = carried(before, after, state)
    expected = computed(before, state.weights)
    np.testing.assert_allclose(computed(after, found.weights), expected, atol=1e-4)


def test_a_normalised_layer_gets_narrower_and_not_wider() -> None:
    first, second = PAINTING.layers
    before = replace(PAINTING, layers=(first, NORMALISED, second))
    carried(before, with_units(before, 0, 5), trained(before))
    assert carry_over(before, with_units(before, 0, 20), trained(before)) is None


@pytest.mark.parametrize("between", [(), (DROPOUT,), (SKIP,)])
def test_removing_a_neuron_equals_cutting_its_outputs(between: tuple[Part, ...]) -> None:
    """The function is that of the network with the neuron's outgoing weights set to 0."""
    first, second = PAINTING.layers
    before = replace(PAINTING, layers=(first, *between, second))
    state = trained(before)
    left = without_neuron(before, state, 0, 7)
    assert left is not None
    cut = [array.copy() for array in state.weights]
    cut[2][7] = 0
    expected = computed(before, tuple(cut))
    after = with_units(before, 0, 11)
    np.testing.assert_allclose(computed(after, left.weights), expected, atol=1e-4)
    assert left.slots.shape == (2, parameter_count(after))
    np.testing.assert_array_equal(
        left.slots[:, :14], state.slots[:, [*range(7), *range(8, 12), *range(12, 15)]]
    )


def test_removing_a_neuron_removes_its_normalisation_scale_and_shift() -> None:
    first, second = PAINTING.layers
    before = replace(PAINTING, layers=(first, SKIP, NORMALISED, second))
    state = trained(before)
    left = without_neuron(before, state, 0, 7)
    assert left is not None
    for place in (2, 3, 4):
        np.testing.assert_array_equal(left.weights[place], np.delete(state.weights[place], 7, 0))
