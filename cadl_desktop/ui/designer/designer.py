"""The layer designer: the network as a row of columns, and the place where it is shaped."""

from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from cadl_desktop.experiment import Experiment, Part, Problem
from cadl_desktop.experiment.edits import (
    suggested_layer,
    with_layer_added,
    with_layer_changed,
    with_layer_duplicated,
    with_layer_moved,
    with_layer_removed,
)
from cadl_desktop.experiment.shapes import has_weights
from cadl_desktop.sentences import filled
from cadl_desktop.session.document import Document
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.neurons import Neurons
from cadl_desktop.ui.controls.fields import ProblemLine
from cadl_desktop.ui.controls.layouts import Cell, in_column, in_row, wide
from cadl_desktop.ui.controls.problems import messages, under
from cadl_desktop.ui.designer.canvas import Canvas
from cadl_desktop.ui.designer.column import PartCard
from cadl_desktop.ui.designer.effort_label import EffortLabel
from cadl_desktop.ui.designer.gains_bar import GainsBar
from cadl_desktop.ui.designer.keep_switch import KeepSwitch
from cadl_desktop.ui.designer.layer_card import LayerCard
from cadl_desktop.ui.designer.neuron_hands import NeuronHands
from cadl_desktop.ui.theme.theme import GRID

if TYPE_CHECKING:
    from cadl_desktop.ui.network.contact_sheet import ContactSheet

APART_MS = 20
"""How long after the plots the neurons are drawn, so that the window doesn't paint both at once."""


