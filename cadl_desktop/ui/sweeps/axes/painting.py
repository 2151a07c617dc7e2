"""Parallel coordinates on paper: lines from axis to axis, the axes over them, and the line that is chosen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPen, QPolygonF

from cadl_desktop.ui.landscape.surface_painting import height_colours
from cadl_desktop.ui.sweeps.axes.scale import Axis, Doubles, Lines
from cadl_desktop.ui.theme.theme import GRID, SMALL, blend, tabular_font, text_font, theme

Span = tuple[float, float]
"""A part of an axis, its lower end first."""

_SHADES = 48
_FAINTEST = 0.2
"""Where on the map of colours the worst stands: its beginning can hardly be told from the ground."""
_MOST_LEFT, _LAST_WORDS = 8 * GRID, 9 * GRID
"""Room before the first axis, for half of its title, and beside the last one, for what a trial came to."""
_BAR = 6
_BRUSH = 14
_LEAST_LETTERS = 3
"""Of a shortened word; fewer say nothing."""
_MIDDLE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True)
class Places:
    """Where axes stand in a room: `across` are their pixels from the left."""

    room: QRectF
    across: Doubles
    title_rows: int

    @staticmethod
    def of(size: QRectF, count: int) -> "Places":
        """For so many axes; titles take two rows where they stand close."""
        apart = size.width() / max(count, 1)
        rows = 1 if apart >= 16 * GRID else 2
        line, left = SMALL + 5, min(apart / 2, _MOST_LEFT)
        right = max(left, _LAST_WORDS)
        room = size.adjusted(left, rows * line + GRID, -right, -3 * GRID)
        return Places(room, np.linspace(room.left(), room.right(), count), rows)

    @property
    def apart(self) -> float:
        """How far from one axis to the next."""
        return float(self.across[1] - self.across[0]) if len(self.across) > 1 else self.room.width()

    def down(self, places: Doubles) -> Doubles:
        """Pixels from the top."""
        return np.asarray(self.room.bottom() - places * self.room.height())

    def place(self, pixels: float) -> float:
        """The other way round, within the axis."""
        return min(max((self.room.bottom() - pixels) / self.room.height(), 0.0), 1.0)

    @property
    def below(self) -> float:
        """Where what came to nothing ends."""
        return self.room.bottom() + 2 * GRID


def paint_lines(painter: QPainter, places: Places, lines: Lines, wanted: NDArray[np.bool_]) -> None:
    """Those that are wanted (lines,) in the colours of what they came to, the best last; they are opaque, as
    Qt takes ten times as long for others."""
    down = _with_ends(places, lines)
    unknown = np.isnan(lines.good)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _polylines(painter, places, down[wanted & unknown & ~lines.over], blend_of("muted", 0.6))
    _polylines(painter, places, down[wanted & unknown & lines.over], blend_of("red", 0.6))
    chosen = np.flatnonzero(wanted & ~unknown)
    good = np.clip(lines.good[chosen], 0, 1)
    shades = np.minimum((good * _SHADES).astype(int), _SHADES - 1)
    colours = _colours(_SHADES)
    for shade in np.unique(shades).tolist():
        _polylines(painter, places, down[chosen[shades == shade]], QColor.fromRgb(int(colours[shade])))


def paint_faded(painter: QPainter, places: Places, lines: Lines, wanted: NDArray[np.bool_]) -> None:
    """The same as what lies behind those that are kept."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _polylines(painter, places, _with_ends(places, lines)[wanted], blend_of("muted", 0.18))


def paint_axes(
    painter: QPainter, places: Places, lines: Lines, spans: Mapping[int, Span], focused: int | None
) -> None:
    """Axes with their titles and ticks, and what of them is brushed."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    room = places.room
    for number, (axis, across) in enumerate(zip(lines.axes, places.across.tolist(), strict=True)):
        is_last = number == len(lines.axes) - 1
        if is_last:
            _paint_bar(painter, places, is_best_up=lines.is_best_up)
        painter.setPen(QPen(QColor(theme().accent if number == focused else theme().muted), 1))
        painter.drawLine(QPointF(across, room.top()), QPointF(across, room.bottom()))
        if number in spans:
            _paint_span(painter, places, across, spans[number])
        _paint_title(painter, places, number, axis.title, is_focused=number == focused)
        _paint_ticks(painter, places, across, axis, is_last=is_last)
        if is_last and bool((np.isnan(lines.good) & lines.over).any()):
            _paint_word(painter, QPointF(across, places.below), "–", places.apart, centred=True)


def paint_chosen(painter: QPainter, places: Places, lines: Lines, index: int, texts: Sequence[str]) -> None:
    """One line above all others, with its values beside the axes."""
    down = _with_ends(places, lines)[index]
    points = _points(places.across, down)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((theme().plot_background, 6), (theme().orange, 3)):
        painter.setPen(QPen(QColor(colour), width, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(QPolygonF(points))
    painter.setBrush(QColor(theme().orange))
    painter.setPen(QPen(QColor(theme().plot_background), 1))
    for point in points:
        painter.drawEllipse(point, 4, 4)
    for point, text in zip(points, texts, strict=False):
        _paint_word(painter, point + QPointF(7, 0), text, max(places.apart, _LAST_WORDS), strong=True)


def nearest(places: Places, lines: Lines, kept: NDArray[np.bool_], at: QPointF, reach: float) -> int | None:
    """Which of the kept lines passes a place, unless none is so near."""
    gap = int(np.searchsorted(places.across, at.x())) - 1
    candidates = np.flatnonzero(kept)
    if not 0 <= gap < len(places.across) - 1 or not len(candidates):
        return None
    down = _with_ends(places, lines)[candidates]
    share = (at.x() - places.across[gap]) / places.apart
    rise = down[:, gap + 1] - down[:, gap]
    apart = np.abs(down[:, gap] + share * rise - at.y()) / np.hypot(1, rise / places.apart)
    apart[np.isnan(apart)] = np.inf
    best = int(np.argmin(apart))
    return int(candidates[best]) if apart[best] <= reach else None


def blend_of(colour: str, share: float) -> QColor:
    """One of the theme's colours, faded into the ground."""
    return QColor(blend(theme().plot_background, getattr(theme(), colour), share))


