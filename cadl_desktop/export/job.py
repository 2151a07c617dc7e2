"""One export under way: what a person has chosen for it, and how far it has come."""

import shutil
from collections.abc import Callable, Mapping
from concurrent import futures
from contextlib import suppress
from pathlib import Path
from threading import RLock

from cadl_desktop.experiment.part import Value


class CancelledError(futures.CancelledError):
    """Nobody wants the file any more; what was written of it is removed."""


def discard(neighbour: Path) -> None:
    """Removes what was begun of a file or folder, as far as the system lets it go."""
    if neighbour.is_dir():
        shutil.rmtree(neighbour, ignore_errors=True)
    else:
        with suppress(OSError):
            neighbour.unlink()


class Job:
    """The chosen options of an export, and the way to tell its progress.

    `told` is called with the share that is done, 0 to 1, on the thread that exports. `cancel` may be called
    on any thread; the export then ends at its next report. `ending` is that of the file, and `place` where it
    will stand in the end, if that is known: what is written meanwhile is a neighbour, of which `begun` is
    told. `whole` is called when it takes its place.
    """

    ending = ""
    place: Path | None = None

    def __init__(
        self, options: Mapping[str, Value] | None = None, told: Callable[[float], None] = lambda share: None
    ) -> None:
        self._options = dict(options or {})
        self._told = told
        self.begun: Callable[[Path], None] = lambda neighbour: None
        self.whole: Callable[[], None] = lambda: None
        self._cancelled = self._settled = False
        self._lock = RLock()  # a signal may come amid either of its uses

    def __getitem__(self, name: str) -> Value:
        """What was chosen. Raises KeyError where the export has no such option."""
        return self._options[name]

    @property
    def options(self) -> dict[str, Value]:
        """All of them, a copy."""
        return dict(self._options)

    def cancel(self) -> bool:
        """Whether nothing is written any more: not where the file is taking its place by now."""
        with self._lock:
            self._cancelled = not self._settled
        return self._cancelled

    def settle(self) -> None:
        """The file is whole, and takes its place. Raises CancelledError."""
        with self._lock:
            self.check()
            self._settled = True
            self.whole()

    def report(self, share: float) -> None:
        """Tells how much is done, 0 to 1. Raises CancelledError."""
        self.check()
        self._told(share)

    def check(self) -> None:
        """Raises CancelledError where nobody wants the file any more."""
        if self._cancelled:
            raise CancelledError
