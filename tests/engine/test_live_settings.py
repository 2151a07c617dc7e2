"""Cost, penalties and schedules: their effect on a step, and live changes of them."""

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.engine import Control, batch_order, initial_weights, train, training_samples
from cadl_desktop.engine.training.steps import compiled_for
from cadl_desktop.engine.training.timing import Pace
from cadl_desktop.experiment import Experiment, Part, Stop
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.runs.changes import OPTIMIZER_SINCE, Change
from cadl_desktop.runs.events import Changed, EpochEnded, Event, Progressed, RunState, Started
from cadl_desktop.runs.history import History
from tests.engine.runs import epochs, finished, of_kind, run, small_painting
from tests.engine.test_train import same_bits

COSINE = part("schedule", "cosine", epochs=4, floor=0.2)


def small_curve(**changes: object) -> Experiment:
    """5 tanh neurons on 60 points, 3 batches of 20, squared distance, gradient descent."""
    curve = Experiment(
        data=part("dataset", "sine", observations=60),
        encoding=part("encoding", "none"),
        layers=(part("layer", "dense", units=5, activation="tanh", initialiser="normal", spread=0.7),),
        output=part("output", "dense", initialiser="normal", spread=0.7),
        cost="l2",
        optimizer=part("optimizer", "gradient descent", rate=0.05),
        batch_size=20,
        stop=Stop(epochs=5),
    )
    return replace(curve, **changes)


def numpy_weights(experiment: Experiment, rate_at: Callable[[float], float], count: int) -> list[np.ndarray]:
    """Weights after `count` epochs, with gradients written out by hand; `rate_at` takes epochs."""
    x, y = (array.astype(np.float64) for array in training_samples(experiment))
    w, b, v, c = (array.astype(np.float64) for array in initial_weights(experiment))
    for epoch in range(count):
        order = batch_order(experiment, epoch)
        for number, rows in enumerate(order):
            hidden = np.tanh(x[rows] @ w + b)
            error = 2 * (hidden @ v + c - y[rows]) / len(rows)
            back = error @ v.T * (1 - hidden**2)
            slopes = [x[rows].T @ back, back.sum(0), hidden.T @ error, error.sum(0)]
            rate = rate_at(epoch + number / len(order))
            w, b, v, c = (
                weight - rate * (slope + experiment.l1 * np.sign(weight) + 2 * experiment.l2 * weight)
                for weight, slope in zip((w, b, v, c), slopes, strict=True)
            )
    return [w, b, v, c]


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.03, 0.0), (0.0, 0.04), (0.03, 0.04)])
def test_penalties_agree_with_numpy(l1: float, l2: float) -> None:
    experiment = small_curve(l1=l1, l2=l2)
    expected = numpy_weights(experiment, lambda epoch: 0.05, 5)
    for ours, theirs in zip(finished(run(experiment)).state.weights, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-6)


