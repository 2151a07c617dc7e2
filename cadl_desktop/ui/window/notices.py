"""What a window says and offers when something else is in its way: another program that has the file open, or
an error that ended a training."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from cadl_desktop.computing.failure import Failure
from cadl_desktop.sentences import shown
from cadl_desktop.session.project_file import who_holds
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.frame import Frame


class Notices(QObject):
    """Shows a sentence in the bar, and then its buttons."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        session, messages = frame.session, frame.messages
        self._session, self._file, self._bar, self._say = session, session.file, messages.bar, messages.say
        self._said_held = self._said_lacking = ""
        session.file.changed.connect(self._tell_of_holder)
        session.failed.connect(self._tell_of_failure)
        session.device_changed.connect(self._settle_lacking)

    @Slot()
    def _tell_of_holder(self) -> None:
        holder, path = self._file.holder, self._file.path
        if holder is None or path is None:
            self._bar.settle(self._said_held)
            return
        text = (
            f"“{shown(path.name)}” is read-only here: {who_holds(holder)}. Train and edit as you like; Save "
            "asks for another name."
        )
        self._say("warning", text)
        self._said_held = self._bar.text
        tip = "Lets you save here; the other program is asked before it saves over that."
        self._bar.offer([Action("Take over", self._file.take_over, tip=tip)])

    @Slot(object)
    def _tell_of_failure(self, failed: Failure) -> None:
        self._say("error", failed.message)
        if self._session.lacks_tensorflow:
            self._said_lacking = self._bar.text
        if not failed.details:
            return
        tip = "Copies what went wrong, as the program sees it, for a report."
        self._bar.offer([Action("Copy details", lambda: _copy(failed.details), tip=tip)])

    @Slot()
    def _settle_lacking(self) -> None:
        """A later process has been able to load TensorFlow."""
        self._bar.settle(self._said_lacking)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
