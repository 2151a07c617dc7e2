"""Painting of parallel coordinates: lines from axis to axis, axes over them, and chosen lines on top."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from cadl_desktop.comparing.coordinate_lines import Axis, Lines, Span
from cadl_desktop.comparing.training import Doubles
from cadl_desktop.sweeps.plan.sweep_model import Objective
from cadl_desktop.ui.comparing.words import objective_title, setting_text
from cadl_desktop.ui.landscape.surface_painting import height_colours
from cadl_desktop.ui.plots.axes import figures, log_ticks, nice_ceiling
from cadl_desktop.ui.plots.plot_canvas import shade
from cadl_desktop.ui.theme.theme import GRID, SMALL, blend, run_colour, tabular_font, theme

_SHADES = 48
_FAINTEST = 0.2
"""Place of the worst value on the colour scale, whose beginning can hardly be told from the background."""
_MOST_SMOOTH = 200
"""Number of lines up to which they are smoothed; it takes half of the time, and many hide it."""
_MOST_LEFT, _LAST_WORDS = 8 * GRID, 9 * GRID
"""Room before the first axis, for half of its title, and beside the last one, for its values."""
_LINE = SMALL + 5
_FEW_TICKS = 5
_BRUSH = 14


@dataclass(frozen=True)
class Labels:
    """Title of an axis, and its ticks: positions from 0 to 1 with their texts, words or numbers."""

    title: str
    ticks: Sequence[tuple[float, str]]
    are_words: bool = False


def labels_of(axis: Axis, objective: Objective) -> Labels:
    setting, low, high = axis.setting, axis.low, axis.high
    title = objective_title(objective) if setting is None else setting.title
    if setting is not None and axis.places is not None:
        ticks = [(place, setting_text(setting, it)) for it, place in axis.places.items()]
        return Labels(title, ticks, are_words=True)
    if axis.is_logarithmic:
        at = [value for _, values in log_ticks(low, high) for value in values]
        texts = figures([10.0**value for value in at])
    else:
        step = nice_ceiling(high / _FEW_TICKS - low / _FEW_TICKS)  # their difference may overflow
        step = max(1.0, math.ceil(step)) if axis.is_whole else step
        at = [step * count for count in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]
        texts = figures(at)
    return Labels(
        title, [((value - low) / (high - low), text) for value, text in zip(at, texts, strict=True)]
    )


@dataclass(frozen=True)
class Places:
    """Pixels of axes in a room: `across` from the left; titles take one row or two."""

    room: QRectF
    across: Doubles
    title_rows: int

    @staticmethod
    def of(size: QRectF, count: int) -> "Places":
        """Lays out so many axes."""
        apart = size.width() / max(count, 1)
        rows = 1 if apart >= 16 * GRID else 2
        left = min(apart / 2, _MOST_LEFT)
        room = size.adjusted(left, rows * _LINE + 2 * GRID, -max(left, _LAST_WORDS), -5 * GRID)
        return Places(room, np.linspace(room.left(), room.right(), count), rows)

    @property
    def apart(self) -> float:
        """Distance from one axis to the next."""
        return self.room.width() / max(len(self.across) - 1, 1)

    def down(self, place: float) -> float:
        """Converts a place from 0 to 1 on an axis to pixels from the top."""
        return self.room.bottom() - place * self.room.height()

    def place(self, pixels: float) -> float:
        """Converts pixels from the top to the nearest place on an axis."""
        return min(max((self.room.bottom() - pixels) / self.room.height(), 0.0), 1.0)

    def heights(self, lines: Lines) -> Doubles:
        """Pixels of lines from the top, (lines, axes)."""
        return np.asarray(self.room.bottom() - lines.places * self.room.height())

    def nearest(self, lines: Lines, among: NDArray[np.bool_], at: QPointF) -> tuple[int, float]:
        """Returns the index of the line (lines,) nearest to a position, and its distance in pixels; infinite
        where there is none."""
        gap = int(np.searchsorted(self.across, at.x())) - 1
        if not among.any() or not 0 <= gap < len(self.across) - 1:
            return 0, math.inf
        down = self.heights(lines)
        share = (at.x() - self.across[gap]) / self.apart
        rise = down[:, gap + 1] - down[:, gap]
        apart = np.abs(down[:, gap] + share * rise - at.y()) / np.hypot(1, rise / self.apart)
        apart[np.isnan(apart) | ~among] = np.inf
        best = int(np.argmin(apart))
        return best, float(apart[best])


def paint_lines(
    painter: QPainter, places: Places, lines: Lines, wanted: NDArray[np.bool_], kept: NDArray[np.bool_]
) -> None:
    """Paints the lines that are True in `wanted` (lines,): faintly those that aren't kept, then the others in
    the colours of their values, the best last. All are opaque: transparent ones take Qt ten times as long."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, int(wanted.sum()) <= _MOST_SMOOTH)
    mixed = [("muted", 0.18), ("muted", 0.6), ("red", 0.6)]
    colours = [blend(theme().plot_background, getattr(theme(), name), share) for name, share in mixed]
    ramp = height_colours(np.linspace(_FAINTEST, 1, _SHADES), theme())
    colours += [QColor.fromRgb(colour).name() for colour in ramp.tolist()]
    shades = len(mixed) + (np.nan_to_num(lines.good).clip(0, 1) * (_SHADES - 1)).round().astype(int)
    shades = np.where(np.isnan(lines.good), 1 + lines.over, shades)
    shades = np.where(kept, shades, 0)
    heights = places.heights(lines)
    for place in sorted(set(shades[wanted].tolist())):
        painter.setPen(QPen(QColor(colours[place]), 1))
        painter.drawPath(_path(places.across, heights[wanted & (shades == place)]))


