"""The paintings of all seeds: what they paint in the mean, and how far apart they are, pixel by pixel."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cadl_desktop.sweeps.findings.seed_comparison import Design, deviation_of, mean_painting
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import (
    FittingLabel,
    hint_label,
    label,
    set_plot_background,
    set_tip,
    set_usage_tip,
    small_label,
)
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.luck.colours import NAMES, REACH, deviation_bar, deviation_image
from cadl_desktop.ui.painting.images import image_of
from cadl_desktop.ui.theme.theme import GRID, SMALL, notifier, tabular_font, theme

_BAR = QSize(120, 8)


class Deviations(QWidget):
    """Shows one design or two: of each the mean painting beside the deviations."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_plot_background(self)
        self.setAccessibleName("Paintings of all seeds")
        self.pairs = [Pair() for _ in NAMES]
        self.readout, self.bar = small_label(), DeviationBar()
        self.readout.setAccessibleName("Value under the cursor")
        self._empty = hint_label("The paintings come with the first epochs.")
        self._row = QHBoxLayout()
        self._row.setSpacing(2 * GRID)
        for pair in self.pairs:
            self._row.addWidget(pair, 1)
            for pane in pair.panes:
                pane.read.connect(self.readout.setText)
        foot = in_row(wide(self.readout), self.bar)
        in_column(wide(self._row), wide(self._empty), foot, on=self, margins=GRID)

    def show_designs(self, designs: Sequence[Design]) -> None:
        """Shows what their runs paint now."""
        anything = any(design.paintings for design in designs)
        self._empty.setVisible(not anything)
        for place, pair in enumerate(self.pairs):
            pair.setVisible(anything and place < len(designs))
            if place < len(designs):
                pair.show_design(designs[place], named=len(designs) > 1)


class Pair(QWidget):
    """Mean and deviations of one design."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.words = FittingLabel(self), FittingLabel(self)
        self.mean, self.deviation = Pane("Mean painting"), Pane("Deviation of the seeds")
        text = "What all seeds paint, mixed in equal parts."
        set_usage_tip(self.mean, text)
        text = "How far apart the seeds paint each pixel: the standard deviation, in steps of 255."
        set_usage_tip(self.deviation, text)
        self.panes = self.mean, self.deviation
        self._deviations: NDArray[np.float32] | None = None
        captions = label(self.mean.title, "small", "muted"), self.words
        columns = [
            in_column(caption, wide(pane), apart=2)
            for caption, pane in zip(captions, self.panes, strict=True)
        ]
        in_column(self.title, wide(in_row(*map(wide, columns))), on=self, apart=GRID // 2)
        notifier().changed.connect(self._recolour)

    def show_design(self, design: Design, *, named: bool) -> None:
        """`named` where another stands beside it."""
        self.title.setVisible(named)
        self.title.show_texts([design.name])
        made = design.paintings
        self.mean.show_image(image_of(mean_painting(made)) if made else None)
        self._deviations = deviation_of(made) if len(made) > 1 else None
        self._recolour()
        if self._deviations is None:
            self.words.show_texts(["Deviations need two seeds." if made else ""])
            return
        mean, most = (figure(float(value)) for value in (self._deviations.mean(), self._deviations.max()))
        long = f"Deviation of {len(made)} seeds: {mean} in the mean, {most} at most"
        shorter = f"Deviation: {mean} in the mean, {most} at most"
        self.words.show_texts((long, shorter, f"Deviation: {mean}"))
        self.deviation.setAccessibleDescription(long)

    @Slot()
    def _recolour(self) -> None:
        known = self._deviations
        image = None if known is None else deviation_image(known, theme())
        self.deviation.show_image(image, known)


class Pane(QWidget):
    """One picture, as large as it fits, its pixels as squares; tells the value under the mouse."""

    read = Signal(str)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.image: QImage | None = None
        self._values: NDArray[np.float32] | None = None
        self.setAccessibleName(title)
        self.setMinimumSize(QSize(12 * GRID, 12 * GRID))
        self.setMouseTracking(True)

    def show_image(self, image: QImage | None, values: NDArray[np.float32] | None = None) -> None:
        """With the numbers (height, width) that it stands for, where it stands for any."""
        self.image, self._values = image, values
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.image is not None:
            where = self._where(self.image)
            smooth = self.image.width() > where.width() * self.devicePixelRatioF()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(where, self.image)
            painter.setPen(QColor(theme().border))
            painter.drawRect(QRectF(where).adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.read.emit(self._words(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.read.emit("")

    def _where(self, image: QImage) -> QRect:
        room = self.rect().adjusted(1, 1, -1, -1)
        where = QRect(room.topLeft(), image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio))
        where.moveLeft(room.left())
        return where

    def _words(self, mouse: QPointF) -> str:
        if self.image is None or not self._where(self.image).contains(mouse.toPoint()):
            return ""
        where = self._where(self.image)
        column = int((mouse.x() - where.left()) / where.width() * self.image.width())
        row = int((mouse.y() - where.top()) / where.height() * self.image.height())
        row, column = min(row, self.image.height() - 1), min(column, self.image.width() - 1)
        place = f"row {row}, column {column}"
        if self._values is None:
            colour = self.image.pixelColor(column, row)
            return f"{place} · {colour.red()} {colour.green()} {colour.blue()}"
        return f"{place} · {figure(float(self._values[row, column]))}"


class DeviationBar(QWidget):
    """Says what the colours of the deviations mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ends = "0", f"{REACH}+"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Colours of the deviations")
        text = "From seeds that paint alike to those that are 64 steps of 255 apart or more."
        set_tip(self, text)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(tabular_font(SMALL))
        words = sum(map(metrics.horizontalAdvance, self._ends))
        return QSize(words + _BAR.width() + 2 * GRID, metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(tabular_font(SMALL))
        painter.setPen(QColor(theme().muted))
        metrics, middle = painter.fontMetrics(), self.height() / 2
        left = metrics.horizontalAdvance(self._ends[0]) + GRID
        bar = QRectF(left, middle - 4, _BAR.width(), _BAR.height())
        side = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, left, self.height()), side, self._ends[0])
        painter.drawText(QRectF(bar.right() + GRID, 0, self.width(), self.height()), side, self._ends[1])
        painter.drawImage(bar, deviation_bar(theme()))
        painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.end()
