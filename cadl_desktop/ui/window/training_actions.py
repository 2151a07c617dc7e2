"""Actions for training and its speed, single steps, and undo."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence

from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.action import Action, add_action, describe_action
from cadl_desktop.ui.controls.line_edits import redo_keys
from cadl_desktop.ui.controls.questions import Answer, answer, question
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.window.speeds import Speeds

_TRAIN = "Starts training, or pauses it (F5)."


class TrainingActions(QObject):
    """Offers the actions; the text of the first is Train, Pause or Continue, as the session's status
    wants."""

    trained = Signal()
    """Training was started or resumed by the action."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        self._window, self._session = frame.window, frame.session
        session = frame.session
        self._train = add_action(frame.window, Action("Train", self._train_or_pause, "F5", _TRAIN))
        set_icon(self._train, "play", "on_accent")
        text = "Makes a single optimizer step (F10)."
        step = Action("Step", session.step, "F10", text, "step", self._can_step)
        text = "Ends the run; what was learned stays (Shift+F5)."
        stop = Action("Stop", session.stop, "Shift+F5", text, possible=lambda: session.status.live)
        text = "Forgets what was learned: the seed's first weights again (Ctrl+R)."
        reset = Action("Reset", session.reset, "Ctrl+R", text, "reset", self._can_reset)
        self.speeds = Speeds(frame)
        stack = session.document.undo_stack
        undo = self._undo_action(stack.createUndoAction, self._undo, "Undo", "undo")
        undo.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
        redo = self._undo_action(stack.createRedoAction, self._redo, "Redo", "redo")
        redo.setShortcuts(redo_keys())
        self.door = Door(
            entries=(
                MenuEntry("undo", undo, "edit"),
                MenuEntry("redo", redo, "edit"),
                MenuEntry("train", self._train, "run"),
                MenuEntry("step", step, "run"),
                MenuEntry("stop", stop, "run"),
                MenuEntry("reset", reset, "run"),
                *self.speeds.entries,
            )
        )
        for news in (session.status_changed, session.updated, session.document.changed):
            news.connect(self._show_train)
        self._show_train()

    @Slot()
    def _show_train(self) -> None:
        going_on = self._session.status in (Status.PAUSED, Status.RESULT)
        title = "Pause" if self._running() else "Continue" if going_on else "Train"
        if self._train.text() != title:
            self._train.setText(title)
            set_icon(self._train, "pause" if self._running() else "play", "on_accent")
        self._train.setEnabled(self._running() or self._can_train())
        rate = self._session.late_rate
        tip = _TRAIN if rate is None else _late_tip(rate)
        if self._train.whatsThis() != tip:
            describe_action(self._train, tip)

    def _undo_action(
        self, create: Callable[..., QAction], calls: Callable[[], None], title: str, icon: str
    ) -> QAction:
        made = create(self._window, title)
        made.setData(title)  # its text changes with the edit to undo
        made.triggered.disconnect()  # Qt's own connection asks nothing
        made.triggered.connect(calls)
        set_icon(made, icon)
        return made

    @Slot()
    def _undo(self) -> None:
        stack = self._session.document.undo_stack
        if self._may_leave(f"Undo {stack.undoText()}", redo=False):
            stack.undo()

    @Slot()
    def _redo(self) -> None:
        stack = self._session.document.undo_stack
        if self._may_leave(f"Redo {stack.redoText()}", redo=True):
            stack.redo()

    def _may_leave(self, title: str, *, redo: bool) -> bool:
        """Asks before an undo or redo leads away from a picture, table or function that was trained on."""
        session = self._session
        if session.status is Status.EMPTY or not session.document.leads_to_other_data(redo=redo):
            return True
        box = question(self._window, title)
        box.setText(f"“{title}” goes to another picture or table, and shows what was learned from that.")
        box.setInformativeText(
            "What was learned from the present one stays in the list of runs. Nothing trains until you press "
            "Train."
        )
        answers = {Answer.Yes: f"&{title.partition(' ')[0]}", Answer.Cancel: "&Cancel"}
        return answer(box, answers, Answer.Yes) == Answer.Yes

    def _running(self) -> bool:
        return self._session.status in (Status.PREPARING, Status.TRAINING)

    def _can_train(self) -> bool:
        return not self._session.document.problems

    def _can_step(self) -> bool:
        return self._can_train() and not self._running()

    def _can_reset(self) -> bool:
        return self._session.status is not Status.EMPTY

    @Slot()
    def _train_or_pause(self) -> None:
        if self._running():
            self._session.pause()
        else:
            self._session.train()
            self.trained.emit()


def _late_tip(rate: float) -> str:
    return (
        f"Trains on: the learning rate had fallen to about 0, rises to {rate:g}, a tenth of the first, and "
        "falls to 0 again (F5)."
    )
