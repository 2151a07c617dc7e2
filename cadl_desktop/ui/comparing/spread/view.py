"""View of how far trainings that have something in common lie apart, and whether two groups differ."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from cadl_desktop.comparing.groups import Group, spread_of
from cadl_desktop.comparing.spreads import (
    MOST_GROUPS,
    Grouping,
    are_same,
    few_groups,
    groupings_by_chance,
    outputs_of,
    spread_in_sentences,
)
from cadl_desktop.comparing.training import TrainingSet
from cadl_desktop.sentences import counted, number, sentence_of
from cadl_desktop.session.background import Background, LatestOnly, RequestThrottle, ThrottledRequest
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.sweeps.findings.seed_comparison import deviation_of
from cadl_desktop.ui.comparing.plots.plot_view import offer
from cadl_desktop.ui.comparing.spread.band_plot import BandPlot
from cadl_desktop.ui.comparing.view import ComparisonView
from cadl_desktop.ui.controls.fields import Chooser, describe, window_text
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import (
    FittingLabel,
    label,
    set_plot_background,
    set_usage_tip,
    small_label,
)
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.landscape.surface_painting import height_colours
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.theme.theme import GRID, notifier, theme

REACH = 64
"""Deviation, in steps of 255, at which the colour scale ends; fixed, so that pictures can be compared."""
_ROOT = 0.7
"""Exponent of the colour scale: emphasises small deviations, as good paintings have."""
_REST = 3.0
"""Rest after a computation, as a multiple of its duration: with 1,000 paintings it takes most of a second."""
_USAGE = (
    "How far apart all runs of the group paint each pixel: the standard deviation, in steps of 255. "
    "Wheel to zoom all of them, drag to move, double click to see them whole again."
)
Deviation = NDArray[np.float32]
"""Deviations (height, width)."""
Painted = tuple[str, Sequence[NDArray[np.uint8]]]
"""Name of a group, and its paintings."""


class SpreadView(ComparisonView):
    """View of up to three groups: sentences about their results, and their curves or paintings.

    Groups are designs, or trainings with one value of a setting in common. Nothing is computed while the view
    is hidden.
    """

    title = "Spread"

    def __init__(self, selection: Selection, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(selection, parent)
        self._background, self._newest = background, LatestOnly()
        self._told: object = None
        set_plot_background(self)
        self.words = label("", wraps=True)
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.words.setAccessibleName("Results in sentences")
        self.chooser, self._choice = Chooser(), QWidget()
        self.chooser.setMinimumContentsLength(16)
        describe(self.chooser, "Groups", "What the runs of a group have in common.")
        self.chooser.chosen.connect(self.refresh)
        self.curves, self.paintings = BandPlot(), Deviations(background)
        in_row(label("Groups by", "muted"), self.chooser, SPRING, on=self._choice)
        head = in_column(self._choice, self.words, margins=(GRID, GRID, GRID, 0))
        in_column(head, wide(self.curves), wide(self.paintings), on=self)

    def obstacle(self, trainings: TrainingSet) -> str:
        if not trainings.trainings:
            return "How far runs lie apart is seen here as soon as some have begun."
        if not groupings_by_chance(trainings):
            differ = "differ in the seed alone" if trainings.kind == "runs" else "share a setting's value"
            return (
                f"No two of these runs {differ}. Train one again with other seeds to see how far apart "
                "chance alone brings them."
            )
        return ""

    def take_set(self, *, is_other: bool) -> None:
        if is_other:
            self.chooser.set_name("")

    def draw(self) -> None:
        trainings, numbers = self.trainings, self.selection.numbers
        found = {each.path: each for each in groupings_by_chance(trainings)}
        if not found:
            return
        grouping = found.get(self.chooser.name()) or next(iter(found.values()))
        offer(self.chooser, {path: each.title for path, each in found.items()}, grouping.path)
        groups = few_groups(trainings, grouping.groups, numbers)
        self._choice.setVisible(len(found) > 1)
        self.paintings.setVisible(trainings.is_painting)
        has_made = any(each.made is not None for each in trainings.trainings)
        self.curves.setVisible(has_made and not trainings.is_painting)
        if trainings.is_painting:
            self.paintings.show_groups(groups)
        else:
            chosen = [each for group in groups for each in group.members if each.number in numbers]
            self.curves.show_groups(self.samples, groups, chosen)
        self._update_sentences(grouping, groups)

    def _update_sentences(self, grouping: Grouping, groups: Sequence[Group]) -> None:
        """Updates the sentences when results have come. A test follows in the background: importing SciPy
        takes seconds, on a busy machine a minute."""
        trainings = self.trainings
        results = [spread_of(group, trainings) for group in groups]
        told = trainings.kind, grouping.path, len(grouping.groups), results, trainings.over, trainings.wanted
        if told != self._told:
            self._told = told
            words = partial(spread_in_sentences, trainings, grouping, groups, number)
            self._show_sentences(words(tests=False))
            if trainings.over == trainings.wanted:
                self._background.do(words, self._show_sentences, self._fail, self._newest)
            else:
                self._newest.begin()  # an earlier test's answer would be outdated

    def _show_sentences(self, sentences: Sequence[str]) -> None:
        self.words.setText("\n".join(sentences))

    def _fail(self, error: Exception) -> None:
        self.words.setText(window_text(sentence_of(error)))


class Deviations(QWidget):
    """Pictures of how far apart the trainings of each group paint, computed in the background."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._wanted: list[Painted] = []
        self._asked: list[Painted] = []
        self._found: list[Deviation | None] = []
        self.setAccessibleName("Paintings of the groups")
        view = View(self, within=True)
        self.words = [FittingLabel(self) for _ in range(MOST_GROUPS)]
        self.panes = [Pane(view, "Deviations", "Deviations need two paintings.") for _ in self.words]
        for pane in self.panes:
            set_usage_tip(pane, _USAGE)
        self.about = small_label()
        self.about.setText(f"Deviations in steps of 255, in full colour at {REACH} and more.")
        self._cells = [QWidget() for _ in self.words]
        for cell, words, pane in zip(self._cells, self.words, self.panes, strict=True):
            in_column(words, wide(pane), on=cell)
        self._groups = in_row(*map(wide, self._cells))
        in_column(wide(self._groups), self.about, on=self, margins=GRID)
        self._throttle = RequestThrottle(self._request, self._fail, self)
        notifier().changed.connect(self._recolour)
        self._show([], [])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts groups side by side where there is more room across."""
        directions = QBoxLayout.Direction
        is_high = self.height() > self.width()
        self._groups.setDirection(directions.TopToBottom if is_high else directions.LeftToRight)
        super().resizeEvent(event)

    def show_groups(self, groups: Sequence[Group]) -> None:
        self._wanted = [(each.name, outputs_of(each, 3)) for each in groups]
        self._throttle.look()

    def _request(self) -> ThrottledRequest | None:
        wanted = self._wanted
        before = dict(self._asked)
        if all(are_same(made, before.pop(name, ())) for name, made in wanted) and not before:
            return None
        self._asked = wanted
        ask = partial(self._background.do, partial(_deviations, [made for _, made in wanted]))
        return ThrottledRequest(ask, partial(self._show, wanted), rest=_REST)

    def _show(self, groups: Sequence[Painted], found: list[Deviation | None]) -> None:
        self._found = found
        for place, (words, pane) in enumerate(zip(self.words, self.panes, strict=True)):
            name, made = groups[place] if place < len(groups) else ("", ())
            text, short = f"{name}: {counted(len(made), 'painting')}", name
            if made and (deviation := found[place]) is not None:
                middle, most = figure(float(deviation.mean())), figure(float(deviation.max()))
                short = f"{name}: {middle} in the mean, {most} at most"
                text = f"{text}; deviation {middle} in the mean, {most} at most"
            words.show_texts([text, short, name])
            pane.setAccessibleName(f"Deviations. {text}")
            self._cells[place].setVisible(bool(made))
        self._recolour()

    def _fail(self, error: Exception) -> None:
        self.about.setText(window_text(sentence_of(error)))

    @Slot()
    def _recolour(self) -> None:
        for pane, deviation in zip(self.panes, self._found, strict=False):
            pane.show_image(QImage() if deviation is None else deviation_image(deviation))


def _deviations(groups: Sequence[Sequence[NDArray[np.uint8]]]) -> list[Deviation | None]:
    """Returns the deviations of the paintings of each group; None of one painting or none. With 1,000 of them
    most of a second passes."""
    return [deviation_of(made) if len(made) > 1 else None for made in groups]


def deviation_image(deviations: Deviation) -> QImage:
    """Image of deviations (height, width), 0 or more, in the colours of a fixed scale."""
    height, width = deviations.shape
    pixels = height_colours((deviations / REACH).clip(0, 1) ** _ROOT, theme())
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
