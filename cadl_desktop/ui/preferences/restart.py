"""The program started again, for a preference that holds from the next start on."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.system.child_process import program_command
from cadl_desktop.ui.settings.remembered import INTERFACE_SIZE


class Restart(QObject):
    """Closes the window and has the program start again with the same project, where nothing but undo is lost
    by it. `is_busy` says whether something is trained beside the window's own network."""

    changed = Signal()
    """Whether it is possible may have changed."""

    def __init__(self, window: QWidget, session: Session, is_busy: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window, self._session, self._is_busy = window, session, is_busy
        self.size_in_use = INTERFACE_SIZE.get()
        """In per cent: the interface's size when the program started."""
        self.options: tuple[str, ...] = ()
        """What the program was started with beside a file."""
        self.command: list[str] | None = None
        """What starts the program again when this process ends; None where nobody has asked for it."""
        session.status_changed.connect(self.changed)
        session.document.modified_changed.connect(self.changed)

    @property
    def hindrance(self) -> str:
        """Why the program can't be started again now; empty where it can."""
        if self._session.status in (Status.PREPARING, Status.TRAINING) or self._is_busy():
            return "Not while something is trained."
        if self._session.exporter.busy:
            return "Not while something is exported."
        return "Not before the project is saved." if self._session.document.modified else ""

    def begin(self) -> None:
        """Closes the window."""
        if not self.hindrance:
            path = self._session.document.path
            self.command = program_command(*self.options, *([str(path)] if path else []))
            self._window.close()
