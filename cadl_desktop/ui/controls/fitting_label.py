"""A small label that says the same at several lengths, and shows the longest that fits."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from cadl_desktop.ui.controls.looks import make_small
from cadl_desktop.ui.theme.theme import GRID

_LEAST = 6 * GRID
"""Room for the beginning of a text."""


class FittingLabel(QLabel):
    """Chooses again whenever its width changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        make_small(self)
        self._texts: tuple[str, ...] = ("",)

    def show_texts(self, texts: Sequence[str]) -> None:
        """Shows one of these, which stand in their order from the longest to the shortest."""
        if self._texts != tuple(texts):
            self._texts = tuple(texts)
            self.updateGeometry()
        self._fit()

    def longest(self) -> int:
        """How wide the longest of its texts is."""
        return self._widths()[0]

    def shortest(self) -> int:
        """How wide the shortest is."""
        return self._widths()[-1]

    def sizeHint(self) -> QSize:
        return QSize(self.longest(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.shortest(), _LEAST), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _widths(self) -> list[int]:
        return [self.fontMetrics().horizontalAdvance(text) for text in self._texts]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.isHidden():  # it has no size yet that counts
            self.setText(self._texts[0])
            return
        metrics, width = self.fontMetrics(), self.width()
        fitting = (text for text in self._texts if metrics.horizontalAdvance(text) <= width)
        shortest = metrics.elidedText(self._texts[-1], Qt.TextElideMode.ElideRight, width)
        self.setText(next(fitting, shortest))
