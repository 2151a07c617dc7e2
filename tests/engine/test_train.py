"""Training: reproducible bits, learning, stopping, continuing, and a clean end."""

import dataclasses
import math
import time
from itertools import count

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scores import psnr
from cadl_desktop.data.subsets import split
from cadl_desktop.engine import Control, batch_order, initial_weights, predict, train, training_samples
from cadl_desktop.experiment import Experiment, Stop, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.check import ExperimentError
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.runs.events import EpochEnded, Event, Paused, Progressed, Started, Untrained
from cadl_desktop.runs.history import History
from tests.engine.runs import costs_by_step, epochs, finished, of_kind, run, same_bits, small_painting


def costs(events: list[Event]) -> list[float]:
    return [event.cost for event in of_kind(events, EpochEnded)]


def test_same_seed_gives_the_same_bits() -> None:
    one, other = run(small_painting()), run(small_painting())
    assert same_bits(finished(one).state, finished(other).state)
    assert costs(one) == costs(other)


def test_a_history_begins_with_the_cost_before_the_first_step() -> None:
    first = run(epochs(small_painting(validation=0.2), 2))
    history = History()
    for event in first:
        history.add(event)
    assert history.column("epoch").tolist() == [0, 1, 2]
    assert history.column("step")[0] == 0
    assert history.column("cost")[0] == finished(first).initial_cost
    assert np.isfinite(history.column("validation_cost")).all()
    assert not of_kind(run(epochs(small_painting(validation=0.2), 3), state=finished(first).state), Untrained)


def test_another_seed_gives_another_run() -> None:
    assert costs(run(small_painting())) != costs(run(small_painting(seed=2)))


def test_single_steps_give_the_same_bits_as_long_calls() -> None:
    experiment = epochs(small_painting(), 2)
    control = Control()
    control.pause()
    for event in train(experiment, control):
        if isinstance(event, Paused):
            control.step()
    assert same_bits(event.state, finished(run(experiment)).state)


def test_a_run_goes_on_beyond_the_steps_that_32_bits_count_however_they_are_cut() -> None:
    layers = (part("layer", "dense", units=8), part("layer", "dropout"))
    experiment = epochs(small_painting(layers=layers), 4)
    before = finished(run(epochs(experiment, 3))).state
    late = dataclasses.replace(before, step=2**31 - 5)
    whole = finished(run(experiment, state=late)).state
    control = Control()
    control.pause()
    for event in train(experiment, control, late):
        if isinstance(event, Paused):
            control.step()
    assert whole.step == late.step + 9
    assert same_bits(event.state, whole)


@pytest.mark.parametrize("stop_at", [1, 5, 9, 13])
def test_a_stopped_run_continues_exactly(stop_at: int) -> None:
    experiment = small_painting()
    control = Control()
    control.pause()
    first: list[Event] = []
    for event in train(experiment, control):
        first.append(event)
        if isinstance(event, Paused):
            control.step() if event.state.step < stop_at else control.stop()
    second = run(experiment, state=finished(first).state)
    whole = run(experiment)
    assert same_bits(finished(second).state, finished(whole).state)
    assert costs(first) + costs(second) == costs(whole)


@pytest.mark.parametrize("row", [144, 2**31 - 1])  # of 144, of which 72 are trained on
def test_an_epoch_ends_for_any_number_of_used_samples_in_a_state(row: int) -> None:
    experiment = small_painting(validation=0.5)
    before = finished(run(epochs(experiment, 1))).state
    beyond = dataclasses.replace(before, row=row)
    assert finished(run(epochs(experiment, 3), state=beyond)).state.step == before.step + 4


def test_pauses_in_the_middle_of_measuring_change_no_bit() -> None:
    experiment = epochs(small_painting(data=part("dataset", "picture", longest=300), batch_size=2000), 4)
    control = Control()
    for number, event in enumerate(train(experiment, control)):
        if isinstance(event, Paused):
            control.resume()
        elif number % 3 == 0:
            control.pause()
    alone = run(experiment)
    assert same_bits(finished([event]).state, finished(alone).state)


