import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cadl_desktop.experiment import preset
from cadl_desktop.runs.changes import Change, branched, changed_structure, logged
from cadl_desktop.runs.events import Changed, EpochEnded, Progressed, RunState, Started, Untrained
from cadl_desktop.runs.history import COLUMNS, MOST_EARLIER_FITS, MOST_ROWS, History
from cadl_desktop.runs.horizon import Horizon
from tests.live_settings import live


def ended(epoch: int, validation: float | None = None) -> EpochEnded:
    return EpochEnded(epoch, epoch * 20, epoch / 8, 1 / epoch, validation, 0.01)


def history_of(epochs: range, history: History | None = None) -> History:
    history = history or History()
    for epoch in epochs:
        history.add(ended(epoch))
    return history


def started(step: int, **settings: Any) -> Started:
    """Event of a run of a network with two layers."""
    now = live(**{"batch_size": 20, "rate": 0.01, "cost": "l2"} | settings)
    network = replace(preset("lecture-painting"), layers=preset("lecture-painting").layers[:2])
    return Started("CPU", 10, 400, 0, now, logged(now, network), step)


def assert_evenly_thinned(history: History) -> None:
    """All rows but the newest stand at consecutive multiples of one power of two."""
    epochs = history.column("epoch").astype(int).tolist()
    every = epochs[1] - epochs[0]
    assert every & (every - 1) == 0
    assert epochs[:-1] == list(range(every, epochs[-2] + 1, every))
    assert 0 < epochs[-1] - epochs[-2] <= every


def test_short_runs_keep_every_epoch() -> None:
    history = history_of(range(1, 501))

    assert history.rows.shape == (500, len(COLUMNS))
    assert history.column("epoch").tolist() == list(range(1, 501))
    assert history.rows[-1, :4].tolist() == [500, 10_000, 62.5, 1 / 500]
    assert np.isnan(history.column("validation_cost")).all()
    assert history.column("learning_rate").tolist() == [0.01] * 500


def test_the_psnr_is_kept_where_it_is_finite() -> None:
    history = History()
    for epoch, psnr in enumerate((20.5, None, np.inf), 1):
        history.add(dataclasses.replace(ended(epoch), psnr=psnr))
    assert history.column("psnr").tolist() == pytest.approx([20.5, np.nan, np.nan], nan_ok=True)
    assert History.from_rows(history.rows, []).column("psnr")[0] == 20.5
    older = History.from_rows(history.rows[:, :6], [])
    assert older.column("learning_rate").tolist() == [0.01] * 3
    assert np.isnan(older.column("psnr")).all()


def test_processor_seconds_are_kept_and_unknown_in_older_files() -> None:
    history = History()
    history.add(Untrained(2.0, None, 0.01))
    history.add(dataclasses.replace(ended(1), processor_seconds=0.5))
    assert history.column("processor_seconds").tolist() == [0.0, 0.5]
    assert History.from_rows(history.rows, []).column("processor_seconds").tolist() == [0.0, 0.5]
    assert np.isnan(History.from_rows(history.rows[:, :7], []).column("processor_seconds")).all()


def test_validation_costs_are_kept() -> None:
    history = History()
    history.add(ended(1, validation=0.25))

    assert history.column("validation_cost").tolist() == [0.25]


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        History().column("speed")


def test_a_run_of_any_length_stays_bounded_and_evenly_thinned() -> None:
    history = History()
    for epoch in range(1, 100_001):
        history.add(ended(epoch))
        if epoch % 997 == 0 or epoch in (MOST_ROWS, MOST_ROWS + 1, 2 * MOST_ROWS, 2 * MOST_ROWS + 1):
            assert len(history.rows) <= MOST_ROWS
            assert history.rows[-1, 0] == epoch
            assert_evenly_thinned(history)

    assert len(history.rows) > MOST_ROWS / 2


@pytest.mark.parametrize("stopped", [1, 2, 3, 4096, 4097, 8193, 20_001, 65_536])
def test_a_saved_history_continues_like_an_uninterrupted_one(stopped: int) -> None:
    before = history_of(range(1, stopped + 1))
    resumed = History.from_rows(before.rows, before.changes)
    assert np.array_equal(resumed.rows, before.rows, equal_nan=True)

    after = range(stopped + 1, stopped + 10_000)
    assert np.array_equal(history_of(after, resumed).rows, history_of(after, before).rows, equal_nan=True)
    assert_evenly_thinned(resumed)


@pytest.mark.parametrize("measured", [2, 3, 12, 1024])
def test_a_run_with_few_measured_epochs_stays_bounded(measured: int) -> None:
    history = history_of(range(measured, measured * 20_000, measured))

    assert MOST_ROWS / 2 < len(history.rows) <= MOST_ROWS
    assert len(np.unique(np.diff(history.column("epoch")[:-1]))) == 1
    resumed = History.from_rows(history.rows, [])
    after = range(measured * 20_000, measured * 30_000, measured)
    assert np.array_equal(history_of(after, resumed).rows, history_of(after, history).rows, equal_nan=True)


