"""What the weights of a chosen point make, and the buttons that adopt or leave them."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QPushButton, QWidget

from cadl_desktop.runs.events import Floats
from cadl_desktop.session.views.cost_landscape import LandscapePoint
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.figures import figure
from cadl_desktop.ui.controls.layouts import SPRING, at, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.painting.images import image_of, pixels_of
from cadl_desktop.ui.theme.theme import GRID, theme

_SIDE = 12 * GRID


class Preview(QWidget):
    """A small picture, or a curve within its own range."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prediction: Floats | None = None
        self.setAccessibleName("What the weights of this point make")
        self.setFixedSize(_SIDE, _SIDE)

    def show_prediction(self, prediction: Floats | None) -> None:
        self.prediction = prediction
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme().plot_background))
        if self.prediction is not None and self.prediction.ndim == 1:
            self._paint_curve(painter, self.prediction)
        elif self.prediction is not None:
            self._paint_picture(painter, self.prediction)
        painter.setPen(QColor(theme().border))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_picture(self, painter: QPainter, colours: Floats) -> None:
        image = image_of(pixels_of(np.nan_to_num(colours)))
        shown = QRect(QPoint(), image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio))
        shown.moveCenter(self.rect().center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > shown.width())
        painter.drawImage(shown, image)

    def _paint_curve(self, painter: QPainter, values: Floats) -> None:
        finite = np.nan_to_num(values.astype(np.float64))
        low, high = float(finite.min()), float(finite.max())
        edge = GRID / 2
        across = np.linspace(edge, self.width() - edge, len(finite))
        down = self.height() - edge - (finite - low) / ((high - low) or 1.0) * (self.height() - 2 * edge)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme().series), 2))
        places = zip(across.tolist(), down.tolist(), strict=True)
        painter.drawPolyline(QPolygonF([QPointF(*place) for place in places]))


class ChosenPoint(QWidget):
    """Takes room only when a point is chosen."""

    def __init__(self, point: LandscapePoint, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._point = point
        self.preview, self.words = Preview(), label("", "small", wraps=True)
        self.adopt, self.leave = QPushButton("Adopt"), QPushButton("Leave")
        text = "Puts this point's weights in place of what was learned; Undo brings that back."
        describe(self.adopt, "Adopt these weights", text)
        text = "Chooses no point, and changes nothing."
        describe(self.leave, "Leave these weights", text)
        for button in (self.adopt, self.leave):
            button.setProperty("small", True)
        buttons = in_row(self.adopt, self.leave, SPRING, apart=GRID // 2)
        beside = in_column(self.words, SPRING, buttons, apart=GRID // 2)
        in_row(at(Qt.AlignmentFlag.AlignTop, self.preview), wide(beside), on=self, margins=GRID)
        self.adopt.clicked.connect(self._adopt)
        self.leave.clicked.connect(point.forget)
        point.changed.connect(self._show)
        self._show()

    @Slot()
    def _adopt(self) -> None:
        self._point.adopt("Adopt a point of the landscape")

    @Slot()
    def _show(self) -> None:
        self.setVisible(self._point.vector is not None)
        self.preview.show_prediction(self._point.prediction)
        if self._point.cost is None:
            self.words.setText("This point is being painted.")
        else:
            self.words.setText(f"Cost of this point: {figure(self._point.cost, 4)}.")
