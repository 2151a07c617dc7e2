"""Every optimizer of the catalog keeps to its entry; and details of Muon."""

from collections.abc import Callable
from functools import cache
from typing import Any

import keras
import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import batch_order, initial_weights, training_samples
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.training import steps
from cadl_desktop.engine.training.optimizers import optimizer_for, orthogonalised
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import entries, entry, part
from cadl_desktop.experiment.effort import memory_needed
from cadl_desktop.experiment.registry import Role
from cadl_desktop.experiment.shapes import learned_weights
from cadl_desktop.export.script.optimizer_code import optimizer_cell
from cadl_desktop.runs.events import EpochEnded
from cadl_desktop.runs.network_weights import flatten, weights_of
from tests.engine.runs import costs_by_step, epochs, finished, of_kind, run, same_bits, small_painting

RANDOM = np.random.default_rng(7)
RATE = 0.01
EVERY = list(entries("optimizer"))
WITH_STEP_SIZE = [kind for kind in EVERY if entry("optimizer", kind).step]


def network(kind: str, **changes: Any) -> Experiment:
    """Returns an experiment with hidden matrices that widen, narrow and keep their width, and all roles."""
    units = (6, 14, 14, 5)
    layers = [part("layer", "dense", units=count, activation="tanh", initialiser="xavier") for count in units]
    layers.insert(2, part("layer", "layer normalisation"))
    grid = part("encoding", "hash grid", levels=1, coarsest=12, table=64)
    return small_painting(
        encoding=grid,
        input_scaling="centred",
        target_scaling="unit",
        layers=tuple(layers),
        optimizer=part("optimizer", kind, rate=RATE),
        **changes,
    )


@cache
def compiled_update(experiment: Experiment) -> Any:
    return tf.function(optimizer_for(experiment).update, jit_compile=True, autograph=False)


def taking_steps(experiment: Experiment, gradients: list[Any], rate: float = RATE) -> tuple[Any, Any]:
    """Returns the parameters after each of these gradients, and the slots at the end."""
    optimizer, vector = optimizer_for(experiment), flatten(initial_weights(experiment))
    parameters = tf.constant(vector)
    slots = tuple(tf.fill(vector.shape, tf.constant(start, tf.float32)) for start in optimizer.starts)
    update, found = compiled_update(experiment), [vector]
    for count, gradient in enumerate(gradients, 1):
        moved = update(parameters, slots, tf.constant(gradient), tf.constant(count), tf.constant(rate))
        parameters, slots = moved
        found.append(parameters.numpy())
    return found, slots


def some_gradients(experiment: Experiment, count: int) -> list[Any]:
    size = len(flatten(initial_weights(experiment)))
    return list(RANDOM.standard_normal((count, size)).astype(np.float32))


@pytest.mark.parametrize("kind", EVERY)
def test_an_optimizer_has_as_many_slots_as_its_entry_declares(kind: str) -> None:
    experiment = network(kind)
    size, memories = len(flatten(initial_weights(experiment))), entry("optimizer", kind).memories
    _, slots = taking_steps(experiment, some_gradients(experiment, 2))
    assert [slot.shape for slot in slots] == [(size,)] * memories
    assert finished(run(epochs(experiment, 1))).state.slots.shape == (memories, size)
    bare = memory_needed(network("gradient descent")).weights
    assert memory_needed(experiment).weights >= bare + 4 * size * memories


@pytest.mark.parametrize("slope", [1e-3, 1.0])
@pytest.mark.parametrize("kind", WITH_STEP_SIZE)
def test_steps_are_as_large_as_the_entry_declares(kind: str, slope: float) -> None:
    """Measured along constant gradients."""
    experiment = network(kind)
    gradient = slope * some_gradients(experiment, 1)[0]
    found, _ = taking_steps(experiment, [gradient] * 300)
    size = float(np.sqrt(np.mean(np.square(found[-1] - found[-2]))))
    step_of = entry("optimizer", kind).step
    assert step_of is not None
    mean = float(np.sqrt(np.mean(np.square(gradient))))
    declared = step_of(experiment.optimizer, mean, learned_weights(experiment))
    assert size == pytest.approx(RATE * declared, rel=0.15)


