"""What a window says and offers when a training has ended: a remedy, a sharper method, a word to whoever has
gone elsewhere."""

from collections.abc import Callable
from html import escape
from shutil import which
from time import monotonic

from PySide6.QtCore import QObject, QProcess, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.edits import with_preset
from cadl_desktop.experiment.methods.rules import sharper_methods
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.presets import preset
from cadl_desktop.resources import resource
from cadl_desktop.runs.diagnosis.remedies import restart_rate, return_to_moment
from cadl_desktop.runs.diagnosis.symptoms import LOST
from cadl_desktop.runs.events import Finished
from cadl_desktop.runs.run_snapshots import better_moment
from cadl_desktop.session.run_commands import branch
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.theme.icons import application_icon

LONG_SECONDS = 60.0
"""From here on nobody is expected to have waited in front of the window."""

Tell = Callable[[str, str], object]


class AfterTraining(QObject):
    """Make it after the window listens to the session's messages: it adds its buttons to what they say.

    `tell(title, sentence)` reaches a person who looks at something else; `clock` gives seconds.
    """

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        session = frame.session
        self._session, self._bar, self._window = session, frame.messages.bar, frame.window
        self.tell: Tell = DesktopNotice(frame.window)
        self.clock = monotonic
        self._began: float | None = None
        self._offered: Part | None = None
        self._said = ""
        self._blamed: float | None = None
        self._finished: Finished | None = None
        session.status_changed.connect(self._follow)
        session.document.changed.connect(self._settle_blame)
        session.updated.connect(self._leave_run)
        session.message.connect(self._hear)

    @Slot(object)
    def _follow(self, status: Status) -> None:
        if status.live:
            self._began = self.clock() if self._began is None else self._began
            self._bar.settle(self._said)
        elif status is Status.EMPTY:
            self._began = None

    @Slot(str, object)
    def _hear(self, kind: str, sentence: str) -> None:
        finished = self._session.result.finished
        if finished is None or sentence is not finished.message:
            return
        began, self._began, self._finished = self._began, None, finished
        if began is not None and self.clock() - began > LONG_SECONDS and not self._window.isActiveWindow():
            self.tell(self._session.document.experiment.name, finished.message)
        if finished.reason == "diverged" or finished.is_worse:
            self._bar.offer([*self._back(diverged=finished.reason == "diverged"), self._again()])
            self._blamed = _rate_of(self._session.document.experiment)
        else:
            self._offer_sharper(finished)
            self._blamed = None
        self._said = self._bar.text if self._bar.buttons else ""

    @Slot()
    def _leave_run(self) -> None:
        """What was said of a run goes with it: of another network, its buttons would do what nobody means."""
        if self._finished is not None and self._session.result.finished is not self._finished:
            self._finished = None
            self._bar.settle(self._said)

    # Remedies

    @Slot(object)
    def _settle_blame(self, experiment: Experiment) -> None:
        """Whoever has set another rate has done what was asked; the doctor keeps the remedies."""
        if self._blamed is not None and _rate_of(experiment) != self._blamed:
            self._blamed = None
            self._bar.settle(self._said)

    def _back(self, *, diverged: bool) -> list[Action]:
        """Leads to where the run stood before somebody set what it went astray with."""
        result = self._session.result
        better = better_moment(result.history, result.snapshots, diverged=diverged)
        if better is None or better.times < LOST:
            return []
        text = (
            f"Shows the network and the settings as they were then, when the cost was {better.cost:.3g}; "
            "the run stays in the list. Undo takes it back."
        )
        return [
            Action(
                return_to_moment(better.state).label, lambda: branch(self._session, better.state), tip=text
            )
        ]

    def _again(self) -> Action:
        """Begins the same anew with a rate that it can be trained with."""
        calmer = restart_rate(self._session.document.experiment).change(self._session.document.experiment)
        rate = f"{_rate_of(calmer):g}"
        return Action(
            f"Train again with rate {rate}",
            lambda: self._train_again(calmer, rate),
            tip="Begins anew with this learning rate; the run stays in the list, "
            "and Reopen leads back to it.",
        )

    def _train_again(self, calmer: Experiment, rate: str) -> None:
        self._session.reset()  # first: the run that went astray is listed with the rate that it had
        self._session.document.edit(f"Learning rate {rate}", calmer)
        self._session.train()

    # A sharper method

    def _offer_sharper(self, finished: Finished) -> None:
        """Once for each picture: whoever paints it like that again wants to. Never in place of what went
        wrong, as an error that has ended the run before, whose details nobody has seen yet."""
        experiment = self._session.document.experiment
        if finished.reason == "stopped" or experiment.data == self._offered or self._bar.warns:
            return
        names = sharper_methods(experiment, self._session.result.psnr)
        if not names:
            return
        self._offered = experiment.data
        text = "The painting has stayed blurred. These methods paint the same picture more sharply:"
        self._bar.say("info", text)
        self._bar.offer([self._method(name) for name in names])

    def _method(self, name: str) -> Action:
        title = preset(name).name
        return Action(
            title,
            lambda: self._paint_by(name, title),
            tip="Paints this picture by that method; the run stays in the list. Undo takes it back.",
        )

    def _paint_by(self, name: str, title: str) -> None:
        document = self._session.document
        document.edit(title, with_preset(document.experiment, name))
        self._session.train()


def _rate_of(experiment: Experiment) -> float:
    return float(experiment.optimizer["rate"])


class DesktopNotice(QObject):
    """The desktop's own notification where it has one, and otherwise what asks for attention in its bar.

    Qt shows messages of icons in a tray only, and GNOME, among others, has none: there `notify-send`, which
    comes with desktops, asks for it. Qt for Python can't: the service wants an unsigned number.
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
            self._ask(program, title, text)

    def _ask(self, program: str, title: str, text: str) -> None:
        name, picture = QApplication.applicationName(), resource("icons", "cadl_desktop.svg")
        body = escape(text, quote=False)  # markup, unlike the title
        asking = QProcess()
        asking.setProgram(program)
        asking.setArguments([f"--app-name={name}", f"--icon={picture}", "--", title, body])
        asking.setStandardErrorFile(QProcess.nullDevice())  # nobody may be there to be asked
        asking.startDetached()

    def _shown_icon(self) -> QSystemTrayIcon:
        """It stands there only until somebody comes back: a message of none is shown by no desktop."""
        if self._icon is None:
            self._icon = QSystemTrayIcon(application_icon(), self)
            self._icon.messageClicked.connect(self._come_back)
            application = QGuiApplication.instance()
            assert isinstance(application, QGuiApplication)
            application.applicationStateChanged.connect(self._look)
        self._icon.show()
        return self._icon

    @Slot()
    def _come_back(self) -> None:
        self._window.raise_()
        self._window.activateWindow()

    @Slot(object)
    def _look(self, state: Qt.ApplicationState) -> None:
        if self._icon is not None and state is Qt.ApplicationState.ApplicationActive:
            self._icon.hide()
