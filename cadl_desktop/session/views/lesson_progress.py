"""Progress of a lesson: what a person has done in the studio since the page was opened."""

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.lessons.page import Studio
from cadl_desktop.session.session import Session

_NONE = float("nan")


class LessonProgress(QObject):
    """Provides `studio`, computed on access; `changed` is emitted when it may differ."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._trial, self._tried, self._opened = "", 0, 0
        self._exported: frozenset[str] = frozenset()
        session.updated.connect(self.changed)
        session.document.changed.connect(self._follow_edit)
        session.document.undo_stack.indexChanged.connect(self._follow_edit)  # after an undo
        session.exporter.wrote.connect(self._note_export)

    def begin(self) -> None:
        """Resets the progress for another page."""
        self._trial, self._exported = "", frozenset()

    def try_on(self, name: str, label: str, experiment: Experiment) -> None:
        """Makes a page's trial the experiment, by one undoable edit; listed runs stay."""
        document = self._session.document
        document.edit(label, experiment, begins_anew=True)
        self._trial, self._tried, self._opened = name, document.undo_stack.index(), document.opened
        self.changed.emit()

    @property
    def studio(self) -> Studio:
        result = self._session.result
        costs = result.history.column("cost")
        epochs = result.history.column("epoch")
        return Studio(
            self._session.document.experiment,
            self._trial,
            result.progress.epoch if result.progress else int(epochs[-1]) if len(epochs) else 0,
            _NONE if result.cost is None else result.cost,
            float(costs[0]) if len(costs) else _NONE,
            self._exported,
        )

    @Slot()
    def _follow_edit(self) -> None:
        """Forgets a trial that was undone or replaced by another document."""
        document = self._session.document
        if document.opened != self._opened or document.undo_stack.index() < self._tried:
            self._trial = ""
        self.changed.emit()

    @Slot(str)
    def _note_export(self, kind: str) -> None:
        self._exported |= {kind}
        self.changed.emit()
