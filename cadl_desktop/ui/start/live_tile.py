"""Tile of the network that is open: what it has learned by now, and while it learns."""

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPixmap, QShowEvent

from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.runs.record import Thumbnail, thumbnail_of
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.comparing.pictures.made_painting import draw_made
from cadl_desktop.ui.controls.number_text import grouped
from cadl_desktop.ui.painting.images import image_of, pixels_of
from cadl_desktop.ui.start.start_tiles import StartTile
from cadl_desktop.ui.theme.theme import GRID, SMALL, tabular_font, theme

_PROGRESS = 3
"""Height in pixels of the line that shows how much of the run is over."""
_NOTES = {
    Status.EMPTY: "",
    Status.PREPARING: "Begins…",
    Status.TRAINING: "Learning now",
    Status.PAUSED: "Paused",
    Status.RESULT: "Learned",
}


class LiveTile(StartTile):
    """Start tile that follows the session: its picture is what the network makes now, with how many numbers
    it has, and how much of the run is over."""

    def __init__(self, session: Session, key: str, title: str, sentence: str, icon_name: str) -> None:
        super().__init__(key, title, sentence, icon_name)
        self._session = session
        self._curve_made: Thumbnail | None = None
        self._shown: object = None
        for news in (session.updated, session.status_changed, session.device_changed, session.failed):
            news.connect(self.follow)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.follow()

    @Slot()
    def follow(self) -> None:
        """Shows the newest result, while it can be seen."""
        if not self.isVisible():
            return
        session, prediction = self._session, self._session.result.prediction
        if prediction is not self._shown:
            self._shown = prediction
            self._curve_made = None
            self.set_picture(QPixmap())
            if prediction is not None and prediction.ndim == 3:
                self.set_picture(QPixmap.fromImage(image_of(pixels_of(prediction))))
            elif prediction is not None:
                self._curve_made = thumbnail_of(prediction)
        waits = session.document.is_shown_only and not (session.device or session.lacks_tensorflow)
        self.note = "Loading TensorFlow…" if waits else _NOTES[session.status]
        self.update()

    def size_words(self) -> str:
        """How many numbers the shown network has; empty before it has learned anything."""
        result = self._session.result
        if result.prediction is None:
            return ""
        count = grouped(parameter_count(result.trained_or(self._session.document.experiment)))
        return f"{count} numbers {'paint' if result.prediction.ndim == 3 else 'draw'} this"

    def paint_picture(self, painter: QPainter, room: QRectF) -> None:
        if self._curve_made is not None:
            draw_made(painter, room.toRect(), self._curve_made, theme().series)
        else:
            super().paint_picture(painter, room)
        if words := self.size_words():
            self._paint_note(painter, room, words)
        if self._session.status.live:
            result = self._session.result
            done = result.history.share_done(result.step)
            line = QRectF(room.left(), room.bottom() - _PROGRESS, done * room.width(), _PROGRESS)
            painter.fillRect(line, QColor(theme().accent))

    def _paint_note(self, painter: QPainter, room: QRectF, words: str) -> None:
        """Paints words in a corner, on a ground on which it can be read over any picture."""
        painter.setFont(tabular_font(SMALL))
        width = painter.fontMetrics().horizontalAdvance(words) + 2 * GRID
        ground = QRectF(room.left() + GRID, room.bottom() - 4 * GRID, width, 2.5 * GRID)
        colour = QColor(theme().raised)
        colour.setAlphaF(0.85)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(ground, GRID / 2, GRID / 2)
        painter.setPen(QColor(theme().text))
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, words)
