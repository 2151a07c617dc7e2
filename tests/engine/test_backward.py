"""Backward passes in a pause: gradients are those of the next batch, and the step is the one that comes."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.engine import Control, batch_order, train
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.evaluation.backward_pass import CURVE_PLACES, places_of_batch
from cadl_desktop.engine.network.forward_pass import activations
from cadl_desktop.engine.prepared_samples import PreparedSamples, prepare
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import entries, entry, part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Stop
from cadl_desktop.experiment.shapes import is_encoded, with_frozen
from cadl_desktop.runs.events import BackwardPass, Floats, Paused, RunState
from tests.engine.runs import small_painting

DENSE = part("layer", "dense", units=8, activation="tanh")
CLOSE = 1e-4
"""Largest difference, as a share of the largest number of an array."""
Passes = dict[int, BackwardPass]
States = dict[int, RunState]


def single_steps(
    experiment: Experiment, count: int, at_pause: Callable[[Control, int], None] = lambda control, step: None
) -> tuple[Passes, States]:
    """The last backward pass and the state before each of `count` single steps, and the state after them."""
    control = Control(picture_seconds=None)
    control.set_backward(True)
    control.pause()
    passes, states = Passes(), States()
    for event in train(experiment, control):
        if isinstance(event, BackwardPass):
            passes[event.step] = event
        elif isinstance(event, Paused):
            states[event.state.step] = event.state
            at_pause(control, event.state.step)
            control.step() if event.state.step < count else control.stop()
    return passes, states


def batch_of(experiment: Experiment, prepared: PreparedSamples, step: int) -> np.ndarray:
    per_epoch = len(batch_order(experiment, 0))
    return prepared.training[batch_order(experiment, step // per_epoch)[step % per_epoch]]


def reference(experiment: Experiment, state: RunState) -> tuple[list[Floats], list[Floats]]:
    """Gradients of the next batch's cost by each weight, and by each column for each sample of the batch."""
    prepared = prepare(experiment)
    rows = batch_of(experiment, prepared, state.step)
    chance = tf.constant([experiment.seed % 2**30, state.step])

    def gradients(weights: Any, inputs: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch([*weights, inputs])
            values = activations(experiment, weights, inputs, chance)
            costs = entry("cost", experiment.cost).load()(values[-1], prepared.targets_of(rows))
            cost = tf.reduce_mean(costs)
        columns = [inputs, *(values if is_encoded(experiment) else values[1:])]
        return tape.gradient(cost, (weights, columns), unconnected_gradients=tf.UnconnectedGradients.ZERO)

    if any(layer.kind == "dropout" for layer in experiment.layers):
        gradients = tf.function(gradients, jit_compile=True)  # as steps are, which draw the same numbers then
    found = gradients([tf.constant(array) for array in state.weights], tf.constant(prepared.inputs_of(rows)))
    by_weight, by_value = ([tf.convert_to_tensor(each).numpy() for each in every] for every in found)
    return by_weight, by_value


def assert_close(found: Floats, wanted: Floats) -> None:
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max(initial=0) <= CLOSE * np.abs(wanted).max(initial=0)


def networks() -> Iterator[Experiment]:
    """A network with each layer and each activation of the catalog, curves, encodings and many pictures."""
    for kind in entries("layer"):
        yield small_painting(layers=(DENSE, part("layer", kind), DENSE), cost="l2")
    for kind in entries("activation"):
        layers = (part("layer", "dense", units=8, activation=kind), DENSE)
        yield small_painting(layers=layers, target_scaling="unit")
    for kind in entries("encoding"):
        yield small_painting(encoding=part("encoding", kind))
    curve = replace(preset("lecture-line"), layers=(DENSE, DENSE), batch_size=7)
    yield curve
    yield small_painting(data=part("dataset", "pictures", count=3, longest=8, identity="embedding"))


@pytest.mark.parametrize("experiment", list(networks()), ids=lambda each: repr(each.layers)[:60])
def test_gradients_are_those_of_a_tape_on_the_same_batch(experiment: Experiment) -> None:
    passes, states = single_steps(experiment, 2)
    for step in (0, 2):
        by_weight, by_value = reference(experiment, states[step])
        shown = passes[step]
        for found, wanted in zip(shown.gradients, by_weight, strict=True):
            assert_close(found, wanted)
        prepared = prepare(experiment)
        _, count, places = places_of_batch(prepared.samples, batch_of(experiment, prepared, step))
        for found, each in zip(shown.columns, by_value, strict=True):
            summed = np.zeros((count, each.shape[1]), np.float32)
            np.add.at(summed, places, each)
            assert_close(found.T, summed)


def masked(experiment: Experiment) -> Experiment:
    mask = np.zeros((12, 12), np.bool_)
    mask[4:7, 4:7] = True
    return replace(experiment, data=experiment.data.has(mask=mask_to_png(mask)))


def trainings() -> Iterator[Experiment]:
    """Experiments that make their steps in different ways."""
    yield small_painting()
    for kind in entries("optimizer"):
        chosen = part("optimizer", kind)
        yield with_frozen(small_painting(optimizer=chosen, l1=1e-3, l2=1e-3), (1,))
    for kind in entries("cost"):
        yield small_painting(cost=kind, target_scaling="unit")
    yield masked(small_painting(smoothness=0.1, bending=0.1, coherence=1e-4))
    yield small_painting(layers=(DENSE, part("layer", "dropout", share=0.5), DENSE))
    yield small_painting(batch_size=100, layers=(part("layer", "dense", units=256), DENSE) * 2)  # split
    yield small_painting(validation=0.3, batch_size=50)  # two steps an epoch
    yield small_painting(batch_size=5000)  # all samples
    for schedule in ("cosine", "exponential"):
        over_run = part("schedule", schedule, over="run")
        yield small_painting(schedule=over_run)
        yield small_painting(schedule=over_run, stop=Stop(epochs=None, seconds=30.0))


@pytest.mark.parametrize("experiment", list(trainings()), ids=lambda each: repr(each.optimizer)[:60])
def test_a_step_is_to_the_bit_the_one_that_was_shown(experiment: Experiment) -> None:
    passes, states = single_steps(experiment, 4)
    for step in range(4):
        for shown, came in zip(passes[step].after, states[step + 1].weights, strict=True):
            np.testing.assert_array_equal(shown, came)
        np.testing.assert_array_equal(passes[step].slots, states[step].slots)
        assert passes[step].count == step + 1
    moved = zip(passes[0].weights, passes[0].after, strict=True)
    assert any((before != after).any() for before, after in moved)


def test_the_gradients_and_those_of_the_penalties_are_what_the_step_is_made_of() -> None:
    descent = part("optimizer", "gradient descent", rate=0.5)
    layers = (DENSE, part("layer", "dropout", share=0.5), DENSE)
    plain = small_painting(layers=layers, optimizer=descent, cost="l2", target_scaling="unit")
    penalised = masked(replace(plain, l1=0.01, l2=0.01, smoothness=0.1, bending=0.1, coherence=1e-3))
    split = replace(plain, batch_size=100, layers=(part("layer", "dense", units=256), *layers) * 2)
    for experiment in (plain, penalised, split):
        for shown in single_steps(experiment, 2)[0].values():
            penalties = shown.penalties or tuple(map(np.zeros_like, shown.gradients))
            every = zip(shown.weights, shown.after, shown.gradients, penalties, strict=True)
            for before, after, gradient, penalty in every:
                np.testing.assert_allclose(
                    before - after, shown.rate * (gradient + penalty), rtol=2e-4, atol=3e-7
                )


def test_a_setting_changed_in_a_pause_is_in_the_step_that_is_shown() -> None:
    experiment = small_painting(schedule=part("schedule", "cosine", over="run"))
    settings = LiveSettings.of(experiment)
    momentum = part("optimizer", "momentum", rate=0.01)
    changes = {
        1: replace(settings, rate=0.1, l2=0.5),
        2: replace(settings, batch_size=40),
        3: replace(settings, optimizer=momentum, rate=0.01, frozen=(2,)),
        4: replace(settings, cost="l2"),
    }

    def at_pause(control: Control, step: int) -> None:
        if step in changes:
            control.change(changes[step])
        if step == 5:
            control.set_stop(Stop(epochs=50))
        control.set_backward(True)

    passes, states = single_steps(experiment, 6, at_pause)
    for step in range(6):
        for shown, came in zip(passes[step].after, states[step + 1].weights, strict=True):
            np.testing.assert_array_equal(shown, came)
    assert passes[3].settings == changes[3]
    assert passes[3].count == 1


def test_nothing_is_computed_unless_it_is_requested() -> None:
    control = Control(probe_seconds=0.0)
    control.pause()
    control.step()
    control.resume()
    assert not any(isinstance(event, BackwardPass) for event in train(small_painting(), control))


def test_a_pass_can_be_requested_and_given_up_in_a_pause() -> None:
    control, seen = Control(), []
    control.pause()
    for event in train(small_painting(), control):
        if isinstance(event, Paused):
            seen.append("paused")
            if len(seen) == 1:
                control.set_backward(True)
                control.set_backward(False)
                control.step()
            else:
                control.stop()
        if isinstance(event, BackwardPass):
            seen.append("looked back")
    assert seen == ["paused", "paused"]


def test_samples_lie_at_places_as_in_the_picture_and_along_the_curve() -> None:
    samples = prepare(small_painting()).samples
    grid, count, places = places_of_batch(samples, np.array([0, 11, 132, 143] * 36, np.int32))
    assert (grid, count) == ((12, 12), 144)
    assert places[:4].tolist() == [0, 11, 132, 143]
    grid, count, places = places_of_batch(samples, np.array([0, 143], np.int32))
    assert (grid, count) == ((2, 2), 4)
    assert places.tolist() == [0, 3]
    curve = prepare(preset("lecture-line")).samples
    order = np.argsort(curve.inputs[:, 0]).astype(np.int32)
    grid, count, places = places_of_batch(curve, order)
    assert (grid, count) == (None, CURVE_PLACES)
    assert (np.diff(places) >= 0).all()
    assert 0 < places[0] < places[-1] < CURVE_PLACES - 1  # a margin on either side, where no data are
