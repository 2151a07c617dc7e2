"""Drawing of a contact sheet: picture, name and value of each training, and labels of columns and rows."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from cadl_desktop.comparing.arrangement import EDGE, GAP, Layout, Place
from cadl_desktop.comparing.outputs import Difference
from cadl_desktop.comparing.training import Setting, Training
from cadl_desktop.runs.record import Thumbnail
from cadl_desktop.sweeps.plan.sweep_model import Objective
from cadl_desktop.ui.comparing.pictures.made_painting import Frame
from cadl_desktop.ui.comparing.words import name_text, objective_text, setting_text, state_text
from cadl_desktop.ui.controls.number_text import figure, signed
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, sign_colours, tabular_font, theme

_SHORT_DIGITS = 3
_STEPS, _ZERO_POINTS = 255, 61
_MOST_COVERED = 0.6
"""Largest share of a picture's width that a mark covers."""
_NARROW, _LEAST_WIDTH = 140, 88
"""Width of a text below which values are short; and least width of the text below a narrow picture, if the
tile has room."""


def rooms_in(room: QRect, ratio: float | None, line: int) -> tuple[QRect, QRect]:
    """Returns the rooms of picture and words (of height `line`) in the middle of a tile's, for pictures of
    some width to height; None for curves, which fill the tile."""
    inside = room.adjusted(EDGE, EDGE, -EDGE, -EDGE)
    size = QSizeF(inside.size() - QSize(0, line))
    if ratio is not None:
        size = QSizeF(ratio, 1).scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    width = min(max(round(size.width()), _LEAST_WIDTH), inside.width())
    picture = QRect(0, 0, width, int(size.height()))
    picture.moveCenter(inside.center() - QPoint(0, line // 2))
    return picture, QRect(picture.left(), picture.bottom() + 1, width, line)


def paint_outline(painter: QPainter, room: QRect, width: float) -> None:
    """Draws the outline of a chosen tile."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme().accent), width))
    painter.drawRoundedRect(QRectF(room).adjusted(-2, -2, 2, 2), RADIUS, RADIUS)


def drawn_difference(apart: Difference | None, reach: float) -> tuple[Thumbnail | None, Frame | None]:
    """Returns what is drawn of a difference: a painting in the colours of signs, a curve about zero."""
    if apart is None or apart.ndim == 1:
        return apart, Frame(np.linspace([0, 0], [1, 0], _ZERO_POINTS), -reach, reach)
    steps = np.rint((np.clip(apart / reach, -1, 1) + 1) * _STEPS).astype(np.intp)
    return sign_colours(theme(), _STEPS)[steps][..., None].view(np.uint8)[..., 2::-1], None


def value_texts(training: Training | None, objective: Objective, baseline: Training | None) -> list[str]:
    """Returns the value of a training, or its state without one, from the longest text to the shortest."""
    if training is None or training.failed or training.value is None:
        return [state_text(training) if training else ""]
    value, state = training.value, state_text(training)
    long, short = objective_text(objective, value), figure(value, _SHORT_DIGITS)
    compares = training.ranks_by(objective.measure) and baseline is not training
    if compares and baseline is not None and baseline.value is not None:
        apart = signed(value - baseline.value)
        return [f"{long} ({apart})", apart, ""]
    return [f"{state} {long}", state, ""] if training.state == "pruned" else [long, short, ""]


def paint_marks(painter: QPainter, picture: QRect, marks: Sequence[str]) -> None:
    """Draws words in the accent's colour in the corner of a picture; dots where they would cover it."""
    painter.setFont(tabular_font(SMALL))
    metrics, left = painter.fontMetrics(), picture.left()
    for words in marks:
        wide = metrics.horizontalAdvance(words) + GRID
        fits = wide < _MOST_COVERED * picture.width()
        room = QRect(left, picture.top(), wide, metrics.height() + 2)
        room = room if fits else QRect(left + 2, picture.top() + 2, GRID, GRID)
        painter.setPen(QColor(theme().on_accent))
        painter.setBrush(QColor(theme().accent))
        painter.drawRoundedRect(room, RADIUS, RADIUS)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words if fits else "")
        left += room.width() + 2


def paint_words(
    painter: QPainter, room: QRect, number: int, training: Training | None, values: Sequence[str]
) -> None:
    """Draws the value at the right, and at the left as much of name and differences as there is room for."""
    painter.setFont(tabular_font(SMALL))
    metrics, middle, texts, colour = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter, [], theme().muted
    if training is not None:
        name = name_text(training)
        texts = [f"{name} · {training.differs}", name] if training.differs else [name]
        colour = theme().red if training.failed else theme().text if training.is_over else colour
    space = room.width() - EDGE
    # Values are as long in all tiles, where most have room.
    is_narrow = room.width() < _NARROW and len(values) > 1
    value = _fitting(metrics, values[is_narrow:], space - metrics.horizontalAdvance(str(number)))
    painter.setPen(QColor(colour))
    painter.drawText(room, Qt.AlignmentFlag.AlignRight | middle, value)
    painter.setPen(QColor(theme().muted))
    text = _fitting(metrics, [*texts, str(number)], space - metrics.horizontalAdvance(value))
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, text)


def _fitting(metrics: QFontMetrics, texts: Sequence[str], width: int) -> str:
    """Returns the first of some texts that fits, or as much of the last as does."""
    fits = (text for text in texts if metrics.horizontalAdvance(text) <= width)
    return next(fits, metrics.elidedText(texts[-1], Qt.TextElideMode.ElideMiddle, width))


def paint_labels(painter: QPainter, layout: Layout, offset: QPoint, room: QRect) -> None:
    """Draws the labels over a sheet that is scrolled by `offset`. Labels of columns stay at the top, unless
    the columns wrap; labels of rows stay at the left, in the middle of the visible part of each row."""
    painter.setFont(tabular_font(SMALL))
    arrangement, ground = layout.arrangement, QColor(theme().plot_background)
    rows = [QRect(*box).translated(0, -offset.y()).intersected(room) for box in layout.rows]
    down_by = offset.y() if layout.wraps else 0
    columns = [QRect(*box).translated(-offset.x(), -down_by) for box in layout.columns]
    painter.fillRect(QRect(0, 0, layout.side, room.height()), ground)
    _paint_texts(painter, rows, arrangement.down, arrangement.rows)
    painter.fillRect(QRect(0, 0, room.width(), layout.head), ground)
    _paint_texts(painter, columns, arrangement.across, arrangement.columns)
    painter.fillRect(QRect(0, 0, layout.side, layout.head), ground)


def _paint_texts(
    painter: QPainter, rooms: Sequence[QRect], setting: Setting | None, places: Sequence[Place]
) -> None:
    """Draws the label of each column or row, in several lines where they are high enough; none where it isn't
    seen."""
    if setting is None:
        return
    painter.setPen(QColor(theme().muted))
    metrics, flags = painter.fontMetrics(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    for room, place in zip(rooms, places, strict=True):
        value, inside = setting_text(setting, place), room.adjusted(0, 0, -GAP // 2, 0)
        text = f"{setting.title} {value}"
        fits = inside.contains(metrics.boundingRect(inside, flags, text))
        painter.drawText(inside, flags, text if fits else _fitting(metrics, [value], inside.width()))
