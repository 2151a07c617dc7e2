"""Exports while training goes on: one at a time in the background, what needs TensorFlow in the worker."""

from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError as DroppedError
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.experiment import Value
from cadl_desktop.session.asking import Newest
from cadl_desktop.session.background import Background

if TYPE_CHECKING:
    from cadl_desktop.export.exports import Export, Preview
    from cadl_desktop.export.job import Job
    from cadl_desktop.export.trained import Trained

_TOLD_SECONDS = 0.05
"""Progress is told at most this often."""


class Exporter(QObject):
    """Writes exports and makes previews. `progressed` carries the share of an export that is done;
    `exported` names the file that was written, `wrote` its kind, `cancelled` says that none was."""

    progressed = Signal(float)
    exported = Signal(object)  # Path
    wrote = Signal(str)  # the export's name
    cancelled = Signal()
    _told = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self, threads=1)
        self._export: Job | None = None
        self._preview: Job | None = None
        self._newest_export, self._newest_preview = Newest(), Newest()
        self._give_up: Callable[[], None] = lambda: None
        self._begun: list[Path] = []
        self._told.connect(self._tell)

    @property
    def busy(self) -> bool:
        """Whether an export is under way."""
        return self._export is not None

    def export(
        self,
        wanted: "Export",
        path: Path,
        trained: "Trained",
        options: Mapping[str, Value],
        done: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Writes a file; `failed` hears `export.job.CancelledError` as soon as it is cancelled."""
        from cadl_desktop.export.exports import export
        from cadl_desktop.export.job import CancelledError

        job = self._export = wanted.job(options, self._teller())
        self._begun = []
        job.begun = self._begun.append
        self._drop_preview()

        def forget() -> None:
            if job is self._export:  # after a cancelled one the next may be under way already
                self._export = None

        def ended(_: object) -> None:
            forget()
            self.exported.emit(path)
            self.wrote.emit(wanted.name)
            done()

        def ended_badly(error: Exception) -> None:
            forget()
            if isinstance(error, CancelledError):
                self.cancelled.emit()
            failed(error)

        request = self._newest_export.begin()
        self._give_up = request.only(lambda: ended_badly(CancelledError()))
        work = _cancelled_where_dropped(lambda: export(wanted.name, path, trained, job))
        self._background.do(work, request.only(ended), request.only(ended_badly))

    def cancel(self) -> None:
        """Ends the export that is under way, and removes what was written. Nobody waits for what a library is
        in the middle of: it comes to its end unheard, and what it still writes is removed then."""
        from cadl_desktop.export.job import discard

        if self._export and self._export.cancel():
            for neighbour in self._begun:
                discard(neighbour)
            self._give_up()
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
        """Makes what would be seen in the file; a newer call ends an older one unheard."""
        from cadl_desktop.export.exports import preview

        self._drop_preview()
        job = self._preview = wanted.job(options)
        job.ending = ending
        work = _cancelled_where_dropped(lambda: preview(wanted, trained, job))
        self._background.do(work, done, failed, self._newest_preview)

    def cancel_all(self) -> None:
        """For the end of the program, before the worker's."""
        self.cancel()
        self._drop_preview()

    def close(self) -> None:
        """Waits for what is still under way; the worker has ended by then."""
        self._background.close()

    def _drop_preview(self) -> None:
        self._newest_preview.drop()
        if self._preview:
            self._preview.cancel()

    def _teller(self) -> Callable[[float], None]:
        last = 0.0

        def tell(share: float) -> None:
            nonlocal last
            if share >= 1 or monotonic() - last > _TOLD_SECONDS:
                last = monotonic()
                self._told.emit(share)

        return tell

    @Slot(float)
    def _tell(self, share: float) -> None:
        if self._export:
            self.progressed.emit(share)


def _cancelled_where_dropped(work: Callable[[], Any]) -> Callable[[], Any]:
    """The same work, which is cancelled where it was dropped."""

    def do() -> Any:
        from cadl_desktop.export.job import CancelledError

        try:
            return work()
        except DroppedError:
            raise CancelledError from None

    return do
