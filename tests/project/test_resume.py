"""A run that was saved and reopened continues exactly."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.runs.events import Event, Finished, RunState
from cadl_desktop.runs.history import History
from tests.engine.runs import epochs, small_painting

EXPERIMENTS = {
    "painting by adam": small_painting(validation=0.2),
    "painting by momentum": small_painting(optimizer=part("optimizer", "momentum", rate=1e-4)),
    "curve": epochs(preset("lecture-tanh"), 6),
    "painting with a schedule and penalties": small_painting(
        l1=0.001, l2=0.01, schedule=part("schedule", "cosine", epochs=5)
    ),
}
TIMELESS = [0, 1, 3, 4, 5]
"""All columns of the history but the seconds."""


def run_into(
    history: History, experiment: Experiment, state: RunState | None = None, stop_after: float = float("inf")
) -> RunState:
    control = Control(picture_seconds=None)
    last: Event | None = None
    for last in train(experiment, control, state):
        history.add(last)
        if len(history.rows) >= stop_after:
            control.stop()
    assert isinstance(last, Finished)
    return last.state


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_reopened_run_gives_the_numbers_of_one_that_was_never_closed(tmp_path: Path, name: str) -> None:
    experiment = EXPERIMENTS[name]
    whole, part_by_part = History(), History()
    at_once = run_into(whole, experiment)

    stopped = run_into(part_by_part, experiment, stop_after=2)
    assert stopped.step < at_once.step
    save_project(tmp_path / "run.cadl", Project(experiment, stopped, part_by_part))
    again = open_project(tmp_path / "run.cadl")
    assert again.history is not None
    resumed = run_into(again.history, again.experiment, again.state)

    np.testing.assert_array_equal(again.history.rows[:, TIMELESS], whole.rows[:, TIMELESS])
    for one, other in zip((*at_once.weights, at_once.slots), (*resumed.weights, resumed.slots), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_run_continues_with_settings_changed_on_the_way(tmp_path: Path) -> None:
    experiment = small_painting(target_scaling="unit")
    control = Control(picture_seconds=None)
    schedule = part("schedule", "step", every=2, factor=0.5)
    control.change(replace(LiveSettings.of(experiment), cost="l2", l1=0.001, l2=0.002, schedule=schedule))
    history = History()
    for event in train(experiment, control):
        history.add(event)
        if len(history.rows) == 3:
            control.stop()
    assert isinstance(event, Finished)
    save_project(tmp_path / "run.cadl", Project(experiment, event.state, history))
    again = open_project(tmp_path / "run.cadl")
    assert again.state is not None
    assert again.history is not None
    assert again.history.changes == history.changes
    resumed = run_into(again.history, again.experiment, again.state)
    alone = run_into(history, experiment, event.state)
    for one, other in zip((*alone.weights, alone.slots), (*resumed.weights, resumed.slots), strict=True):
        np.testing.assert_array_equal(one, other)
