"""Trials in progress, each with the project from which its next slice continues."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cadl_desktop.experiment.check import ExperimentError, check
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.paths import PathError
from cadl_desktop.project.file import ProjectError, packed_project, unpacked_project
from cadl_desktop.project.project_members import Project
from cadl_desktop.sentences import sentence_of
from cadl_desktop.sweeps.plan.sweep_model import Sweep, Trial
from cadl_desktop.sweeps.plan.trials import experiment_of, rungs
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import TrialMeasured
from cadl_desktop.sweeps.workers.slice_messages import RefusedError, Slice
from cadl_desktop.system.machine import cores

if TYPE_CHECKING:
    from distributed import Future

SLICE_SECONDS = 15.0
"""Training seconds of a slice, which is what the loss of a worker costs at most."""
_DESIGN_SLICES = 20
"""Slices of designs are so many times as long, as pictures pause while the next one compiles its steps."""
LOG_FACTOR, LOG_SECONDS = 1.05, 0.4
"""Progress is logged after this factor plus these seconds, so that a trial's log grows with the logarithm of
its training time."""
PICTURE_SECONDS, DESIGN_SECONDS = 1.0, 0.4
"""Training seconds between pictures; fewer where designs are watched side by side, to see one each second."""
_NO_LIMIT = 2**53


@dataclass
class ActiveTrial:
    """Trial in progress. `rungs` are the epochs of halving ahead; `lost` counts the workers that were lost in
    a row without progress; `serial` numbers its slices, of which only the newest is waited for."""

    trial: Trial
    project: bytes
    rungs: list[int]
    worker: str | None = None
    future: "Future | None" = None
    serial: int = 0
    lost: int = 0
    _seconds: float = SLICE_SECONDS
    _step: int = -1
    _logged_at: float = 0.0

    @property
    def number(self) -> int:
        return self.trial.number

    def next_slice(self, sweep: Sweep, owner: str) -> Slice:
        """Message that has a worker train the next slice."""
        self.serial += 1
        return Slice(
            owner=owner,
            number=self.number,
            project=self.project,
            objective=sweep.objective,
            for_cores=cores(),
            seconds=self._seconds * (_DESIGN_SLICES if sweep.designs else 1),
            picture_seconds=DESIGN_SECONDS if sweep.designs else PICTURE_SECONDS,
            until_epoch=self.rungs[0] if self.rungs else None,
        )

    def take_result(self, project: bytes, step: int) -> None:
        """Takes over the project that a slice has returned."""
        self.project, self.future = project, None
        if step > self._step:
            self.lost, self._seconds = 0, SLICE_SECONDS
        else:  # no progress: measuring an epoch may take longer than a slice
            self._seconds *= 2
        self._step = step

    @property
    def is_unlogged(self) -> bool:
        """Whether none of its progress was logged, as of one that is over within a second."""
        return not self._logged_at

    def is_worth_logging(self, measured: TrialMeasured) -> bool:
        """Whether progress is worth a line in the log."""
        if measured.seconds < self._logged_at * LOG_FACTOR + LOG_SECONDS:
            return False
        self._logged_at = measured.seconds
        return True


def prepare_trial(
    folder: SweepFolder, sweep: Sweep, trial: Trial, passed: Collection[int] = ()
) -> ActiveTrial:
    """Creates an active trial with the project to continue from, without the rungs that it has passed.

    Raises RefusedError if it can't be trained, and OSError.
    """
    try:
        experiment = experiment_of(sweep, trial)
    except PathError as error:
        raise RefusedError(sentence_of(error)) from error
    problems = check(experiment)
    if problems:
        raise RefusedError(sentence_of(ExperimentError(problems)))
    halving = sweep.pruning
    wanted = rungs(halving, experiment.stop.epochs or _NO_LIMIT) if halving else []
    project = _stored_project(folder.project(trial.number), experiment) or packed_project(Project(experiment))
    return ActiveTrial(trial, project, [rung for rung in wanted if rung not in passed])


def _stored_project(path: Path, experiment: Experiment) -> bytes | None:
    """Stored project of a trial; None if there is none, or it is damaged or of another experiment. Raises
    OSError."""
    if not path.is_file():
        return None
    packed = path.read_bytes()
    with suppress(ProjectError):
        if unpacked_project(packed).experiment == experiment:
            return packed
    return None
