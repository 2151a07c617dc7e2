"""Training in slices equals the same training without interruption."""

import threading
from math import inf

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, Stop
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import Project
from cadl_desktop.project.file import packed_project, unpacked_project
from cadl_desktop.runs.events import EpochEnded
from cadl_desktop.sweeps import Objective
from cadl_desktop.sweeps.records.sweep_folder import preview_of
from cadl_desktop.sweeps.workers.slice_messages import Outcome, Slice
from cadl_desktop.sweeps.workers.slice_training import run_slice, stop_slices, take_progress
from tests.engine.runs import epochs, finished, of_kind, run, same_bits, small_painting
from tests.sweeps.waiting import wait_for

COST = Objective()


def slice_of(experiment: Experiment, objective: Objective = COST, **changes: object) -> Slice:
    project = packed_project(Project(experiment))
    slice_ = Slice(owner="me", number=1, project=project, objective=objective, for_cores=2, seconds=inf)
    return replace(slice_, **changes)


def in_slices(slice_: Slice) -> list[Outcome]:
    outcomes = [run_slice(slice_)]
    while outcomes[-1].reason is None:
        outcomes.append(run_slice(replace(slice_, project=outcomes[-1].project)))
    return outcomes


def test_slices_equal_an_uninterrupted_training() -> None:
    experiment = small_painting(validation=0.2)
    rows = of_kind(run(epochs(experiment, 12), for_cores=2), EpochEnded)
    bound = 1.001 * abs(rows[4].cost - rows[5].cost)
    experiment = epochs(replace(experiment, stop=replace(experiment.stop, change_below=bound)), 12)
    events = run(experiment, for_cores=2)
    whole, rows = finished(events), of_kind(events, EpochEnded)
    assert whole.reason == "settled"
    outcomes = in_slices(slice_of(experiment, seconds=0.0))
    assert len(outcomes) > 2
    steps = [each.measured.step for each in outcomes]
    assert steps == sorted(set(steps))
    times = [each.measured.processor_seconds for each in outcomes]
    assert None not in times
    assert times == sorted(times)
    last = outcomes[-1]
    assert (last.reason, last.message, last.value) == ("settled", whole.message, whole.cost)
    assert last.measures["validation_cost"] == whole.validation_cost
    project = unpacked_project(last.project)
    assert project.state is not None
    assert project.history is not None
    assert project.snapshots is not None
    assert same_bits(project.state, whole.state)
    assert project.history.column("cost")[1:].tolist() == [row.cost for row in rows]
    assert project.snapshots.states[0].step == 0
    assert last.preview is not None
    assert last.preview.shape == (12, 12, 3)


def test_patience_and_best_weights_don_t_depend_on_slices() -> None:
    experiment = small_painting(
        validation=0.2,
        input_scaling="standardised",
        target_scaling="unit",
        optimizer=part("optimizer", "adam", rate=0.2),
        stop=Stop(epochs=24, patience=4, keep_best=True),
    )
    whole = finished(run(experiment, for_cores=2))
    outcomes = in_slices(slice_of(experiment, seconds=0.0))
    assert len(outcomes) > 2
    last = outcomes[-1]
    assert (last.reason, last.message, last.value) == ("patience", whole.message, whole.cost)
    assert last.measured.epoch == whole.progress.epoch
    state = unpacked_project(last.project).state
    assert state is not None
    assert same_bits(state, whole.state)
    assert same_bits(state.latest, whole.state.latest)


def test_a_slice_ends_at_its_rung_and_the_next_continues() -> None:
    experiment = small_painting()
    row = of_kind(run(experiment), EpochEnded)[1]
    rung = run_slice(slice_of(experiment, until_epoch=2))
    assert (rung.reason, rung.measured.rung, rung.measured.value) == (None, 2, row.cost)
    end = run_slice(slice_of(experiment, project=rung.project))
    assert (end.reason, end.measured.epoch, end.measured.rung) == ("epochs", 6, None)


