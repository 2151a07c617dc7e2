"""Messages with buttons: after a training, on a failure, and when another program has the file open."""

from collections.abc import Callable
from html import escape
from shutil import which
from time import monotonic

from PySide6.QtCore import QObject, QProcess, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from cadl_desktop.computing.failure import Failure
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import entries
from cadl_desktop.experiment.edits import with_preset
from cadl_desktop.experiment.methods.rules import sharper_methods
from cadl_desktop.experiment.model import learned_data
from cadl_desktop.experiment.other_data import words_for_other_data
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.presets import preset
from cadl_desktop.resources import resource
from cadl_desktop.runs.damage import better_moment
from cadl_desktop.runs.diagnosis.remedies import restart_rate, return_to_moment
from cadl_desktop.runs.diagnosis.symptoms import LOST
from cadl_desktop.runs.events import Finished
from cadl_desktop.sentences import shown
from cadl_desktop.session.project_file import who_holds
from cadl_desktop.session.run_commands import branch
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.treating import treat
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.number_text import cost_text
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.theme.icons import application_icon

LONG_SECONDS = 60.0
"""The end of a training that took longer is announced by a desktop notification."""

Notify = Callable[[str, str], object]


class AfterTraining(QObject):
    """Offers remedies or a sharper method when a training has ended, and notifies a user in another window.

    Create it after the window has connected to the session's messages: it adds its buttons to those.
    `notify(title, sentence)` shows a desktop notification; `clock` returns seconds.
    """

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        session = frame.session
        self._session, self._bar, self._window = session, frame.messages.bar, frame.window
        self.notify: Notify = DesktopNotice(frame.window)
        self.clock = monotonic
        self._began: float | None = None
        self._offered: Part | None = None
        self._shown_text = ""
        self._blamed_rate: float | None = None
        self._finished: Finished | None = None
        session.status_changed.connect(self._on_status_changed)
        session.document.changed.connect(self._hide_after_rate_change)
        session.updated.connect(self._hide_for_other_run)
        session.message.connect(self._on_message)

    @Slot(object)
    def _on_status_changed(self, status: Status) -> None:
        if status.live:
            self._began = self.clock() if self._began is None else self._began
            self._bar.settle(self._shown_text)
        elif status is Status.EMPTY:
            self._began = None

    @Slot(str, object)
    def _on_message(self, kind: str, sentence: str) -> None:
        finished = self._session.result.finished
        if finished is None or sentence is not finished.message or self._session.document.is_shown_only:
            return
        began, self._began, self._finished = self._began, None, finished
        if began is not None and self.clock() - began > LONG_SECONDS and not self._window.isActiveWindow():
            self.notify(self._session.document.experiment.name, finished.message)
        if finished.reason == "diverged" or finished.is_worse:
            diverged = finished.reason == "diverged"
            self._bar.offer([*self._return_actions(diverged=diverged), *self._retry_actions()])
            self._blamed_rate = _rate_of(self._session.document.experiment)
        else:
            self._offer_sharper(finished)
            self._blamed_rate = None
        self._shown_text = self._bar.text if self._bar.buttons else ""

    @Slot()
    def _hide_for_other_run(self) -> None:
        """Hides the message about a run when another is shown, to which its buttons would apply."""
        if self._finished is not None and self._session.result.finished is not self._finished:
            self._finished = None
            self._bar.settle(self._shown_text)

    # Remedies

    @Slot(object)
    def _hide_after_rate_change(self, experiment: Experiment) -> None:
        """Hides the message about a learning rate once that was changed; the doctor still lists the
        remedies."""
        if self._blamed_rate is not None and _rate_of(experiment) != self._blamed_rate:
            self._blamed_rate = None
            self._bar.settle(self._shown_text)

    def _return_actions(self, *, diverged: bool) -> list[Action]:
        """Action that returns to the moment before the setting that ruined the run; an empty list without
        such a moment."""
        result = self._session.result
        better = better_moment(result.history, result.snapshots, diverged=diverged)
        if better is None or better.times < LOST:
            return []
        text = (
            "Shows the network and the settings as they were then, when the cost was "
            f"{cost_text(better.cost)}; the run stays in the list. Undo takes it back."
        )
        return [
            Action(
                return_to_moment(better.state).label, lambda: branch(self._session, better.state), tip=text
            )
        ]

    def _retry_actions(self) -> list[Action]:
        """Action that restarts the training with a smaller learning rate; an empty list where that was tried
        before."""
        experiment = self._session.document.experiment
        remedy = restart_rate(experiment).begun_at(None)
        if remedy.label in self._session.result.tried:
            return []
        action = Action(
            f"Train again with rate {_rate_of(remedy.change(experiment)):g}",
            lambda: treat(self._session, remedy.label, remedy),
            tip="Starts over with this learning rate; the run stays in the list. Undo takes it back.",
        )
        return [action]

    # A sharper method

    def _offer_sharper(self, finished: Finished) -> None:
        """Offers methods that paint a blurred picture more sharply; once per picture, and never in place of a
        warning or an error that is still shown."""
        experiment = self._session.document.experiment
        if finished.reason == "stopped" or learned_data(experiment.data) == self._offered or self._bar.warns:
            return
        names = sharper_methods(experiment, self._session.result.psnr)
        if not names:
            return
        self._offered = learned_data(experiment.data)
        text = "The painting has stayed blurred. These methods paint the same picture more sharply:"
        self._bar.say("info", text)
        self._bar.offer([self._method_action(name) for name in names])

    def _method_action(self, name: str) -> Action:
        title = preset(name).name
        return Action(
            title,
            lambda: self._paint_by(name, title),
            tip="Paints this picture by that method; the run stays in the list. Undo takes it back.",
        )

    def _paint_by(self, name: str, title: str) -> None:
        document = self._session.document
        document.edit(title, with_preset(document.experiment, name), begins_anew=True)
        self._session.train()


