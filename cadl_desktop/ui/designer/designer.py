"""Layer designer: the network as a row of columns, where it is edited."""

from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment import Experiment, Part, Problem
from cadl_desktop.experiment.edits import (
    suggested_layer,
    with_layer_added,
    with_layer_changed,
    with_layer_duplicated,
    with_layer_moved,
    with_layer_removed,
)
from cadl_desktop.experiment.methods.following import follow_again
from cadl_desktop.experiment.shapes import has_weights
from cadl_desktop.runs.carry_over import can_carry_over
from cadl_desktop.session.document import Document
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.checkup import checkup_of
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.next_step import NextStep
from cadl_desktop.session.views.probed_neurons import LayerReadouts, Neurons
from cadl_desktop.ui.controls.fields import ProblemLine, messages_by_field, problems_of_part
from cadl_desktop.ui.controls.follower import followed_settings
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.designer.card_frame import CardFrame
from cadl_desktop.ui.designer.column_heads import LayerHead
from cadl_desktop.ui.designer.designer_header import PATH, EffortLabel, FollowingLayers, GainsBar, KeepSwitch
from cadl_desktop.ui.designer.network_canvas import NetworkCanvas
from cadl_desktop.ui.designer.neuron_input import NeuronInput
from cadl_desktop.ui.designer.part_card import first_problem, toggled_frozen
from cadl_desktop.ui.network.captions import Captions
from cadl_desktop.ui.network.cards.step_formulas import StepFormulas
from cadl_desktop.ui.network.ordering import NeuronOrdering
from cadl_desktop.ui.network.view_bar import ViewBar
from cadl_desktop.ui.theme.theme import GRID

_LEAST_CAPTION_HEIGHT = 22 * GRID
"""Below this height there are no captions, as they would leave no room for the drawing."""
_SIZE_FIRST = 75 * GRID
"""Up to this width the network's size has the room for longer words on what the layers follow."""
NEURON_DELAY_MS = 20
"""Delay of the neurons after the plots, so that the window does not paint both at once."""


