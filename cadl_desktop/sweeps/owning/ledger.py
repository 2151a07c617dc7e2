"""Ledger of the owner: writes the log, keeps the status that follows from it, and writes trials' files and
the table."""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from cadl_desktop.storage.atomic import FileError, write_bytes
from cadl_desktop.storage.folder_mark import FolderMark
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


class Ledger:
    """Writer of a sweep's records. Raises FileError or OSError if a file can't be written, and
    SweepMissingError if the folder is gone. `earlier` has the records of earlier owners."""

    def __init__(self, folder: SweepFolder, sweep: Sweep, report: Callable[[SweepStatus], object]) -> None:
        self._folder, self._sweep, self._report = folder, sweep, report
        self._mark = FolderMark(folder.path)
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
        self._write(partial(self._log.add, record, flushed=flushed))
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
        self._write(partial(write_bytes, self._folder.project(number), project))
        if preview is not None:
            self.write_preview(number, preview)

    def write_preview(self, number: int, preview: Preview) -> None:
        self._write(partial(self._folder.write_preview, number, preview))

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
            self._write(partial(write_bytes, self._folder.table, content))
            self._is_table_old = False

    @property
    def absence(self) -> SweepMissingError | None:
        """Why the folder isn't there; None if it is. The error says how to resume the sweep."""
        if self._mark.is_there:
            return None
        return SweepMissingError(
            "Its folder '{folder}' is gone: moved, removed, or with its drive. 'cadl-desktop sweep --resume "
            "--out FOLDER' goes on once it is back, or from where it is now.",
            folder=self._folder.path,
        )

    def require_folder(self) -> None:
        """Raises SweepMissingError if the folder is gone."""
        if (absence := self.absence) is not None:
            raise absence

    def _write(self, write: Callable[[], object]) -> None:
        """Calls a writer. Its errors are those of the folder if that is gone."""
        self.require_folder()
        try:
            write()
        except (FileError, OSError):
            self.require_folder()
            raise

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
