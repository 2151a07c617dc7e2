"""The owner process of a sweep, which outlives the window, and reading of the folder that it writes."""

import platform
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.plan.sweep_check import trial_bytes
from cadl_desktop.sweeps.records.sweep_folder import Preview, SweepFolder, SweepMissingError
from cadl_desktop.sweeps.records.sweep_log import LogReader, TrialEnded, TrialMeasured, TrialStarted
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, valid_records
from cadl_desktop.system.child_process import ChildProcess
from cadl_desktop.system.machine import cores

SILENT_SECONDS = 120.0
"""Time without a new line after which an owner on another machine, whose process is unseen, counts as
ended."""
_MOST_WATCHED = 64
"""Number of unfinished trials, the newest, whose pictures are looked for at each reading."""


def sweep_worker_count() -> int:
    """Number of workers beside a window: all cores but one."""
    return max(1, cores() - 1)


class OwnerProcess(ChildProcess):
    """`cadl-desktop sweep --out FOLDER --resume` in a session of its own, so that it survives the end of the
    window and of a terminal. Raises OSError if it can't be started."""

    def __init__(self, folder: Path, workers: int) -> None:
        words = ("sweep", "--out", str(folder), "--resume", "--workers", str(workers))
        # A file, since a pipe would break when the window ends.
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 (open for as long as the process is)
        nowhere = subprocess.DEVNULL
        super().__init__(
            *words, environment={}, stdin=nowhere, stdout=nowhere, stderr=self._stderr, detached=True
        )

    def last_words(self) -> str:
        """Returns the last line on stderr; empty if there is none, or the process was killed after it."""
        if (self.wait_for(0) or 0) < 0:
            return ""
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").split("\n")
        return next((line.rpartition("\r")[2].strip() for line in reversed(lines) if line.strip()), "")

    def close(self) -> None:
        """Releases the handles; the process may go on."""
        self.forget()
        self._stderr.close()


@dataclass(frozen=True)
class SweepReading:
    """Result of reading a sweep's folder.

    `is_owned`: an owner on this machine has it; `elsewhere`: name of another machine whose owner has it.
    `previews` are those that were written since the previous reading.
    """

    standing: SweepStatus
    is_owned: bool
    elsewhere: str
    previews: Mapping[int, Preview]


class SweepFollower:
    """Reads the sweep of one folder, then its log incrementally. Not to be used by two threads at once.

    `samples` are those of a curve, `needed` is the number of bytes that a trial needs. Raises ProjectError,
    SweepMissingError and DataError.
    """

    def __init__(self, path: Path) -> None:
        self.folder = folder = SweepFolder(path)
        if path.is_dir() and not folder.sweep_file.exists():
            raise SweepMissingError(
                "There is no sweep in '{folder}'; choose the folder that has its 'sweep.zip'.", folder=path
            )
        self.sweep = folder.sweep()
        base = self.sweep.base
        self.samples = None if is_painting(base) else samples_of(base.data)
        self.needed = 1
        with suppress(SentenceError, KeyError, ValueError):  # what can't be trained here can still be viewed
            self.needed = trial_bytes(self.sweep)
        self.restart()

    def restart(self) -> None:
        """Makes the next look read the whole log, as the folder may have been another's meanwhile."""
        self._log = LogReader(self.folder.log)
        self._standing = SweepStatus()
        self._with_news: set[int] = set()
        self._seen: dict[int, int | None] = {}
        """When the previews that were read last had been written."""
        self._written, self._received = -inf, -inf
        """Time of the newest line, by its machine's clock, and of its arrival, by this machine's."""

    def look(self) -> SweepReading:
        """Reads new lines of the log. Raises SweepMissingError."""
        folder = self.folder
        # Before the log, so that everything an owner wrote before it left is read.
        is_owned = folder.has_owner
        folder.require_present()
        try:
            news = list(valid_records(self.sweep, self._log.news()))
        except OSError as error:
            raise SweepMissingError(
                "The sweep's folder '{folder}' can't be read: {reason}.",
                folder=folder.path,
                reason=error.strerror or error,
            ) from error
        if news:
            if self._standing.owned is not None:  # the lines of the first reading may be old
                self._received = time.monotonic()
            self._written = max(record.at for record in news)
            self._standing = self._standing.with_news(news)
        elsewhere = self._elsewhere(is_owned)
        is_here = is_owned and not elsewhere
        standing = replace(self._standing, is_deserted=not is_here and not elsewhere)
        of_trials = (each for each in news if isinstance(each, TrialStarted | TrialMeasured | TrialEnded))
        # Progress is logged ever more seldom, pictures are written all the time.
        unfinished = [trial.number for trial in standing.trials.values() if not trial.is_over]
        watched = {each.number for each in of_trials}.union(unfinished[-_MOST_WATCHED:])
        return SweepReading(standing, is_here, elsewhere, self._previews(watched))

    def _elsewhere(self, is_held: bool) -> str:
        """Returns the name of another machine whose owner has the sweep, or "".

        Not all shared folders show a lock held on another machine, so recent lines count as well.
        """
        owned = self._standing.owned
        if owned is None or self._standing.closed is not None or owned.machine == platform.node():
            return ""
        silent = min(time.monotonic() - self._received, abs(time.time() - self._written))
        return owned.machine if is_held or silent < SILENT_SECONDS else ""

    def _previews(self, news: set[int]) -> dict[int, Preview]:
        """Returns new previews of these trials, and of those of the last reading.

        The owner doesn't write log and previews at the same moment.
        """
        looked_at, self._with_news = news | self._with_news, news
        found: dict[int, Preview] = {}
        for number in looked_at:
            written = self.folder.preview_written(number)
            if written != self._seen.get(number) and (preview := self.folder.preview(number)) is not None:
                self._seen[number], found[number] = written, preview
        return found