class Designer(QWidget):
    """Shows the document's network and edits it; every action is one undoable edit."""

    def __init__(
        self,
        document: Document,
        neurons: Neurons | None = None,
        neuron_gains: NeuronGains | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.document, self._neurons = document, neurons
        self.heading = label("Network", "heading")
        self.canvas = NetworkCanvas(neuron_gains)
        self.beside = CardFrame(self)
        self.count = EffortLabel()
        self.keep = KeepSwitch(neurons.session if neurons else None)
        self.neuron_input = NeuronInput(neuron_gains, self.canvas, self) if neuron_gains else None
        self.gains = GainsBar(neuron_gains, self) if neuron_gains else None
        self.following = FollowingLayers(self)
        self.problem = ProblemLine()
        self.captions = Captions()
        self._has_tools = True
        self.setAccessibleName("Network")
        self.bar = ViewBar(self.count, self.keep)
        self._lay_out()
        self._connect_canvas()
        self._connect_cards()
        self._connect_bar()
        self.following.return_wanted.connect(self._return_layers)
        document.changed.connect(self._changed)
        document.problems_changed.connect(self._problems_changed)
        self._show_output()
        self._changed(document.experiment)
        self._problems_changed(document.problems)
        if neurons is not None:
            self._neurons_timer = QTimer(self, singleShot=True, interval=NEURON_DELAY_MS)
            self._neurons_timer.timeout.connect(self._show_neurons)
            neurons.changed.connect(self._neurons_timer.start)
            self.next_step.changed.connect(self._neurons_timer.start)
            self._checkup = checkup_of(neurons.session)
            self._checkup.changed.connect(self._show_idle_layers)
            neurons.session.status_changed.connect(self._show_losses)
            self.keep.toggled.connect(self._show_losses)
            self._show_neurons()

    def _lay_out(self) -> None:
        problem = in_row(wide(self.problem), margins=(GRID, 0, GRID, 0))
        notes = [self.following, *([self.gains] if self.gains else [])]
        self._head = in_row(self.heading, *notes, wide(self.bar), margins=(GRID, 0, 0, 0))
        in_column(self._head, problem, wide(self.canvas), self.captions, on=self, apart=0)

    def add_header_widget(self, widget: QWidget) -> None:
        """Adds a widget beside the heading, which may come and go."""
        self._head.insertWidget(1, widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def _connect_canvas(self) -> None:
        self.canvas.add_wanted.connect(self.add_layer)
        self.canvas.layer_made.connect(self._connect_layer)
        self.canvas.output.open_wanted.connect(self.open_output)
        self.canvas.output.freeze_wanted.connect(self._freeze_output)
        self.canvas.pressed.connect(self.beside.close_card)
        self.canvas.view.moved.connect(self._show_zoom)

    def _connect_cards(self) -> None:
        layer, output = self.beside.layer, self.beside.output
        layer.edited.connect(lambda label, part, key: self._layer_edited(layer.index, label, part, key))
        layer.move_wanted.connect(self.move_layer)
        layer.remove_wanted.connect(self.remove_layer)
        output.edited.connect(self._output_edited)

    def _connect_bar(self) -> None:
        view = self.canvas.view
        view.show_contrast(own=self.bar.contrast.isChecked())
        self.bar.contrast.toggled.connect(lambda on: view.show_contrast(own=on))
        self.bar.fit.clicked.connect(view.fit)
        for switch in (self.bar.importance, self.bar.readouts, self.bar.backwards):
            switch.setVisible(self._neurons is not None)
        if self._neurons is not None:
            self.readouts = LayerReadouts(self._neurons)
            self.bar.readouts.toggled.connect(self.readouts.want)
            self.readouts.changed.connect(self._show_readouts)
            self.bar.readouts.toggled.connect(self._show_readouts)
            self.ordering = NeuronOrdering(self._neurons)
            self.bar.importance.toggled.connect(self.ordering.show_by_importance)
            self.ordering.changed.connect(self._show_order)
            self.next_step = NextStep(self._neurons)
            self.bar.backwards.toggled.connect(self.next_step.want)
            self.bar.backwards.toggled.connect(self._enable_backwards)
            self._neurons.session.status_changed.connect(self._enable_backwards)
            self._enable_backwards()

    def show_tools(self, on: bool) -> None:
        """Shows or hides what stands above and below the drawing."""
        self._has_tools = on
        for part in (self.heading, self.bar):
            part.setVisible(on)
        self._allow_captions()

    def _allow_captions(self) -> None:
        self.captions.allow(self._has_tools and self.height() >= _LEAST_CAPTION_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._allow_captions()
        self.following.allow(self.width() - _SIZE_FIRST)

    # Layers

    def can_follow(self) -> bool:
        """Whether the layers follow the picture, or could."""
        return bool(followed_settings(self.document.experiment).state(PATH))

    @Slot()
    def _return_layers(self) -> None:
        self.document.edit("Layers are automatic again", follow_again(self.document.experiment, PATH))

    @Slot(int)
    def add_layer(self, index: int) -> None:
        """Adds a layer like its neighbour at this index."""
        experiment = self.document.experiment
        label = f"Add layer {index + 1}"
        self.document.edit(label, with_layer_added(experiment, index, suggested_layer(experiment, index)))
        self._focus(index)

    @Slot(int)
    def remove_layer(self, index: int) -> None:
        label = f"Remove layer {index + 1}"
        self.document.edit(label, with_layer_removed(self.document.experiment, index))
        self._focus(index)

    def _delete(self, index: int) -> None:
        """Removes the neuron reached by keys, or else the layer."""
        if self.neuron_input is None or not self.neuron_input.remove_walked():
            self.remove_layer(index)

    def duplicate_layer(self, index: int) -> None:
        label = f"Duplicate layer {index + 1}"
        self.document.edit(label, with_layer_duplicated(self.document.experiment, index))
        self._focus(index + 1)

    @Slot(int, int)
    def move_layer(self, index: int, by: int) -> None:
        """Moves a layer `by` places towards the output, or towards the input if negative."""
        to = index + by
        if by and 0 <= to < len(self.document.experiment.layers):
            label = f"Move layer {index + 1} to {to + 1}"
            self.document.edit(label, with_layer_moved(self.document.experiment, index, to))
            self._focus(to)

    @Slot(object)
    def _connect_layer(self, head: LayerHead) -> None:
        index = head.index
        head.open_wanted.connect(partial(self.open_layer, index))
        head.freeze_wanted.connect(partial(self._freeze_layer, index))
        head.move_wanted.connect(partial(self.move_layer, index))
        head.delete_pressed.connect(partial(self._delete, index))
        head.duplicate_wanted.connect(partial(self.duplicate_layer, index))
        head.add_wanted.connect(partial(self.add_layer, index + 1))
        head.dragged.connect(partial(self._dragged, index))
        head.dropped.connect(partial(self._dropped, index))
        head.drag_ended.connect(partial(self.canvas.show_drop, 0, None))
        if self.neuron_input is not None:
            head.neuron_key.connect(partial(self.neuron_input.press, index))
            head.walked.connect(self.neuron_input.follow_walk)
            head.walk_ended.connect(self.neuron_input.end_walk)

    def _layer_edited(self, index: int, label: str, layer: Part, key: str | None) -> None:
        edited = with_layer_changed(self.document.experiment, index, layer)
        self.document.edit(label, edited, key and f"layers.{index}.{key}")

    @Slot(str, object, object)
    def _output_edited(self, label: str, output: Part, key: str | None) -> None:
        self.document.edit(label, replace(self.document.experiment, output=output), key and f"output.{key}")

    def _freeze_layer(self, index: int) -> None:
        what, layer = toggled_frozen(self.document.experiment.layers[index])
        self._layer_edited(index, f"{self.canvas.layers[index].title}: {what}", layer, None)

    @Slot()
    def _freeze_output(self) -> None:
        what, output = toggled_frozen(self.document.experiment.output)
        self._output_edited(f"{self.canvas.output.title}: {what}", output, None)

    def _dragged(self, index: int, position: QPoint) -> None:
        self.beside.close_card()
        self.canvas.show_drop(index, self.canvas.drop_place(index, position))

    def _dropped(self, index: int, position: QPoint) -> None:
        self.move_layer(index, self.canvas.drop_place(index, position) - index)

    def _focus(self, index: int) -> None:
        """Focuses the layer at this index, or what is left if there is none."""
        heads = self.canvas.layers
        target: QWidget = heads[min(index, len(heads) - 1)] if heads else self.canvas.first_place()
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    # Cards

    def open_layer(self, index: int) -> None:
        """Opens the card of a layer, or closes it if it is open."""
        head = self.canvas.layers[index]
        if self.beside.head is head:
            self.beside.leave()
            return
        self._show_layer(index)
        self.beside.open(head, is_layer=True, slot=self.canvas.slot_of(head))

    @Slot()
    def open_output(self) -> None:
        """Opens the card of the output, or closes it if it is open."""
        head = self.canvas.output
        if self.beside.head is head:
            self.beside.leave()
        else:
            self._show_output()
            self.beside.open(head, is_layer=False, slot=self.canvas.slot_of(head))

    def _show_layer(self, index: int) -> None:
        layers = self.document.experiment.layers
        self.beside.layer.show_layer(layers[index], index, len(layers))
        found = messages_by_field(self.document.problems)
        self.beside.layer.show_problems(problems_of_part(found, f"layers.{index}"))

    def _show_cards(self) -> None:
        """Updates the open card after a change."""
        head = self.beside.head
        if head in self.canvas.layers and isinstance(head, LayerHead):
            self._show_layer(head.index)
        elif head is self.canvas.output:
            self._show_output()
        elif head is not None:
            self.beside.close_card()  # its layer was removed
        self.beside.fit()

    def _show_output(self) -> None:
        self.beside.output.show_part(self.document.experiment.output, self.canvas.output.title)
        self.beside.output.show_problems(
            problems_of_part(messages_by_field(self.document.problems), "output")
        )

    # Content

    @Slot()
    def _show_neurons(self) -> None:
        if self._neurons is not None:
            probed = self._neurons.probed
            self.canvas.show_columns(self._neurons.columns, probed.grid if probed else None)
            self._show_backward()

    def _show_backward(self) -> None:
        backward, view = self.next_step.backward, self.canvas.view
        was_shown = view.gradients is not None
        if backward is not None:
            formulas = StepFormulas(self.document.experiment, backward)
            view.show_gradients(self.next_step.columns, backward.grid, formulas)
        elif was_shown:
            view.show_values()
        if was_shown or backward is not None:
            self.canvas.pointing.update_popup()
            for texts in (self.bar, self.captions):
                texts.show_gradients(view.gradients is not None)

    @Slot()
    def _enable_backwards(self) -> None:
        """Lets the switch be switched on in a pause, and off at any time."""
        assert self._neurons is not None
        paused = self._neurons.session.status is Status.PAUSED
        self.bar.backwards.setEnabled(paused or self.bar.backwards.isChecked())

    @Slot()
    def _show_order(self) -> None:
        self.canvas.view.show_orders(self.ordering.orders, self.ordering.rises)

    @Slot()
    def _show_readouts(self) -> None:
        known = self.readouts.readouts
        outputs = known.outputs if known else ()
        self.canvas.view.show_readouts(outputs, wanted=self.bar.readouts.isChecked())

    @Slot()
    def _show_zoom(self) -> None:
        self.bar.show_zoom(self.canvas.view.camera.scale)

    @Slot()
    def _show_idle_layers(self) -> None:
        found = (finding for finding in self._checkup.findings if finding.kind in ("dead", "saturated"))
        self.canvas.show_idle_layers({finding.layer for finding in found if finding.layer is not None})

    @Slot()
    def _show_losses(self) -> None:
        """Says at each place for a layer whether one there would lose what was learned."""
        for button in self.canvas.gaps:
            button.show_loss(loses=self._would_lose(button.index))

    def _would_lose(self, index: int) -> bool:
        session, experiment = self._neurons.session if self._neurons else None, self.document.experiment
        if session is None or not session.keep_learned or not session.result.step or self.document.problems:
            return False
        layer = suggested_layer(experiment, index)
        return not can_carry_over(experiment, with_layer_added(experiment, index, layer))

    @Slot(object)
    def _changed(self, experiment: Experiment) -> None:
        self.canvas.show_experiment(experiment)
        self._show_losses()
        self._show_cards()
        self._show_neurons()
        self.count.show_experiment(experiment, sound=not self.document.problems)
        self.bar.fit_words()
        self.following.show_following(followed_settings(experiment))
        # Without any weight the hint about straight lines would be wrong; `check` reports that.
        self.canvas.empty.text.setVisible(has_weights(experiment))

    @Slot(object)
    def _problems_changed(self, problems: tuple[Problem, ...]) -> None:
        found, experiment = messages_by_field(problems), self.document.experiment
        first = found.get("layers", "")
        for head, layer in zip(self.canvas.layers, experiment.layers, strict=True):
            text = first_problem("layer", layer, problems_of_part(found, f"layers.{head.index}"))
            head.show_problem(text)
            first = first or (text and f"{head.title}: {text}")
        text = first_problem("output", experiment.output, problems_of_part(found, "output"))
        self.canvas.output.show_problem(text)
        first = first or (text and f"{self.canvas.output.title}: {text}")
        encoding = next(iter(problems_of_part(found, "encoding").values()), "")
        self.canvas.encoding.show_problem(encoding)
        self._show_cards()
        self.problem.show_problem(first)
