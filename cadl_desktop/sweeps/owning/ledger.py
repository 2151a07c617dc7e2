"""What the owner writes: the log with the standing that follows from it, and the trials' files."""

import time
from collections.abc import Callable
from contextlib import suppress

from cadl_desktop.storage.atomic import FileError, write_bytes
from cadl_desktop.sweeps.plan.sweep import Sweep
from cadl_desktop.sweeps.records.folder import SweepFolder
from cadl_desktop.sweeps.records.log import Begun, Closed, Ended, Ending, LogReader, LogWriter, Record, Told
from cadl_desktop.sweeps.records.previews import Preview
from cadl_desktop.sweeps.records.standing import Standing, of_sweep
from cadl_desktop.sweeps.records.table import table_of

TELL_SECONDS = 0.2
TABLE_SECONDS = 1.0


class Ledger:
    """Whatever can't be written raises FileError or OSError. `earlier` is what earlier owners wrote."""

    def __init__(self, folder: SweepFolder, sweep: Sweep, told: Callable[[Standing], object]) -> None:
        self._folder, self._sweep, self._told = folder, sweep, told
        self.earlier = list(of_sweep(sweep, LogReader(folder.log).news()))
        self._standing = Standing().with_news(self.earlier)
        self._log = LogWriter(folder.log)
        self._added: list[Record] = []
        self._last_told = -TELL_SECONDS
        self._has_news = True
        self._last_table = -TABLE_SECONDS
        self._is_table_old = True

    @property
    def standing(self) -> Standing:
        if self._added:
            self._standing = self._standing.with_news(self._added)
            self._added.clear()
        return self._standing

    def add(self, record: Record, *, flushed: bool = False) -> None:
        self._log.add(record, flushed=flushed)
        self._added.append(record)
        self._has_news = True
        self._is_table_old |= isinstance(record, (Begun, Ended))

    def say(self, sentence: str) -> None:
        self.add(Told(time.time(), sentence))

    def end_trial(
        self,
        number: int,
        reason: Ending,
        *,
        value: float | None = None,
        measures: dict[str, float | None] | None = None,
        message: str = "",
    ) -> None:
        """A trial is over, where it was measured last."""
        trial = self.standing.trials[number]
        self.add(
            Ended(
                at=time.time(),
                number=number,
                reason=reason,
                value=value,
                epoch=trial.epoch,
                step=trial.measured.step if trial.measured else 0,
                seconds=trial.seconds,
                machine=trial.machine,
                measures={"cost": trial.cost} if measures is None else measures,
                message=message,
            ),
            flushed=True,
        )

    def keep(self, number: int, project: bytes, preview: Preview | None) -> None:
        """As the files of a trial, which others may be reading."""
        write_bytes(self._folder.project(number), project)
        if preview is not None:
            self.show(number, preview)

    def show(self, number: int, preview: Preview) -> None:
        self._folder.write_preview(number, preview)

    def tell(self, *, at_once: bool = False) -> None:
        """Tells of how the sweep stands and writes its table, where there is news and that is a while ago."""
        now = time.monotonic()
        if self._has_news and (at_once or now - self._last_told >= TELL_SECONDS):
            self._last_told, self._has_news = now, False
            self._told(self.standing)
        if self._is_table_old and (at_once or now - self._last_table >= TABLE_SECONDS):
            self._last_table, self._is_table_old = now, False
            write_bytes(self._folder.table, table_of(self._sweep, self.standing))

    def end(self, closed: Closed) -> None:
        """Says at last why the owner leaves, where that can still be written: the disk may be full. A folder
        that was moved has taken the log along, and is told by it where it is now."""
        if not self._folder.is_there:
            with suppress(OSError):
                self.add(closed, flushed=True)
            return
        self.close()
        with suppress(OSError):
            self._log = LogWriter(self._folder.log)  # without the line that was cut off
            self.add(closed, flushed=True)
        with suppress(FileError):
            self.tell(at_once=True)

    def close(self) -> None:
        with suppress(OSError):
            self._log.close()
