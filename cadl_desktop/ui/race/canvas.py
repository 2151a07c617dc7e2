"""The one canvas of a race: two paintings under a swipe line, or two curves in one plot."""

from functools import cached_property

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedLayout, QWidget

from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.race_standing import LEFT, RIGHT
from cadl_desktop.session.design_race import Race
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.looks import set_plot_background, set_usage_tip
from cadl_desktop.ui.painting.images import image_of, pixels_of
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.painting.swipe import Swipe
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.race.curves import RaceCurves
from cadl_desktop.ui.theme.theme import GRID

Made = tuple[Floats | None, Floats | None]


class RaceCanvas(QWidget):
    """Shows what both racers make, drawing again only what is new."""

    def __init__(self, race: Race, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._race = race
        self._drawn: Made = (None, None)
        self._following: object = None
        view = View(self, within=True)
        self.pane = Pane(view, "Left", "What both make comes here, side by side.")
        text = "Both paintings. Wheel to zoom, drag to move, double click to see them whole again."
        set_usage_tip(self.pane, text)
        self.pane.set_smooth(True)
        text = "Left of it is the left design's painting, right of it the right one's: drag it."
        self.swipe = Swipe(self.pane, view, text)
        framed = QWidget()
        in_column(wide(self.pane), on=framed, margins=GRID)
        set_plot_background(framed)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(framed)

    @cached_property
    def curves(self) -> RaceCurves:
        """Made for the first race of curves."""
        made = RaceCurves()
        self._stack.addWidget(made)
        QWidget.setTabOrder(self.swipe.handle, made.canvas)
        return made

    def begin(self) -> None:
        """Another race: nothing of the one before is left."""
        assert self._race.racers is not None
        self._drawn, self._following = (None, None), None
        left, right = self._race.names
        self.pane.setAccessibleName(left)
        self.pane.show_image(QImage())
        self.swipe.show_image(QImage(), right)
        if is_painting(self._race.racers[LEFT].experiment):
            self._stack.setCurrentIndex(0)
        else:
            self._stack.setCurrentWidget(self.curves)

    def show_made(self) -> None:
        """Draws what is new."""
        if self._race.racers is None:
            return
        left, right = (racer.result.prediction for racer in self._race.racers)
        if self._stack.currentIndex() == 0:
            self._show_paintings((left, right))
        elif self._race.samples is not None:
            self._show_curves((left, right))
        self._drawn = left, right

    def _show_paintings(self, made: Made) -> None:
        if made[LEFT] is not None and made[LEFT] is not self._drawn[LEFT]:
            self.pane.show_image(_image(made[LEFT]))
        if made[RIGHT] is not None and made[RIGHT] is not self._drawn[RIGHT]:
            self.swipe.show_image(_image(made[RIGHT]), self._race.names[RIGHT], is_painting=True)

    def _show_curves(self, made: Made) -> None:
        samples = self._race.samples
        assert samples is not None
        if samples is not self._following:
            self._following = samples
            self.curves.show_race(samples, self._race.names)
        elif made[LEFT] is self._drawn[LEFT] and made[RIGHT] is self._drawn[RIGHT]:
            return
        self.curves.show_both(samples, made)


def _image(painted: Floats) -> QImage:
    return image_of(pixels_of(np.nan_to_num(painted, nan=0.0, posinf=255.0, neginf=0.0)))
