"""Slow work of which only the newest counts: a preview of what somebody is still dragging."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from cadl_desktop.session.background import Background

Work = Callable[[], Any]


class Newest(QObject):
    """Does one thing at a time in the background and, when it is done, the newest of what was asked since."""

    def __init__(
        self, background: Background, done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        super().__init__()
        self._background = background
        self._done, self._failed = done, failed
        self._next: Work | None = None
        self._busy = self._closed = False

    @property
    def busy(self) -> bool:
        return self._busy

    def ask(self, work: Work) -> None:
        """Wants the answer of `work`, and no longer of anything asked for before that hasn't begun."""
        self._next = work
        if not self._busy:
            self._begin()

    def close(self) -> None:
        """Answers that are still to come are dropped."""
        self._closed, self._next = True, None

    def _begin(self) -> None:
        work, self._next = self._next, None
        if work is not None:
            self._busy = True
            self._background.do(work, self._tell, self._tell_failure)

    def _tell(self, answer: Any) -> None:
        self._busy = False
        if not self._closed:
            self._done(answer)
            self._begin()

    def _tell_failure(self, error: Exception) -> None:
        self._busy = False
        if not self._closed:
            self._failed(error)
            self._begin()
