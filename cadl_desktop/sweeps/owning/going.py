"""A trial that isn't over: what its next slice goes on from."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cadl_desktop.experiment.check import ExperimentError, check
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.paths import PathError
from cadl_desktop.project.file import ProjectError, packed_project, unpacked_project
from cadl_desktop.project.members import Project
from cadl_desktop.sentences import sentence_of
from cadl_desktop.sweeps.plan.pruning import rungs
from cadl_desktop.sweeps.plan.sweep import Sweep, Trial
from cadl_desktop.sweeps.plan.trials import experiment_of
from cadl_desktop.sweeps.records.folder import SweepFolder
from cadl_desktop.sweeps.records.log import Measured
from cadl_desktop.sweeps.workers.slice_messages import RefusedError, Slice
from cadl_desktop.system.machine import cores

if TYPE_CHECKING:
    from distributed import Future

SLICE_SECONDS = 15.0
"""What the loss of a worker costs at most."""
TOLD_SHARE, TOLD_SECONDS = 1.05, 0.4
"""A trial's log grows with the logarithm of its seconds."""
_ENDLESS = 2**53


@dataclass
class Going:
    """`rungs` are the epochs of halving before it; `lost` are workers that were lost with it since it last
    got ahead. `serial` counts its slices, of which only the newest is waited for."""

    trial: Trial
    project: bytes
    rungs: list[int]
    worker: str | None = None
    future: "Future | None" = None
    serial: int = 0
    lost: int = 0
    _seconds: float = SLICE_SECONDS
    _step: int = -1
    _told_at: float = 0.0

    @property
    def number(self) -> int:
        return self.trial.number

    def next_slice(self, sweep: Sweep, owner: str) -> Slice:
        self.serial += 1
        return Slice(
            owner=owner,
            number=self.number,
            project=self.project,
            objective=sweep.objective,
            for_cores=cores(),
            seconds=self._seconds,
            until_epoch=self.rungs[0] if self.rungs else None,
        )

    def has_come(self, project: bytes, step: int) -> None:
        """A slice has brought this back."""
        self.project, self.future = project, None
        if step > self._step:
            self.lost, self._seconds = 0, SLICE_SECONDS
        else:  # to measure an epoch may take longer than a slice
            self._seconds *= 2
        self._step = step

    def is_worth_telling(self, measured: Measured) -> bool:
        """Whether this is news enough for the log."""
        if measured.seconds < self._told_at * TOLD_SHARE + TOLD_SECONDS:
            return False
        self._told_at = measured.seconds
        return True


def set_out(folder: SweepFolder, sweep: Sweep, trial: Trial, passed: Collection[int] = ()) -> Going:
    """A trial with the project that it goes on from, and without the rungs that it has passed.

    Raises RefusedError where it can't be trained, and OSError.
    """
    try:
        experiment = experiment_of(sweep, trial)
    except PathError as error:
        raise RefusedError(sentence_of(error)) from error
    problems = check(experiment)
    if problems:
        raise RefusedError(sentence_of(ExperimentError(problems)))
    halving = sweep.pruning
    wanted = rungs(halving, experiment.stop.epochs or _ENDLESS) if halving else []
    project = _begun(folder.project(trial.number), experiment) or packed_project(Project(experiment))
    return Going(trial, project, [rung for rung in wanted if rung not in passed])


def _begun(path: Path, experiment: Experiment) -> bytes | None:
    """What was kept of a trial; None where that is nothing, or damaged, or of another one. Raises OSError."""
    if not path.is_file():
        return None
    packed = path.read_bytes()
    with suppress(ProjectError):
        if unpacked_project(packed).experiment == experiment:
            return packed
    return None
