"""View of what all trainings make, with the switches above it and a sentence about it below."""

from dataclasses import replace
from functools import cached_property

from PySide6.QtCore import Slot
from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from cadl_desktop.comparing.arrangement import arranged, natural_settings, points_of
from cadl_desktop.comparing.groups import Group
from cadl_desktop.comparing.outputs import Outputs, Whole, pair_to_compare
from cadl_desktop.comparing.training import Training, TrainingSet
from cadl_desktop.data.samples import Samples
from cadl_desktop.sentences import counted
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.ui.comparing.pictures.made_painting import Frame, frame_of
from cadl_desktop.ui.comparing.pictures.sheet import ContactSheet
from cadl_desktop.ui.comparing.spread.band_plot import BandPlot
from cadl_desktop.ui.comparing.view import ComparisonView
from cadl_desktop.ui.comparing.words import name_text, objective_text
from cadl_desktop.ui.controls.fields import CalmSlider, Chooser, describe
from cadl_desktop.ui.controls.layouts import FlowLayout, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import FittingLabel, label, set_plot_background, set_usage_tip, toggle
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.painting.images import image_of, pixels_of
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.painting.swipe import Swipe
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.theme.theme import GRID

_NONE = ""
_ZOOM_STEPS, _DOUBLES = 40, 10
"""Steps of the slider, and how many of them double the size of the pictures."""


