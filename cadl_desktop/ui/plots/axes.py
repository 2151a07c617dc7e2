"""Plot axes with tabular figures, stable ranges and round ticks, linear and logarithmic."""

import math
from collections.abc import Sequence
from html import escape
from itertools import pairwise

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetrics, QFontMetricsF
from PySide6.QtWidgets import QGraphicsSceneResizeEvent

from cadl_desktop.data.curves.date_counts import Counts
from cadl_desktop.drawing.date_ticks import date_ticks
from cadl_desktop.ui.controls.looks import fitted_name, wrapped
from cadl_desktop.ui.controls.number_text import DIGITS, figure, wants_exponent, with_exponent
from cadl_desktop.ui.theme.theme import GRID, SMALL, Theme, tabular_font, text_font

_NICE = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
LEFT_WIDTH = 64
_DATES_WIDTH = 128
BOTTOM_HEIGHT = 22
_BESIDE = 15
_DENSE_DECADES = 2.6
_NARROW_DECADES = 0.5
_MOST_DIGITS = 6
_ROUNDED_BY = 0.1
"""Largest rounding error of a tick's number, as a share of the distance between ticks."""
_SMALL_AXIS, _LARGE_AXIS = 1e-3, 1e6
"""Outside of this range pyqtgraph writes some ticks with an exponent and others without."""

_WIDEST = "10,000 "
"""Ticks of a logarithmic axis below are at least this text's width apart."""
_BETWEEN_DATES, _BETWEEN_ROWS = 112, 40
"""Least pixels between two dates beside and above each other."""

Levels = list[tuple[float, list[float]]]


class Axis(pg.AxisItem):  # type: ignore[misc]
    """Axis of a plot. If `logarithmic`, the plot passes log10 of its values; if `whole`, ticks are whole
    numbers; with `counts`, they are dates. A title that is longer than the axis is shortened before its unit,
    and the tooltip has the whole."""

    _title, _fitted = "", ""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.logarithmic = self.whole = False
        self.counts: Counts | None = None
        self._dates: dict[float, str] = {}
        self._width = LEFT_WIDTH
        self.enableAutoSIPrefix(False)
        self.setStyle(maxTickLevel=0, tickLength=0, tickTextOffset=6)
        self.setTickDensity(1.6)

    def apply_theme(self, colours: Theme, title: str) -> None:
        self.setPen(pg.mkPen(colours.border))
        self.setTickPen(pg.mkPen(colours.grid))
        self.setTextPen(pg.mkPen(colours.muted))
        self.setTickFont(tabular_font(SMALL))
        if self.orientation == "left":
            # A fixed width, so that longer numbers do not shift the plot.
            self.setWidth(self._width)
        else:
            self.setHeight(BOTTOM_HEIGHT)
        self._title, self._fitted = title, ""
        self.labelStyle = {"color": colours.muted, "font-size": f"{SMALL}px"}
        self._fit_title()
        self.showLabel(bool(title))

    def resizeEvent(self, event: QGraphicsSceneResizeEvent | None = None) -> None:
        self._fit_title()
        super().resizeEvent(event)

    def _fit_title(self) -> None:
        size = self.size()
        room = size.height() if self.orientation == "left" else size.width()
        fitted = fitted_name(self._title, QFontMetrics(text_font(SMALL)), room - GRID) if self._title else ""
        if fitted != self._fitted:
            self._fitted = fitted
            self.setToolTip("" if fitted == self._title else wrapped(self._title))
            self.setLabel(escape(fitted, quote=False))
            super().resizeEvent()  # which puts the new title in the middle

    def count_dates(self, counts: Counts | None) -> None:
        """Shows the dates that numbers count; None shows numbers."""
        if counts != self.counts:
            self.counts, self._dates = counts, {}
            self.make_room(counts)
            self.picture = None
            self.update()

    def make_room(self, counts: Counts | None) -> None:
        """Makes a vertical axis as wide as the dates that numbers count need; None stands for numbers."""
        self._width = LEFT_WIDTH if counts is None or counts.is_clock else _DATES_WIDTH
        if self.orientation == "left":
            self.setWidth(self._width)

    def tickValues(self, low: float, high: float, size: float) -> Levels:
        if self.logarithmic:
            metrics = QFontMetricsF(self.style["tickFont"] or tabular_font(SMALL))
            needed = metrics.height() if self.orientation == "left" else metrics.horizontalAdvance(_WIDEST)
            return log_ticks(low, high, (high - low) * needed / max(size, 1.0))
        apart = _BETWEEN_DATES if self.orientation == "bottom" else _BETWEEN_ROWS
        ticks = date_ticks(self.counts, low, high, int(size / apart)) if self.counts else None
        self._dates = dict(ticks or ())
        if ticks is not None:
            return [(high - low, [*self._dates])]
        levels: Levels = super().tickValues(low, high, size)
        return levels

    def boundingRect(self) -> QRectF:
        """Bounds with room for the numbers at both ends of an axis of whole numbers; with one epoch there are
        no others."""
        rect: QRectF = super().boundingRect()
        return rect.adjusted(-_BESIDE, 0, _BESIDE, 0) if self.whole else rect

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        levels: list[tuple[float, float]] = super().tickSpacing(low, high, size)
        if self.orientation == "bottom":
            levels = [
                (self._readable_spacing(spacing, low, high, size), offset) for spacing, offset in levels
            ]
        return [(max(spacing, 1.0), offset) for spacing, offset in levels] if self.whole else levels

    def _readable_spacing(self, spacing: float, low: float, high: float, size: float) -> float:
        """Tick spacing of at least `spacing` at which neighbouring numbers do not touch."""
        metrics = QFontMetricsF(self.style["tickFont"] or tabular_font(SMALL))
        while spacing < (high - low) / 2:
            ticks = range(math.ceil(low / spacing), math.floor(high / spacing) + 1)
            numbers = self.tickStrings([spacing * tick for tick in ticks], 1.0, spacing)
            widest = max(map(metrics.horizontalAdvance, numbers), default=0.0)
            if widest + GRID <= spacing / (high - low) * size:
                break
            spacing = nice_ceiling(2 * spacing)
        return spacing

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if self.logarithmic:
            return figures([10.0**value for value in values])
        if self._dates:
            return [self._dates.get(value, "") for value in values]
        largest = max(map(abs, values), default=1.0)
        if not _SMALL_AXIS <= largest < _LARGE_AXIS or _fewest_digits(values) is None:
            return figures(values)
        strings: list[str] = super().tickStrings(values, scale, spacing)
        return [string.replace("-", "−") for string in strings]


