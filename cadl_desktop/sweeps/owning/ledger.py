"""Ledger of the owner: writes the log, keeps the status that follows from it, and writes trials' files and
the table."""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from cadl_desktop.storage.atomic import FileError, write_bytes
from cadl_desktop.storage.folder_mark import FolderMark
from cadl_desktop.storage.shared_files import FileLock
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_folder import Preview, SweepFolder, SweepMissingError
from cadl_desktop.sweeps.records.sweep_log import (
    Ending,
    LogReader,
    LogWriter,
    Notice,
    OwnerStopped,
    Record,
    TrialEnded,
    TrialStarted,
)
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, valid_records
from cadl_desktop.sweeps.records.trial_table import table_of

REPORT_SECONDS = 0.2
TABLE_SECONDS = 1.0
GONE_SECONDS = 600.0
"""How long trials go on without the folder. What they learn is held in memory, and nobody might end them: the
command to stop is a file in the folder."""


class Ledger:
    """Writer of a sweep's records. Raises FileError or OSError if a file can't be written. While the folder
    is gone with its drive, everything is held back. `earlier` has the records of earlier owners; `lock` is
    the owner's."""

    def __init__(
        self, folder: SweepFolder, sweep: Sweep, lock: FileLock, report: Callable[[SweepStatus], object]
    ) -> None:
        self._folder, self._sweep, self._lock, self._report = folder, sweep, lock, report
        self._mark = FolderMark(folder.path)
        self._gone_since: float | None = None
        self._unflushed: list[Record] = []
        """Records that a drive may lose when it is removed, and those since."""
        self._held: dict[tuple[str, int], Callable[[], object]] = {}
        """Newest writers of files held back, by kind and trial."""
        self.earlier = list(valid_records(sweep, LogReader(folder.log).news()))
        self._status = SweepStatus().with_news(self.earlier)
        self._log = LogWriter(folder.log)
        self._added: list[Record] = []
        self._last_report = -REPORT_SECONDS
        self._has_news = True
        self._last_table = -TABLE_SECONDS
        self._is_table_old = True

    @property
    def status(self) -> SweepStatus:
        """Status after all records so far."""
        if self._added:
            self._status = self._status.with_news(self._added)
            self._added.clear()
        return self._status

    def add(self, record: Record, *, flushed: bool = False) -> None:
        """Appends a record to the log; `flushed` waits until it is on the disk."""
        self._unflushed.append(record)
        if self._write(partial(self._log.add, record, flushed=flushed)) and flushed:
            self._unflushed.clear()
        self._added.append(record)
        self._has_news = True
        self._is_table_old |= isinstance(record, (TrialStarted, TrialEnded))

    def note(self, sentence: str) -> None:
        self.add(Notice(time.time(), sentence))

    def end_trial(
        self,
        number: int,
        reason: Ending,
        *,
        value: float | None = None,
        measures: dict[str, float | None] | None = None,
        message: str = "",
    ) -> None:
        """Logs the end of a trial at its last measured progress."""
        trial = self.status.trials[number]
        self.add(
            TrialEnded(
                at=time.time(),
                number=number,
                reason=reason,
                value=value,
                epoch=trial.epoch,
                step=trial.measured.step if trial.measured else 0,
                seconds=trial.seconds,
                processor_seconds=trial.processor_seconds,
                machine=trial.machine,
                measures={"cost": trial.cost} if measures is None else measures,
                message=message,
            ),
            flushed=True,
        )

    def write_trial(self, number: int, project: bytes, preview: Preview | None) -> None:
        """Writes the project and preview of a trial, atomically, as other processes may be reading them."""
        self._write_or_hold("project", number, partial(write_bytes, self._folder.project(number), project))
        if preview is not None:
            self.write_preview(number, preview)

    def write_preview(self, number: int, preview: Preview) -> None:
        self._write_or_hold("preview", number, partial(self._folder.write_preview, number, preview))

    def publish(self, *, at_once: bool = False) -> None:
        """Reports the status and writes the table, if they have changed and enough time has passed since the
        last time."""
        now = time.monotonic()
        if self._has_news and (at_once or now - self._last_report >= REPORT_SECONDS):
            self._last_report, self._has_news = now, False
            self._report(self.status)
        if self._is_table_old and (at_once or now - self._last_table >= TABLE_SECONDS):
            content = table_of(self._sweep, self.status)
            self._last_table = now
            self._is_table_old = not self._write(partial(write_bytes, self._folder.table, content))

    @property
    def absence(self) -> SweepMissingError | None:
        """Why the folder isn't there; None if it is. An error says where to resume the sweep."""
        return None if self._mark.is_there else self._gone_error()

    def _gone_error(self) -> SweepMissingError:
        text = (
            "Its folder '{folder}' is gone, perhaps with its drive. What was learned since is lost; resume "
            "the sweep when the folder is back."
        )
        if self._log.has_moved:
            text = "Its folder '{folder}' was moved or removed while it ran; resume it where it is now."
        return SweepMissingError(text, folder=self._folder.path)

    def look_for_folder(self, *, at_end: bool = False) -> bool:
        """Notices whether the folder is there, and writes what was held back when it is back.

        Raises SweepMissingError if it was moved or removed, is gone `at_end`, or for too long.
        """
        if self._gone_since is None:
            self._write(lambda: None)
        elif self._mark.is_there:
            self._gone_since = None
            if self._write(self._catch_up):
                self.note("The folder is back, and everything is written.")
        if self._gone_since is None:
            return True
        if at_end or self._log.has_moved or time.monotonic() - self._gone_since > GONE_SECONDS:
            raise self._gone_error()
        return False

    def _write(self, write: Callable[[], object]) -> bool:
        """Calls a writer, and returns whether the folder was there for it. Errors of a folder that is there
        are raised."""
        if self._gone_since is not None:
            return False
        try:
            self._mark.require()
            write()
        except (FileError, OSError):
            if self._mark.is_there:
                raise
            self._gone_since = time.monotonic()
            if not self._log.has_moved:
                minutes = f"{GONE_SECONDS / 60:.0f} minutes"
                self.note(f"The folder is gone, perhaps with its drive; trials go on for {minutes}.")
        return self._gone_since is None

    def _write_or_hold(self, kind: str, number: int, write: Callable[[], object]) -> None:
        if not self._write(write):
            self._held[kind, number] = write

    def _catch_up(self) -> None:
        """Writes everything that was held back, and what the drive has lost of the log."""
        self._lock.unlock()  # that of another mount
        self._lock = self._folder.own() or self._lock
        earlier, self._log = self._log, LogWriter(self._folder.log)
        with suppress(OSError):
            earlier.close()
        kept = list(LogReader(self._folder.log).news())[-len(self._unflushed) :]
        for record in self._unflushed:
            if record not in kept:
                self._log.add(record)
        for write in self._held.values():
            write()
        self._held.clear()

    def end(self, closed: OwnerStopped) -> None:
        """Logs why the owner leaves, if possible: the disk may be full. If the folder was moved, the open log
        has moved with it, and the record tells so there."""
        if not self._mark.is_there:
            with suppress(OSError):
                self._log.add(closed, flushed=True)
            self._added.append(closed)
            self._report(self.status)
            return
        with suppress(OSError):
            self._log.close()
            self._log = LogWriter(self._folder.log)  # opened anew, which removes a line that was cut off
            self.add(closed, flushed=True)
        with suppress(FileError):
            self.publish(at_once=True)

    def close(self) -> None:
        """Closes the log, and leaves the folder; errors are ignored."""
        with suppress(OSError):
            self._log.close()
        self._mark.remove()
        self._lock.unlock()
