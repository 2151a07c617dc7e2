"""The learning rate's schedule: which one, its settings, and how the rate goes."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.check import check_part
from cadl_desktop.experiment.edits import part_of_kind
from cadl_desktop.ui.controls.fields import Chooser, Field, choices_of
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.panels.rate_drawing import RateDrawing


class ScheduleEditor(QWidget):
    """`edited(label, schedule, merge_key)` says what a person wants, as a form does."""

    edited = Signal(str, object, object)  # label, Part, str | None

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self.kind = Chooser(choices_of("schedule"))
        self.kind.chosen.connect(self._chosen)
        text = "How the learning rate goes over the epochs, or over the run."
        self.kind_field = Field("Schedule", text, self.kind)
        self.form = PartForm("schedule")
        self.form.edited.connect(self.edited)
        self.drawing = RateDrawing()
        in_column(self.kind_field, self.form, self.drawing, on=self)

    def show_experiment(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self.kind.set_name(experiment.schedule.kind)
        self.form.show_part(experiment.schedule)
        self.form.setVisible(not self.form.is_empty())
        drawable = _can_be_drawn(experiment)
        self.drawing.setVisible(drawable)
        if drawable:
            self.drawing.show_experiment(experiment)

    def show_problems(self, problems: dict[str, str]) -> None:
        """Shows each problem's message beside the schedule's setting of that name."""
        self.kind_field.show_problem(problems.get("kind", ""))
        self.form.show_problems(problems)

    @Slot(str)
    def _chosen(self, kind: str) -> None:
        schedule = part_of_kind("schedule", self._experiment.schedule, kind)
        epochs = self._experiment.stop.epochs
        if kind == "cosine" and epochs is not None:
            schedule = schedule.has(epochs=epochs)  # it ends with the run, which is what it is for
        self.edited.emit(f"Schedule: {self.kind.title(kind)}", schedule, None)


def _can_be_drawn(experiment: Experiment) -> bool:
    rate = experiment.optimizer.as_dict().get("rate")
    if not isinstance(rate, int | float) or not rate > 0:
        return False
    stop = experiment.stop.epochs
    return (stop is None or stop >= 1) and not check_part("schedule", "schedule", experiment.schedule)
