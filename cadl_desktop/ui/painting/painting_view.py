"""The picture being painted: target, painting and error side by side, zoomed and moved as one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QSizePolicy, QWidget

from cadl_desktop.data.frames import WHOLE
from cadl_desktop.data.pictures.composites import Mask, composite
from cadl_desktop.data.scores import Scores
from cadl_desktop.sentences import filled
from cadl_desktop.session.worker.view_rendering import PaintedLayer, PictureWanted
from cadl_desktop.ui.controls.action import Action, Within, add_action
from cadl_desktop.ui.controls.fitting_label import FittingLabel
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import paper, small_label
from cadl_desktop.ui.controls.tips import set_tip
from cadl_desktop.ui.painting.between import BetweenButton
from cadl_desktop.ui.painting.errors import ScaleBar, error_image, mean_error
from cadl_desktop.ui.painting.painting_switches import (
    TIMES,
    CompositeSwitch,
    PaintingSwitches,
    heading_beside,
)
from cadl_desktop.ui.painting.pane import Pane, Pixels, image_of, side_by_side
from cadl_desktop.ui.painting.pixel_text import colour_at, outside_text, pixel_text
from cadl_desktop.ui.painting.score_text import score_help, score_texts
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.theme.theme import GRID, Theme, notifier, theme

_AROUND = 2.0
_MOST_SIDE = 2048
"""Of a painting at several times its size."""


class PaintingView(QWidget):
    """Shows a target once, then a painting as often as there is a new one.

    Where more, less or finer is looked at than the painting's own pixels, `wanted` says what, and
    `show_layers` shows it.
    """

    look_changed = Signal()

    def __init__(self, parent: QWidget | None = None, switches: PaintingSwitches | None = None) -> None:
        super().__init__(parent)
        switches = switches or PaintingSwitches(self)
        self.larger, self.outside = switches.larger, switches.outside
        self._target_pixels: Pixels | None = None
        self._painted: Pixels | None = None
        self._error: NDArray[np.float32] | None = None
        self._hidden: Mask | None = None
        self._psnr: float | None = None
        self._scores: Scores | None = None
        self._between: tuple[str, ...] = ("",)
        self._size = 1, 1
        self._under_cursor: tuple[int, int] | None = None
        self.view = View(self)
        self._layers: tuple[PaintedLayer, ...] = ()
        self.target = self._pane(self.tr("Target"), self.tr("Choose a picture under Data."))
        self.painting = self._pane(self.tr("Painting"), self.tr("The network will paint here."))
        self.error = self._pane(self.tr("Error"), self.tr("Where the painting differs will show here."))
        self.size_text, self.psnr_text, self.scale = small_label(), FittingLabel(), ScaleBar()
        self.readout = FittingLabel()
        self.composite, self.between = CompositeSwitch(self), BetweenButton(self)
        self.heading = heading_beside(self.composite, self.painting.accessibleName())
        self.setAccessibleName(self.tr("Target, painting and error"))
        self._lay_out()
        self._add_actions()
        self.view.changed.connect(self.look_changed)
        self.composite.toggled.connect(self._show_painted)
        self.composite.toggled.connect(self.look_changed)
        notifier().changed.connect(self._wear)

    def show_target(self, target: Pixels | None, size: tuple[int, int] | None = None) -> None:
        """Shows what is to be painted, (height, width, 3), and takes away another's painting and mask. `size`
        is the height and width of the picture itself, where it has more pixels than are shown."""
        self._target_pixels, self._hidden = target, None
        self.clear_painting()
        self.view.reset()
        if target is None:
            self.target.show_image(QImage())
            self.size_text.clear()
            return
        height, width = target.shape[:2]
        self._size = size or (height, width)
        self.size_text.setText(f"{self._size[1]} × {self._size[0]}")
        self.target.show_image(image_of(target))
        for pane in (self.painting, self.error):
            pane.keep_shape(height, width)
        self.look_changed.emit()

    def show_painting(self, prediction: NDArray[Any], psnr: float | None) -> None:
        """Shows the network's painting (height, width, 3), 0 to 255 or beyond, and its error."""
        if not np.isfinite(prediction).all():
            prediction = np.nan_to_num(prediction, nan=0.0, posinf=255.0, neginf=0.0)
        is_first = self._painted is None
        self._painted = (np.clip(prediction, 0, 255) + prediction.dtype.type(0.5)).astype(np.uint8)
        self._psnr = psnr
        self._show_painted()
        self._write_scores()
        if self._target_pixels is not None and self._target_pixels.shape == self._painted.shape:
            self._error = mean_error(prediction, self._target_pixels)
            self.error.show_image(error_image(self._error, theme()))
        self._write_readout()
        if is_first:
            self.look_changed.emit()

    def wanted(self) -> PictureWanted | None:
        """What the painting pane has on screen, in its pixels; None where it is the painting itself, and as
        long as there is none."""
        if self._target_pixels is None or self._painted is None or self._composes():
            return None
        height, width = self._target_pixels.shape[:2]
        if not self.view.whole:
            size = self.painting.frame().size() * self.painting.devicePixelRatioF()
            return PictureWanted(self.view.frame(), max(1, round(size.height())), max(1, round(size.width())))
        if self.larger.isChecked():
            times = min(TIMES, _MOST_SIDE / max(height, width))
            return PictureWanted(WHOLE, max(1, round(times * height)), max(1, round(times * width)))
        return None

    def show_layers(self, layers: Sequence[PaintedLayer]) -> None:
        """Draws what the network paints of what is wanted over the painting."""
        if tuple(layers) == self._layers:
            return
        self._layers = tuple(layers)
        self.painting.show_layers(
            [
                (image_of(layer.pixels), QRectF(frame.left, frame.top, frame.width, frame.height))
                for layer in self._layers
                for frame in (layer.frame,)
            ]
        )
        self._write_readout()

    def show_scores(self, scores: Scores | None) -> None:
        """Writes how near the painting is, of seen, held-out and hidden pixels apart."""
        self._scores = scores
        self._write_scores()

    def show_between(self, texts: Sequence[str]) -> None:
        """Writes the first text that fits of how near the painting is between its pixels, where no pixel is
        pointed at."""
        self._between = tuple(texts)
        self._write_readout()

    def show_hidden(self, hidden: Mask | None) -> None:
        """What of the target the network doesn't see, (height, width), and a composite takes from it."""
        self._hidden = hidden
        self.composite.setVisible(hidden is not None)
        self._show_painted()
        self._write_scores()
        self._write_readout()

    def clear_painting(self) -> None:
        """Back to before training."""
        self._painted, self._error = None, None
        self._psnr = self._scores = None
        self._write_scores()
        self.painting.show_image(QImage())
        self.error.show_image(QImage())
        self._write_readout()
        self.look_changed.emit()

    def show_beside(self, widget: QWidget, on: bool) -> None:
        """Shows a widget to the right of the three pictures, as wide as one of them, or hides it."""
        column = len(self._panes())
        if widget.parentWidget() is not self:
            self._grid.addWidget(widget, 0, column, self._grid.rowCount(), 1)
        widget.setVisible(on)
        self._grid.setColumnStretch(column, int(on))  # an empty column with a stretch would take room

    @property
    def zoom(self) -> float:
        """How often the pictures are magnified; 1 shows them whole."""
        return self.view.zoom

    @Slot()
    def reset_zoom(self) -> None:
        self.view.reset()

    @Slot(bool)
    def show_outside(self, on: bool = True) -> None:
        """Shows twice the picture's frame around it, or the whole picture again."""
        self.view.show_around(_AROUND if on else 1.0)

    @Slot()
    def _check_outside(self) -> None:
        self.outside.setChecked(self.view.is_around(_AROUND))

    @Slot()
    def copy_picture(self) -> None:
        """The painting (or the target, before there is one) to the clipboard: in its own pixels, or where
        something else is looked at, in those on screen."""
        image = self.target.image if self.painting.image.isNull() else self.painting.image
        if self._layers and self._layers[0].last:
            image = image_of(self._layers[0].pixels)
        if not image.isNull():
            QGuiApplication.clipboard().setImage(image)

    @Slot()
    def copy_all(self) -> None:
        """Target, painting and error side by side in their own pixels, to the clipboard."""
        images = [pane.image for pane in self._panes() if not pane.image.isNull()]
        if images:
            QGuiApplication.clipboard().setImage(side_by_side(images))

    def menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        return menu

    def _panes(self) -> tuple[Pane, Pane, Pane]:
        return self.target, self.painting, self.error

    def _pane(self, name: str, empty: str) -> Pane:
        pane = Pane(self.view, name, empty, self)
        text = self.tr(
            "{name}. Wheel to zoom, out as well as in, drag to move, double click to see it whole again."
        )
        set_tip(pane, filled(text, name=name))
        pane.hovered.connect(self._hover)
        pane.resized.connect(self.look_changed)
        pane.left.connect(self._leave)
        pane.menu_wanted.connect(self._show_menu)
        return pane

    def _lay_out(self) -> None:
        grid = self._grid = QGridLayout()
        grid.setHorizontalSpacing(GRID * 2)
        grid.setVerticalSpacing(2)
        scored = QWidget()
        in_row(wide(self.psnr_text), self.between, on=scored, apart=GRID // 2)
        lines: tuple[QWidget, ...] = (self.size_text, scored, self.scale)
        for place, (pane, line) in enumerate(zip(self._panes(), lines, strict=True)):
            is_painting = pane is self.painting
            heading = (self.heading, self.composite) if is_painting else (QLabel(pane.accessibleName()),)
            grid.addLayout(in_row(*heading, SPRING), 0, place)
            grid.addWidget(line, 1, place)
            grid.addWidget(pane, 3, place)
            grid.setColumnStretch(place, 1)
        grid.setRowMinimumHeight(2, GRID // 2)
        grid.setRowStretch(3, 1)
        self.readout.setAccessibleName(self.tr("Value under the cursor, or between the pixels"))
        in_column(wide(grid), self.readout, on=self, apart=GRID // 2, margins=(GRID, GRID, GRID, GRID // 2))
        for label in (self.size_text, self.psnr_text, self.readout):
            # A text that comes and goes must not move the pictures.
            label.setFixedHeight(self.scale.sizeHint().height() + 2)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        paper(self)

    def _composes(self) -> bool:
        """Whether the composite is shown, which has the target's pixels and no others."""
        return self.composite.isChecked() and self._hidden is not None

    @Slot()
    def _show_painted(self) -> None:
        named = self.composite if self._composes() else self.painting
        self.heading.setText(named.accessibleName())
        if self._painted is not None:
            self.painting.show_image(image_of(self._composed(self._painted)))

    def _composed(self, painted: Pixels) -> Pixels:
        """The painting, or what it fills into the target."""
        target = self._target_pixels
        if not self._composes() or target is None or target.shape != painted.shape:
            return painted
        return composite(painted, target, self._hidden).astype(np.uint8)

    def _write_scores(self) -> None:
        scores = self._scores if self._painted is not None else None
        psnr = self._psnr if self._painted is not None else None
        self.psnr_text.show_texts(score_texts(psnr, scores))
        set_tip(self.psnr_text, score_help(scores))

    def _add_actions(self) -> None:
        tr = self.tr
        for action in (
            Action(tr("Copy painting"), self.copy_picture, QKeySequence.StandardKey.Copy, icon="copy"),
            Action(tr("Copy target, painting and error"), self.copy_all, "Ctrl+Shift+A", icon="picture"),
            Action(tr("Reset zoom"), self.reset_zoom, "Home", icon="zoom-reset"),
        ):
            add_action(self, action, Within.WidgetWithChildrenShortcut)
        self.larger.toggled.connect(self.look_changed)
        self.outside.triggered.connect(self.show_outside)
        self.view.changed.connect(self._check_outside)
        self.addActions([self.larger, self.outside])

    @Slot(int, int)
    def _hover(self, row: int, column: int) -> None:
        self._under_cursor = row, column
        self._write_readout()

    def _write_readout(self) -> None:
        if self._under_cursor is None:
            self.readout.show_texts(self._between)
            return
        row, column = self._under_cursor
        height, width = (0, 0) if self._target_pixels is None else self._target_pixels.shape[:2]
        if 0 <= row < height and 0 <= column < width:
            hidden = self._hidden is not None and bool(self._hidden[row, column])
            pictures = (self._target_pixels, self._painted, self._error)
            place = row * self._size[0] // height, column * self._size[1] // width
            text = pixel_text(*place, hidden, *(None if it is None else it[row, column] for it in pictures))
        else:
            middle = ((row + 0.5) / height, (column + 0.5) / width) if height else None
            text = outside_text(row, column, colour_at(self._layers, *middle) if middle else None)
        self.readout.show_texts([text])

    @Slot()
    def _leave(self) -> None:
        self._under_cursor = None
        self._write_readout()

    @Slot(object)
    def _show_menu(self, where: QPoint) -> None:
        self.menu().popup(where)

    @Slot(object)
    def _wear(self, colours: Theme) -> None:
        if self._error is not None:
            self.error.show_image(error_image(self._error, colours))
