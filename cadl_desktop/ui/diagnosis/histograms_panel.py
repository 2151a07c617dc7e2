"""Histograms of weights, gradients and activations of every layer over a run, and the doctor's list."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QSplitter, QToolButton, QWidget

from cadl_desktop.drawing.drawn_network import layer_titles, weight_titles
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import Category, entries, entry
from cadl_desktop.experiment.shapes import column_shapes
from cadl_desktop.runs.layer_histograms import QUANTITIES, Quantity
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.checkup import checkup_of
from cadl_desktop.ui.controls.fields import order_tabs
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, scroll_area, scrolled, wide
from cadl_desktop.ui.controls.looks import hint_label, label, set_plot_background, small_label, toggle
from cadl_desktop.ui.diagnosis.doctor_list import DoctorList
from cadl_desktop.ui.diagnosis.histogram_strips import StepAxis, Strips
from cadl_desktop.ui.settings.settings_table import DRAW_HISTOGRAMS
from cadl_desktop.ui.theme.theme import GRID

LEAST_WIDTH = 36 * GRID
"""Width that fits every remedy in the widest of the fonts."""


class HistogramsPanel(QWidget):
    """Panel of the histograms, redrawn when visible and when there are new slices."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.quantity: Quantity = "weights"
        self._drawn: tuple[object, int] | None = None
        self.checkup = checkup_of(session)
        self.strips = Strips()
        self.strips.setAccessibleName("Histograms over time")
        self.axis = StepAxis(self.strips)
        self.readout = small_label()
        self.empty = hint_label()
        self.buttons = self._make_buttons()
        self._lay_out()
        self.setMinimumWidth(LEAST_WIDTH)
        self.strips.read.connect(self.readout.setText)
        session.updated.connect(self._draw)
        session.status_changed.connect(self._draw)
        session.document.changed.connect(self._draw)
        self.choose("weights")

    def choose(self, quantity: Quantity) -> None:
        """Shows the histograms of weights, gradients or activations."""
        self.quantity = quantity
        self.buttons[quantity].setChecked(True)
        self._drawn = None
        self._draw()

    def sizeHint(self) -> QSize:
        return QSize(296, 480)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    # Parts

    def _make_buttons(self) -> dict[Quantity, QToolButton]:
        texts: dict[Quantity, tuple[str, str]] = {
            "weights": ("Weights", "How large each layer's weights and biases are."),
            "gradients": ("Gradients", "How much the cost would change with each of a layer's weights."),
            "activations": ("Activations", "What each layer's neurons give, all over the input."),
        }
        group = QButtonGroup(self)
        found: dict[Quantity, QToolButton] = {}
        for quantity in QUANTITIES:
            button = toggle(*texts[quantity])
            button.clicked.connect(lambda _=False, chosen=quantity: self.choose(chosen))
            group.addButton(button)
            found[quantity] = button
        return found

    def _lay_out(self) -> None:
        # From outside in: a new parent restyles the whole subtree.
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        in_column(self._split, on=self)
        self._split.setChildrenCollapsible(False)
        upper, lower = QWidget(), QWidget()
        for part in (upper, lower):
            self._split.addWidget(part)
        self._fill_upper(upper)
        self._fill_lower(lower)
        self._split.setSizes([320, 160])
        order_tabs([*self.buttons.values(), self.strips, self.doctor.tab_start])

    def _fill_upper(self, upper: QWidget) -> None:
        set_plot_background(upper)
        margins = (GRID, GRID, GRID, GRID // 2)
        header = in_row(*self.buttons.values(), SPRING, apart=GRID // 2, margins=margins)
        self._scroll = scrolled(self.strips)
        self._scroll.setMinimumHeight(9 * GRID)
        self.empty.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.readout.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Fixed size: texts must neither move the strips nor widen the dock.
        self.readout.setFixedHeight(2 * self.readout.fontMetrics().lineSpacing())
        self.readout.setMinimumWidth(0)
        self.readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.readout.setAccessibleName("Value under the cursor")
        self.readout.setContentsMargins(GRID, 0, GRID, 0)
        in_column(header, wide(self._scroll), wide(self.empty), self.axis, self.readout, on=upper, apart=0)

    def _fill_lower(self, lower: QWidget) -> None:
        heading = label("Doctor", "heading")
        heading.setContentsMargins(GRID, GRID // 2, GRID, 0)
        scroll = scroll_area(lower)
        self.doctor = DoctorList(self._session, scroll.viewport())
        scroll.setWidget(self.doctor)
        scroll.setMinimumHeight(9 * GRID)
        in_column(heading, wide(scroll), on=lower, apart=0)

    # Drawing

    @Slot()
    def _draw(self) -> None:
        later = self._session.status is Status.TRAINING and not DRAW_HISTOGRAMS.get()
        if later or not self.isVisible():
            return
        slices = self._session.result.histograms.shown(self.quantity)
        empty = not len(slices.steps)
        for part in (self._scroll, self.axis, self.readout):
            part.setVisible(not empty)
        self.empty.setVisible(empty)
        if empty:
            self.empty.setText(self._hint())
        elif self._drawn != (slices, slices.count):
            self._drawn = slices, slices.count
            titles = strip_titles(self._session.document.experiment, self.quantity)
            self.strips.show_slices(slices, titles, output_apart=self.quantity == "activations")

    def _hint(self) -> str:
        if self._session.status.live:
            return "The first histograms come in a moment."
        if self._session.document.problems:
            return "Nothing can be trained yet: the warning sign beside a setting says why."
        if self._session.status is Status.RESULT:
            return "Press Continue to see how each layer's numbers spread."
        return "Press Train to see how each layer's numbers spread."


def strip_titles(experiment: Experiment, quantity: Quantity = "activations") -> list[str]:
    """Titles of the strips: 'Layer 1 · ReLU', ..., 'Output · Linear'; of weights, the encoding's first where
    it learns any."""
    titles = weight_titles(experiment) if quantity == "weights" else layer_titles(experiment)
    kinds = [_kind_title("layer", layer) for layer in experiment.layers]
    kinds.append(_kind_title("output", experiment.output))
    if len(titles) > len(kinds):
        own = column_shapes(experiment)[0]
        kinds.insert(
            0, entry("encoding", experiment.encoding.kind).title if own else "Vectors of the pictures"
        )
    return [" · ".join(words) for words in zip(titles, kinds, strict=True)]


def _kind_title(category: Category, part: Part) -> str:
    """Title of a layer's activation, or of its kind if it has none."""
    activation = entries("activation").get(str(part.as_dict().get("activation")))
    return (activation or entry(category, part.kind)).title
