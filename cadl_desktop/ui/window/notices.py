"""What a window says and offers when something else is in its way: another program that has the file open, or
an error that ended a training."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from cadl_desktop.computing.failure import Failed
from cadl_desktop.sentences import shown
from cadl_desktop.session.project_file import in_words
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.fields import window_text
from cadl_desktop.ui.frame.message_bar import MessageBar


class Notices(QObject):
    """`say(kind, sentence)` shows a sentence in the bar, which then gets its buttons."""

    def __init__(
        self, session: Session, bar: MessageBar, say: Callable[[str, str], object], window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._file, self._bar, self._say = session, session.file, bar, say
        self._said_held = self._said_lacking = ""
        session.file.changed.connect(self._tell_of_holder)
        session.failed.connect(self._tell_of_failure)
        session.device_changed.connect(self._settle_lacking)
        session.settled.connect(self._settle)

    @Slot()
    def _tell_of_holder(self) -> None:
        holder, path = self._file.holder, self._file.path
        if holder is None or path is None:
            self._bar.settle(self._said_held)
            return
        text = (
            f"“{shown(path.name)}” is read-only here: {in_words(holder)}. Train and edit as you like; Save "
            "asks for another name."
        )
        self._say("warning", text)
        self._said_held = self._bar.text
        tip = "Lets you save here; the other program is asked before it saves over that."
        self._bar.offer([Action("Take over", self._file.take_over, tip=tip)])

    @Slot(object)
    def _tell_of_failure(self, failed: Failed) -> None:
        self._say("error", failed.message)
        if self._session.lacks_tensorflow:
            self._said_lacking = self._bar.text
        if not failed.details:
            return
        tip = "Copies what went wrong, as the program sees it, for a report."
        self._bar.offer([Action("Copy details", lambda: _copy(failed.details), tip=tip)])

    @Slot(object)
    def _settle(self, sentence: str) -> None:
        self._bar.settle(window_text(sentence))

    @Slot()
    def _settle_lacking(self) -> None:
        """A later process has been able to load TensorFlow."""
        self._bar.settle(self._said_lacking)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
