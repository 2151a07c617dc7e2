"""A small drawing of the learning rate over a run."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.data.samples import Doubles
from cadl_desktop.data.schedules import rate_factors, spans_run
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.number_text import plain_number
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, text_font, theme

_HEIGHT = 8 * GRID
_CAPTION = 2 * GRID
_MARGIN = GRID / 2
_POINTS = 601
_DOT = 3.0
_OTHERWISE = 500.0


def epochs_shown(experiment: Experiment) -> float:
    """How many epochs the drawing spans: those of the run, or those in which the schedule does its work."""
    if experiment.stop.epochs is not None:
        return float(experiment.stop.epochs)
    lasts = entry("schedule", experiment.schedule.kind).lasts
    return lasts(experiment.schedule) if lasts else _OTHERWISE


class RateDrawing(QWidget):
    """From the first epoch to the last, with 0 at the bottom and at the top the optimizer's own rate, or the
    largest where a schedule goes beyond it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn: tuple[float, Part, float] | None = None
        self._goes_over_run = False
        self.factors: Doubles = np.empty(0)
        self._curve: list[QPointF] = []
        """Where it lies; nothing until it is painted, as many resizes go by that nobody sees."""
        self.captions = ("", "")
        self.place: int | None = None
        """Which of the `factors` is that of where the run stands; None where it lies beyond them."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_experiment(self, experiment: Experiment) -> None:
        """Draws the experiment's schedule, which must be one that `check` has nothing against."""
        self._goes_over_run = spans_run(experiment.schedule)
        rate = float(experiment.optimizer["rate"])
        span = 1.0 if self._goes_over_run else epochs_shown(experiment)
        if self._drawn == (rate, experiment.schedule, span):
            return
        self._drawn = (rate, experiment.schedule, span)
        # Just short of the end: a step that falls there belongs to the epoch that isn't trained any more.
        self.factors = rate_factors(experiment.schedule, np.linspace(0.0, span * (1 - 1e-9), _POINTS))
        self._caption(rate * self.factors[0], rate * self.factors[-1], span)
        self._curve = []
        self.update()

    def show_place(self, epoch: int, share: float) -> None:
        """Marks where the run stands: so many epochs, and such a share of it, 0 to 1, lie behind."""
        span = self._drawn[2] if self._drawn else 0.0
        behind = share if self._goes_over_run else float(epoch)
        place = round(behind / span * (_POINTS - 1)) if 0 < behind <= span else None
        if place != self.place:
            self._update_mark()
            self.place = place
            self._update_mark()

    def _update_mark(self) -> None:
        """Repaints the little that a mark covers, many times a second while a run is short."""
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
        for text, side in zip(
            self.captions, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True
        ):
            painter.drawText(self._foot(), side | Qt.AlignmentFlag.AlignVCenter, text)

    def _caption(self, first: float, last: float, epochs: float) -> None:
        if self._goes_over_run:
            name, span = "Learning rate over the run", "the run"
        else:
            name = "Learning rate over the epochs"
            span = "1 epoch" if epochs == 1 else f"{_short(epochs)} epochs"
        # Half a wave ends in 0, which rounding makes a number with many zeros.
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

    def _foot(self) -> QRectF:
        return QRectF(_MARGIN, self.height() - _CAPTION, self.width() - 2 * _MARGIN, _CAPTION - 2)


def _short(value: float) -> str:
    return plain_number(float(f"{value:.3g}"))
