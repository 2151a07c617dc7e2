"""Where the large picture and the small ones beside it stand: whichever way leaves the large one largest."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.painting.pane import LEAST_SIDE, Pane, name_height
from cadl_desktop.ui.theme.theme import GRID

SHARE = 0.1
"""How much of the width, or of the height, small pictures take; more where it would stay empty."""
LEAST, MOST = 8 * GRID, 24 * GRID


class Stage(QWidget):
    """The first of its panes is large; a small one that is chosen changes places with it."""

    arranged = Signal()
    """Another pane is large."""

    def __init__(self, panes: Sequence[Pane], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panes = list(panes)
        self._shape = (1, 1)
        for pane in panes:
            pane.setParent(self)
            pane.chosen.connect(self._take_chosen)
        self._arrange()

    @property
    def main(self) -> Pane:
        """The large one."""
        return self._panes[0]

    def bring(self, pane: Pane) -> None:
        """Makes a pane the large one; the large one takes its place."""
        if pane is self.main:
            return
        place = self._panes.index(pane)
        self._panes[0], self._panes[place] = pane, self.main
        self._arrange()
        self.arranged.emit()

    def keep_shape(self, height: int, width: int) -> None:
        """The pictures' shape."""
        self._shape = (height, width)
        self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST + 8 * LEAST_SIDE, 2 * (LEAST + name_height()) + GRID)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @Slot()
    def _take_chosen(self) -> None:
        pane = self.sender()
        if isinstance(pane, Pane):
            self.bring(pane)

    def _arrange(self) -> None:
        main, *others = self._panes
        room = self.rect()
        beside, below = self._beside(room, len(others)), self._below(room, len(others))
        places = max((beside, below), key=lambda places: _scale(places[0], self._shape))
        main.set_small(False)
        for pane in others:
            pane.set_small(True)
            pane.raise_()
        for pane, place in zip(self._panes, places, strict=True):
            pane.setGeometry(place)

    def _beside(self, room: QRect, count: int) -> list[QRect]:
        """The small ones in a column at the right."""
        height, width = self._shape
        free = round(room.width() - 2 * GRID - room.height() * width / height)
        highest = (room.height() - (count - 1) * GRID) // count - name_height()
        wanted = max(round(SHARE * room.width()), free // 2)
        side = max(min(wanted, MOST, round(highest * width / height)), LEAST)
        each = min(round(side * height / width), highest) + name_height()
        left = room.width() - side
        places = [QRect(left, place * (each + GRID), side, each) for place in range(count)]
        return [QRect(0, 0, left - GRID, room.height()), *places]

    def _below(self, room: QRect, count: int) -> list[QRect]:
        """The small ones in a row at the bottom."""
        height, width = self._shape
        across = (room.width() - (count - 1) * 2 * GRID) // count
        free = round(room.height() - GRID - room.width() * height / width)
        side = min(max(round(SHARE * room.height()), LEAST, free // 2), MOST, round(across * height / width))
        each = side + name_height()
        top = room.height() - each
        across = min(across, round(side * width / height))
        places = [QRect(place * (across + 2 * GRID), top, across, each) for place in range(count)]
        return [QRect(0, 0, room.width(), top - GRID), *places]


def _scale(room: QRect, shape: tuple[int, int]) -> float:
    """How large a picture of this shape can be there."""
    return min(room.height() / shape[0], room.width() / shape[1])