class PicturesView(ComparisonView):
    """Sheet of all trainings, or of the chosen ones alone; or two of them, one over the other.

    `whole` computes whole outputs of trainings for large pictures; without it previews are enlarged.
    """

    title = "Pictures"

    def __init__(
        self, selection: Selection, whole: Whole | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(selection, parent)
        self._outputs = Outputs(whole, self._show)
        self.sheet = ContactSheet(selection, self._outputs)
        self.overlay = Overlay()
        self.across, self.down = Chooser(), Chooser()
        self.only = toggle("Chosen only", "Leaves out all trainings but the chosen ones, from two on.")
        text = "Shows each as its difference from the baseline, or from the best one where none is set."
        self.differences = toggle("Differences", text)
        text = "Lays one over the other: the two chosen ones, or the chosen one and the baseline."
        self.swipe = toggle("Swipe", text)
        self.zoom = CalmSlider()
        self.caption = FittingLabel()
        self._trainings = TrainingSet("runs", "")
        self._samples: Samples | None = None
        self._frame: Frame | None = None
        self._lay_out()
        self.across.chosen.connect(self._show)
        self.down.chosen.connect(self._show)
        for switch in (self.only, self.differences, self.swipe):
            switch.toggled.connect(self._show)
        self.zoom.valueChanged.connect(lambda steps: self.sheet.set_zoom(2.0 ** (steps / _DOUBLES)))
        self.sheet.open_wanted.connect(self.open_wanted)
        selection.changed.connect(self._show)
        selection.baseline_changed.connect(self._show)

    def _lay_out(self) -> None:
        describe(self.across, "Columns", "The setting whose values stand side by side.")
        describe(self.down, "Rows", "The setting whose values stand below one another.")
        describe(self.zoom, "Size", "How large pictures are: at the left so that all are seen.")
        self.zoom.setRange(0, _ZOOM_STEPS)
        self.zoom.setFixedWidth(8 * GRID)
        self._choosers = QWidget()
        for chooser in (self.across, self.down):
            chooser.setMinimumContentsLength(8)
        parts = label("Columns", "muted"), self.across, label("Rows", "muted"), self.down
        in_row(*parts, on=self._choosers)
        head, foot = QWidget(), in_row(wide(self.caption), margins=(2 * GRID, 0, 2 * GRID, GRID))
        FlowLayout(head, (self._choosers, self.only, self.differences, self.swipe, self.zoom))
        self._stack = QStackedLayout()
        self._stack.addWidget(self.sheet)
        self._stack.addWidget(self.overlay)
        body = in_row(wide(self._stack), margins=(2 * GRID, 0, GRID, 0))
        set_plot_background(self)
        in_column(in_row(wide(head), margins=(2 * GRID, GRID, 2 * GRID, 0)), wide(body), foot, on=self)

    @cached_property
    def curves(self) -> BandPlot:
        """Plot of two curves, made for the first ones."""
        plot = BandPlot()
        self._stack.addWidget(plot)
        return plot

    def obstacle(self, trainings: TrainingSet) -> str:
        return (
            "" if points_of(trainings) else "What each training makes appears here as soon as it has begun."
        )

    def show_trainings(self, trainings: TrainingSet, samples: Samples | None) -> None:
        before, self._trainings = self._trainings, trainings
        if samples is not self._samples:
            self._samples, self._frame = samples, None if samples is None else frame_of(samples)
        is_other = (trainings.kind, trainings.name) != (before.kind, before.name) or not before.trainings
        if is_other or trainings.settings != before.settings:
            self._offer_settings(is_other=is_other)
        if is_other:
            self.swipe.setChecked(trainings.kind == "duel")
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def _offer_settings(self, *, is_other: bool) -> None:
        """Offers the settings for columns and rows, and chooses those that leave few places empty."""
        trainings = self._trainings
        by_number = (_NONE, "by number", "In the order of their numbers.")
        natural = natural_settings(points_of(trainings), trainings.settings)
        for chooser, setting in zip((self.across, self.down), natural, strict=True):
            path = chooser.name() if not is_other else setting.path if setting else _NONE
            chooser.set_choices([by_number, *((each.path, each.title, "") for each in trainings.settings)])
            chooser.set_name(path if trainings.setting(path) else _NONE)
        self._choosers.setVisible(bool(trainings.settings))

    @Slot()
    def _show(self) -> None:
        """Shows trainings and selection, if they can be seen."""
        if not self.isVisible():
            return
        trainings, chosen, baseline = self._trainings, self.selection.numbers, self.selection.baseline
        paints, outputs, points = trainings.is_painting, self._outputs, points_of(trainings)
        self.only.setEnabled(len(chosen) > 1)
        self.sheet.is_narrowed = self.only.isChecked() and self.only.isEnabled()
        if self.sheet.is_narrowed:
            points = {number: points[number] for number in sorted(chosen) if number in points}
        reference = trainings.by_number.get(baseline or 0) or trainings.best
        outputs.compare_with(reference if self.differences.isChecked() else None, trainings.trainings)
        across, down = trainings.setting(self.across.name()), trainings.setting(self.down.name())
        self.sheet.show_trainings(trainings, arranged(points, across, down), self._frame)
        pair = pair_to_compare(trainings, chosen, baseline)
        self.swipe.setText("Swipe" if paints else "Overlay")
        self.swipe.setEnabled(bool(pair) and (paints or self._samples is not None))
        if pair and self.swipe.isChecked() and self.swipe.isEnabled():
            self._show_pair(*(replace(each, made=outputs.made(each, is_large=True)) for each in pair))
        else:
            self._stack.setCurrentWidget(self.sheet)
        self.caption.show_texts([caption := self._caption()])
        self.setAccessibleDescription(caption)

    def _show_pair(self, left: Training, right: Training) -> None:
        if self._trainings.is_painting:
            self._stack.setCurrentWidget(self.overlay)
            self.overlay.show_pair(left, right)
        else:
            self._stack.setCurrentWidget(self.curves)
            self.curves.show_samples(self._samples)
            self.curves.show_groups([Group(name_text(each), None, (each,)) for each in (left, right)], ())

    def _caption(self) -> str:
        """Returns what differences are shown, or how many trainings are over and which is the best."""
        trainings, best, reference = self._trainings, self._trainings.best, self._outputs.reference
        if reference is not None:
            whose = "the baseline" if reference.number == self.selection.baseline else "the best one"
            signs = "above is more, the edges are at ±"
            if trainings.is_painting:
                signs = "blue is brighter, orange darker, full colour at "
            return f"Differences from {name_text(reference)}, {whose}: {signs}{figure(self._outputs.reach)}"
        if self.differences.isChecked():
            return "There is no best training yet to compare with. B makes the current one the baseline"
        if trainings.kind == "duel":
            return trainings.name
        count = f"{trainings.over} of {trainings.wanted or len(trainings.trainings)} are over"
        if trainings.kind == "runs":
            count = counted(len(trainings.trainings), "run")
        if best is None or best.value is None:
            return count
        return f"{count}; the best is {name_text(best)}, {objective_text(trainings.objective, best.value)}"


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