def log_ticks(low: float, high: float, apart: float = 0.0) -> Levels:
    """Ticks between two powers of ten, at least `apart` decades from each other: decades, with 2 and 5, or 3,
    where there is room, and linear ticks when zoomed in."""
    span = high - low
    if span <= _NARROW_DECADES:
        choices = [_linear_ticks(10.0**low, 10.0**high, count) for count in (5, 3, 2)]
        ticks = [[math.log10(value) for value in values] for values in choices]
    else:
        every = max(1, math.ceil(span / 8), math.ceil(apart))
        finer = ((1, 2, 5), (1, 3)) if span <= _DENSE_DECADES else ()
        decades = [it for it in range(math.floor(low), math.ceil(high) + 1) if it % every == 0]
        ticks = [
            [place for it in decades for step in steps if low <= (place := it + math.log10(step)) <= high]
            for steps in (*finer, (1,))
        ]
    fitting = (it for it in ticks if all(above - below >= apart for below, above in pairwise(it)))
    return [(1.0, next(fitting, ticks[-1]))]


def _linear_ticks(low: float, high: float, count: int) -> list[float]:
    """Round numbers between two, about `count` of them."""
    step = nice_ceiling((high - low) / count)
    return [step * place for place in range(math.ceil(low / step), math.floor(high / step) + 1)]


def nice_ceiling(value: float) -> float:
    """Next round number; ranges grow in such steps and stay the same in between."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(nice * power for nice in (*_NICE, 20.0) if nice * power >= value * (1 - 1e-9))


def figures(values: Sequence[float]) -> list[str]:
    """Numbers of one axis in one format, with as many significant digits as their differences need. If that
    is too many, one is written in full and the others as differences from it."""
    digits = _fewest_digits(values)
    return _from_roundest(values) if digits is None else _alike(values, digits)


def _alike(values: Sequence[float], digits: int) -> list[str]:
    if any(map(wants_exponent, values)):
        return [with_exponent(value, digits) if value else "0" for value in values]
    return [figure(value, digits) for value in values]


def _from_roundest(values: Sequence[float]) -> list[str]:
    """Roundest number in full, the others as differences from it."""
    start = min(range(len(values)), key=lambda place: _rounding_error(_MOST_DIGITS, values[place]))
    away = [value - values[start] for value in values]
    found = [
        text if text.startswith("−") else f"+{text}" for text in _alike(away, _fewest_digits(away) or DIGITS)
    ]
    about = (
        "≈" if _rounding_error(_MOST_DIGITS, values[start]) > _ROUNDED_BY * abs(values[1] - values[0]) else ""
    )
    found[start] = about + figure(values[start], _MOST_DIGITS)
    return found


def _fewest_digits(values: Sequence[float]) -> int | None:
    """Fewest significant digits that keep the numbers about as far apart as they are; None if there would be
    too many."""
    apart = [math.inf, *(abs(one - other) for one, other in pairwise(values)), math.inf]
    nearest = list(map(min, pairwise(apart)))
    for digits in range(DIGITS, _MOST_DIGITS + 1):
        if all(
            _rounding_error(digits, value) <= _ROUNDED_BY * gap
            for value, gap in zip(values, nearest, strict=True)
        ):
            return digits
    return None


def _rounding_error(digits: int, value: float) -> float:
    """Rounding error at this many significant digits."""
    return abs(float(f"{value:.{digits - 1}e}") - value)


def steady(value: float, places: int = 3) -> str:
    """Number with fixed decimals for live readouts, so that nothing shifts beside it."""
    return "–" if not math.isfinite(value) else f"{value:z.{places}f}".replace("-", "−")
