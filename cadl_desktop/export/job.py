"""Job of a running export: options, progress, cancellation, partial files and errors."""

import errno
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent import futures
from contextlib import suppress
from pathlib import Path
from threading import RLock

from cadl_desktop.experiment.part import Value

_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOENT, errno.EACCES, errno.EROFS)


def raise_os_error(text: str) -> None:
    """Raises the OSError whose message is in `text`, as ffmpeg and TensorFlow report such errors as text."""
    for number in _ERRNOS:
        if os.strerror(number) in text:
            raise OSError(number, os.strerror(number))


class CancelledError(futures.CancelledError):
    """The export was cancelled; the partial file is removed."""


def discard(partial: Path) -> None:
    """Removes a partly written file or folder, as far as the system permits."""
    if partial.is_dir():
        shutil.rmtree(partial, ignore_errors=True)
    else:
        with suppress(OSError):
            partial.unlink()


class Job:
    """Options, progress and cancellation of an export.

    `on_progress` is called with the completed share, 0 to 1, on the exporting thread. `cancel` may be called
    on any thread; the export ends at its next report.

    `notes` are sentences of the writer about the file, for its recipe; `describe` makes the text of a recipe
    with them. `ending` is the file's suffix and `place` its final path, if known. Data goes to a temporary
    neighbour of `place`: `begun` is called with its path, and `whole` just before it replaces `place`. With
    `spares_others` only files are replaced that this program has written.
    """

    ending = ""
    place: Path | None = None
    notes: tuple[str, ...] = ()
    spares_others = False

    def __init__(
        self,
        options: Mapping[str, Value] | None = None,
        on_progress: Callable[[float], None] = lambda share: None,
    ) -> None:
        self._options = dict(options or {})
        self._on_progress = on_progress
        self.begun: Callable[[Path], None] = lambda neighbour: None
        self.whole: Callable[[], None] = lambda: None
        self.describe: Callable[[Sequence[str]], str] = lambda notes: ""
        self._cancelled = self._settled = False
        self._lock = RLock()  # a signal handler may interrupt a holder

    def __getitem__(self, name: str) -> Value:
        """Value of an option. Raises KeyError if the export has no such option."""
        return self._options[name]

    @property
    def options(self) -> dict[str, Value]:
        """Copy of all options."""
        return dict(self._options)

    def recipe(self) -> str:
        """Recipe that the writer puts into the file, with the notes by now; '' where none is wanted."""
        return self.describe(self.notes)

    def cancel(self) -> bool:
        """Cancels, unless `settle` was called already. Returns whether the export is cancelled."""
        with self._lock:
            self._cancelled = not self._settled
        return self._cancelled

    def settle(self) -> None:
        """Marks the file as complete; it can't be cancelled from now on. Raises CancelledError."""
        with self._lock:
            self.check()
            self._settled = True
            self.whole()

    def report(self, share: float) -> None:
        """Reports the completed share, 0 to 1. Raises CancelledError."""
        self.check()
        self._on_progress(share)

    def check(self) -> None:
        """Raises CancelledError if the export was cancelled."""
        if self._cancelled:
            raise CancelledError
