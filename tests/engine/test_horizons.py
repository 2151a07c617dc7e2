"""Schedules over the run: by epochs and by seconds, resumed, lengthened, and replayed from the log."""

import dataclasses
import math
from itertools import count, pairwise
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import Control, train
from cadl_desktop.engine.training import training_loop
from cadl_desktop.engine.training.timing import Clock, Pace
from cadl_desktop.experiment import Experiment, Stop
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.part import Part
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.runs.changes import HORIZON, Change
from cadl_desktop.runs.events import (
    Changed,
    EpochEnded,
    Event,
    Finished,
    Paused,
    Progressed,
    RunState,
    Snapshot,
    Started,
)
from cadl_desktop.runs.history import History
from cadl_desktop.runs.horizon import Horizon, progress
from cadl_desktop.runs.record import record_of
from tests.engine.runs import finished, of_kind, run, same_bits, small_painting

COSINE = part("schedule", "cosine", over="run", floor=0.1)
NEVER = Stop(epochs=None)


def horizons(events: list[Event]) -> list[Change]:
    return [event.change for event in of_kind(events, Changed) if event.change.setting == HORIZON]


def read(change: Change) -> Horizon:
    assert isinstance(change.value, str)
    return Horizon.read(change.value)


def small(**changes: object) -> Experiment:
    return small_painting(target_scaling="unit", schedule=COSINE, **changes)


def in_seconds(seconds: float, **changes: object) -> Experiment:
    return small(stop=Stop(epochs=None, seconds=seconds), measure_every=20, **changes)


@pytest.mark.parametrize("kind", ["cosine", "step", "exponential"])
def test_over_a_run_of_epochs_the_rate_is_that_of_as_many_epochs(kind: str) -> None:
    """Each kind over 6 epochs, at its end with the run."""
    schedule = part("schedule", kind, over="run")
    events = run(small_painting(schedule=schedule))
    (change,) = horizons(events)
    assert change.step == 0
    assert read(change) == Horizon(step=0, done=0.0, end=54)
    rates = [0.001, *(row.rate for row in of_kind(events, EpochEnded))]
    share = np.arange(7) / 6
    wanted = {
        "cosine": (1 + np.cos(np.pi * share)) / 2,
        "step": 0.5 ** np.minimum(np.floor(share * 4), 3),
        "exponential": 0.01**share,
    }
    np.testing.assert_allclose(rates, 0.001 * wanted[kind], rtol=1e-5, atol=1e-12)


