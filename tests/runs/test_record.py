"""Records of runs: bounded, with the newest row, and a history that continues."""

from dataclasses import replace

import numpy as np
import pytest

from cadl_desktop.engine import first_state
from cadl_desktop.experiment import preset
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import BestEpoch, Changed, EpochEnded, RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import MOST_RECORD_ROWS, record_of, thinned
from tests.live_settings import live

EXPERIMENT = preset("lecture-tanh")


def history_of(epochs: int) -> History:
    history = History()
    for epoch in range(1, epochs + 1):
        history.add(EpochEnded(epoch, 5 * epoch, 0.1 * epoch, 1 / epoch, None, 0.02))
    return history


@pytest.mark.parametrize("epochs", [1, 2, 3, 511, 512, 513, 1000, 4097, 9001])
def test_a_record_is_bounded_and_ends_with_the_newest_row(epochs: int) -> None:
    rows = thinned(history_of(epochs).rows)
    assert len(rows) == epochs if epochs <= MOST_RECORD_ROWS else MOST_RECORD_ROWS / 4 < len(rows) <= 512
    assert rows[-1, 0] == epochs
    assert (np.diff(rows[:, 0]) > 0).all()


def test_a_record_of_a_run_stopped_between_measured_epochs_keeps_as_many_rows() -> None:
    all_epochs = range(100, 200_000, 100)
    counts = []
    for epochs in (all_epochs, (93, *all_epochs)):
        history = History()
        for epoch in epochs:
            history.add(EpochEnded(epoch, 5 * epoch, 0.1 * epoch, 1 / epoch, None, 0.02))
        counts.append(len(thinned(history.rows)))
    assert counts[0] == counts[1] > MOST_RECORD_ROWS / 4


@pytest.mark.parametrize("epochs", [3, 1000, 5000])
def test_a_record_s_history_continues_where_it_ended(epochs: int) -> None:
    history = record_of(1, EXPERIMENT, history_of(epochs), None).history()
    for epoch in (epochs + 1, epochs + 2):
        history.add(EpochEnded(epoch, 5 * epoch, 0.1 * epoch, 1 / epoch, None, 0.02))
    column = history.column("epoch")
    assert column[-1] == epochs + 2
    assert (np.diff(column) > 0).all()


def test_a_continued_run_does_not_change_its_record() -> None:
    history = history_of(3)
    record = record_of(1, EXPERIMENT, history, None)
    history.add(EpochEnded(2, 10, 0.2, 77.0, None, 0.02))
    assert record.rows[:, 3].tolist() == [1.0, 0.5, 1 / 3]


def test_cost_seconds_and_steps_are_those_of_its_end() -> None:
    record = record_of(1, EXPERIMENT, history_of(4), None, psnr=float("inf"))
    assert (record.cost, record.psnr, record.seconds, record.steps) == (0.25, None, pytest.approx(0.4), 20)
    assert record_of(2, EXPERIMENT, History(), None, cost=float("nan")).cost is None


def test_the_cost_is_unknown_after_the_weights_were_set() -> None:
    history = history_of(4)
    history.add(Changed(Change(20, "structure", "weight 1 → 1 of layer 1 = 9")))
    assert record_of(1, EXPERIMENT, history, None).cost is None


def test_weights_are_counted_and_can_be_released() -> None:
    weights = (np.zeros((1, 10), np.float32), np.zeros(10, np.float32))
    state = RunState(7, 1, 0, 0.5, weights, np.zeros((2, 20), np.float32), live())
    record = record_of(1, EXPERIMENT, History(), state)
    assert record.weight_bytes == 4 * (20 + 40)
    assert record.steps == 7
    assert record.without_state().weight_bytes == 0


def test_a_record_has_the_whole_log_of_changes() -> None:
    history = history_of(1)
    history.changes.extend(Change(step, "rate", 0.1) for step in range(2000))
    assert list(record_of(1, EXPERIMENT, history, None).history().changes) == history.changes


def test_the_validation_cost_of_a_record_is_that_of_its_best_epoch() -> None:
    history = History()
    for epoch, cost in enumerate((3.0, 1.0, 2.0), 1):
        history.add(EpochEnded(epoch, epoch, 0.1, 9.0, cost, 0.02))
    newest = first_state(EXPERIMENT)
    newest = replace(newest, step=3, epoch=3, best=BestEpoch(2, 2, 0.1, 1.0, 1, newest.weights))
    assert newest.result.step == 2
    assert record_of(1, EXPERIMENT, history, newest.result).validation_cost == 1.0
    assert record_of(1, EXPERIMENT, history, newest).validation_cost == 2.0