def paint_chosen(
    painter: QPainter, places: Places, lines: Lines, chosen: Sequence[int], baseline: int | None
) -> None:
    """Paints chosen lines above all others, by their numbers, the current one first and boldest; the baseline
    is dashed."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    heights, ground = places.heights(lines), QColor(theme().plot_background)
    row_of = {number: row for row, number in enumerate(lines.numbers.tolist())}
    for number in dict.fromkeys((baseline or 0, *reversed(chosen))):
        if (row := row_of.get(number)) is None:
            continue
        colour, width = QColor(run_colour(theme(), number)), 3 if number in chosen[:1] else 2
        style = Qt.PenStyle.DashLine if number == baseline else Qt.PenStyle.SolidLine
        path = _path(places.across, heights[[row]])
        painter.strokePath(path, QPen(ground, width + 3, j=Qt.PenJoinStyle.RoundJoin))
        painter.strokePath(path, QPen(colour, width, style, j=Qt.PenJoinStyle.RoundJoin))


def paint_axes(
    painter: QPainter,
    places: Places,
    labels: Sequence[Labels],
    spans: Mapping[int, Span],
    focused: int | None,
) -> None:
    """Paints axes with their titles, ticks and brushes."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    room, last = places.room, len(labels) - 1
    for number, (axis, x) in enumerate(zip(labels, places.across.tolist(), strict=True)):
        painter.setPen(QPen(QColor(theme().accent if number == focused else theme().muted), 1))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        if number in spans:
            low, high = map(places.down, spans[number])
            brush = QRectF(x - _BRUSH / 2, high, _BRUSH, max(low - high, 2.0))
            painter.fillRect(brush, shade(theme().accent, 0.3))
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(brush)
        # In two rows every other title is higher; before the first axis there is less room.
        row, width = number % places.title_rows + 1, places.apart * places.title_rows - GRID
        left, right = max(x - width / 2, 0.0), x + width / 2
        centre = QPointF((left + right) / 2, room.top() - GRID - (row - 0.5) * _LINE)
        colour = theme().accent if number == focused else theme().text
        _write(painter, axis.title, centre, right - left, colour, is_title=True)
        _paint_ticks(painter, places, x, axis, _LAST_WORDS if number == last else places.apart)


def _path(across: Doubles, down: Doubles) -> QPainterPath:
    """Path of several lines (lines, axes). One that lacks a setting is interrupted: going straight on it
    would cross that axis at a value."""
    line, axis = np.nonzero(~np.isnan(down))
    connect = (np.diff(line, append=-1) == 0) & (np.diff(axis, append=-1) == 1)
    path: QPainterPath = pg.arrayToQPath(across[axis], down[line, axis], connect=connect, finiteCheck=False)
    return path


def _paint_ticks(painter: QPainter, places: Places, x: float, axis: Labels, width: float) -> None:
    """Labels as many ticks as there is room for. Words are shortened, but no number: it would be another."""
    painter.setFont(tabular_font(SMALL))
    every = max(1, -(-len(axis.ticks) * _LINE // max(1, int(places.room.height()))))
    for place, text in axis.ticks[::every]:
        at = QPointF(x, places.down(place))
        painter.setPen(QPen(QColor(theme().muted), 1))
        painter.drawLine(at, at + QPointF(4, 0))
        if axis.are_words or painter.fontMetrics().horizontalAdvance(text) <= int(width - 10):
            _write(painter, text, at + QPointF(6, 0), width, theme().muted)


def _write(
    painter: QPainter, text: str, at: QPointF, width: float, colour: str, *, is_title: bool = False
) -> None:
    """Writes a text to the right of a point, or a title around it, shortened to a width, on a background that
    keeps it readable over lines."""
    painter.setFont(tabular_font(SMALL))
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(width - (0 if is_title else 10)))
    size = QSizeF(metrics.horizontalAdvance(shown) + 4, metrics.height())
    room = QRectF(at - QPointF(size.width() / 2 if is_title else 0, size.height() / 2), size)
    painter.fillRect(room, shade(theme().plot_background, 0.7))
    painter.setPen(QColor(colour))
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)
