"""Histograms over time: a heat strip for each layer, with shared axes for steps and values."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.drawing.plot_data import DECADES, SIDE_ROWS, Singles, picture_rows, top_decade
from cadl_desktop.runs.layer_histograms import PER_DECADE, Slices
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.plots.axes import LEFT_WIDTH, nice_ceiling
from cadl_desktop.ui.theme.theme import GRID, SMALL, Theme, blend, notifier, tabular_font, text_font, theme

ZERO_ROWS = 3
"""Rows of the values around zero: dead neurons must not be overlooked."""
ROWS = 2 * SIDE_ROWS + ZERO_ROWS
RARE = 0.01
"""Share of a layer's values that may lie beyond its scale."""
FULL = 0.3
"""Share that is drawn in the scale's last colour, whatever the data."""

_COLOURS = 256


def row_bounds(row: int, top: int) -> tuple[float, float]:
    """Bounds (low, high) of the values of a row."""
    upward = SIDE_ROWS - row if row < SIDE_ROWS else row - (ROWS - SIDE_ROWS - 1)
    if SIDE_ROWS <= row < ROWS - SIDE_ROWS:
        reach = 10.0 ** (top - DECADES)
        return -reach, reach
    inner, outer = (10.0 ** (top - DECADES + (upward - 1 + end) / PER_DECADE) for end in (0, 1))
    return (inner, outer) if row < SIDE_ROWS else (-outer, -inner)


def slice_of_columns(steps: NDArray[np.int64], end: float, columns: int) -> NDArray[np.intp]:
    """Index of the slice that each column of a picture from step 0 to `end` shows; -1 for none."""
    at = (np.arange(columns) + 0.5) / columns * end
    found = np.searchsorted(steps, at, "right") - 1
    newest = min(int(steps[-1] / end * columns), columns - 1)
    found[newest] = len(steps) - 1
    found[newest + 1 :] = -1
    return found


def strip_image(rows: Singles, slices: NDArray[np.intp], colours: Theme) -> QImage:
    """Image of `rows`, (ROWS, slices), with a column for each entry of `slices`."""
    levels = np.sqrt(np.minimum(rows / FULL, 1.0)) * (_COLOURS - 1)
    painted = colour_scale(colours)[levels.astype(np.intp)]
    pixels = painted[:, slices]
    pixels[:, slices < 0] = colour_scale(colours)[0]
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


@lru_cache(maxsize=4)
def colour_scale(colours: Theme) -> NDArray[np.uint32]:
    """Colours as 0xffrrggbb from a share of 0 to `FULL`: paper, series colour, text colour."""
    found = []
    for place in np.linspace(0.0, 1.0, _COLOURS):
        if place < 0.6:
            colour = blend(colours.plot_background, colours.series, place / 0.6)
        else:
            colour = blend(colours.series, colours.text, (place - 0.6) / 0.4)
        found.append(QColor(colour).rgb())
    return np.array(found, np.uint32)


LEFT = LEFT_WIDTH + GRID // 2  # as in the plots, so that axes align
RIGHT = 2 * GRID
HEAD = 2 * GRID + 2
GAP = GRID
LEAST_END = 100
"""Smallest end of the axis of steps."""