class EditNotices(QObject):
    """Says what the newest edit does with what was learned, with Undo: at which learning rate another
    optimizer takes over, or why the network begins anew."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        self._session, self._messages = frame.session, frame.messages
        self._document = frame.session.document
        self._before, self._opened = self._document.experiment, self._document.opened
        self._shown_text = ""
        self._document.changed.connect(self._on_changed)
        self._document.undo_stack.indexChanged.connect(self._on_edited)
        # After the signal of the undo stack, which hides the message about the edit before.
        self._session.lost.connect(self._offer_undo, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def _on_changed(self, experiment: Experiment) -> None:
        """What is opened follows no edit: its first one is compared with it."""
        if self._document.opened != self._opened:
            self._before, self._opened = experiment, self._document.opened

    @Slot()
    def _on_edited(self) -> None:
        self._messages.bar.settle(self._shown_text)
        before, self._before = self._before, self._document.experiment
        is_new = self._document.has_other_data and not self._document.undone
        if is_new and (words := words_for_other_data(before, self._before)):
            self._offer_undo(words)
        trained, kind = self._session.result.trained_or(before), self._before.optimizer.kind
        known = entries("optimizer").get(kind)
        begins_anew = kind not in (before.optimizer.kind, trained.optimizer.kind)
        if not begins_anew or known is None or not self._session.result.step or self._document.undone:
            return
        was, now = _rate_of(trained), _rate_of(self._before)
        rate = f"learning rate {now:g} in place of {was:g}" if now != was else f"the same rate, {now:g}"
        self._offer_undo(f"{known.title} takes over what was learned, with {rate}.")

    @Slot(object)
    def _offer_undo(self, sentence: str) -> None:
        bar = self._messages.bar
        bar.say("info", sentence)
        self._shown_text = bar.text
        tip = "Takes this edit back, with what was learned before it."
        bar.offer([Action("Undo", self._document.undo_stack.undo, tip=tip)], waits=False)


def _rate_of(experiment: Experiment) -> float:
    return float(experiment.optimizer["rate"])


class DesktopNotice(QObject):
    """Desktop notification, where there are any, and a request for attention in the task bar.

    Qt shows notifications for tray icons only, and GNOME, among others, has no tray: there `notify-send` is
    called, which desktops include. PySide can't call the D-Bus service, which needs an unsigned number.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._icon: QSystemTrayIcon | None = None

    def __call__(self, title: str, text: str) -> None:
        QApplication.alert(self._window)
        if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
            icon = self._shown_icon()
            icon.showMessage(title, text, application_icon())
        elif program := which("notify-send"):
            self._notify_send(program, title, text)

    def _notify_send(self, program: str, title: str, text: str) -> None:
        name, picture = QApplication.applicationName(), resource("icons", "cadl_desktop.svg")
        body = escape(text, quote=False)  # markup, unlike the title
        process = QProcess()
        process.setProgram(program)
        process.setArguments([f"--app-name={name}", f"--icon={picture}", "--", title, body])
        process.setStandardErrorFile(QProcess.nullDevice())  # there may be no notification service
        process.startDetached()

    def _shown_icon(self) -> QSystemTrayIcon:
        """Tray icon for the notification, which needs one; shown until the program is activated."""
        if self._icon is None:
            self._icon = QSystemTrayIcon(application_icon(), self)
            self._icon.messageClicked.connect(self._activate_window)
            application = QGuiApplication.instance()
            assert isinstance(application, QGuiApplication)
            application.applicationStateChanged.connect(self._on_state_changed)
        self._icon.show()
        return self._icon

    @Slot()
    def _activate_window(self) -> None:
        self._window.raise_()
        self._window.activateWindow()

    @Slot(object)
    def _on_state_changed(self, state: Qt.ApplicationState) -> None:
        if self._icon is not None and state is Qt.ApplicationState.ApplicationActive:
            self._icon.hide()


