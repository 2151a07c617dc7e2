"""Frozen layers keep the bits of their weights."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import Control, initial_weights, train
from cadl_desktop.engine.prepared_samples import prepare
from cadl_desktop.engine.training import stepper as stepper_module
from cadl_desktop.engine.training.orders import WholeOrder
from cadl_desktop.engine.training.stepper import Stepper
from cadl_desktop.engine.training.steps import compiled_for
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.shapes import with_frozen
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import Changed, EpochEnded, Event, Paused, Progressed, RunState
from tests.engine.runs import epochs, finished, of_kind, run, same_bits, small_painting


def mixed(**changes: object) -> Experiment:
    """Dense, layer normalisation, dense, output: W1 b1, its two, W3 b3, W4 b4."""
    dense = part("layer", "dense", units=8, activation="tanh")
    layers = (dense, part("layer", "layer normalisation"), dense)
    return small_painting(**{"layers": layers, "target_scaling": "unit"} | changes)


@pytest.mark.parametrize("optimizer", entries("optimizer"))
def test_frozen_weights_keep_their_bits_under_penalties(optimizer: str) -> None:
    chosen = part("optimizer", optimizer)
    experiment = with_frozen(mixed(optimizer=chosen, l1=0.001, l2=0.01), (1, 2, 4))
    before = initial_weights(experiment)
    after = finished(run(epochs(experiment, 2))).state.weights
    stays = [np.array_equal(old, new) for old, new in zip(before, after, strict=True)]
    assert stays == [True, True, True, True, False, False, True, True]


def test_other_layers_learn_as_if_frozen_weights_were_constants() -> None:
    """Gradient descent on W3 and b3 alone: freezing changes no other gradient of the first step."""
    experiment = mixed(optimizer=part("optimizer", "gradient descent"), l2=0.01)
    frozen = one_step(with_frozen(experiment, (1, 2, 4)))
    free = one_step(experiment)
    for ours, theirs in zip(frozen.weights[4:6], free.weights[4:6], strict=True):
        np.testing.assert_array_equal(ours, theirs)


def one_step(experiment: Experiment) -> RunState:
    control = Control(picture_seconds=None)
    control.step()
    for event in train(experiment, control):
        if isinstance(event, Paused):
            control.stop()
    return event.state


def test_frozen_weights_keep_their_bits_in_batches_split_over_cores() -> None:
    wide = part("layer", "dense", units=256)
    experiment = with_frozen(small_painting(layers=(wide, wide), batch_size=100), (2,))
    before = initial_weights(experiment)
    after = finished(run(epochs(experiment, 1))).state.weights
    stays = [np.array_equal(old, new) for old, new in zip(before, after, strict=True)]
    assert stays == [False, False, True, True, False, False]


def selections_in(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> int:
    """Number of element-wise selections in the graph of the compiled steps."""
    graphs: list[Any] = []

    def spied(run: Any) -> Any:
        def spy(*arguments: Any) -> Any:
            graphs.append(run.get_concrete_function(*arguments).graph.as_graph_def())
            return run(*arguments)

        return spy

    monkeypatch.setattr(stepper_module, "SingleTraceFunction", spied)
    prepared = prepare(experiment)
    stepper = Stepper(experiment, prepared)
    stepper.steps(stepper.first_point(None), WholeOrder(prepared, experiment.seed, 0), 1)
    nodes = [*graphs[0].node, *(node for each in graphs[0].library.function for node in each.node_def)]
    return sum(node.op == "SelectV2" for node in nodes)


def test_without_frozen_layers_a_step_has_no_selections(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = mixed(optimizer=part("optimizer", "momentum"))
    none = selections_in(experiment, monkeypatch)
    frozen = selections_in(with_frozen(experiment, (1,)), monkeypatch)
    assert frozen == none + 2  # the weights and their one slot


def changed_before_the_first_step(experiment: Experiment, *choices: tuple[int, ...]) -> list[Event]:
    control = Control()
    events: list[Event] = []
    for event in train(experiment, control):
        events.append(event)
        if isinstance(event, Progressed) and event.step == 0:
            for columns in choices:
                control.change(replace(LiveSettings.of(experiment), frozen=columns))
    return events


def test_layers_are_frozen_and_unfrozen_live_and_logged() -> None:
    events = changed_before_the_first_step(epochs(mixed(), 1), (1, 4), (1,), (), ())
    assert [event.change for event in of_kind(events, Changed)] == [
        Change(0, "frozen", "layer 1, output"),
        Change(0, "frozen", "layer 1"),
        Change(0, "frozen", "nothing"),
    ]


def test_a_run_ends_when_its_last_learning_layer_is_frozen() -> None:
    control = Control(picture_seconds=None)
    events, experiment = [], epochs(mixed(), 2000)
    for event in train(experiment, control):
        events.append(event)
        if isinstance(event, EpochEnded) and event.step > 20:
            control.change(replace(LiveSettings.of(experiment), frozen=(1, 2, 3, 4)))
    end = finished(events)
    assert end.reason == "frozen"
    assert end.message == f"Ended at step {end.state.step:,}: every layer is frozen, so nothing would learn."
    assert end.state.settings.frozen == (1, 2, 3, 4)


def test_a_run_that_was_frozen_live_continues_exactly() -> None:
    experiment = mixed()
    whole = finished(changed_before_the_first_step(epochs(experiment, 4), (1, 4))).state
    half = finished(changed_before_the_first_step(epochs(experiment, 2), (1, 4))).state
    assert half.settings.frozen == (1, 4)
    assert same_bits(finished(run(epochs(experiment, 4), state=half)).state, whole)
    assert not same_bits(finished(run(epochs(experiment, 4))).state, whole)


def test_unfrozen_layers_learn_again() -> None:
    experiment = with_frozen(mixed(), (1,))
    half = finished(run(epochs(experiment, 2))).state
    free = with_frozen(experiment, ())
    half = dataclasses.replace(half, settings=LiveSettings.of(free))
    state = finished(run(epochs(free, 4), state=half)).state
    assert not np.array_equal(state.weights[0], half.weights[0])


def test_experiments_with_other_frozen_layers_share_compiled_functions() -> None:
    experiment = mixed()
    first, second = (compiled_for(with_frozen(experiment, chosen), 16, 1) for chosen in ((1,), (1, 4)))
    assert first is second
    assert compiled_for(experiment, 16, 1) is not first
