"""The page on which six painters paint the picture side by side."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.session.painting_six import MARGIN, SixPainters, Work
from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import CheckBox, describe, order_tabs
from cadl_desktop.ui.controls.layouts import in_column, in_row, scrolled, wide
from cadl_desktop.ui.controls.looks import heading, label, set_tip
from cadl_desktop.ui.controls.number_text import grouped
from cadl_desktop.ui.painters.painter_tile import PainterGrid, PainterTile
from cadl_desktop.ui.theme.theme import GRID

_HINT = "Click a painting to go on with its network at full size. Undo brings back your network."


class PaintersPage(QWidget):
    """Shows what the six make, and lets one be chosen."""

    left = Signal()

    def __init__(self, six: SixPainters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._six = six
        self._shown: tuple[Work, ...] = ()
        self.setAccessibleName("Six painters")
        self._grid = PainterGrid()
        self.progress, self.news = QProgressBar(), label("", "muted")
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.setFixedHeight(GRID // 2)
        describe(self.progress, "Painted so far", "How much of their training the six have made.")
        self.beyond = CheckBox("Beyond the frame")
        text = "Shows what each network makes around the picture, where it has learned nothing."
        describe(self.beyond, self.beyond.text(), text)
        self.beyond.toggled.connect(six.show_beyond)
        text = "Lists the six as runs, to be compared, exported or opened later."
        self.keep = button_for(Action("Keep all", six.keep_all, tip=text))
        text = "Goes back to the network without choosing one (Escape)."
        self.back = button_for(Action("Studio", self.left.emit, tip=text), "Back to the studio")
        self._lay_out()
        six.changed.connect(self._show)

    @property
    def tiles(self) -> list[PainterTile]:
        return self._grid.tiles

    def _lay_out(self) -> None:
        title = heading("Six small networks paint this picture")
        head = in_row(wide(title), self.beyond, self.keep, self.back)
        margins = (4 * GRID, 3 * GRID, 4 * GRID, 2 * GRID)
        middle = wide(scrolled(self._grid))
        in_column(head, self.progress, middle, self.news, on=self, apart=2 * GRID, margins=margins)

    # Events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # What is shown

    @Slot()
    def _show(self) -> None:
        if not self.isVisible():
            return
        six = self._six
        if six.works is not self._shown:
            self._make_tiles()
        way = (
            "A click goes on from what it has learned, at full size."
            if six.goes_on
            else "A click begins it anew at full size, as pixels are hidden or held out."
        )
        for tile, work in zip(self._grid.tiles, six.works, strict=True):
            set_tip(tile, f"{work.painter.note} {way}")
            has_margin = six.shows_beyond and work.beyond is not None
            tile.show_picture(work.beyond if has_margin else work.pixels, MARGIN if has_margin else 1.0)
            tile.setEnabled(work.pixels is not None and (six.is_painting or work.state is not None))
        self.keep.setEnabled(six.can_keep)
        self.progress.setValue(round(self.progress.maximum() * six.share_done))
        self.news.setText(self._words())

    def _words(self) -> str:
        six = self._six
        if six.is_choosing:
            return "Stopping the others…"
        if six.is_painting and not any(work.pixels is not None for work in six.works):
            return "Preparing the six networks…"
        if six.is_painting and six.shows_beyond:
            return f"{_HINT} What lies beyond the frame is painted once all are done."
        return _HINT

    def _make_tiles(self) -> None:
        """Creates the tiles of other works."""
        self._shown, made = self._six.works, []
        for work in self._shown:
            count = grouped(parameter_count(work.design))
            tile = PainterTile(work.painter, f"{count} numbers", self._grid)
            tile.clicked.connect(partial(self._six.go_on_with, work))
            made.append(tile)
        self._grid.show_tiles(made)
        order_tabs([self.beyond, self.keep, self.back, *made])
        self.setFocusProxy(made[0])
