"""Slider over the steps of a run, with a tick at each recorded moment."""

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from cadl_desktop.ui.controls.fields import CalmSlider
from cadl_desktop.ui.controls.focus_ring import paint_focus_ring
from cadl_desktop.ui.plots.axes import nice_ceiling
from cadl_desktop.ui.theme.theme import GRID, blend, theme

_KNOB = 6.0
_GROOVE = 4.0
_TICK = 5.0
_PAGE = 10
"""Moments per press of a page key."""
_CLOSEST_TICKS = 3.0
"""Least distance of ticks in pixels."""


class MomentSlider(CalmSlider):
    """Slider whose value is the step that is shown. Input only emits signals; `show_moments` moves the knob.

    During a run the scale ends at a round number of steps, so that ticks stay where they are; afterwards at
    the newest moment.
    """

    step_wanted = Signal(int)
    moved_by = Signal(int)  # moments
    now_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._steps: Sequence[int] = ()
        self._past = False
        self._end = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_moments(self, steps: Sequence[int], shown: int, past: bool, goes_on: bool) -> None:
        """Draws ticks at the ascending `steps`, and the knob at `shown`.

        `past` says that this is an earlier moment; while the run `goes_on`, the scale has room for more.
        """
        self._steps, self._past = steps, past
        self.setRange(0, max([1, shown, *steps[-1:]]))
        self._end = nice_ceiling(self.maximum()) if goes_on else float(self.maximum())
        self.setValue(shown)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(30 * GRID, 3 * GRID + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(12 * GRID, 3 * GRID + 4)

    def place_of(self, step: float) -> float:
        """Position of a step in pixels from the left."""
        return _KNOB + step / self._end * (self.width() - 2 * _KNOB)

    def _step_at(self, x: float) -> float:
        return (x - _KNOB) / (self.width() - 2 * _KNOB) * self._end

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._want(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._want(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def _want(self, x: float) -> None:
        if not self._steps:
            return
        if x > self.place_of(self._steps[-1]) + _KNOB:
            self.now_wanted.emit()
        else:
            self.step_wanted.emit(max(0, round(self._step_at(x))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        moves = {
            keys.Key_Left: -1,
            keys.Key_Down: -1,
            keys.Key_Right: 1,
            keys.Key_Up: 1,
            keys.Key_PageDown: -_PAGE,
            keys.Key_PageUp: _PAGE,
        }
        key = Qt.Key(event.key())
        if key in moves:
            self.moved_by.emit(moves[key])
        elif key == keys.Key_Home:
            self.step_wanted.emit(0)
        elif key in (keys.Key_End, keys.Key_Escape):
            self.now_wanted.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, middle = theme(), self.height() / 2 - 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top = middle - _GROOVE / 2
        knob = self.place_of(self.value())
        newest = self.place_of(self._steps[-1]) if self._steps else _KNOB
        for end, colour in (
            (self.width() - _KNOB, colours.border),
            (newest, blend(colours.border, colours.accent, 0.45)),
            (knob, colours.accent),
        ):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(_KNOB, top, max(0.0, end - _KNOB), _GROOVE), 2, 2)
        self._paint_ticks(painter, middle + _GROOVE)
        painter.setBrush(QColor(colours.accent if self._past else colours.raised))
        painter.setPen(QColor(colours.accent if self._past else colours.muted))
        painter.drawEllipse(QPointF(knob, middle), _KNOB - 0.5, _KNOB - 0.5)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()))

    def _paint_ticks(self, painter: QPainter, top: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme().muted), 1))
        for place in apart(map(self.place_of, self._steps), _CLOSEST_TICKS):
            painter.drawLine(QPointF(place, top + 1), QPointF(place, top + _TICK))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def apart(places: Iterable[float], least: float) -> Iterator[float]:
    """Yields those of the ascending places that are at least `least` from the last one yielded."""
    last = -least
    for place in places:
        if place - last >= least:
            last = place
            yield place
