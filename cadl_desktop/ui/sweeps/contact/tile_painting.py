"""How one trial is drawn on a contact sheet: what it makes, its number, its value, and how it stands."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from cadl_desktop.sweeps.records.sweep_folder import Preview
from cadl_desktop.sweeps.records.sweep_log import Ending
from cadl_desktop.sweeps.records.sweep_status import TrialStatus
from cadl_desktop.ui.runs.pictures import Frame, draw_made
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, tabular_font, theme

LINE = 18
"""Pixels for the words below a picture."""
_EDGE = 4
_DOT = 6


@dataclass(frozen=True, eq=False)
class Tile:
    """`trial` is None before it has begun; `value` is what it has come to, in words, and `short` the same for
    where there is little room."""

    number: int
    trial: TrialStatus | None
    value: str
    short: str = ""
    preview: Preview | None = None
    is_best: bool = False
    is_selected: bool = False
    is_training: bool = False


def tile_size(picture: QSize) -> QSize:
    """Of a picture with all that stands around it."""
    return picture + QSize(2 * _EDGE, 2 * _EDGE + LINE)


def paint_tile(painter: QPainter, room: QRect, tile: Tile, frame: Frame | None, *, has_keys: bool) -> None:
    """Within its room, and nowhere else."""
    inside = room.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
    picture = QRect(inside.topLeft(), QSize(inside.width(), inside.height() - LINE))
    if tile.trial is None:
        _paint_empty(painter, picture)
    else:
        colour = theme().series if not tile.is_best else theme().accent
        draw_made(painter, picture, tile.preview, colour, frame)
    if tile.is_best:
        _paint_mark(painter, picture.topLeft(), "best")
    if tile.is_selected:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme().accent if has_keys else theme().muted), 2))
        painter.drawRoundedRect(QRectF(room).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
    _paint_words(painter, QRect(picture.left(), picture.bottom() + 1, picture.width(), LINE), tile)


def _paint_empty(painter: QPainter, room: QRect) -> None:
    """A place that is kept for a trial to come."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme().border), 1, Qt.PenStyle.DotLine))
    painter.drawRoundedRect(QRectF(room).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def _paint_mark(painter: QPainter, corner: QPoint, words: str) -> None:
    font = tabular_font(SMALL)
    metrics = QFontMetrics(font)
    room = QRect(corner, QSize(metrics.horizontalAdvance(words) + GRID, metrics.height() + 2))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().accent))
    painter.drawRoundedRect(room, RADIUS, RADIUS)
    painter.setFont(font)
    painter.setPen(QColor(theme().on_accent))
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)


def _paint_words(painter: QPainter, room: QRect, tile: Tile) -> None:
    """The number at the left, the value or why there is none at the right, as far as there is room."""
    painter.setFont(tabular_font(SMALL))
    middle = Qt.AlignmentFlag.AlignVCenter
    number = str(tile.number)
    left = painter.fontMetrics().horizontalAdvance(number)
    painter.setPen(QColor(theme().muted))
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, number)
    if tile.is_training:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().accent))
        painter.drawEllipse(QRect(room.left() + left + _DOT, room.center().y() - _DOT // 2, _DOT, _DOT))
        left += 2 * _DOT
    texts, colour = words_of(tile)
    rest = room.adjusted(left + _EDGE, 0, 0, 0)
    painter.setPen(QColor(colour))
    metrics = painter.fontMetrics()
    shortest = metrics.elidedText(texts[-1], Qt.TextElideMode.ElideRight, rest.width())
    shown = next((text for text in texts if metrics.horizontalAdvance(text) <= rest.width()), shortest)
    painter.drawText(rest, Qt.AlignmentFlag.AlignRight | middle, shown)


def words_of(tile: Tile) -> tuple[tuple[str, ...], str]:
    """What stands below a picture, from the longest to the shortest, and its colour."""
    ended = tile.trial.ended if tile.trial else None
    if ended is not None and ended.reason in ("failed", "refused", "diverged"):
        return (ending_in_words(ended.reason),), theme().red
    if ended is not None and ended.reason == "pruned":
        pruned = ending_in_words(ended.reason)
        return (f"{pruned} {tile.value}", pruned), theme().muted
    return (tile.value, tile.short or tile.value), theme().text if ended is not None else theme().muted


def ending_in_words(reason: Ending) -> str:
    """Why a trial is over, in a word or two."""
    words: dict[Ending, str] = {
        "epochs": "all epochs",
        "seconds": "time over",
        "settled": "settled",
        "frozen": "nothing learns",
        "diverged": "diverged",
        "reached": "reached",
        "pruned": "pruned",
        "failed": "failed",
        "refused": "refused",
    }
    return words[reason]
