"""Editor of the learning rate's schedule, with a drawing of the rate."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.data.samples import Doubles
from cadl_desktop.data.schedules import rate_factors, spans_run
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.check import check_part
from cadl_desktop.experiment.edits import part_of_kind
from cadl_desktop.ui.controls.fields import Chooser, Field, choices_of, describe
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.number_text import plain_number
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, text_font, theme

_HEIGHT = 8 * GRID
_CAPTION = 2 * GRID
_MARGIN = GRID / 2
_POINTS = 601
_DOT = 3.0
_OTHERWISE = 500.0


def epochs_shown(experiment: Experiment) -> float:
    """Epochs that the drawing spans: those of the run, or those in which the schedule changes the rate."""
    if experiment.stop.epochs is not None:
        return float(experiment.stop.epochs)
    lasts = entry("schedule", experiment.schedule.kind).lasts
    return lasts(experiment.schedule) if lasts else _OTHERWISE


class RateDrawing(QWidget):
    """Drawing of the rate from the first epoch to the last.

    The bottom is 0; the top is the optimizer's rate, or the schedule's largest if that is larger.
    """

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[float, Part, float] | None = None
        self._goes_over_run = False
        self.factors: Doubles = np.empty(0)
        self._curve: list[QPointF] = []
        """Points of the curve, computed at the next painting: most resizes are never painted."""
        self.captions = ("", "")
        self.place: int | None = None
        """Index in `factors` of where the run stands; None beyond them."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_experiment(self, experiment: Experiment) -> None:
        """Draws the experiment's schedule. It must have passed `check`."""
        self._goes_over_run = spans_run(experiment.schedule)
        rate = float(experiment.optimizer["rate"])
        span = 1.0 if self._goes_over_run else epochs_shown(experiment)
        if self._drawn == (rate, experiment.schedule, span):
            return
        self._drawn = (rate, experiment.schedule, span)
        # Ends just short of the end: a step there would belong to the next epoch.
        self.factors = rate_factors(experiment.schedule, np.linspace(0.0, span * (1 - 1e-9), _POINTS))
        self._caption(rate * self.factors[0], rate * self.factors[-1], span)
        self._curve = []
        self.update()

    def show_place(self, epoch: int, share: float) -> None:
        """Marks where the run stands, by its `epoch` and by the `share` of it that is done, 0 to 1."""
        span = self._drawn[2] if self._drawn else 0.0
        behind = share if self._goes_over_run else float(epoch)
        place = round(behind / span * (_POINTS - 1)) if 0 < behind <= span else None
        if place != self.place:
            self._update_mark()
            self.place = place
            self._update_mark()

    def _update_mark(self) -> None:
        """Repaints only the mark's surroundings: short runs move it many times a second."""
        if self.place is not None and self.place < len(self._curve):
            reach = _DOT + 2
            where = self._curve[self.place]
            self.update(QRectF(where.x() - reach, where.y() - reach, 2 * reach, 2 * reach).toAlignedRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._curve = []

    def sizeHint(self) -> QSize:
        return QSize(20 * GRID, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(10 * GRID, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._curve:
            self._place_curve()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme()
        painter.setPen(QPen(QColor(colours.grid), 1))
        painter.setBrush(QColor(colours.plot_background))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setPen(QPen(QColor(colours.series), 1.5))
        painter.drawPolyline(self._curve)
        if self.place is not None and self.place < len(self._curve):
            painter.setBrush(QColor(colours.series))
            painter.drawEllipse(self._curve[self.place], _DOT, _DOT)
        painter.setPen(QColor(colours.muted))
        painter.setFont(text_font(SMALL))
        foot = QRectF(_MARGIN, self.height() - _CAPTION, self.width() - 2 * _MARGIN, _CAPTION - 2)
        for text, side in zip(
            self.captions, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True
        ):
            painter.drawText(foot, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _caption(self, first: float, last: float, epochs: float) -> None:
        if self._goes_over_run:
            name, span = "Learning rate over the run", "the run"
        else:
            name = "Learning rate over the epochs"
            span = "1 epoch" if epochs == 1 else f"{_short(epochs)} epochs"
        # A cosine ends in 0, which rounding turns into a tiny number.
        one, other = _short(first), _short(last if last > 1e-9 * first else 0.0)
        self.captions = (one if one == other else f"{one} → {other}", span)
        describe(self, name, f"The learning rate goes from {one} to {other} in {span}.")

    def _place_curve(self) -> None:
        wide = self.width() - 2 * _MARGIN
        high = self.height() - _CAPTION - 2 * _MARGIN
        across = np.linspace(_MARGIN, _MARGIN + wide, len(self.factors))
        down = _MARGIN + high * (1 - self.factors / max(1.0, self.factors.max(initial=0.0)))
        places = zip(across.tolist(), down.tolist(), strict=True)
        self._curve = [QPointF(x, y) for x, y in places]


def _short(value: float) -> str:
    return plain_number(float(f"{value:.3g}"))


class ScheduleEditor(QWidget):
    """Schedule's kind, settings and drawing. Edits are emitted as `edited(label, schedule, merge_key)`."""

    edited = Signal(str, object, object)  # label, Part, str | None

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
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
            schedule = schedule.has(epochs=epochs)  # ends with the run
        self.edited.emit(f"Schedule: {self.kind.title(kind)}", schedule, None)


def _can_be_drawn(experiment: Experiment) -> bool:
    rate = experiment.optimizer.as_dict().get("rate")
    if not isinstance(rate, int | float) or not rate > 0:
        return False
    stop = experiment.stop.epochs
    return (stop is None or stop >= 1) and not check_part("schedule", "schedule", experiment.schedule)
