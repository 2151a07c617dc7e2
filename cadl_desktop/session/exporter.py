"""Exports in the background while training runs; parts that need TensorFlow run in the worker process."""

from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError as DroppedError
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.experiment import Value
from cadl_desktop.project import open_project
from cadl_desktop.session.background import Background, LatestOnly

if TYPE_CHECKING:
    from cadl_desktop.export.exports import Export, Preview
    from cadl_desktop.export.job import Job
    from cadl_desktop.export.trained import Trained

_PROGRESS_SECONDS = 0.05
"""Shortest interval between progress signals."""


class Exporter(QObject):
    """Writes one export at a time, and makes previews. `progressed` carries the finished share, 0 to 1."""

    progressed = Signal(float)
    exported = Signal(object)  # Path of the written file
    wrote = Signal(str)  # name of the export, as 'painting'
    cancelled = Signal()  # no file was written
    _progress_reported = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self, threads=1)
        self._export: Job | None = None
        self._preview: Job | None = None
        self._newest_export, self._newest_preview = LatestOnly(), LatestOnly()
        self._newest_read = LatestOnly()
        self._fail_cancelled: Callable[[], None] = lambda: None
        self._begun: list[Path] = []
        self._progress_reported.connect(self._emit_progress)

    @property
    def busy(self) -> bool:
        """Whether an export is in progress."""
        return self._export is not None

    def export(
        self,
        wanted: "Export",
        path: Path,
        trained: "Trained",
        options: Mapping[str, Value],
        done: Callable[[], None],
        failed: Callable[[Exception], None],
        *,
        over_others: bool = False,
    ) -> None:
        """Writes a file, `over_others` also where there is one that isn't known as the program's own; else
        `failed` receives `export.exports.OthersFileError`. On `cancel` it receives
        `export.job.CancelledError` at once."""
        from cadl_desktop.export.exports import export
        from cadl_desktop.export.job import CancelledError

        job = self._export = wanted.job(options, self._progress_callback())
        self._begun = []
        job.begun = self._begun.append
        job.spares_others = not over_others
        self._drop_preview()

        def forget() -> None:
            if job is self._export:  # after a cancelled one the next may be in progress already
                self._export = None

        def ended(_: object) -> None:
            forget()
            self.exported.emit(path)
            self.wrote.emit(wanted.name)
            done()

        def on_error(error: Exception) -> None:
            forget()
            if isinstance(error, CancelledError):
                self.cancelled.emit()
            failed(error)

        request = self._newest_export.begin()
        self._fail_cancelled = request.only(lambda: on_error(CancelledError()))
        work = _with_cancellation(lambda: export(wanted.name, path, trained, job))
        self._background.do(work, request.only(ended), request.only(on_error))

    def cancel(self) -> None:
        """Cancels the export in progress, and removes what it wrote.

        Doesn't wait for a library call in progress; what that still writes is removed afterwards.
        """
        from cadl_desktop.export.job import discard

        if self._export and self._export.cancel():
            for neighbour in self._begun:
                discard(neighbour)
            self._fail_cancelled()
            self._newest_export.drop()

    def preview(
        self,
        wanted: "Export",
        ending: str,
        trained: "Trained",
        options: Mapping[str, Value],
        done: Callable[["Preview"], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Makes a preview of the file; a newer call cancels an older one silently."""
        from cadl_desktop.export.exports import preview

        self._drop_preview()
        job = self._preview = wanted.job(options)
        job.ending = ending
        work = _with_cancellation(lambda: preview(wanted, trained, job))
        self._background.do(work, done, failed, self._newest_preview)

    def read_runs(
        self, path: Path, done: Callable[[list["Trained"]], None], failed: Callable[[Exception], None]
    ) -> None:
        """Reads the trained runs of a project file."""

        def work() -> list["Trained"]:
            from cadl_desktop.export.trained import runs_of

            return runs_of(open_project(path))

        self._background.do(work, done, failed, self._newest_read)

    def cancel_all(self) -> None:
        """Cancels everything, as the dialog is closed or before the worker thread quits."""
        self.cancel()
        self._newest_read.drop()
        self._drop_preview()

    def close(self) -> None:
        """Waits for work in progress; called after the worker thread has ended."""
        self._background.close()

    def _drop_preview(self) -> None:
        self._newest_preview.drop()
        if self._preview:
            self._preview.cancel()

    def _progress_callback(self) -> Callable[[float], None]:
        last = 0.0

        def report(share: float) -> None:
            nonlocal last
            if share >= 1 or monotonic() - last > _PROGRESS_SECONDS:
                last = monotonic()
                self._progress_reported.emit(share)

        return report

    @Slot(float)
    def _emit_progress(self, share: float) -> None:
        if self._export:
            self.progressed.emit(share)


def _with_cancellation(work: Callable[[], Any]) -> Callable[[], Any]:
    """Converts `concurrent.futures.CancelledError` of dropped pieces into the export's CancelledError."""

    def do() -> Any:
        from cadl_desktop.export.job import CancelledError

        try:
            return work()
        except DroppedError:
            raise CancelledError from None

    return do
