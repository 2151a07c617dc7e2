"""A training or a race in the process that computes, and what it is told from the window."""

import logging
from threading import Lock
from typing import TYPE_CHECKING, Any

from cadl_desktop.computing.messages import Command, Race, Train

if TYPE_CHECKING:
    from cadl_desktop.engine import Control

log = logging.getLogger(__name__)


class Run:
    """One that has been asked for; what it is told before it begins is kept for it. One that is stopped by
    then never begins."""

    def __init__(self, asked: Train | Race) -> None:
        self.asked = asked
        self.cancelled = False
        self._lock = Lock()
        self._controls: tuple[Control, ...] | None = None
        self._early: list[tuple[Command, tuple[Any, ...]]] = []

    def tell(self, command: Command, values: tuple[Any, ...] = ()) -> None:
        """On any thread."""
        self.cancelled = self.cancelled or command == "stop"
        with self._lock:
            if self._controls is None:
                self._early.append((command, values))
            else:
                self._pass_on(command, values)

    def attach(self, *controls: "Control") -> None:
        """They are told what has come, and what comes from now on."""
        with self._lock:
            self._controls = controls
            for command, values in self._early:
                self._pass_on(command, values)

    def _pass_on(self, command: Command, values: tuple[Any, ...]) -> None:
        for control in self._controls or ():
            try:
                getattr(control, command)(*values)
            except ValueError:  # settings with which nothing can be trained: the window has told why
                log.info("a run has refused to %s", command, exc_info=True)