def test_an_outcome_has_a_few_earlier_measurements_from_the_start_of_its_slice() -> None:
    experiment = small_painting(validation=0.2)
    whole = run_slice(slice_of(experiment, Objective(measure="seen_psnr")))
    history = unpacked_project(whole.project).history
    assert history is not None
    assert [each.epoch for each in whole.course] == list(range(6))
    assert [each.cost for each in whole.course] == history.column("cost")[:-1].tolist()
    assert [each.value for each in whole.course] == history.column("psnr")[:-1].tolist()
    first = run_slice(slice_of(experiment, seconds=0.0))
    second = run_slice(slice_of(experiment, project=first.project))
    assert min(each.step for each in second.course) > first.measured.step
    assert len(run_slice(slice_of(epochs(experiment, 300))).course) < 30


def test_a_reached_objective_ends_the_trial_with_its_seconds() -> None:
    experiment = small_painting(validation=0.2)
    rows = of_kind(run(experiment), EpochEnded)
    wanted = rows[1].validation_cost
    reached = run_slice(slice_of(experiment, Objective(measure="validation_cost", reaches=wanted)))
    assert reached.reason == "reached"
    assert reached.value is not None
    assert 0 < reached.value <= reached.measured.seconds
    missed = run_slice(slice_of(experiment, Objective(measure="held_out_psnr", reaches=99.0)))
    assert (missed.reason, missed.value) == ("epochs", None)
    assert missed.measures["held_out_psnr"] == missed.measured.value
    easy = run_slice(slice_of(experiment, Objective(measure="held_out_psnr", reaches=1.0)))
    assert easy.reason == "reached"


def test_refused_and_diverged_slices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as short:
        short.setattr("cadl_desktop.sweeps.workers.slice_training.free_memory", lambda: 1000)
        refused = run_slice(slice_of(small_painting()))
    assert (refused.reason, refused.value, refused.measured.step) == ("refused", None, 0)
    assert "memory" in refused.message
    wild = part("optimizer", "gradient descent", rate=1000.0)
    diverged = run_slice(slice_of(small_painting(optimizer=wild, cost="l2-sum")))
    assert (diverged.reason, diverged.value) == ("diverged", None)
    assert diverged.message.startswith("Diverged")
    assert unpacked_project(diverged.project).state is not None


def test_a_trial_at_its_limit_is_not_continued() -> None:
    end = run_slice(slice_of(small_painting()))
    again = run_slice(slice_of(small_painting(), project=end.project))
    assert (again.reason, again.measured.step, again.value) == ("epochs", end.measured.step, end.value)


def test_stopped_slices_end_and_later_ones_do_not_begin() -> None:
    slice_ = slice_of(epochs(small_painting(), 1_000_000), owner="leaving")
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(run_slice(slice_)))
    thread.start()
    news = wait_for(lambda: take_progress("leaving"))
    assert news.measured.number == 1
    assert take_progress("somebody else") is None
    stop_slices("leaving")
    thread.join()
    stopped = outcomes[0]
    assert stopped.reason is None
    late = run_slice(replace(slice_, project=stopped.project))
    assert late.measured.step == stopped.measured.step
    assert run_slice(slice_of(small_painting())).reason == "epochs"


@pytest.mark.parametrize(
    ("shape", "small"),
    [
        ((64, 64, 3), (64, 64, 3)),
        ((300, 257, 3), (100, 85, 3)),
        ((1, 1000, 3), (1, 125, 3)),
        ((481,), (481,)),
        ((1500,), (500,)),
    ],
)
def test_a_preview_is_reduced(shape: tuple[int, ...], small: tuple[int, ...]) -> None:
    preview = preview_of(np.full(shape, 300.0, np.float32))
    assert preview.shape == small
    assert set(preview.ravel().tolist()) == {255 if len(shape) == 3 else 300.0}