def test_a_cosine_over_the_run_trains_as_one_over_its_epochs() -> None:
    over_run = finished(run(small())).state
    over_epochs = finished(
        run(small_painting(target_scaling="unit", schedule=COSINE.has(over="epochs", epochs=6)))
    )
    for ours, theirs in zip(over_run.weights, over_epochs.state.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_without_a_limit_the_rate_stays() -> None:
    control, rates = Control(picture_seconds=None), []
    for event in train(small(stop=NEVER), control):
        if isinstance(event, EpochEnded):
            rates.append(event.rate)
            if event.epoch == 5:
                control.stop()
    assert rates == pytest.approx([0.001] * 5)


def test_schedules_over_epochs_log_no_horizon() -> None:
    events = run(small_painting(schedule=part("schedule", "cosine", epochs=4)))
    assert horizons(events) == []
    assert finished(events).state.horizon is None


def test_a_run_of_seconds_is_at_its_end_when_they_are_over() -> None:
    events = run(in_seconds(1.0), Control(picture_seconds=None))
    found = horizons(events)
    assert 5 <= len(found) <= 60
    for change in found:
        assert read(change).step == change.step
    # Estimates continue each other smoothly, unless the machine was held up.
    last = read(found[-1])
    end = finished(events)
    assert end.state.horizon == last
    assert progress(last, np.array([end.state.step]))[0] > 0.9
    assert all(one.step < other.step for one, other in pairwise(found))


@pytest.mark.parametrize(("limits", "end"), [((3, 1000.0), 27), ((3, None), 27)])
def test_whichever_comes_first_sets_the_horizon(limits: tuple[int, float | None], end: int) -> None:
    events = run(small(stop=Stop(epochs=limits[0], seconds=limits[1])))
    assert {read(change).end for change in horizons(events)} == {end}
    assert finished(events).reason == "epochs"


def test_seconds_that_come_before_the_epochs_set_the_horizon() -> None:
    events = run(
        small(stop=Stop(epochs=10_000_000, seconds=0.7), measure_every=20), Control(picture_seconds=None)
    )
    assert finished(events).reason == "seconds"
    found = horizons(events)
    assert read(found[0]).end == 90_000_000
    assert read(found[-1]).end < 10_000_000


def test_a_limit_of_steps_is_the_horizon_and_gives_the_bits_of_as_many_epochs() -> None:
    by_steps, by_epochs = (run(small(stop=stop)) for stop in (Stop(epochs=None, steps=27), Stop(epochs=3)))
    assert {read(change).end for change in horizons(by_steps)} == {27}
    assert (finished(by_steps).reason, finished(by_epochs).reason) == ("steps", "epochs")
    assert same_bits(finished(by_steps).state, finished(by_epochs).state)
    cut = small(stop=Stop(epochs=None, steps=31))
    first = finished(run(cut, Control(last_step=13))).state
    assert same_bits(finished(run(cut, state=first)).state, finished(run(cut)).state)
    again = finished(run(cut, state=finished(run(cut)).state))
    assert (again.reason, again.state.step) == ("steps", 62)


def test_processor_seconds_end_a_run_and_set_its_horizon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call of the steps takes a tenth of a second of its thread."""
    now = count(0.0)
    monkeypatch.setattr("cadl_desktop.engine.training.timing.time.thread_time", lambda: next(now) / 10)
    some_steps(monkeypatch)
    experiment = small(stop=Stop(epochs=None, processor_seconds=2.0), measure_every=20)
    events = run(experiment, Control(picture_seconds=None))
    end = finished(events)
    assert end.reason == "processor_seconds"
    assert end.state.processor_seconds == pytest.approx(2.0)
    assert read(horizons(events)[-1]).end == pytest.approx(end.state.step, abs=4)
    again = finished(run(experiment, Control(picture_seconds=None), end.state)).state
    assert again.processor_seconds == pytest.approx(4.0)
    older = dataclasses.replace(end.state, processor_seconds=math.nan)
    assert finished(run(experiment, Control(picture_seconds=None), older)).reason == "processor_seconds"


def replayed(
    experiment: Experiment, changes: list[Change], end: int, state: RunState | None = None
) -> RunState:
    """Trains without a limit from a state on, with each horizon of a log set at its step."""
    logged = {change.step: read(change) for change in changes}
    control = Control(picture_seconds=None)
    control.pause()
    for event in train(replace(experiment, stop=NEVER), control, state):
        if isinstance(event, Paused):
            if event.state.step == end:
                control.stop()
                continue
            if event.state.step in logged:
                control.set_horizon(logged[event.state.step])
            control.step()
    assert isinstance(event, Finished)
    return event.state


def some_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pace, "chunk", lambda self, left: min(left, 2))


def test_a_run_of_seconds_is_replayed_from_its_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Replays from the start, and from a moment in the middle that was saved."""
    some_steps(monkeypatch)
    experiment = in_seconds(0.25)
    history, last = History(), None
    moments: list[RunState] = []
    for event in train(experiment, Control(picture_seconds=None, snapshots=True)):
        history.add(event)
        last = event
        if isinstance(event, Snapshot):
            moments.append(event.state)
    assert isinstance(last, Finished)
    log = [change for change in history.changes if change.setting == HORIZON]
    assert len(log) > 1
    again = replayed(experiment, log, last.state.step)
    assert same_bits(again, last.state)
    assert again.horizon == last.state.horizon

    moment = min(moments, key=lambda each: abs(each.step - last.state.step // 2))
    assert log[0].step < moment.step < log[-1].step
    save_project(tmp_path / "run.cadl", Project(experiment, moment, history.until(moment)))
    opened = open_project(tmp_path / "run.cadl").state
    assert opened is not None
    assert opened.horizon == moment.horizon
    rest = [change for change in log if change.step >= moment.step]
    assert same_bits(replayed(experiment, rest, last.state.step, opened), last.state)


class CountedClock(Clock):
    """Clock by which a step takes 20 ms, slightly varied: the same estimates on any machine."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self._time, self._steps = seconds, 0

    def count_steps(self, steps: int, waited: float = 0.0) -> None:
        self._steps += steps
        self._time += 0.02 + 0.001 * (self._steps % 7)

    def seconds(self) -> float:
        return self._time


def test_a_run_resumed_twenty_times_keeps_its_whole_log_and_is_replayed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The run is a record of the project, not its present run."""
    monkeypatch.setattr(training_loop, "Clock", CountedClock)
    monkeypatch.setattr(Pace, "chunk", lambda self, left: 1)
    experiment, history, state = in_seconds(21.0), History(), None
    for number in range(21):
        for event in train(experiment, Control(picture_seconds=None, last_step=47 * (number + 1)), state):
            history.add(event)
        assert isinstance(event, Finished)
        state = event.state
    assert state is not None
    log = [change for change in history.changes if change.setting == HORIZON]
    assert len(log) > 60

    record = record_of(1, experiment, history, state)
    save_project(tmp_path / "two.cadl", Project(experiment, runs=(record,), number=2))
    (opened,) = open_project(tmp_path / "two.cadl").runs
    assert list(opened.changes) == history.changes
    assert opened.state is not None
    again = replayed(experiment, [each for each in opened.changes if each.setting == HORIZON], state.step)
    assert same_bits(again, opened.state)


@pytest.mark.parametrize("stop", [Stop(epochs=6), Stop(epochs=6, seconds=1000.0)])
def test_a_run_of_epochs_that_was_saved_in_the_middle_goes_on_to_the_same_bits(
    tmp_path: Path, stop: Stop
) -> None:
    experiment = small(stop=stop)
    whole = finished(run(experiment)).state
    control, history = Control(picture_seconds=None), History()
    for event in train(experiment, control):
        history.add(event)
        if isinstance(event, EpochEnded) and event.epoch == 2:
            control.stop()
    assert isinstance(event, Finished)
    save_project(tmp_path / "run.cadl", Project(experiment, event.state, history))
    opened = open_project(tmp_path / "run.cadl")
    assert opened.state is not None
    assert opened.history is not None
    assert opened.state.horizon == event.state.horizon == Horizon(step=0, done=0.0, end=54)
    assert opened.history.changes == history.changes
    for event in train(opened.experiment, Control(picture_seconds=None), opened.state):
        opened.history.add(event)
    assert isinstance(event, Finished)
    assert same_bits(event.state, whole)
    assert [change for change in opened.history.changes if change.setting == HORIZON] == [
        Change(0, HORIZON, Horizon(step=0, done=0.0, end=54).spelled())
    ]


def lengthened(experiment: Experiment, stop: Stop, epoch: int) -> list[Event]:
    """Events of a run whose stop rules change at the end of an epoch."""
    control, events = Control(picture_seconds=None), []
    for event in train(experiment, control):
        events.append(event)
        if isinstance(event, EpochEnded) and event.epoch == epoch:
            control.set_stop(stop)
    return events


def test_a_lengthened_run_has_a_smaller_share_done_and_its_rate_rises() -> None:
    events = lengthened(small(stop=Stop(epochs=8)), Stop(epochs=16), 6)
    first, later = (read(change) for change in horizons(events))
    assert first == Horizon(step=0, done=0.0, end=72)
    assert later.end == 144
    # The share is computed as if the longer limit had applied from the start.
    assert later.done == pytest.approx(later.step / 144, abs=1e-12)
    rates = {row.epoch: row.rate for row in of_kind(events, EpochEnded)}
    assert rates[6] < rates[8]
    assert rates[16] == pytest.approx(0.0001)
    assert finished(events).state.epoch == 16


def test_a_run_whose_limits_are_removed_has_its_full_rate() -> None:
    control, rates = Control(picture_seconds=None), {}
    for event in train(small(stop=Stop(epochs=8)), control):
        if isinstance(event, EpochEnded):
            rates[event.epoch] = event.rate
            if event.epoch == 5:
                control.set_stop(NEVER)
            if event.epoch == 9:
                control.stop()
    assert isinstance(event, Finished)
    assert event.state.horizon is None
    assert rates[5] < rates[9] == pytest.approx(0.001)


@pytest.mark.parametrize(("stop", "epochs"), [(Stop(epochs=6), 12), (Stop(epochs=8), 8)])
def test_a_finished_run_continues_at_the_rate_where_it_ended(stop: Stop, epochs: int) -> None:
    first = finished(run(small())).state
    again = run(small(stop=stop), state=first)
    assert horizons(again) == []
    assert [row.rate for row in of_kind(again, EpochEnded)] == pytest.approx([0.0001] * (epochs - 6))
    assert finished(again).state.epoch == epochs


def test_another_rule_does_not_end_a_continued_run() -> None:
    """A run that continues after its end is not ended by a change of another rule."""
    first = finished(run(small())).state
    control, events = Control(picture_seconds=None), []
    for event in train(small(), control, first):
        events.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 8:
            control.set_stop(Stop(epochs=6, change_below=1e-30))
    assert finished(events).state.epoch == 12
    assert horizons(events) == []


@pytest.mark.parametrize("over", ["run", "epochs"])
def test_a_run_whose_rate_had_fallen_to_0_goes_on_at_a_tenth_that_falls_to_0_again(over: str) -> None:
    experiment = small_painting(schedule=part("schedule", "cosine", over=over, epochs=6, floor=0.0))
    first = finished(run(experiment)).state
    again = run(replace(experiment, stop=Stop(epochs=16)), Control(snapshots=True), state=first)
    (change,) = horizons(again)
    assert read(change) == Horizon(step=first.step, done=0.0, end=first.step + 90, peak=0.1)
    assert change.is_visible
    rates = [row.rate for row in of_kind(again, EpochEnded)]
    assert len(rates) == 10
    assert max(rates) == rates[0] == pytest.approx(0.0001, rel=0.03)
    assert rates[-1] == pytest.approx(0.0, abs=1e-12)
    started, *_ = of_kind(again, Started)
    assert sum("rate" in note for note in started.notes) == 1
    # The weights with which the schedule had ended are a moment, from which the same can be done again.
    moment = of_kind(again, Snapshot)[0].state
    assert all(map(np.array_equal, moment.weights, first.weights))
    repeated = run(replace(experiment, stop=Stop(epochs=16)), state=moment)
    assert same_bits(finished(repeated).state, finished(again).state)
    assert same_bits(replayed(experiment, [change], finished(again).state.step, first), finished(again).state)


def test_a_run_that_went_on_and_ended_goes_on_as_before() -> None:
    experiment = small_painting(schedule=part("schedule", "cosine", over="run"))
    first = finished(run(experiment)).state
    second = finished(run(experiment, state=first)).state
    third = run(experiment, state=second)
    assert read(horizons(third)[0]) == Horizon(second.step, 0.0, second.step + 54, 0.1)
    assert max(row.rate for row in of_kind(third, EpochEnded)) == pytest.approx(0.0001, rel=0.1)


def test_a_run_that_went_on_and_was_stopped_goes_on_to_the_same_bits() -> None:
    experiment = small_painting(schedule=part("schedule", "cosine", over="run"))
    first = finished(run(experiment)).state
    whole = finished(run(experiment, state=first)).state
    half = finished(run(experiment, Control(last_step=first.step + 20), state=first)).state
    rest = run(experiment, state=half)
    assert horizons(rest) == []
    assert same_bits(finished(rest).state, whole)


def test_another_schedule_ends_the_course_of_a_run_that_went_on() -> None:
    experiment, events = small_painting(schedule=part("schedule", "cosine", over="run")), []
    control = Control(picture_seconds=None)
    for event in train(experiment, control, finished(run(experiment)).state):
        events.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 8:
            steady = part("schedule", "constant")
            control.change(replace(LiveSettings.of(experiment), schedule=steady))
    assert [row.rate for row in of_kind(events, EpochEnded)][-2:] == pytest.approx([0.001] * 2)
    horizon = finished(events).state.horizon
    assert horizon is not None
    assert horizon.peak is None


def test_another_schedule_chosen_after_such_a_course_applies() -> None:
    experiment = small_painting(schedule=part("schedule", "cosine", over="run"))
    second = finished(run(experiment, state=finished(run(experiment)).state)).state
    steady = replace(experiment, schedule=part("schedule", "constant"))
    third = run(steady, state=second.with_settings(LiveSettings.of(steady)))
    assert [row.rate for row in of_kind(third, EpochEnded)] == pytest.approx([0.001] * 6)


def test_a_lower_limit_amid_such_a_course_ends_the_run() -> None:
    experiment = small_painting(schedule=part("schedule", "cosine", over="run"))
    control, events = Control(picture_seconds=None), []
    for event in train(replace(experiment, stop=Stop(epochs=20)), control, finished(run(experiment)).state):
        events.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 9:
            control.set_stop(Stop(epochs=8))
    assert finished(events).reason == "epochs"


def test_without_a_limit_such_a_course_ends_the_run() -> None:
    experiment = small_painting(schedule=part("schedule", "cosine", over="run"))
    first = finished(run(experiment)).state
    ended = finished(run(replace(experiment, stop=Stop(epochs=None)), state=first))
    assert (ended.reason, ended.state.step) == ("steps", 2 * first.step)


def test_a_single_step_after_the_schedule_changes_the_weights() -> None:
    experiment = small_painting(schedule=part("schedule", "cosine", over="run"), batch_size=10_000)
    first = finished(run(experiment)).state
    again = finished(run(replace(experiment, stop=Stop(epochs=first.epoch + 1)), state=first)).state
    assert again.step == first.step + 1
    assert not np.array_equal(again.weights[0], first.weights[0])


@pytest.mark.parametrize(
    "schedule",
    [
        part("schedule", "cosine", over="run", floor=0.001),
        part("schedule", "exponential", over="run", end=0.001),
    ],
)
def test_a_schedule_that_ends_at_a_thousandth_goes_on_there(schedule: Part) -> None:
    experiment = small_painting(schedule=schedule)
    again = run(experiment, state=finished(run(experiment)).state)
    assert [row.rate for row in of_kind(again, EpochEnded)] == pytest.approx([1e-6] * 6)


def test_a_run_of_seconds_goes_on_until_its_seconds_are_over_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_loop, "Clock", CountedClock)
    experiment = in_seconds(4.0)
    experiment = replace(experiment, schedule=COSINE.has(floor=0.0), measure_every=1)
    first = finished(run(experiment, Control(picture_seconds=None))).state
    again = run(experiment, Control(picture_seconds=None), state=first)
    rates = [row.rate for row in of_kind(again, EpochEnded)]
    assert max(rates) == pytest.approx(0.0001, rel=0.1)
    assert rates[-1] < 0.00001
    assert progress(finished(again).state.horizon, np.array([finished(again).state.step]))[0] > 0.9


def test_a_rate_that_did_not_end_at_0_goes_on_to_the_bits_of_one_longer_run() -> None:
    halving = small_painting(schedule=part("schedule", "exponential", half_life=0.4))
    for experiment in (small_painting(), halving):
        longer = finished(run(replace(experiment, stop=Stop(epochs=12)))).state
        again = run(experiment, state=finished(run(experiment)).state)
        assert horizons(again) == []
        assert same_bits(finished(again).state, longer)


def test_a_finished_run_of_seconds_stays_at_the_end_of_its_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_loop, "Clock", CountedClock)
    experiment = in_seconds(4.0)
    first = finished(run(experiment, Control(picture_seconds=None))).state
    again = run(experiment, Control(picture_seconds=None), state=first)
    assert finished(again).state.seconds == pytest.approx(8.0, abs=1.0)
    assert all(read(change).done > 0.9 for change in horizons(again))
    assert all(row.rate < 0.00013 for row in of_kind(again, EpochEnded))


def test_another_batch_size_moves_the_end() -> None:
    control, events = Control(picture_seconds=None), []
    for event in train(small(), control):
        events.append(event)
        if isinstance(event, Progressed) and event.epoch == 2 and len(of_kind(events, Changed)) == 1:
            control.change(replace(LiveSettings.of(small()), batch_size=8))
    last = read(horizons(events)[-1])
    assert last.end == finished(events).state.step
    assert progress(last, np.array([last.end]))[0] == 1.0