@pytest.mark.parametrize(
    ("schedule", "rate_at"),
    [
        (COSINE, lambda epoch: 0.05 * (0.2 + 0.4 * (1 + np.cos(np.pi * min(epoch, 4) / 4)))),
        (part("schedule", "step", every=2, factor=0.25), lambda epoch: 0.05 * 0.25 ** (epoch // 2)),
        (part("schedule", "exponential", half_life=1.5), lambda epoch: 0.05 * 0.5 ** (epoch / 1.5)),
    ],
    ids=lambda value: value.kind if isinstance(value, Part) else "",
)
def test_each_step_has_the_rate_of_its_place(schedule: Part, rate_at: Callable[[float], float]) -> None:
    experiment = small_curve(schedule=schedule)
    events = run(experiment)
    for ours, theirs in zip(
        finished(events).state.weights, numpy_weights(experiment, rate_at, 5), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, atol=2e-6)
    rates = [event.rate for event in of_kind(events, EpochEnded)]
    assert rates == pytest.approx([rate_at(epoch) for epoch in range(1, 6)])


def test_the_history_s_cost_is_without_the_penalties() -> None:
    experiment = small_curve(l2=0.04)
    events = run(experiment)
    x, y = training_samples(experiment)
    w, b, v, c = finished(events).state.weights
    plain = np.mean((np.tanh(x @ w + b) @ v + c - y) ** 2)
    assert of_kind(events, EpochEnded)[-1].cost == pytest.approx(plain, rel=1e-5)


CHANGES: dict[str, tuple[dict[str, Any], list[tuple[str, float | str]]]] = {
    "rate": ({"rate": 0.02}, [("rate", 0.02)]),
    "batch size": ({"batch_size": 20}, [("batch_size", 20)]),
    "cost": ({"cost": "l2-sum"}, [("cost", "l2-sum")]),
    "l1": ({"l1": 0.01}, [("l1", 0.01)]),
    "two at once": ({"l2": 0.02, "l1": 0.01}, [("l1", 0.01), ("l2", 0.02)]),
    "smoothness": ({"smoothness": 3.0}, [("smoothness", 3.0)]),
    "bending": ({"bending": 3.0}, [("bending", 3.0)]),
    "coherence": ({"coherence": 3.0}, [("coherence", 3.0)]),
    "example": ({"example": 0.5}, [("example", 0.5)]),
    "schedule": ({"schedule": COSINE}, [("schedule", "cosine(epochs=4, floor=0.2)")]),
    "optimizer": (
        {"optimizer": part("optimizer", "momentum", momentum=0.5), "rate": 0.01},
        [("rate", 0.01), ("optimizer", "momentum(momentum=0.5)")],
    ),
    "frozen": ({"frozen": (1,)}, [("frozen", "layer 1")]),
    "measure every": ({"measure_every": 2}, [("measure_every", 2)]),
}


def test_every_live_setting_is_changed_here() -> None:
    assert {setting for _, logged in CHANGES.values() for setting, _ in logged} == set(LiveSettings.names())


@pytest.mark.parametrize("name", CHANGES)
def test_settings_are_written_to_an_experiment_and_read_from_it(name: str) -> None:
    changes, logged = CHANGES[name]
    experiment = small_painting(target_scaling="unit")
    before = LiveSettings.of(experiment)
    after = replace(before, **changes)
    assert LiveSettings.of(after.into(experiment)) == after
    assert before.into(after.into(experiment)) == experiment
    assert before.differing(after) == tuple(setting for setting, _ in logged)
    assert before.with_values_of(changes, after) == after


def holed_painting() -> Experiment:
    """A painting with a hole, around which whole patches are seen."""
    mask = np.zeros((12, 12), np.bool_)
    mask[9:11, 8:11] = True
    data = small_painting().data.has(mask=mask_to_png(mask))
    return small_painting(target_scaling="unit", data=data)


def changed_at(
    experiment: Experiment, step: int, changes: dict[str, Any], stop_at: int | None = None
) -> tuple[list[Event], RunState]:
    """Events of a run that is changed at one step, in the middle of its first epoch."""
    control = Control()
    events: list[Event] = []
    for event in train(experiment, control):
        events.append(event)
        if isinstance(event, Progressed) and event.step == step and not of_kind(events, Changed):
            control.change(replace(LiveSettings.of(experiment), **changes))
        if isinstance(event, Progressed) and stop_at is not None and event.step >= stop_at:
            control.stop()
    return events, finished(events).state


@pytest.mark.parametrize("name", CHANGES)
def test_a_live_change_gives_the_same_bits_however_calls_are_cut(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    wanted, logged = CHANGES[name]
    experiment = holed_painting()
    states = []
    for cut in (1, 2, 4):
        monkeypatch.setattr(Pace, "chunk", lambda self, left, cut=cut: min(left, cut))
        events, state = changed_at(experiment, 4, wanted)
        changes = [event.change for event in of_kind(events, Changed)]
        changes = [change for change in changes if change.setting != OPTIMIZER_SINCE]
        assert changes == [Change(4, setting, value) for setting, value in logged]
        assert len(of_kind(events, Started)) == 1
        assert state.settings == replace(LiveSettings.of(experiment), **wanted)
        assert state.optimizer_since == (4 if name == "optimizer" else 0)
        states.append(state)
    assert same_bits(states[0], states[1])
    assert same_bits(states[0], states[2])
    learns_otherwise = wanted.keys() != {"measure_every"}
    assert same_bits(states[0], finished(run(experiment)).state) is not learns_otherwise


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_run_that_was_stopped_goes_on_exactly(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(Pace, "chunk", lambda self, left: min(left, 2))
    experiment, wanted = holed_painting(), CHANGES[name][0]
    _, whole = changed_at(experiment, 4, wanted)
    _, stopped = changed_at(experiment, 4, wanted, stop_at=14)
    assert stopped.step < whole.step
    assert same_bits(finished(run(experiment, state=stopped)).state, whole)


def test_setting_the_present_value_is_no_change() -> None:
    experiment = small_painting(l2=0.1, schedule=COSINE)
    events, state = changed_at(experiment, 0, {})
    assert of_kind(events, Changed) == []
    assert same_bits(state, finished(run(experiment)).state)


def test_the_log_has_the_settings_that_a_run_began_and_continues_with() -> None:
    history = History()
    first = run(epochs(small_painting(l1=0.5), 1))
    for event in first:
        history.add(event)
    state = finished(first).state
    state = dataclasses.replace(state, settings=replace(state.settings, cost="l2"))
    for event in run(small_painting(), state=state):
        history.add(event)
    began = [(change.setting, change.value) for change in history.changes if change.step == 0]
    assert began == [
        ("rate", 0.001),
        ("batch_size", 16),
        ("cost", "l1-sum"),
        ("l1", 0.5),
        ("l2", 0.0),
        ("optimizer", "adam(beta1=0.9, beta2=0.999)"),
        ("schedule", "constant"),
    ]
    assert [change for change in history.changes if change.step] == [Change(9, "cost", "l2")]


def test_another_cost_is_no_reason_to_settle() -> None:
    """Costs of two epochs are compared only if they are of one kind."""
    experiment = small_painting(stop=Stop(epochs=6, change_below=1e9))
    events, _ = changed_at(experiment, 4, {"cost": "l2"})
    assert len(of_kind(events, EpochEnded)) == 2


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"rate": 0.0}, "rate: 0.0 is no learning rate; choose a finite number above 0."),
        ({"rate": float("inf")}, "rate: inf is no learning rate; choose a finite number above 0."),
        ({"rate": float("nan")}, "rate: nan is no learning rate; choose a finite number above 0."),
        ({"batch_size": 0}, "batch_size: A batch can't hold 0 samples; choose 1 or more."),
        ({"cost": "l3"}, "cost: 'l3' is not known; choose l1, l2, l1-sum or l2-sum."),
        ({"l1": -1.0}, "l1: -1 is too small; choose 0 or more."),
        ({"l2": float("nan")}, "l2: nan is not a finite number; choose another."),
        ({"bending": 1001.0}, "bending: 1001 is too large; choose 1000 or less."),
        ({"optimizer": Part("sgd")}, "optimizer.kind: 'sgd' is not known; choose "),
        ({"optimizer": part("optimizer", "adam", beta1=1.0)}, "optimizer.beta1: 1 is too large; choose "),
        ({"schedule": Part("sometimes")}, "schedule.kind: 'sometimes' is not known; choose "),
        ({"schedule": COSINE.has(epochs=0)}, "schedule.epochs: 0 is too small; choose "),
    ],
)
def test_invalid_settings_are_refused_at_once(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}"):
        Control().change(replace(LiveSettings.of(small_curve()), **wrong))


