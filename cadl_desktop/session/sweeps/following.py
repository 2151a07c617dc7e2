"""What a sweep's folder says by now, read piece by piece off the event loop."""

import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path

from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.plan.sweep_check import trial_bytes
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_folder import Preview, SweepFolder, SweepMissingError
from cadl_desktop.sweeps.records.sweep_log import LogReader, Record, TrialEnded, TrialMeasured, TrialStarted
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, valid_records

SILENT_SECONDS = 120.0
"""Of an owner on another machine, which can only be seen by what it writes, nothing was heard for so long: it
may have ended."""


@dataclass(frozen=True)
class Look:
    """A sweep as it was found: how it stands, whether an owner of this machine has it, or of which other
    machine, and what its trials make that have told anything since the look before."""

    standing: SweepStatus
    is_owned: bool
    elsewhere: str = ""
    previews: Mapping[int, Preview] = field(default_factory=dict)


class Following:
    """Reads one folder; each look goes on from the one before. Never used by two threads at once."""

    def __init__(self, folder: SweepFolder, sweep: Sweep) -> None:
        self.folder, self._sweep = folder, sweep
        self._log = LogReader(folder.log)
        self._standing = SweepStatus()
        self._told: set[int] = set()
        self._written, self._heard = -inf, -inf
        """When the newest line was written by its machine's clock, and when one came by this machine's."""

    @classmethod
    def of(cls, path: Path) -> "Opened":
        """A folder's sweep and the first look at it. Raises ProjectError, SweepMissingError and DataError."""
        folder = SweepFolder(path)
        if path.is_dir() and not folder.sweep_file.exists():
            raise SweepMissingError(
                "There is no sweep in '{folder}'; choose the folder that has its 'sweep.zip'.", folder=path
            )
        sweep = folder.sweep()
        following = cls(folder, sweep)
        samples = None if is_painting(sweep.base) else samples_of(sweep.base.data)
        return Opened(following, sweep, samples, _needed(sweep), following.look())

    def look(self) -> Look:
        """Raises SweepMissingError."""
        folder = self.folder
        # Before the log: what an owner wrote before it left is then read.
        is_owned = folder.has_owner
        folder.require_present()
        try:
            news = list(valid_records(self._sweep, self._log.news()))
        except OSError as error:
            raise SweepMissingError(
                "The sweep's folder '{folder}' can't be read: {reason}.",
                folder=folder.path,
                reason=error.strerror or error,
            ) from error
        if news:
            if self._standing.owned is not None:  # what was there at first may be old
                self._heard = time.monotonic()
            self._written = max(record.at for record in news)
            self._standing = self._standing.with_news(news)
        elsewhere = self._elsewhere(is_owned)
        is_here = is_owned and not elsewhere
        standing = replace(self._standing, is_deserted=not is_here and not elsewhere)
        return Look(standing, is_here, elsewhere, self._previews(_numbers(news)))

    def _elsewhere(self, is_held: bool) -> str:
        """The name of another machine whose owner has the sweep. Not all shared folders say that it holds its
        file there."""
        owned = self._standing.owned
        if owned is None or self._standing.closed is not None or owned.machine == platform.node():
            return ""
        silent = min(time.monotonic() - self._heard, abs(time.time() - self._written))
        return owned.machine if is_held or silent < SILENT_SECONDS else ""

    def _previews(self, told: set[int]) -> dict[int, Preview]:
        """Of the trials that tell something now, and once more of those that did the last time: the owner
        writes what a trial makes beside its log, not at the same moment."""
        looked_at, self._told = told | self._told, told
        found = {number: self.folder.preview(number) for number in looked_at}
        return {number: preview for number, preview in found.items() if preview is not None}


@dataclass(frozen=True)
class Opened:
    """A sweep with what its trials learn, where that is a curve's points, as it is first seen; `needed` are
    the bytes of memory of one trial."""

    following: Following
    sweep: Sweep
    samples: Samples | None
    needed: int
    look: Look


def _needed(sweep: Sweep) -> int:
    try:
        return trial_bytes(sweep)
    except (SentenceError, KeyError, ValueError):
        return 1  # of a sweep that can't be trained here it can still be seen what it came to


def _numbers(news: list[Record]) -> set[int]:
    return {record.number for record in news if isinstance(record, (TrialStarted, TrialMeasured, TrialEnded))}
