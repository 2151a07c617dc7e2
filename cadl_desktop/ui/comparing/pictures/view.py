"""View of what all trainings make, with the switches above it and a sentence about it below."""

from dataclasses import replace
from functools import cached_property

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedLayout, QWidget

from cadl_desktop.comparing.arrangement import arranged, natural_settings, points_of
from cadl_desktop.comparing.outputs import Outputs, Whole, pair_to_compare
from cadl_desktop.comparing.training import Training, TrainingSet
from cadl_desktop.data.samples import Samples
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.ui.comparing.pictures.made_painting import Frame, frame_of
from cadl_desktop.ui.comparing.pictures.sheet import ContactSheet
from cadl_desktop.ui.comparing.spread.band_plot import BandPlot
from cadl_desktop.ui.comparing.view import ComparisonView
from cadl_desktop.ui.comparing.words import name_text
from cadl_desktop.ui.controls.layouts import FlowLayout, in_column, wide
from cadl_desktop.ui.controls.looks import FittingLabel, set_plot_background, set_usage_tip, toggle
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.painting.images import image_of, pixels_of
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.painting.swipe import Swipe
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.theme.theme import GRID


class PicturesView(ComparisonView):
    """Sheet of all trainings, without those that brushes hide, or of the chosen ones alone, in columns and
    rows where settings vary in a grid; or two of them, one over the other.

    `whole` computes whole outputs of trainings for large pictures; without it previews are enlarged.
    """

    title = "Pictures"

    def __init__(
        self, selection: Selection, whole: Whole | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(selection, parent)
        self._outputs = Outputs(whole, self.refresh)
        self.sheet = ContactSheet(selection, self._outputs)
        self.overlay = Overlay()
        self.only = toggle("Chosen only", "Leaves out all runs but the chosen ones, from two on.")
        text = "Shows each as its difference from the baseline, or from the best one where none is set."
        self.differences = toggle("Differences", text)
        text = "Lays one over the other: the two chosen ones, or the chosen one and the baseline."
        self.swipe = toggle("Swipe", text)
        self.caption = FittingLabel()
        self._framed: Samples | None = None
        self._frame: Frame | None = None
        self._is_new = True
        head, self._stack = QWidget(), QStackedLayout()
        switches = self.only, self.differences, self.swipe
        FlowLayout(head, switches)
        self._stack.addWidget(self.sheet)
        self._stack.addWidget(self.overlay)
        set_plot_background(self)
        margins = (2 * GRID, GRID, GRID, GRID)
        in_column(head, wide(self._stack), self.caption, on=self, margins=margins)
        for switch in switches:
            switch.toggled.connect(self.refresh)
        self.sheet.open_wanted.connect(self.open_wanted)

    @cached_property
    def curves(self) -> BandPlot:
        """Plot of two curves, made for the first ones."""
        plot = BandPlot()
        self._stack.addWidget(plot)
        return plot

    def obstacle(self, trainings: TrainingSet) -> str:
        return "" if points_of(trainings) else "What each run makes appears here as soon as it has begun."

    def take_set(self, *, is_other: bool) -> None:
        if self.samples is not self._framed:
            self._framed = self.samples
            self._frame = None if self.samples is None else frame_of(self.samples)
        if is_other or self._is_new:
            self._is_new = False
            self.swipe.setChecked(self.trainings.are_pair)

    def draw(self) -> None:
        trainings, chosen, baseline = self.trainings, self.selection.numbers, self.selection.baseline
        paints, outputs, points = trainings.is_painting, self._outputs, points_of(trainings)
        self.only.setEnabled(len(chosen) > 1)
        self.sheet.is_narrowed = self.only.isChecked() and self.only.isEnabled()
        shown = sorted(chosen) if self.sheet.is_narrowed else self.selection.kept
        if shown is not None:
            points = {number: point for number, point in points.items() if number in shown}
        reference = trainings.by_number.get(baseline or 0) or trainings.best
        outputs.compare_with(reference if self.differences.isChecked() else None, trainings.trainings)
        settings = natural_settings(points, trainings.settings)
        self.sheet.show_trainings(trainings, arranged(points, *settings), self._frame)
        pair = pair_to_compare(trainings, chosen, baseline)
        self.swipe.setText("Swipe" if paints else "Overlay")
        self.swipe.setEnabled(bool(pair) and (paints or self.samples is not None))
        if pair and self.swipe.isChecked() and self.swipe.isEnabled():
            self._show_pair(*(replace(each, made=outputs.made(each, is_large=True)) for each in pair))
        else:
            self._stack.setCurrentWidget(self.sheet)
        caption = self._caption()
        self.caption.show_texts([caption])
        self.caption.setVisible(bool(caption))
        self.setAccessibleDescription(caption)

    def _show_pair(self, left: Training, right: Training) -> None:
        if self.trainings.is_painting:
            self._stack.setCurrentWidget(self.overlay)
            self.overlay.show_pair(left, right)
        else:
            self._stack.setCurrentWidget(self.curves)
            self.curves.show_groups(self.samples, (), (left, right))

    def _caption(self) -> str:
        """Returns what differences are shown; '' where none are."""
        if not self.differences.isChecked():
            return ""
        reference = self._outputs.reference
        if reference is None:
            return "There is no best run yet to compare with. B makes the current one the baseline"
        whose = "the baseline" if reference.number == self.selection.baseline else "the best one"
        signs = "above is more, the edges are at ±"
        if self.trainings.is_painting:
            signs = "blue is brighter, orange darker, full colour at "
        return f"Differences from {name_text(reference)}, {whose}: {signs}{figure(self._outputs.reach)}"


class Overlay(QWidget):
    """Two paintings in one place: the first is seen left of a line, the second right of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        view = View(self, within=True)
        self.pane = Pane(view, "Left", "What both make comes here.")
        text = "Both paintings. Wheel to zoom, drag to move, double click to see them whole again."
        set_usage_tip(self.pane, text)
        self.pane.set_smooth(True)
        self.swipe = Swipe(self.pane, view, "Left of it is one painting, right of it the other: drag it.")
        in_column(wide(self.pane), on=self, margins=GRID)
        set_plot_background(self)

    def show_pair(self, left: Training, right: Training) -> None:
        images = [QImage() if it.made is None else image_of(pixels_of(it.made)) for it in (left, right)]
        self.pane.setAccessibleName(name_text(left))
        self.pane.show_image(images[0])
        self.swipe.show_image(images[1], name_text(right), is_painting=True)