_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Strips(QWidget):
    """Strips of a run's histograms. Their axes of values and steps only grow while the run goes on."""

    read = Signal(str)
    """Emits the text for the value under the mouse or the reading mark; '' when it left."""
    scale_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._slices: Slices | None = None
        self._titles: list[str] = []
        self._images: list[QImage] = []
        self._columns = np.empty(0, np.intp)
        self._mark: QPoint | None = None
        self.tops: list[int] = []
        self.end = float(LEAST_END)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        notifier().changed.connect(self._paint_again)

    def show_slices(self, slices: Slices, titles: list[str], output_apart: bool = False) -> None:
        """Draws new slices. `titles` name the layers, the output last.

        Layers share a scale of values; the output has its own if `output_apart`, as its units differ.
        """
        if slices is not self._slices:
            self._slices, self.tops, self.end = slices, [], float(LEAST_END)
            self._mark = None
        self._titles = titles
        self._follow(slices, output_apart)
        # May resize the widget at once, which then repaints.
        self.setMinimumHeight(len(titles) * _least_pitch())
        self._paint_again()
        self._read()

    def _follow(self, slices: Slices, output_apart: bool) -> None:
        if not len(slices.steps):
            return
        count = slices.shares.shape[1]
        shared = count - 1 if output_apart and count > 1 else count
        tops = [top_decade(slices.shares[:, :shared], RARE)] * shared
        tops += [top_decade(slices.shares[:, shared:], RARE)] * (count - shared)
        before = self.tops if len(self.tops) == count else tops
        self.tops = [max(pair) for pair in zip(before, tops, strict=True)]
        end = max(LEAST_END, nice_ceiling(float(slices.steps[-1])), self.end)
        if end != self.end:
            self.end = end
            self.scale_changed.emit()

    @property
    def strip_count(self) -> int:
        return len(self._shown())

    def _shown(self) -> list[QImage]:
        """Images of the layers; none while the slices are of a network with other layers."""
        return self._images if self._fits() else []

    def _fits(self) -> bool:
        slices = self._slices
        return slices is not None and len(slices.steps) > 0 and slices.shares.shape[1] == len(self.tops)

    def strip(self, layer: int) -> QRect:
        return QRect(LEFT, layer * self._pitch() + HEAD, self.strip_width(), self._strip_height())

    def strip_width(self) -> int:
        return max(1, self.width() - LEFT - RIGHT)

    def _strip_height(self) -> int:
        """Height of a strip: a whole number of pixels for every row."""
        count = max(1, len(self._titles))
        return ROWS * max(1, min(3, (self.height() // count - HEAD - GAP) // ROWS))

    def _pitch(self) -> int:
        return HEAD + self._strip_height() + GAP

    def sizeHint(self) -> QSize:
        return QSize(280, max(1, len(self._titles)) * _least_pitch())

    # Drawing

    @Slot()
    def _paint_again(self) -> None:
        self._images = []
        slices = self._slices
        if slices is not None and self._fits():
            self._columns = slice_of_columns(slices.steps, self.end, self.strip_width())
            self._images = [
                strip_image(picture_rows(shares, top, ZERO_ROWS), self._columns, theme())
                for shares, top in zip(slices.shares.swapaxes(0, 1), self.tops, strict=True)
            ]
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._paint_again()
        self.scale_changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for layer, image in enumerate(self._shown()):
            if self.strip(layer).adjusted(-LEFT, -HEAD, RIGHT, 0).intersects(event.rect()):
                self._draw_strip(painter, layer, image)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _draw_strip(self, painter: QPainter, layer: int, image: QImage) -> None:
        where, colours = self.strip(layer), theme()
        self._draw_head(painter, layer, where)
        painter.drawImage(where, image)
        painter.setPen(QColor(colours.border))
        painter.drawRect(where.adjusted(-1, -1, 0, 0))
        painter.setPen(QColor(colours.muted))
        painter.setFont(tabular_font(SMALL))
        if not self._holds_numbers(layer):
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, "none in this layer")
            return
        end = figure(10.0 ** self.tops[layer])
        marks = QRect(0, where.top() - 1, where.left() - GRID // 2, where.height() + 2)
        right = Qt.AlignmentFlag.AlignRight
        painter.drawText(marks, right | Qt.AlignmentFlag.AlignTop, end)
        painter.drawText(marks, right | Qt.AlignmentFlag.AlignVCenter, "0")
        painter.drawText(marks, right | Qt.AlignmentFlag.AlignBottom, f"−{end}")
        if self._mark is not None:
            painter.setPen(QPen(QColor(colours.muted), 1, Qt.PenStyle.DotLine))
            painter.drawLine(self._mark.x(), where.top(), self._mark.x(), where.bottom())

    def _draw_head(self, painter: QPainter, layer: int, where: QRect) -> None:
        head = QRect(where.left(), where.top() - HEAD, where.width(), HEAD)
        painter.setFont(text_font(SMALL))
        painter.setPen(QColor(theme().text))
        title = QFontMetrics(text_font(SMALL)).elidedText(
            self._titles[layer] if layer < len(self._titles) else "",
            Qt.TextElideMode.ElideRight,
            head.width(),
        )
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)

    def _holds_numbers(self, layer: int) -> bool:
        return self._slices is not None and bool(self._slices.shares[-1, layer].any())

    # Reading

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_mark(event.position().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        self._set_mark(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _MOVES and self._shown():
            across, down = _MOVES[key]
            mark = self._mark or self.strip(0).center()
            self._set_mark(mark + QPoint(across * GRID, down * self._strip_height() // ROWS))
        elif key == Qt.Key.Key_Escape and self._mark is not None:
            self._set_mark(None)
        else:
            super().keyPressEvent(event)

    def _set_mark(self, mark: QPoint | None) -> None:
        if mark is not None:
            left, right = self.strip(0).left(), self.strip(0).right()
            mark = QPoint(min(max(mark.x(), left), right), min(max(mark.y(), 0), self.height() - 1))
        self._mark = mark
        self.update()
        self._read()

    def _read(self) -> None:
        self.read.emit(self.reading(QPointF(self._mark)) if self._mark is not None else "")

    def reading(self, where: QPointF) -> str:
        """Text for a point of the widget: layer and step, and below them values and share."""
        point, slices = where.toPoint(), self._slices
        for layer in range(self.strip_count):
            strip = self.strip(layer)
            if slices is None or not strip.contains(point) or not self._holds_numbers(layer):
                continue
            index = int(self._columns[min(point.x() - strip.left(), len(self._columns) - 1)])
            if not 0 <= index < len(slices.steps):  # slices may have been thinned since
                return ""
            row = min((point.y() - strip.top()) * ROWS // strip.height(), ROWS - 1)
            rows = picture_rows(slices.shares[index : index + 1, layer], self.tops[layer], ZERO_ROWS)
            return self._sentence(layer, int(slices.steps[index]), row, float(rows[row, 0]))
        return ""

    def _sentence(self, layer: int, step: int, row: int, share: float) -> str:
        low, high = row_bounds(row, self.tops[layer])
        values = f"below {figure(high)}" if low < 0 < high else f"{figure(low)} to {figure(high)}"
        name = self._titles[layer].partition(" · ")[0]
        return f"{name} · step {step:,}\n{values} · {100 * share:.1f} %"


def _least_pitch() -> int:
    """Smallest distance from one strip to the next, with a pixel for every row."""
    return HEAD + ROWS + GAP


class StepAxis(QWidget):
    """Axis of steps below the strips, which may be scrolled."""

    def __init__(self, strips: Strips) -> None:
        super().__init__()
        self._strips = strips
        self.setFixedHeight(2 * GRID)
        strips.scale_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._strips.strip_count:
            return
        painter = QPainter(self)
        painter.setFont(tabular_font(SMALL))
        painter.setPen(QColor(theme().muted))
        width, room = self._strips.strip_width(), 11 * GRID
        end = figure(self._strips.end)
        steps = "1 step" if self._strips.end == 1 else f"{end} steps"
        places = (
            (LEFT, "0", Qt.AlignmentFlag.AlignLeft),
            (LEFT + width // 2 - room // 2, figure(self._strips.end / 2), Qt.AlignmentFlag.AlignHCenter),
            (LEFT + width - room, steps, Qt.AlignmentFlag.AlignRight),
        )
        for start, text, alignment in places:
            where = QRect(start, 0, room, self.height())
            painter.drawText(where, alignment | Qt.AlignmentFlag.AlignVCenter, text)
