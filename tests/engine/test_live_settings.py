"""Cost, penalties and rate schedules: what a step makes of them, and their change in the middle of a run."""

from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import Control, batch_order, initial_weights, train, training_samples
from cadl_desktop.engine.training.pace import Pace
from cadl_desktop.experiment import Experiment, Part, Stop
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.changes import Change
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
    """The weights after so many epochs, by gradients written out by hand; `rate_at` takes epochs."""
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
def test_penalties_pull_as_written_out_in_numpy(l1: float, l2: float) -> None:
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
def test_each_step_takes_the_rate_of_its_place(schedule: Part, rate_at: Callable[[float], float]) -> None:
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


Setter = Callable[[Control], None]
CHANGES: dict[str, tuple[Setter, list[tuple[str, float | str]]]] = {
    "rate": (lambda control: control.set_rate(0.02), [("rate", 0.02)]),
    "batch size": (lambda control: control.set_batch_size(20), [("batch_size", 20)]),
    "cost": (lambda control: control.set_cost("l2-sum"), [("cost", "l2-sum")]),
    "l1": (lambda control: control.set_regularisation(0.01, 0.0), [("l1", 0.01)]),
    "both": (lambda control: control.set_regularisation(0.01, 0.02), [("l1", 0.01), ("l2", 0.02)]),
    "smoothness": (lambda control: control.set_smoothness(3.0), [("smoothness", 3.0)]),
    "bending": (lambda control: control.set_bending(3.0), [("bending", 3.0)]),
    "schedule": (
        lambda control: control.set_schedule(COSINE),
        [("schedule", "cosine(epochs=4, floor=0.2)")],
    ),
}


def changed_at(
    experiment: Experiment, step: int, setter: Setter, stop_at: int | None = None
) -> tuple[list[Event], RunState]:
    """The events of a run that is changed at one step, in the middle of its first epoch."""
    control = Control()
    events: list[Event] = []
    for event in train(experiment, control):
        events.append(event)
        if isinstance(event, Progressed) and event.step == step and not of_kind(events, Changed):
            setter(control)
        if isinstance(event, Progressed) and stop_at is not None and event.step >= stop_at:
            control.stop()
    return events, finished(events).state


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_on_the_way_gives_the_same_bits_however_calls_are_cut(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    setter, logged = CHANGES[name]
    experiment = small_painting(target_scaling="unit")
    states = []
    for cut in (1, 2, 4):
        monkeypatch.setattr(Pace, "chunk", lambda self, left, cut=cut: min(left, cut))
        events, state = changed_at(experiment, 4, setter)
        changes = [event.change for event in of_kind(events, Changed)]
        assert changes == [Change(4, setting, value) for setting, value in logged]  # type: ignore[arg-type]
        assert len(of_kind(events, Started)) == 1
        states.append(state)
    assert same_bits(states[0], states[1])
    assert same_bits(states[0], states[2])
    assert not same_bits(states[0], finished(run(experiment)).state)


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_run_that_was_stopped_goes_on_exactly(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(Pace, "chunk", lambda self, left: min(left, 2))
    experiment, setter = small_painting(target_scaling="unit"), CHANGES[name][0]
    _, whole = changed_at(experiment, 4, setter)
    _, stopped = changed_at(experiment, 4, setter, stop_at=14)
    assert stopped.step < whole.step
    assert same_bits(finished(run(experiment, state=stopped)).state, whole)


def test_a_change_to_what_is_set_already_is_none() -> None:
    experiment = small_painting(l2=0.1, schedule=COSINE)

    def nothing(control: Control) -> None:
        control.set_cost(experiment.cost)
        control.set_regularisation(0.0, 0.1)
        control.set_schedule(COSINE)

    events, state = changed_at(experiment, 0, nothing)
    assert of_kind(events, Changed) == []
    assert same_bits(state, finished(run(experiment)).state)


def test_the_log_tells_with_what_a_run_began_and_goes_on() -> None:
    history = History()
    first = run(epochs(small_painting(l1=0.5), 1))
    for event in first:
        history.add(event)
    state = replace_state(finished(first).state, cost="l2")
    for event in run(small_painting(), state=state):
        history.add(event)
    began = [(change.setting, change.value) for change in history.changes if change.step == 0]
    assert began == [
        ("rate", 0.001),
        ("batch_size", 16),
        ("cost", "l1-sum"),
        ("l1", 0.5),
        ("l2", 0.0),
        ("schedule", "constant"),
    ]
    assert [change for change in history.changes if change.step] == [Change(9, "cost", "l2")]


def replace_state(state: RunState, **changes: object) -> RunState:
    from dataclasses import replace as replaced

    return replaced(state, **changes)  # type: ignore[arg-type]


def test_another_cost_is_no_reason_to_settle() -> None:
    """Two epochs' costs are compared only where they are of one kind."""
    experiment = small_painting(stop=Stop(epochs=6, change_below=1e9))
    events, _ = changed_at(experiment, 4, lambda control: control.set_cost("l2"))
    assert len(of_kind(events, EpochEnded)) == 2


@pytest.mark.parametrize(
    "setter",
    [
        lambda control: control.set_cost("l3"),
        lambda control: control.set_regularisation(-1.0, 0.0),
        lambda control: control.set_regularisation(0.0, float("nan")),
        lambda control: control.set_schedule(Part("sometimes")),
        lambda control: control.set_schedule(part("schedule", "cosine", epochs=0)),
    ],
)
def test_what_can_not_be_set_is_refused_at_once(setter: Setter) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        setter(Control())