def _with_ends(places: Places, lines: Lines) -> Doubles:
    """Pixels from the top, those of what came to nothing below the last axis."""
    down = places.down(lines.places)
    down[np.isnan(lines.good) & lines.over, -1] = places.below
    return down


def _polylines(painter: QPainter, places: Places, down: Doubles, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1))
    across = places.across.tolist()
    has_end = ~np.isnan(down).any(axis=1) if len(down) else np.zeros(0, bool)
    for row in down[has_end].tolist():
        painter.drawPolyline([QPointF(x, y) for x, y in zip(across, row, strict=True)])
    for line in down[~has_end]:
        painter.drawPolyline(_points(places.across, line))


def _points(across: Doubles, down: Doubles) -> list[QPointF]:
    """Those that there are."""
    known = ~np.isnan(down)
    pairs: Iterable[tuple[float, float]] = zip(across[known].tolist(), down[known].tolist(), strict=True)
    return [QPointF(x, y) for x, y in pairs]


def _colours(count: int) -> NDArray[np.uint32]:
    """So many, from that of the worst to that of the best."""
    return height_colours(np.linspace(_FAINTEST, 1, count), theme())


def _paint_bar(painter: QPainter, places: Places, *, is_best_up: bool) -> None:
    """The colours of what trials came to, beside its axis."""
    room = places.room
    ramp = QLinearGradient(room.bottomLeft(), room.topLeft())
    colours = _colours(9)
    for step, colour in enumerate(colours if is_best_up else colours[::-1]):
        ramp.setColorAt(step / 8, QColor.fromRgb(int(colour)))
    painter.fillRect(QRectF(float(places.across[-1]) - _BAR, room.top(), _BAR, room.height()), ramp)


def _paint_span(painter: QPainter, places: Places, across: float, span: Span) -> None:
    low, high = places.down(np.array(span)).tolist()
    fill = QColor(theme().accent)
    fill.setAlphaF(0.3)
    brush = QRectF(across - _BRUSH / 2, high, _BRUSH, max(low - high, 2.0))
    painter.fillRect(brush, fill)
    painter.setPen(QPen(QColor(theme().accent), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(brush)


def _paint_title(painter: QPainter, places: Places, number: int, title: str, *, is_focused: bool) -> None:
    """Every other one a row higher where there are two."""
    font, line = text_font(SMALL), SMALL + 5
    font.setBold(is_focused)
    painter.setFont(font)
    painter.setPen(QColor(theme().accent if is_focused else theme().text))
    wide = places.apart * places.title_rows - GRID
    row = number % places.title_rows
    top = places.room.top() - GRID + 2 - (row + 1) * line
    middle = float(places.across[number])
    left = max(middle - wide / 2, 0.0)  # before the first one there is less room
    wide = middle + wide / 2 - left
    where = QRectF(left, top, wide, line)
    shown = QFontMetrics(font).elidedText(title, Qt.TextElideMode.ElideRight, int(wide))
    painter.drawText(where, _MIDDLE, shown)


def _paint_ticks(painter: QPainter, places: Places, across: float, axis: Axis, *, is_last: bool) -> None:
    """As many as there is room for; half a number says nothing, half a word does."""
    line = SMALL + 5
    every = max(1, -(-len(axis.ticks) * line // max(1, int(places.room.height()))))
    wide = _LAST_WORDS if is_last else places.apart
    metrics = QFontMetrics(tabular_font(SMALL))
    for place, text in axis.ticks[::every]:
        (down,) = places.down(np.array([place])).tolist()
        painter.setPen(QPen(QColor(theme().muted), 1))
        painter.drawLine(QPointF(across, down), QPointF(across + 4, down))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(wide - 10))
        if shown == text or (axis.places is not None and len(shown) > _LEAST_LETTERS):
            _paint_word(painter, QPointF(across + 6, down), text, wide)


def _paint_word(
    painter: QPainter,
    where: QPointF,
    text: str,
    apart: float,
    *,
    strong: bool = False,
    centred: bool = False,
) -> None:
    """Beside an axis, on a ground that keeps it readable over lines."""
    font = tabular_font(SMALL)
    font.setBold(strong)
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(apart - 10))
    wide, high = metrics.horizontalAdvance(shown) + 4, metrics.height()
    room = QRectF(where.x() - (wide / 2 if centred else 0), where.y() - high / 2, wide, high)
    ground = QColor(theme().plot_background)
    ground.setAlphaF(0.9 if strong else 0.7)
    painter.fillRect(room, ground)
    painter.setFont(font)
    painter.setPen(QColor(theme().text if strong else theme().muted))
    painter.drawText(room, _MIDDLE, shown)
