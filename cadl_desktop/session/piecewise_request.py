"""Work of the computing process that is done in pieces, so that other requests have their turn in between."""

from collections.abc import Callable
from operator import methodcaller
from typing import Any

from cadl_desktop.session.background import Done, Failed, LatestOnly
from cadl_desktop.session.session import Session
from cadl_desktop.system.channel import RemoteRef
from cadl_desktop.system.pieces import Unfinished, some_pieces

PIECE_SECONDS = 0.05
"""Time after which other requests have their turn; a piece of the work itself may take longer."""


class PiecewiseRequest:
    """Request of one kind, of which the newest is answered: `done` receives what its generator yields after
    None for each piece of work, or `failed` an error. `by_now` receives each `Unfinished` on the way."""

    def __init__(self, session: Session, done: Done, failed: Failed, by_now: Done | None = None) -> None:
        self._session, self._done, self._failed = session, done, failed
        self._by_now = by_now or _ignore
        self._newest = LatestOnly()
        self._remote: RemoteRef | None = None
        """The generator in the computing process, once there is one."""

    @property
    def is_under_way(self) -> bool:
        return self._newest.request is not None

    def begin(self, function: str, arguments: tuple[Any, ...]) -> None:
        """Begins the generator of this name in place of the one before."""
        self.end()
        self._newest.begin()
        self._ask(function, arguments, self._go_on)

    def end(self) -> None:
        """Ends the work, also in the other process, which would otherwise keep its memory."""
        self._newest.drop()
        if self._remote is not None:
            self._session.ask(methodcaller("close"), (self._remote,), _ignore, _ignore)
            self._remote = None

    def _ask(self, function: str | Callable[..., Any], arguments: tuple[Any, ...], done: Done) -> None:
        request = self._newest.request
        assert request is not None
        failed = request.only(self._fail)
        self._session.ask(function, arguments, request.only(done), failed, lambda: request.wanted)

    def _go_on(self, remote: RemoteRef) -> None:
        self._remote = remote
        self._ask(some_pieces, (remote, PIECE_SECONDS), self._take)

    def _take(self, found: Any) -> None:
        if isinstance(found, Unfinished | None):
            assert self._remote is not None
            self._go_on(self._remote)
            if found is not None:
                self._by_now(found)
            return
        self.end()
        self._done(found)

    def _fail(self, error: Exception) -> None:
        self.end()
        self._failed(error)


def _ignore(_: object) -> None:
    """Takes an answer that nobody waits for."""