class _Strip(QScrollArea):
    """Goes sideways by the wheel, as there is nothing above or below."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if turned.x() or self.verticalScrollBar().maximum():
            super().wheelEvent(event)
            return
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - turned.y())
        event.accept()


class Designer(QWidget):
    """Shows the document's network and edits it; every action is one edit that can be undone."""

    def __init__(
        self,
        document: Document,
        neurons: Neurons | None = None,
        neuron_gains: NeuronGains | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.document, self._neurons = document, neurons
        self.sheet: ContactSheet | None = None
        self.canvas = Canvas(neuron_gains.drawn_gain if neuron_gains else None)
        self.count = EffortLabel()
        self.keep = KeepSwitch(neurons.session if neurons else None)
        self.hands = NeuronHands(neuron_gains, self.canvas, self) if neuron_gains else None
        self.gains = GainsBar(neuron_gains) if neuron_gains else None
        self.problem = ProblemLine()
        self._scroll = _Strip()
        self._wanted_in_view: QWidget | None = None
        self._lay_out()
        self.canvas.add_wanted.connect(self.add_layer)
        self.canvas.layer_made.connect(self._connect_layer)
        self.canvas.output.edited.connect(self._output_edited)
        self._connect_undo(self.canvas.output)
        self.canvas.sheet_wanted.connect(self.open_sheet)
        document.changed.connect(self._changed)
        document.problems_changed.connect(self._problems_changed)
        self._changed(document.experiment)
        self._problems_changed(document.problems)
        if neurons is not None:
            self._apart = QTimer(self, singleShot=True, interval=APART_MS)
            self._apart.timeout.connect(self._show_neurons)
            neurons.changed.connect(self._apart.start)
            self._show_neurons()

    def _lay_out(self) -> None:
        gains = [self.gains] if self.gains else []
        head = in_row(
            wide(self.problem),
            *gains,
            Cell(None),  # has no share of its own where a problem is shown
            self.keep,
            self.count,
            apart=2 * GRID,
            margins=(GRID, GRID // 2, GRID, GRID // 2),
        )
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self.canvas)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        in_column(head, wide(self._scroll), on=self, apart=0)

    @Slot(int)
    def add_layer(self, index: int) -> None:
        """Puts a layer like its neighbour at this place."""
        experiment = self.document.experiment
        label = filled(self.tr("Add layer {number}"), number=index + 1)
        self.document.edit(label, with_layer_added(experiment, index, suggested_layer(experiment, index)))
        self._focus(index)

    @Slot(int)
    def remove_layer(self, index: int) -> None:
        label = filled(self.tr("Remove layer {number}"), number=index + 1)
        self.document.edit(label, with_layer_removed(self.document.experiment, index))
        self._focus(index)

    @Slot(int)
    def _delete(self, index: int) -> None:
        """Removes the neuron that the keys have gone to, or else the layer."""
        if self.hands is None or not self.hands.remove_walked():
            self.remove_layer(index)

    @Slot(int)
    def duplicate_layer(self, index: int) -> None:
        label = filled(self.tr("Duplicate layer {number}"), number=index + 1)
        self.document.edit(label, with_layer_duplicated(self.document.experiment, index))
        self._focus(index + 1)

    @Slot(int, int)
    def move_layer(self, index: int, by: int) -> None:
        """Moves a layer towards the output, or with a negative `by` towards the input."""
        to = index + by
        if by and 0 <= to < len(self.document.experiment.layers):
            label = filled(self.tr("Move layer {number} to {to}"), number=index + 1, to=to + 1)
            self.document.edit(label, with_layer_moved(self.document.experiment, index, to))
            self._focus(to)

    @Slot(object)
    def _connect_layer(self, card: LayerCard) -> None:
        card.edited.connect(lambda label, part, key: self._layer_edited(card.index, label, part, key))
        self._connect_undo(card)
        card.move_wanted.connect(self.move_layer)
        card.remove_wanted.connect(self.remove_layer)
        card.delete_pressed.connect(self._delete)
        if self.hands is not None:
            card.neuron_key.connect(self.hands.press)
            card.walked.connect(self.hands.follow_walk)
            card.walk_ended.connect(self.hands.end_walk)
        card.duplicate_wanted.connect(self.duplicate_layer)
        card.add_wanted.connect(self.add_layer)
        card.dragged.connect(self._dragged)
        card.dropped.connect(self._dropped)
        card.drag_ended.connect(lambda: self.canvas.show_drop(0, None))

    @Slot(int)
    def open_sheet(self, column: int) -> None:
        """Shows all neurons of a column, counted from the input, in a window of their own."""
        if self._neurons is None or not self._neurons.columns:
            return
        self.canvas.view.leave()
        if self.sheet is not None:
            self.sheet.show_column(column)
            self.sheet.raise_()
            return
        from cadl_desktop.ui.network.contact_sheet import ContactSheet

        titles = [drawn.title for drawn in self.canvas.drawn_columns()]
        menu = self.hands.menu if self.hands else None
        self.sheet = ContactSheet(self._neurons, titles, column, self, menu)
        self.sheet.finished.connect(self._forget_sheet)
        self.sheet.show()

    @Slot()
    def _forget_sheet(self) -> None:
        self.sheet = None

    @Slot()
    def _show_neurons(self) -> None:
        if self._neurons is not None:
            probed = self._neurons.probed
            self.canvas.show_columns(self._neurons.columns, probed.grid if probed else None)

    def _connect_undo(self, card: PartCard) -> None:
        card.undo_wanted.connect(self.document.undo_stack.undo)
        card.redo_wanted.connect(self.document.undo_stack.redo)

    def _layer_edited(self, index: int, label: str, layer: Part, key: str | None) -> None:
        edited = with_layer_changed(self.document.experiment, index, layer)
        self.document.edit(label, edited, key and f"layers.{index}.{key}")

    @Slot(str, object, object)
    def _output_edited(self, label: str, output: Part, key: str | None) -> None:
        self.document.edit(label, replace(self.document.experiment, output=output), key and f"output.{key}")

    @Slot(int, QPoint)
    def _dragged(self, index: int, position: QPoint) -> None:
        self.canvas.show_drop(index, self.canvas.drop_place(index, position))
        local = self.canvas.mapFromGlobal(position)
        self._scroll.ensureVisible(local.x(), local.y(), 6 * GRID, 0)

    @Slot(int, QPoint)
    def _dropped(self, index: int, position: QPoint) -> None:
        self.move_layer(index, self.canvas.drop_place(index, position) - index)

    def _focus(self, index: int) -> None:
        """Gives the keys to the layer at this place, or to what is left where there is none."""
        cards = self.canvas.layers
        target: QWidget = cards[min(index, len(cards) - 1)] if cards else self.canvas.empty.add
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self._wanted_in_view = target
        QTimer.singleShot(0, self, self._bring_into_view)  # after the row has found its new width

    @Slot()
    def _bring_into_view(self) -> None:
        if self._wanted_in_view is not None:
            self._scroll.ensureWidgetVisible(self._wanted_in_view, 6 * GRID, 0)
            self._wanted_in_view = None

    @Slot(object)
    def _changed(self, experiment: Experiment) -> None:
        self.canvas.show_experiment(experiment)
        self._show_neurons()
        self.count.show_experiment(experiment, sound=not self.document.problems)
        # Without a weight it can't draw anything; `check` says so above.
        self.canvas.empty.text.setVisible(has_weights(experiment))

    @Slot(object)
    def _problems_changed(self, problems: tuple[Problem, ...]) -> None:
        found = messages(problems)
        for index, card in enumerate(self.canvas.layers):
            card.show_problems(under(found, f"layers.{index}"))
        self.canvas.output.show_problems(under(found, "output"))
        self.canvas.encoding.problem.show_problem(next(iter(under(found, "encoding").values()), ""))
        self.problem.show_problem(found.get("layers", ""))
