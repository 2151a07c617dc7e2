"""Measuring only every n-th epoch: rows, unchanged weights, and settling."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import Control
from cadl_desktop.experiment import Stop, preset
from cadl_desktop.experiment.methods.facts import facts_of
from cadl_desktop.experiment.methods.rules import run_length
from cadl_desktop.experiment.presets import experiment_as_plain, preset_names
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.runs.events import EpochEnded, Progressed
from cadl_desktop.runs.history import History
from tests.engine.runs import epochs, finished, of_kind, run, same_bits, small_painting


@pytest.mark.parametrize("picture_seconds", [None, 0.0])
def test_only_every_nth_epoch_and_the_last_have_a_row(picture_seconds: float | None) -> None:
    """Rows never depend on time, however many pictures are requested."""
    every_one = run(epochs(small_painting(), 7))
    some = run(epochs(small_painting(measure_every=3), 7), Control(picture_seconds))
    rows = {row.epoch: row for row in of_kind(every_one, EpochEnded)}
    found = of_kind(some, EpochEnded)
    assert [row.epoch for row in found] == [3, 6, 7]
    assert [row.cost for row in found] == [rows[row.epoch].cost for row in found]
    assert same_bits(finished(some).state, finished(every_one).state)


def test_pictures_come_at_epochs_that_are_not_measured_too() -> None:
    painted = run(epochs(small_painting(measure_every=100), 6), Control(picture_seconds=0.0))
    seen = {event.epoch for event in of_kind(painted, Progressed) if event.prediction is not None}
    assert seen >= {1, 2, 3, 4, 5, 6}
    assert [row.epoch for row in of_kind(painted, EpochEnded)] == [6]


def test_a_run_settles_by_measured_epochs() -> None:
    experiment = small_painting(measure_every=4, stop=Stop(epochs=100, change_below=1e9))
    events = run(experiment)
    assert finished(events).reason == "settled"
    assert [row.epoch for row in of_kind(events, EpochEnded)] == [4, 8]
    assert finished(events).state.epoch == 8


def test_a_file_has_the_setting_only_where_it_is_set(tmp_path: Path) -> None:
    usual, other = small_painting(), small_painting(measure_every=3)
    assert "measure_every" not in experiment_as_plain(usual)
    assert experiment_as_plain(other)["measure_every"] == 3
    for experiment in (usual, other):
        history = History()
        events = run(epochs(experiment, 3))
        for event in events:
            history.add(event)
        state = finished(events).state
        # Changed since, after the run read it.
        edited = replace(experiment, measure_every=2)
        save_project(tmp_path / "run.cadl", Project(edited, state, history))
        again = open_project(tmp_path / "run.cadl")
        assert again.experiment == edited
        assert again.state is not None
        assert again.state.settings == state.settings
        assert again.history is not None
        np.testing.assert_array_equal(again.history.rows, history.rows)


@pytest.mark.parametrize(
    ("longest", "batch_size", "wanted"), [(64, 50, 2), (64, 4096, 200), (128, 4096, 50), (512, 4096, 3)]
)
def test_some_two_hundred_steps_lie_between(longest: int, batch_size: int, wanted: int) -> None:
    painting = preset("lecture-painting")
    facts = facts_of(replace(painting, data=painting.data.has(longest=longest), follows=("batch_size",)))
    assert run_length(facts, 100, batch_size)["measure_every"] == wanted


@pytest.mark.parametrize("name", [name for name in preset_names() if name.startswith("lecture")])
def test_the_lecture_measures_every_epoch(name: str) -> None:
    assert preset(name).measure_every == 1