@pytest.mark.parametrize("epochs", [[10, 20, 30, 31, 32, 33], [5, 7, 10, 15, 20]])
def test_a_saved_history_keeps_its_rows_however_far_apart_they_are(epochs: list[int]) -> None:
    history = History()
    for epoch in epochs:
        history.add(ended(epoch))
    again = history_of(range(40, 42), History.from_rows(history.rows, []))

    assert again.column("epoch").tolist() == [*epochs, 40, 41]


def test_an_empty_history_is_restored() -> None:
    assert len(History.from_rows(History().rows, []).rows) == 0


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 9000), st.integers(1, 9000))
def test_a_run_continued_from_an_earlier_state_overwrites_later_rows(first: int, second: int) -> None:
    history = history_of(range(1, first + 1))
    history = history_of(range(second, second + 10), history)

    assert history.rows[-1, 0] == second + 9
    assert (np.diff(history.column("epoch")) > 0).all()


def test_rows_are_copies() -> None:
    history = history_of(range(1, MOST_ROWS + 1))
    rows, costs = history.rows, history.column("cost")
    kept = rows.copy()
    history_of(range(MOST_ROWS + 1, MOST_ROWS + 100), history)

    assert np.array_equal(rows, kept, equal_nan=True)
    assert np.array_equal(costs, kept[:, COLUMNS.index("cost")])


def test_changes_are_kept_in_order() -> None:
    history = History()
    changes = [Change(5, "rate", 0.1), Change(9, "batch_size", 20)]
    for change in changes:
        history.add(Changed(change))

    assert history.changes == changes
    assert History.from_rows(history.rows, history.changes).changes == changes


def test_the_newest_cost_is_none_after_the_weights_were_replaced() -> None:
    history = history_of(range(1, 4))
    assert history.newest_cost == 1 / 3
    history.add(Changed(Change(59, "structure", "weight 1 → 1 of layer 1 = 9")))
    assert history.newest_cost == 1 / 3
    history.add(Changed(changed_structure(60, branched(3))))
    assert history.newest_cost == 1 / 3
    history.add(Changed(Change(60, "structure", "weight 1 → 1 of layer 1 = 8")))
    assert history.newest_cost is None
    assert history_of(range(4, 5), history).newest_cost == 1 / 4


@pytest.mark.parametrize("step", [0, 40])
def test_rare_settings_are_logged_from_their_first_use(step: int) -> None:
    history = History()
    history.add(started(0))
    usual = list(history.changes)
    assert not {"bending", "smoothness", "frozen"} & {change.setting for change in usual}
    history.add(started(step, bending=0.5, frozen="layer 1"))
    assert history.changes == [*usual, Change(step, "bending", 0.5), Change(step, "frozen", "layer 1")]


def test_earlier_curves_are_thinned_and_paintings_passed_over() -> None:
    history = History()
    for number in range(1000):
        history.add(Progressed(1, number, 1.0, 1.0, prediction=np.full(481, number, np.float32)))
        assert 0 < len(history.earlier_fits) <= MOST_EARLIER_FITS
    history.add(Progressed(1, 1, 1.0, 1.0, prediction=np.zeros((4, 5, 3), np.float32)))
    history.add(Progressed(1, 1, 1.0, 1.0))

    numbers = [int(curve[0]) for curve in history.earlier_fits]
    assert numbers[0] == 0
    assert len(set(np.diff(numbers))) == 1
    assert numbers[-1] >= 1000 / 2
    assert len(history.rows) == 0


def test_the_history_until_a_moment_has_nothing_later() -> None:
    history = history_of(range(1, 9))
    for change in (Change(0, "rate", 0.1), Change(60, "structure", "by hand"), Change(60, "rate", 0.2)):
        history.add(Changed(change))
    moment = RunState(60, 3, 0, 1.0, (), np.zeros((0, 0), np.float32), live())

    until = history.until(moment)

    assert until.column("epoch").tolist() == [1, 2, 3]
    assert [change.value for change in until.changes] == [0.1, "by hand"]
    assert len(history.rows) == 8


def test_the_share_done_follows_the_logged_horizon() -> None:
    history = History()
    assert history.share_done(7) == 0.0
    history.add(Changed(Change(0, "horizon", Horizon(step=0, done=0.0, end=100).spelled())))
    history.add(Changed(Change(10, "horizon", Horizon(step=10, done=0.1, end=55).spelled())))
    history.add(Changed(Change(11, "rate", 0.5)))
    assert history.share_done(55) == 1.0
    assert history.share_done(10) == 0.1
    history.add(Changed(Change(20, "horizon", "none")))
    assert history.share_done(30) == 0.0
    history.add(Changed(Change(40, "horizon", "0.5 of the run at step 40, all of it at step 3")))
    assert history.share_done(50) == 0.0
