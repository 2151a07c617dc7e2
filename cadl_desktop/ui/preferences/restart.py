"""Restart of the program, for a preference that is applied at the next start."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.system.child_process import program_command
from cadl_desktop.ui.settings.settings_table import INTERFACE_SIZE


class Restart(QObject):
    """Closes the window and starts the program again with the same project, if that loses nothing but the
    undo history. `is_busy` says whether something is trained besides the window's own network."""

    changed = Signal()
    """A restart may have become possible or impossible."""

    def __init__(self, window: QWidget, session: Session, is_busy: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window, self._session, self._is_busy = window, session, is_busy
        self.size_in_use = INTERFACE_SIZE.get()
        """Interface size in per cent with which the program was started."""
        self.options: tuple[str, ...] = ()
        """Command-line options of this process, without the file."""
        self.command: list[str] | None = None
        """Command to run when this process ends; None without a restart."""
        session.status_changed.connect(self.changed)
        session.document.modified_changed.connect(self.changed)

    @property
    def blocked_reason(self) -> str:
        """Sentence why a restart isn't possible now; empty if it is."""
        if self._session.status in (Status.PREPARING, Status.TRAINING) or self._is_busy():
            return "Not while something is trained."
        if self._session.exporter.busy:
            return "Not while something is exported."
        return "Not before the project is saved." if self._session.document.modified else ""

    def begin(self) -> None:
        """Closes the window; the process that ends runs `command`."""
        if not self.blocked_reason:
            path = self._session.document.path
            self.command = program_command(*self.options, *([str(path)] if path else []))
            self._window.close()
