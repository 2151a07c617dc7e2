"""Pane with one picture of a montage, and a slider that morphs each picture into the next."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QLabel, QSlider, QWidget

from cadl_desktop.data.samples import as_pixels
from cadl_desktop.session.views.morphing import Morphing
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import Cell, in_column, wide
from cadl_desktop.ui.controls.looks import set_tip, small_label
from cadl_desktop.ui.painting.images import image_of
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.theme.theme import GRID

STEPS = 20
"""Slider steps from one picture to the next."""


class MorphPane(QWidget):
    """Pane beside a montage whose slider moves through the pictures and between them."""

    def __init__(self, morphing: Morphing) -> None:
        super().__init__()
        self._morphing = morphing
        self.line = small_label()
        self.view = View(self, within=True)
        self.pane = Pane(self.view, "One picture", "Train, and move the slider to see one picture.", self)
        set_tip(
            self.pane,
            "One of the pictures, or what the network makes between two. Wheel to zoom, drag to move, "
            "double click to see it whole again.",
        )
        self.pane.set_picture_shape(1, 1)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        text = "Walks through the pictures; between two, one turns into the other."
        describe(self.slider, "Which picture", text)
        self.slider.setPageStep(STEPS)
        self.slider.valueChanged.connect(self._choose)
        above = in_column(QLabel(self.pane.accessibleName()), self.line, apart=2)
        above.addSpacing(GRID)  # aligns the picture with those beside it
        in_column(above, wide(self.pane, 100), self.slider, Cell(None), on=self, apart=2)
        morphing.changed.connect(self.draw)
        self.draw()

    @property
    def number(self) -> float:
        """Number of the picture, counted from 1; 1.5 is halfway between the first two."""
        return self.slider.value() / STEPS + 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.pane.setMaximumHeight(self.width())  # keeps the slider right below a square picture

    @Slot()
    def draw(self) -> None:
        self.slider.setMaximum(round(self._morphing.last * STEPS))
        image = self._morphing.image
        self.pane.show_image(QImage() if image is None else image_of(as_pixels(image)))
        self._say()

    @Slot(int)
    def _choose(self, value: int) -> None:
        self._morphing.choose(value / STEPS)
        self._say()

    def _say(self) -> None:
        number, count = self.number, round(self._morphing.last) + 1
        shown = f"{number:.0f}" if number == int(number) else f"{number:.2f}"
        self.line.setText(f"{shown} of {count}")
