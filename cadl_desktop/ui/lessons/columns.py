"""How the contents, the words and the figures of the lessons share the width of their page."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

_SIDE, _WORDS, _FIGURES = 208, 336, 368
"""Where there are fewer than all of them together the contents make room."""
_MOST_WORDS = 500
"""Longer lines are hard to read."""
_WORDS_SHARE, _MOST_SHARE = 0.26, 0.4
"""Of the width, for the words: of a wide page, and of a narrow one at most."""


class Columns(QSplitter):
    """Widths that a hand has chosen stay. The parts are made in it."""

    narrowed = Signal(bool)  # whether there is no room for the contents

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setChildrenCollapsible(False)
        self._side: QWidget | None = None
        self._is_moved = self.is_narrow = False
        self.splitterMoved.connect(self._keep)

    def hold(self, side: QWidget, words: QWidget, figures: QWidget) -> None:
        """Its parts, from left to right."""
        self._side = side
        for place, part in enumerate((side, words, figures)):
            self.addWidget(part)
            self.setStretchFactor(place, 1 if part is figures else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share()

    @Slot()
    def share(self) -> None:
        """Gives each its standard width."""
        is_narrow = self.width() < _SIDE + _WORDS + _FIGURES
        if is_narrow != self.is_narrow:
            self.is_narrow = is_narrow
            self.narrowed.emit(is_narrow)
        if not self._is_moved:
            side = 0 if self._side is None or self._side.isHidden() else _SIDE
            words = min(max(_WORDS, round(_WORDS_SHARE * self.width())), _MOST_WORDS)
            words = min(words, round(_MOST_SHARE * self.width()))
            self.setSizes([side, words, max(self.width() - side - words, 1)])

    @Slot()
    def _keep(self) -> None:
        self._is_moved = True
