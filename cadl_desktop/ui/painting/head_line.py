"""What is said of the painting in the line above it: how near it is, and what is under the cursor."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.ui.controls.fitting_label import FittingLabel
from cadl_desktop.ui.theme.theme import GRID

_APART = 3 * GRID


class HeadLine(QWidget):
    """Side by side; where there is no room for both, what is under the cursor stands in the score's place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.score, self.readout = FittingLabel(self), FittingLabel(self)
        self.readout.setAccessibleName(self.tr("Value under the cursor, or between the pixels"))
        self._scores: tuple[str, ...] = ("",)
        self._reserved = 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_scores(self, texts: Sequence[str]) -> None:
        """How near it is, from the longest text to the shortest."""
        self._scores = tuple(texts)
        self._share()

    def show_readout(self, texts: Sequence[str]) -> None:
        """What is under the cursor, or between the pixels, likewise."""
        self.readout.show_texts(texts)
        # Texts of every length follow one another while the cursor moves: the score must not flicker.
        self._reserved = max(self._reserved, self.readout.longest()) if texts[0] else 0
        self._share()

    def sizeHint(self) -> QSize:
        return QSize(0, self.score.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.score.shortest(), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        room = self.width() - (self._reserved + _APART if self._reserved else 0)
        self.score.show_texts(self._scores)
        across = min(room, self.score.longest()) if room >= self.score.shortest() else 0
        self.score.setGeometry(0, 0, across, self.height())
        left = across + _APART if across else 0
        self.readout.setGeometry(left, 0, max(self.width() - left, 0), self.height())
        for part, shown in ((self.score, across), (self.readout, self._reserved)):
            part.setVisible(bool(shown))
