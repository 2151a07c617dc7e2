"""The picture being painted: target, painting and error side by side, zoomed and moved as one."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QAction, QColor, QGuiApplication, QImage, QKeySequence, QPainter
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from cadl_desktop.ui.icons import set_icon
from cadl_desktop.ui.plots.errors import ScaleBar, error_image, mean_error
from cadl_desktop.ui.plots.pane import Pane, Pixels, View, image_of
from cadl_desktop.ui.plots.plot import paper, small_label
from cadl_desktop.ui.theme import GRID, Theme, notifier, theme

_GAP = 4
"""Pixels between the three pictures when all are copied."""


class PaintingView(QWidget):
    """Shows a target once, then a painting as often as there is a new one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._target_pixels: Pixels | None = None
        self._painted: Pixels | None = None
        self._error: NDArray[np.float32] | None = None
        self._view = View(self)
        self.target = self._pane(self.tr("Target"), self.tr("Choose a picture under Data."))
        self.painting = self._pane(self.tr("Painting"), self.tr("The network will paint here."))
        self.error = self._pane(self.tr("Error"), self.tr("Where the painting differs will show here."))
        self.size_text, self.psnr_text, self.scale = small_label(), small_label(), ScaleBar()
        self.readout = small_label()
        self.setAccessibleName(self.tr("Target, painting and error"))
        self._lay_out()
        self._add_actions()
        notifier().changed.connect(self._wear)

    def show_target(self, target: Pixels | None) -> None:
        """Shows what is to be painted, (height, width, 3), and takes away the painting of another."""
        self._target_pixels = target
        self.clear_painting()
        self._view.reset()
        if target is None:
            self.target.show_image(QImage())
            self.size_text.clear()
            return
        height, width = target.shape[:2]
        self.size_text.setText(f"{width} × {height}")
        self.target.show_image(image_of(target))
        for pane in (self.painting, self.error):
            pane.keep_shape(height, width)

    def show_painting(self, prediction: NDArray[Any], psnr: float | None) -> None:
        """Shows the network's painting (height, width, 3), 0 to 255 or beyond, and its error."""
        if not np.isfinite(prediction).all():
            prediction = np.nan_to_num(prediction, nan=0.0, posinf=255.0, neginf=0.0)
        self._painted = (np.clip(prediction, 0, 255) + prediction.dtype.type(0.5)).astype(np.uint8)
        self.painting.show_image(image_of(self._painted))
        known = psnr is not None and math.isfinite(psnr)
        self.psnr_text.setText(self.tr("PSNR {0} dB").format(f"{psnr:.2f}") if known else "")
        if self._target_pixels is not None and self._target_pixels.shape == self._painted.shape:
            self._error = mean_error(prediction, self._target_pixels)
            self.error.show_image(error_image(self._error, theme()))

    def clear_painting(self) -> None:
        """Back to before training."""
        self._painted, self._error = None, None
        self.psnr_text.clear()
        self.readout.clear()
        self.painting.show_image(QImage())
        self.error.show_image(QImage())

    def set_beside(self, widget: QWidget) -> None:
        """Puts a widget to the right of the three pictures, as wide as one of them."""
        self._side_by_side.addWidget(widget, 1)

    @property
    def zoom(self) -> float:
        """How often the pictures are magnified; 1 shows them whole."""
        return self._view.zoom

    @Slot()
    def reset_zoom(self) -> None:
        self._view.reset()

    @Slot()
    def copy_picture(self) -> None:
        """The painting (or the target, before there is one) in its own pixels, to the clipboard."""
        image = self.target.image if self.painting.image.isNull() else self.painting.image
        if not image.isNull():
            QGuiApplication.clipboard().setImage(image)

    @Slot()
    def copy_all(self) -> None:
        """Target, painting and error side by side in their own pixels, to the clipboard."""
        images = [pane.image for pane in self._panes() if not pane.image.isNull()]
        if not images:
            return
        width = sum(image.width() + _GAP for image in images) - _GAP
        whole = QImage(width, images[0].height(), QImage.Format.Format_RGB32)
        whole.fill(QColor(theme().plot_background))
        painter = QPainter(whole)
        left = 0
        for image in images:
            painter.drawImage(left, 0, image)
            left += image.width() + _GAP
        painter.end()
        QGuiApplication.clipboard().setImage(whole)

    def menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        return menu

    def _panes(self) -> tuple[Pane, Pane, Pane]:
        return self.target, self.painting, self.error

    def _pane(self, name: str, empty: str) -> Pane:
        pane = Pane(self._view, name, empty, self)
        pane.setToolTip(
            self.tr("{0}. Wheel to zoom, drag to move, double click to see it whole again.").format(name)
        )
        pane.hovered.connect(self._hover)
        pane.left.connect(self._leave)
        pane.menu_wanted.connect(self._show_menu)
        return pane

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID * 2)
        grid.setVerticalSpacing(2)
        lines: tuple[QWidget, ...] = (self.size_text, self.psnr_text, self.scale)
        for column, (pane, line) in enumerate(zip(self._panes(), lines, strict=True)):
            grid.addWidget(QLabel(pane.accessibleName()), 0, column)
            grid.addWidget(line, 1, column)
            grid.addWidget(pane, 3, column)
            grid.setColumnStretch(column, 1)
        grid.setRowMinimumHeight(2, GRID // 2)
        grid.setRowStretch(3, 1)
        self.readout.setAccessibleName(self.tr("Value under the cursor"))
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(GRID, GRID, GRID, GRID // 2)
        column_of_all.setSpacing(GRID // 2)
        self._side_by_side = QHBoxLayout()
        self._side_by_side.setSpacing(GRID * 2)
        self._side_by_side.addLayout(grid, len(self._panes()))
        column_of_all.addLayout(self._side_by_side, 1)
        column_of_all.addWidget(self.readout)
        for label in (self.size_text, self.psnr_text, self.readout):
            # A text that comes and goes must not move the pictures.
            label.setFixedHeight(self.scale.sizeHint().height() + 2)
            label.setMinimumWidth(0)
        paper(self)

    def _add_actions(self) -> None:
        for text, icon, slot, keys in (
            (self.tr("Copy painting"), "copy", self.copy_picture, QKeySequence.StandardKey.Copy),
            (self.tr("Copy target, painting and error"), "picture", self.copy_all, "Ctrl+Shift+C"),
            (self.tr("Reset zoom"), "zoom-reset", self.reset_zoom, "Home"),
        ):
            action = QAction(text, self, shortcut=QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(slot)
            set_icon(action, icon)
            self.addAction(action)

    @Slot(int, int)
    def _hover(self, row: int, column: int) -> None:
        words = [self.tr("row {0}, column {1}").format(row, column)]
        for text, pixels in ((self.tr("target"), self._target_pixels), (self.tr("painted"), self._painted)):
            if pixels is not None:
                words.append(f"{text} {' '.join(str(int(value)) for value in pixels[row, column])}")
        if self._error is not None:
            error = f"{float(self._error[row, column]):+.0f}".replace("-", "−")
            words.append(self.tr("error {0}").format(error))
        self.readout.setText("  ·  ".join(words))

    @Slot()
    def _leave(self) -> None:
        self.readout.clear()

    @Slot(object)
    def _show_menu(self, where: QPoint) -> None:
        self.menu().popup(where)

    @Slot(object)
    def _wear(self, colours: Theme) -> None:
        if self._error is not None:
            self.error.show_image(error_image(self._error, colours))
