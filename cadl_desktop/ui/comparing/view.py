"""Base class of the views of trainings side by side."""

from collections.abc import Iterable

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from cadl_desktop.comparing.training import Setting, Training, TrainingSet
from cadl_desktop.data.samples import Samples
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.ui.comparing.words import (
    name_text,
    objective_text,
    objective_title,
    setting_text,
    state_text,
)


class ComparisonView(QWidget):
    """Base of the views that draw a set and what is chosen of it, only while they are visible. A view follows
    the selection that all views share, and changes that when a person chooses something.

    title: name of its tab.
    """

    title = ""
    open_wanted = Signal(int)
    """Number of a training that is to become the document's run: Enter, or a double click."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.title)
        self.selection = selection
        self.trainings = TrainingSet("runs", "")
        self.samples: Samples | None = None
        selection.changed.connect(self.refresh)
        selection.baseline_changed.connect(self.refresh)

    def show_trainings(self, trainings: TrainingSet, samples: Samples | None) -> None:
        """Shows how the trainings stand now; `samples` are those that curves learn from. The same set may
        change several times a second."""
        before, self.trainings, self.samples = self.trainings, trainings, samples
        self.take_set(is_other=(before.kind, before.name) != (trainings.kind, trainings.name))
        self.refresh()

    def obstacle(self, trainings: TrainingSet) -> str:
        """Reason why there is nothing to see of this set in the view, as a sentence with the remedy; '' where
        there is something."""
        return ""

    def take_set(self, *, is_other: bool) -> None:
        """Prepares what is drawn of `trainings`; `is_other` if they are a set of another name or kind."""

    def draw(self) -> None:
        """Draws the trainings and the selection as they are now."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        if self.isVisible():
            self.draw()


def training_texts(trainings: TrainingSet, training: Training, settings: Iterable[Setting]) -> list[str]:
    """Returns name, result and some settings of a training."""
    objective, value = trainings.objective, training.value
    result = state_text(training) if training.failed else "nothing measured yet"
    if value is not None and not training.failed:
        so_far = "" if training.is_over else f" so far, epoch {training.epoch:,}"
        result = f"{objective_title(objective)} {objective_text(objective, value)}{so_far}"
    values = [f"{each.title} {setting_text(each, training.values.get(each.path))}" for each in settings]
    return [name_text(training), result, *values]