class FileAndFailureNotices(QObject):
    """Messages with buttons: the file is open in another program, or an error ended a training."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        session, messages = frame.session, frame.messages
        self._session, self._file, self._bar, self._say = session, session.file, messages.bar, messages.say
        self._holder_text = self._lacking_text = self._failure_text = ""
        session.file.changed.connect(self._show_holder)
        session.failed.connect(self._show_failure)
        session.device_changed.connect(self._hide_lacking)
        session.status_changed.connect(self._hide_failure)

    @Slot()
    def _show_holder(self) -> None:
        holder, path = self._file.holder, self._file.path
        if holder is None or path is None:
            self._bar.settle(self._holder_text)
            return
        text = (
            f"“{shown(path.name)}” is read-only here: {who_holds(holder)}. Train and edit as you like; Save "
            "asks for another name."
        )
        self._say("warning", text)
        self._holder_text = self._bar.text
        tip = "Lets you save here; the other program is asked before it saves over that."
        self._bar.offer([Action("Take over", self._file.take_over, tip=tip)])

    @Slot(object)
    def _show_failure(self, failed: Failure) -> None:
        self._say("error", failed.message)
        if self._session.lacks_tensorflow:
            self._lacking_text = self._bar.text
        else:
            self._failure_text = self._bar.text
        if not failed.details:
            return
        tip = "Copies what went wrong, as the program sees it, for a report."
        self._bar.offer([Action("Copy details", lambda: _copy(failed.details), tip=tip)])

    @Slot(object)
    def _hide_failure(self, status: Status) -> None:
        """Hides the error that ended a training once another one begins, or it was reset."""
        if status.live or status is Status.EMPTY:
            self._bar.settle(self._failure_text)

    @Slot()
    def _hide_lacking(self) -> None:
        """Hides the message that TensorFlow is missing: a later process has loaded it."""
        self._bar.settle(self._lacking_text)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
