"""Training to its end from a script, and what it leaves: history and weights as arrays, scores, a project."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

from cadl_desktop.engine import Control, Measure, train
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.export.trained import Trained, measures_of, trained_of
from cadl_desktop.project import Project, save_project
from cadl_desktop.runs.events import Finished, Floats, Prediction, RunState, StopReason
from cadl_desktop.runs.history import MOST_MEASURES, Columns, History, measure_name_problem
from cadl_desktop.runs.network_weights import named_weights
from cadl_desktop.runs.run_snapshots import Snapshots


@dataclass(frozen=True, eq=False)
class Run:
    """A training that has ended.

    `reason` is why, `message` the same as a sentence. `measures` are the last values of own measures, and
    those of `train --json`: cost, validation_cost, psnr, seen_psnr, r2 and so on; None where there is none.
    """

    reason: StopReason
    message: str
    measures: Mapping[str, float | None]
    trained: Trained

    @property
    def experiment(self) -> Experiment:
        return self.trained.experiment

    @property
    def state(self) -> RunState:
        """State from which `train(experiment, state=...)` goes on."""
        return self.trained.state

    @cached_property
    def history(self) -> Columns:
        """Columns by name, (rows,) float64 each, a row for each measured epoch: epoch, step, seconds, cost,
        validation_cost, ..., and own measures. NaN where a value is missing."""
        return self.trained.history.columns()

    @property
    def weights(self) -> Mapping[str, Floats]:
        """W1, b1, W2, b2, ..."""
        return named_weights(self.experiment, self.state.weights)

    @property
    def prediction(self) -> Prediction:
        """The painting, (height, width, 3), about 0 to 255 and not clipped, or a curve's y at `positions`."""
        return self.trained.prediction

    @property
    def positions(self) -> NDArray[Any]:
        """Places of the prediction: x of a curve, (481, 1), or rows and columns of pixels, (pixels, 2)."""
        return self.trained.positions

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes a project that the window opens, with history and own measures. Raises FileError."""
        diverged = self.reason == "diverged"
        state, history, thumbnail = self.state, self.trained.history, self.trained.thumbnail
        save_project(path, Project(self.experiment, state, history, diverged=diverged, thumbnail=thumbnail))


def run(experiment: Experiment, measures: Mapping[str, Measure] | None = None) -> Run:
    """Trains an experiment to its end.

    Own `measures`, by the names of their columns, are called with an `EpochNetwork` at each measured epoch,
    while the clock stands, and return a number. Raises ValueError for a name that can't be one, what they
    raise, and what `train` raises.
    """
    measures = measures or {}
    if len(measures) > MOST_MEASURES:
        raise ValueError(f"There are {len(measures)} measures; {MOST_MEASURES} are possible.")
    for name in measures:
        if problem := measure_name_problem(name):
            raise ValueError(f"The name {name!r} of a measure {problem}; choose another one.")
    history = History()
    control = Control(picture_seconds=None, whole_painting=True, measures=measures)
    for event in train(experiment, control):
        history.add(event)
        if isinstance(event, Finished):
            finished = event
    trained = trained_of(experiment, finished, history, Snapshots())
    newest = {name: float(values[-1]) for name, values in history.own_columns(history.rows).items()}
    return Run(finished.reason, finished.message, measures_of(trained, finished) | newest, trained)
