"""Patience ends a run by its validation cost, and the best epoch's weights are its result."""

from dataclasses import replace as with_fields
from pathlib import Path

import pytest
from msgspec.structs import replace

from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment, Stop
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.project.recovery_copy import RecoveryWriter, open_recovery
from cadl_desktop.runs.events import EpochEnded, Event, Finished, RunState, Snapshot
from cadl_desktop.runs.history import History
from cadl_desktop.runs.run_snapshots import Snapshots
from tests.engine.runs import finished, of_kind, run, same_bits, small_painting

PATIENCE = 4


def jumpy(**stop: object) -> Experiment:
    """A painting whose rate is so large that its validation cost soon rises and falls."""
    return small_painting(
        validation=0.2,
        input_scaling="standardised",
        target_scaling="unit",
        optimizer=part("optimizer", "adam", rate=0.2),
        stop=Stop(**{"epochs": 24, **stop}),
    )


def best_row(rows: list[EpochEnded]) -> EpochEnded:
    return min(rows, key=lambda row: row.validation_cost)


def end_by_patience(rows: list[EpochEnded]) -> EpochEnded:
    """The row at which patience runs out."""
    waited, best = 0, float("inf")
    for row in rows:
        waited = 0 if row.validation_cost < best else waited + 1
        best = min(best, row.validation_cost)
        if waited == PATIENCE:
            return row
    raise AssertionError("the validation cost has to rise for this test")


def weights_at(experiment: Experiment, epoch: int) -> RunState:
    until = replace(experiment, stop=Stop(epochs=epoch))
    return finished(run(until)).state


@pytest.mark.parametrize("every", [1, 2])
def test_a_run_ends_when_so_many_measured_epochs_were_no_better(every: int) -> None:
    patient = replace(jumpy(patience=PATIENCE), measure_every=every)
    rows = of_kind(run(replace(patient, stop=Stop(epochs=24))), EpochEnded)
    events = run(patient)
    end = finished(events)
    wanted = end_by_patience(rows)
    assert (end.reason, end.state.epoch) == ("patience", wanted.epoch)
    assert same_bits(end.state, weights_at(patient, wanted.epoch))
    assert f"epoch {end.state.best.epoch}" in end.message
    assert of_kind(events, EpochEnded)[-1].cost == wanted.cost


def test_the_best_weights_are_the_result_and_training_goes_on_from_the_newest() -> None:
    plain = jumpy()
    whole = run(plain)
    best = best_row(of_kind(whole, EpochEnded))
    keeping = jumpy(keep_best=True)
    events = run(keeping)
    end = finished(events)
    assert end.reason == "epochs"
    assert (end.state.epoch, end.state.step) == (best.epoch, best.step)
    assert (end.cost, end.validation_cost) == (best.cost, best.validation_cost)
    assert end.progress.epoch == 24
    at_best = weights_at(plain, best.epoch)
    assert all((one == other).all() for one, other in zip(end.state.weights, at_best.weights, strict=True))
    assert same_bits(end.state.latest, finished(whole).state)
    further = replace(keeping, stop=Stop(epochs=27, keep_best=True))
    assert same_bits(
        finished(run(further, state=end.state)).state.latest,
        finished(run(replace(plain, stop=Stop(epochs=27)))).state,
    )


def test_without_validation_the_best_is_that_of_the_cost() -> None:
    experiment = replace(jumpy(keep_best=True), validation=0.0)
    events = run(experiment)
    row = min(of_kind(events, EpochEnded), key=lambda row: row.cost)
    assert finished(events).state.epoch == row.epoch
    assert finished(events).cost == row.cost


def test_a_cut_run_ends_as_if_it_had_not_been_cut(tmp_path: Path) -> None:
    """Wherever it is stopped, also in a file between."""
    patient = jumpy(patience=PATIENCE, keep_best=True)
    whole = finished(run(patient))
    assert whole.reason == "patience"
    state, cuts = None, 0
    while True:
        end = _stopped_after(patient, state, steps=11)
        if end.reason == "patience":
            break
        cuts += 1
        save_project(tmp_path / "cut.cadl", Project(patient, end.state, History()))
        state = open_project(tmp_path / "cut.cadl").state
    assert cuts > 3
    assert same_bits(end.state, whole.state)
    assert same_bits(end.state.latest, whole.state.latest)
    assert (end.message, end.cost) == (whole.message, whole.cost)


def _stopped_after(experiment: Experiment, state: RunState | None, steps: int) -> Finished:
    control = Control(picture_seconds=None)
    begun = state.latest.step if state else 0
    for event in train(experiment, control, state):
        if isinstance(event, Finished):
            return event
        if getattr(event, "step", 0) >= begun + steps:
            control.stop()
    raise AssertionError


def test_a_run_that_has_waited_in_vain_waits_as_long_again() -> None:
    patient = jumpy(patience=PATIENCE)
    end = finished(run(patient))
    again = finished(run(replace(patient, stop=Stop(epochs=None, patience=PATIENCE)), state=end.state))
    assert again.reason == "patience"
    assert again.state.epoch >= end.state.epoch + PATIENCE


def test_patience_changes_while_a_run_goes_on() -> None:
    control = Control(picture_seconds=None)
    events: list[Event] = []
    for event in train(jumpy(), control):
        events.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 2:
            control.set_stop(Stop(epochs=24, patience=PATIENCE, keep_best=True))
    end = finished(events)
    assert end.reason == "patience"
    assert end.state.latest.best.waited == PATIENCE
    rows = [row for row in of_kind(events, EpochEnded) if row.epoch > 2]
    assert end.state.epoch == best_row(rows).epoch


def test_only_the_newest_snapshot_has_the_best_weights(tmp_path: Path) -> None:
    control = Control(picture_seconds=None, snapshots=True)
    snapshots = Snapshots()
    for event in train(jumpy(keep_best=True), control):
        if isinstance(event, Snapshot):
            snapshots.add(event.state)
    assert isinstance(event, Finished)
    assert snapshots.states[-1].best.weights
    assert not any(state.best for state in snapshots.states[:-1])
    RecoveryWriter(tmp_path).write(
        Project(jumpy(keep_best=True), event.state, History(), snapshots=snapshots)
    )
    recovered = open_recovery(tmp_path)
    assert same_bits(recovered.state, event.state)
    assert same_bits(recovered.state.latest, event.state.latest)
    assert recovered.snapshots.states[-1].step == event.state.latest.step


def test_another_cost_begins_anew() -> None:
    state = finished(run(jumpy(patience=PATIENCE))).state
    assert state.best is not None
    other = state.with_settings(replace(state.settings, cost="l2"))
    assert other.best is None
    assert with_fields(other, best=state.best).with_settings(other.settings).best is state.best