def test_pausing_a_large_set_does_not_wait_for_its_cost() -> None:
    layers = (part("layer", "dense", units=128, activation="relu"),) * 6
    data = part("dataset", "picture", longest=512)
    experiment = small_painting(data=data, layers=layers, stop=Stop(epochs=None))
    control = Control()
    costs_in_pauses = []
    for event in train(experiment, control):
        if isinstance(event, Progressed) and event.step > 0:
            control.pause()
        if isinstance(event, Paused):
            costs_in_pauses.append(event.cost)
            control.stop()
    assert costs_in_pauses == [None]


def test_a_finished_run_can_be_continued() -> None:
    first = finished(run(small_painting())).state
    second = finished(run(small_painting(), state=first)).state
    assert second.epoch == 2 * first.epoch
    assert same_bits(second, finished(run(epochs(small_painting(), 12))).state)


def test_processor_seconds_are_those_of_the_steps_and_go_on_in_a_resume(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each call of the steps takes a second of its thread, and all that is measured beside takes many."""
    now = count(0.0)
    monkeypatch.setattr("cadl_desktop.engine.training.timing.time.thread_time", lambda: float(next(now)))
    first = run(epochs(small_painting(), 3), Control(last_step=18))
    rows = [row.processor_seconds for row in of_kind(first, EpochEnded)]
    state = finished(first).state
    assert rows == sorted(rows)
    assert 2.0 <= rows[0] < rows[-1] <= state.processor_seconds <= 18.0
    second = run(epochs(small_painting(), 3), state=state)
    assert finished(second).state.processor_seconds > state.processor_seconds
    older = dataclasses.replace(state, processor_seconds=math.nan)
    unknown = finished(run(epochs(small_painting(), 3), state=older)).state
    assert math.isnan(unknown.processor_seconds)
    assert same_bits(unknown, finished(second).state)


@pytest.mark.parametrize("units", [8, 512])  # whose batches of 144 are split
def test_what_happens_beside_the_steps_takes_no_processor_seconds(units: int) -> None:
    """The process works between any two events, as it does for other trainings, pictures and exports."""
    layers = (part("layer", "dense", units=units, activation="relu"),) * 2
    elsewhere, began = 0.0, time.process_time()
    events = []
    for event in train(epochs(small_painting(layers=layers, batch_size=144), 3), for_cores=2):
        events.append(event)
        worked = time.process_time()
        while time.process_time() - worked < 0.05:
            pass
        elsewhere += time.process_time() - worked
    whole = time.process_time() - began
    assert 0 < finished(events).state.processor_seconds < whole - elsewhere


def test_history_cost_is_the_mean_over_the_whole_training_set() -> None:
    experiment = small_painting(validation=0.25)
    events = run(experiment)
    state = finished(events).state
    x, y = training_samples(experiment)
    samples = samples_of(experiment.data)
    error = np.abs(predict(experiment, state.weights, samples.inputs) - samples.targets).sum(1)
    rows = {tuple(target) for target in y}
    assert len(x) == 108
    assert len(rows) > 20
    last = of_kind(events, EpochEnded)[-1]
    assert last.validation_cost is not None
    assert (108 * last.cost + 36 * last.validation_cost) / 144 == pytest.approx(error.mean(), rel=1e-5)


@pytest.mark.parametrize("validation", [0.0, 0.25])
@pytest.mark.parametrize("target_scaling", ["unit", "standardised"])
def test_every_epoch_has_the_psnr_of_what_is_learned(validation: float, target_scaling: str) -> None:
    experiment = small_painting(validation=validation, target_scaling=target_scaling)
    events = run(experiment, Control(picture_seconds=None))
    last = of_kind(events, EpochEnded)[-1]
    samples = samples_of(experiment.data)
    rows = split(experiment, samples)[0][:]
    painted = predict(experiment, finished(events).state.weights, samples.inputs)
    assert last.psnr == pytest.approx(psnr(painted[rows], samples.targets[rows]), abs=1e-4)
    first = of_kind(events, Untrained)[0].psnr
    assert first is not None
    assert last.psnr is not None
    assert first < last.psnr


def test_a_curve_has_no_psnr() -> None:
    (row,) = of_kind(run(epochs(preset("lecture-tanh"), 1)), EpochEnded)
    assert row.psnr is None


def test_batches_are_whole_shuffled_and_cover_the_epoch() -> None:
    experiment = small_painting(batch_size=20)
    first, second = batch_order(experiment, 0), batch_order(experiment, 1)
    assert first.shape == (7, 20)
    assert len(np.unique(first)) == 140
    assert not np.array_equal(first, second)


def test_a_batch_larger_than_the_data_holds_all_of_it_and_says_so() -> None:
    events = run(epochs(small_painting(batch_size=5000), 2))
    started = of_kind(events, Started)[0]
    assert started.settings.batch_size == 144
    assert "5,000" in started.notes[0]
    assert finished(events).state.step == 2


def test_tanh_network_follows_the_noisy_sine_and_the_line_can_not() -> None:
    curve, line = finished(run(preset("lecture-tanh"))), finished(run(preset("lecture-line")))
    assert curve.cost is not None
    assert line.cost is not None
    assert curve.cost < 0.30
    assert line.cost > 0.38


def test_painting_improves() -> None:
    events = run(epochs(preset("lecture-painting"), 40))
    pictures = [event for event in of_kind(events, Progressed) if event.prediction is not None]
    before, after = pictures[0].psnr, finished(events).progress.psnr
    assert before is not None
    assert after is not None
    assert after > before + 5
    assert pictures[0].prediction is not None
    assert pictures[0].prediction.shape == (64, 64, 3)


def test_the_line_settles() -> None:
    end = finished(run(preset("lecture-line")))
    assert end.reason == "settled"
    assert end.state.epoch < 500


def test_seconds_stop_a_run_that_has_no_other_end() -> None:
    end = finished(run(small_painting(stop=Stop(epochs=None, seconds=0.30004))))
    assert end.reason == "seconds"
    assert end.message == "Finished after 0.3 s."
    assert 0.3 <= end.state.seconds < 2


HUGE = part("optimizer", "gradient descent", rate=1000.0)
DIVERGING = [
    small_painting(optimizer=HUGE, cost="l2-sum"),
    epochs(replace(preset("lecture-polynomial-4"), optimizer=HUGE, cost="l2"), 50),
]


@pytest.mark.parametrize("experiment", DIVERGING, ids=["painting", "polynomial"])
def test_divergence_ends_with_the_last_good_weights(experiment: Experiment) -> None:
    one, other = finished(run(experiment)), finished(run(experiment))
    assert one.reason == "diverged"
    assert "learning rate" in one.message
    assert all(np.isfinite(array).all() for array in one.state.weights)
    assert one.cost is not None
    assert np.isfinite(one.cost)
    assert same_bits(one.state, other.state)
    assert one.message == other.message


@pytest.mark.parametrize("cost", ["l1-sum", "l2"])
def test_a_cost_that_has_exploded_ends_the_run_whatever_its_epochs_say(cost: str) -> None:
    """Adam's steps are as long as its rate, so that the cost stays a number, of thirty digits."""
    layers = (part("layer", "dense", units=8, activation="linear"),) * 4
    sick = small_painting(optimizer=part("optimizer", "adam", rate=1000.0), cost=cost, layers=layers)
    events = run(epochs(sick, 50))
    end, rows = finished(events), of_kind(events, EpochEnded)
    assert end.reason == "diverged"
    assert "Diverged: the cost had grown to" in end.message
    assert "learning rate" in end.message
    assert len(rows) < 10
    assert rows[-1].cost > 1e6 * end.cost  # reported, with the weights of before
    assert end.state.step < rows[-1].step
    assert end.cost is not None
    assert not end.is_worse


def test_a_cost_higher_than_at_the_start_is_reported() -> None:
    linear = (part("layer", "dense", units=8, activation="linear"),)
    sick = epochs(small_painting(optimizer=part("optimizer", "adam", rate=100.0), layers=linear), 3)
    end = finished(run(sick))
    assert (end.reason, end.is_worse) == ("epochs", True)
    assert end.message.startswith("Finished after 3 epochs. The cost is ")
    well = finished(run(epochs(small_painting(), 3)))
    assert not well.is_worse
    assert well.message == "Finished after 3 epochs."
    assert finished(run(epochs(sick, 6), state=end.state)).initial_cost is None


def test_live_changes_are_logged_with_their_step() -> None:
    from cadl_desktop.runs.events import Changed

    control = Control()
    control.pause()
    changed: list[tuple[int, str, float]] = []
    for event in train(small_painting(), control):
        if isinstance(event, Started):
            started = event
        if isinstance(event, Changed):
            changed.append((event.change.step, event.change.setting, event.change.value))
        if isinstance(event, Paused):
            if event.state.step == 4 and len(changed) < 2:
                control.change(replace(started.settings, rate=0.5, batch_size=30))
            control.step()
    assert changed == [(4, "rate", 0.5), (4, "batch_size", 30)]
    assert event.state.settings.rate == 0.5
    assert event.state.settings.batch_size == 30


def test_a_changed_batch_size_takes_the_rest_of_the_epoch() -> None:
    control = Control()
    control.pause()
    rows, experiment = [], small_painting()
    for event in train(experiment, control):
        if isinstance(event, Paused):
            rows.append((event.state.epoch, event.state.row))
            if event.state.step == 4:
                control.change(replace(LiveSettings.of(experiment), batch_size=40))
            control.step() if event.state.step < 7 else control.stop()
    assert rows == [(0, 0), (0, 16), (0, 32), (0, 48), (0, 64), (0, 104), (1, 0), (1, 40)]


def test_a_large_step_is_split_over_cores_and_gives_the_same_costs() -> None:
    from cadl_desktop.engine.training import steps

    wide = tuple(part("layer", "dense", units=160) for _ in range(2))
    experiment = small_painting(layers=wide, batch_size=144)
    assert steps.shards_for(experiment, 144, 2) == 2
    small = costs_by_step(replace(experiment, layers=wide), 5)
    x, y = training_samples(experiment)
    first = initial_weights(experiment)
    hidden = np.maximum(np.maximum(x @ first[0] + first[1], 0) @ first[2] + first[3], 0)
    assert small[0] == pytest.approx(np.abs(hidden @ first[4] + first[5] - y).sum(1).mean(), rel=1e-5)
    assert small[5] < small[0]


def test_a_hash_table_is_never_split() -> None:
    from cadl_desktop.engine.training import steps

    wide = small_painting(layers=(part("layer", "dense", units=256),) * 3)
    grid = replace(wide, encoding=part("encoding", "hash grid"))
    assert steps.shards_for(wide, 1024, 2) == 2
    assert steps.shards_for(grid, 1024, 2) == 1


def test_an_invalid_experiment_is_refused_with_its_field() -> None:
    with pytest.raises(ExperimentError, match=r"optimizer\.rate") as caught:
        train(small_painting(optimizer=part("optimizer", "adam", rate=-1.0)))
    assert [problem.field for problem in caught.value.problems] == ["optimizer.rate"]


def test_the_first_picture_of_a_large_set_has_learned_something() -> None:
    """A picture of the untrained network would take longer than the steps before the first one."""
    experiment = small_painting(batch_size=100)
    large = replace(experiment, data=experiment.data.has(source="retina", longest=520))
    control = Control()
    events = train(large, control)
    first = next(event for event in events if isinstance(event, Progressed) and event.prediction is not None)
    control.stop()
    list(events)
    assert np.shape(first.prediction) == (520, 520, 3)
    assert first.step > 0