@pytest.mark.parametrize("kind", EVERY)
def test_script_code_takes_the_same_ten_steps(kind: str) -> None:
    experiment = network(kind)
    gradients = some_gradients(experiment, 10)
    ours, _ = taking_steps(experiment, gradients)
    script: dict[str, Any] = {"tf": tf}
    exec(optimizer_cell(experiment, [experiment.optimizer]).code, script)
    weights = [tf.constant(array) for array in initial_weights(experiment)]
    memory = [[tf.fill(weight.shape, first) for weight in weights] for first in script["MEMORY"]]
    for count, gradient in enumerate(gradients, 1):
        slopes = list(map(tf.constant, weights_of(experiment, gradient)))
        weights, memory = script["update"](weights, memory, slopes, count, RATE)
    theirs = np.concatenate([weight.numpy().ravel() for weight in weights])
    assert np.abs(ours[-1] - ours[0]).max() > 0.001
    np.testing.assert_allclose(theirs, ours[-1], rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize("kind", EVERY)
def test_a_run_resumed_from_a_state_gives_the_same_bits(kind: str) -> None:
    whole = finished(run(epochs(network(kind), 4))).state
    half = finished(run(epochs(network(kind), 2))).state
    assert same_bits(finished(run(epochs(network(kind), 4), state=half)).state, whole)


@pytest.mark.parametrize("kind", EVERY)
def test_it_learns(kind: str) -> None:
    costs = [event.cost for event in of_kind(run(epochs(network(kind), 15)), EpochEnded)]
    assert costs[-1] < 0.95 * costs[0]


def test_roles_of_the_weights() -> None:
    first: list[Role] = ["table", "first", "bias", "hidden", "bias", "normalisation", "normalisation"]
    assert [weight.role for weight in learned_weights(network("adam"))] == [
        *first,
        *["hidden", "bias", "hidden", "bias", "last", "bias"],
    ]
    data = part("dataset", "pictures", count=3, identity="embedding", dimensions=4)
    siren = part("encoding", "siren", features=8)
    layers = (part("layer", "dense", units=5, bias=False),)
    faces = small_painting(data=data, encoding=siren, layers=layers, output=part("output", "sum"))
    found = [(weight.shape, weight.role) for weight in learned_weights(faces)]
    assert found == [((2, 8), "first"), ((8,), "bias"), ((3, 4), "table"), ((12, 5), "hidden")]


@pytest.mark.parametrize("shape", [(9, 9), (12, 5), (5, 12), (1, 7), (7, 1)])
def test_newton_schulz_changes_only_the_singular_values(shape: tuple[int, int]) -> None:
    matrix = RANDOM.standard_normal(shape)
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    values = values / np.linalg.norm(values)
    for _ in range(5):
        values = 3.4445 * values - 4.7750 * values**3 + 2.0315 * values**5
    assert values.max() < 1.25
    found = tf.function(orthogonalised, jit_compile=True)(tf.constant(matrix, tf.float32)).numpy()
    np.testing.assert_allclose(found, left @ np.diag(values) @ right, atol=2e-4)


def test_a_matrix_without_a_gradient_does_not_change() -> None:
    experiment = network("muon")
    found, _ = taking_steps(experiment, [np.zeros_like(some_gradients(experiment, 1)[0])] * 2)
    np.testing.assert_array_equal(found[-1], found[0])


class JordansScaling(keras.optimizers.Muon):
    def lr_adjust(self, x: Any) -> Any:
        return x * max(1.0, x.shape[1] / x.shape[0]) ** 0.5


@pytest.mark.parametrize(
    ("units", "theirs"), [((8, 8, 8), keras.optimizers.Muon), ((8, 20, 5), JordansScaling)]
)
def test_ten_steps_of_muon_equal_those_of_keras(units: tuple[int, ...], theirs: Callable[..., Any]) -> None:
    """Keras's default scaling is Moonlight's; Jordan's leaves square matrices unscaled."""
    optimizer = part("optimizer", "muon", rate=0.02, share=0.3)
    layers = tuple(part("layer", "dense", units=count, initialiser="xavier") for count in units)
    experiment = small_painting(layers=layers, target_scaling="unit", cost="l2", optimizer=optimizer)
    xs, ys = training_samples(experiment)
    last = len(units)
    names = [f"{'first' if i == 0 else 'last' if i == last else 'hidden'}_{i}" for i in range(last + 1)]
    variables = [
        keras.Variable(array, name=names[place // 2])
        for place, array in enumerate(initial_weights(experiment))
    ]
    muon = theirs(
        learning_rate=0.02,
        weight_decay=None,
        adam_weight_decay=None,
        adam_lr_ratio=0.3,
        epsilon=1e-8,
        rms_rate=None,
        exclude_layers=["first", "last"],
    )

    def cost(x: Any, y: Any) -> Any:
        for place in range(0, 2 * last, 2):
            x = tf.nn.relu(tf.matmul(x, variables[place].value) + variables[place + 1].value)
        return tf.reduce_mean(tf.square(tf.matmul(x, variables[-2].value) + variables[-1].value - y))

    costs = [float(cost(xs, ys))]
    for rows in np.concatenate([batch_order(experiment, epoch) for epoch in (0, 1)])[:10]:
        with tf.GradientTape() as tape:
            value = cost(xs[rows], ys[rows])
        muon.apply(tape.gradient(value, [variable.value for variable in variables]), variables)
        costs.append(float(cost(xs, ys)))
    np.testing.assert_allclose(costs_by_step(experiment, 10), costs, rtol=1e-4)
    assert costs[-1] < 0.9 * costs[0]


def test_muon_on_large_steps_that_are_split_over_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    layers = (part("layer", "dense", units=96), part("layer", "dense", units=160), part("layer", "dense"))
    experiment = replace(network("muon"), encoding=part("encoding", "none"), layers=layers, batch_size=144)
    whole = costs_by_step(experiment, 5)
    monkeypatch.setattr(steps, "_kept", type(steps._kept)())
    monkeypatch.setattr(steps, "LARGE_STEP", 1e6)
    assert steps.shards_for(experiment, 144, 2) == 2
    np.testing.assert_allclose(costs_by_step(experiment, 5), whole, rtol=1e-3)