@pytest.mark.parametrize(
    "changes", [{"batch_size": 10}, {"optimizer": part("optimizer", "adam")}, {"l2": 0.01}], ids=str
)
def test_evaluation_is_not_compiled_again_for_other_steps(changes: dict[str, Any]) -> None:
    first, other = (
        compiled_for(experiment, experiment.batch_size, 1)
        for experiment in (small_curve(), small_curve(**changes))
    )
    assert other.run is not first.run
    assert (other.measure, other.predict) == (first.measure, first.predict)


def test_other_initial_weights_share_compiled_functions() -> None:
    experiment = small_curve()
    drawn = [
        replace(experiment, layers=(experiment.layers[0].has(**changed), *experiment.layers[1:]))
        for changed in ({"initialiser": "he"}, {"spread": 0.3}, {"bias_start": 1.0, "bias_spread": 0.2})
    ]
    compiled = [compiled_for(each, each.batch_size, 1) for each in (experiment, *drawn)]
    assert all(each is compiled[0] for each in compiled)
    starts = {initial_weights(each)[0].tobytes() for each in (experiment, *drawn[:2])}
    assert len(starts) == 3


def test_another_cost_has_its_own_compiled_evaluation() -> None:
    squared, absolute = (compiled_for(small_curve(cost=cost), 20, 1) for cost in ("l2", "l1"))
    assert absolute.measure is not squared.measure
