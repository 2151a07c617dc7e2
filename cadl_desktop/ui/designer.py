"""The layer designer: the network as a row of columns, and the place where it is shaped."""

from msgspec.structs import replace
from PySide6.QtCore import QLocale, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from cadl_desktop.experiment import Experiment, Part, Problem
from cadl_desktop.experiment.edits import (
    suggested_layer,
    with_layer_added,
    with_layer_changed,
    with_layer_moved,
    with_layer_removed,
)
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.session.document import Document
from cadl_desktop.ui.designer_canvas import Canvas
from cadl_desktop.ui.designer_column import PartCard
from cadl_desktop.ui.fields import ProblemLine
from cadl_desktop.ui.layer_card import LayerCard
from cadl_desktop.ui.panels.panel import messages, under
from cadl_desktop.ui.theme import GRID


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

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.canvas = Canvas()
        self.count = QLabel()
        self.problem = ProblemLine()
        self._scroll = _Strip()
        self._wanted_in_view: QWidget | None = None
        self._lay_out()
        self.canvas.add_wanted.connect(self.add_layer)
        self.canvas.layer_made.connect(self._connect_layer)
        self.canvas.output.edited.connect(self._output_edited)
        self._connect_undo(self.canvas.output)
        document.changed.connect(self._changed)
        document.problems_changed.connect(self._problems_changed)
        self._changed(document.experiment)
        self._problems_changed(document.problems)

    def _lay_out(self) -> None:
        self.count.setProperty("muted", True)
        self.count.setProperty("small", True)
        head = QHBoxLayout()
        head.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        head.setSpacing(2 * GRID)
        head.addWidget(self.problem, 1)
        head.addStretch(0)
        head.addWidget(self.count)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self.canvas)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)

    @Slot(int)
    def add_layer(self, index: int) -> None:
        """Puts a layer like its neighbour at this place."""
        experiment = self.document.experiment
        label = self.tr("Add layer %1").replace("%1", str(index + 1))
        self.document.edit(label, with_layer_added(experiment, index, suggested_layer(experiment, index)))
        self._focus(index)

    @Slot(int)
    def remove_layer(self, index: int) -> None:
        label = self.tr("Remove layer %1").replace("%1", str(index + 1))
        self.document.edit(label, with_layer_removed(self.document.experiment, index))
        self._focus(index)

    @Slot(int, int)
    def move_layer(self, index: int, by: int) -> None:
        """Moves a layer towards the output, or with a negative `by` towards the input."""
        to = index + by
        if by and 0 <= to < len(self.document.experiment.layers):
            label = self.tr("Move layer %1 to %2").replace("%1", str(index + 1)).replace("%2", str(to + 1))
            self.document.edit(label, with_layer_moved(self.document.experiment, index, to))
            self._focus(to)

    @Slot(object)
    def _connect_layer(self, card: LayerCard) -> None:
        card.edited.connect(lambda label, part, key: self._layer_edited(card.index, label, part, key))
        self._connect_undo(card)
        card.move_wanted.connect(self.move_layer)
        card.remove_wanted.connect(self.remove_layer)
        card.add_wanted.connect(self.add_layer)
        card.dragged.connect(self._dragged)
        card.dropped.connect(self._dropped)
        card.drag_ended.connect(lambda: self.canvas.show_drop(0, None))

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
        try:
            count = parameter_count(experiment)
        except (KeyError, ValueError):  # an unknown part; `check` says so beside it
            self.count.clear()
            return
        # Without a weight it can't draw anything; `check` says so above.
        self.canvas.empty.text.setVisible(count > 0)
        text = self.tr("%1 weight") if count == 1 else self.tr("%1 weights")
        self.count.setText(text.replace("%1", _grouped(count)))

    @Slot(object)
    def _problems_changed(self, problems: tuple[Problem, ...]) -> None:
        found = messages(problems)
        for index, card in enumerate(self.canvas.layers):
            card.show_problems(under(found, f"layers.{index}"))
        self.canvas.output.show_problems(under(found, "output"))
        self.canvas.encoding.problem.show_problem(next(iter(under(found, "encoding").values()), ""))
        self.problem.show_problem(found.get("layers", ""))


def _grouped(count: int) -> str:
    """21,187 in the person's own way of writing; a system without a language has none."""
    locale = QLocale()
    if locale.language() == QLocale.Language.C:
        locale = QLocale(QLocale.Language.English)
    return locale.toString(count)
