"""Actions on neurons, by menu and by key: gains, weights, removal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.shapes import is_encoded
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.neuron_gains import LARGEST_GAIN, NeuronGains
from cadl_desktop.session.weight_edits import remove_neuron, set_weight
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.network.cards.neuron_editors import GainSlider, IncomingWeight, WeightEditor

STEP = 0.1
NEURON_KEYS = frozenset(
    (Qt.Key.Key_M, Qt.Key.Key_S, Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_W)
)
"""Keys handled by `NeuronMenu.press`, with no modifier but Shift."""


@dataclass(frozen=True)
class Spot:
    """Neuron, or whole column without one (columns count from the input), and its place on the screen."""

    column: int
    neuron: int | None
    title: str
    place: QRect


def is_menu_key(event: QKeyEvent) -> bool:
    """Whether the event is Shift+F10, which unlike the Menu key some systems do not turn into a context menu
    request."""
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    return shift and event.key() == Qt.Key.Key_F10


def send_menu_event(widget: QWidget) -> None:
    """Sends the context menu event that the system sends for the Menu key."""
    middle = widget.rect().center()
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(widget, QContextMenuEvent(reason, middle, widget.mapToGlobal(middle)))


class NeuronMenu(QObject):
    """Menu and keys of the network's neurons; `name(column, neuron)` gives a neuron's display name."""

    weight_shown = Signal(object, object)  # Spot, source of the weight in the editor
    editor_closed = Signal(object, bool)  # Spot, whether opened by keys

    def __init__(self, neuron_gains: NeuronGains, name: Callable[[int, int], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._neuron_gains, self._name, self._window = neuron_gains, name, parent
        self.slider: GainSlider | None = None
        self.editor: WeightEditor | None = None

    # Gains

    def press(self, key: int, spot: Spot) -> None:
        """Performs the action of one of the `NEURON_KEYS`."""
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            step = -STEP if key == Qt.Key.Key_Minus else STEP
            self.scale(spot, min(max(round(self._gain_of(spot) + step, 3), 0.0), LARGEST_GAIN))
            return
        for action in (*self._gain_actions(spot), *self._weight_actions(spot, by_keys=True)):
            if action.keys == chr(key):
                action()

    def _mute(self, spot: Spot) -> None:
        self.scale(spot, 1.0 if self._gain_of(spot) == 0 else 0.0)

    def _solo(self, spot: Spot) -> None:
        """Toggles solo: mutes all other neurons of the column, or resets the column."""
        if spot.neuron is None or not self._has_gain(spot):
            return
        column = spot.column - self._first_gain_column
        if self._neuron_gains.is_solo(column, spot.neuron):
            self._neuron_gains.set_gain(column, None, 1.0)
        else:
            self._neuron_gains.solo(column, spot.neuron)

    def scale(self, spot: Spot, gain: float) -> None:
        if self._has_gain(spot):
            self._neuron_gains.set_gain(spot.column - self._first_gain_column, spot.neuron, gain)

    def open_slider(self, spot: Spot) -> None:
        slider = self.slider = GainSlider(self._window)
        slider.closed.connect(self._forget_slider)
        slider.moved.connect(lambda gain: self.scale(spot, gain))
        slider.open_with(self._gain_of(spot), spot.place, f"Scale {spot.title}")

    def _forget_slider(self) -> None:
        self.slider = None

    def _gain_of(self, spot: Spot) -> float:
        """Gain of a neuron, or the median gain of a column."""
        if spot.neuron is not None:
            return self._neuron_gains.drawn_gain(spot.column, spot.neuron)
        gains = self._neuron_gains.gains.get(spot.column - self._first_gain_column)
        return 1.0 if gains is None else float(np.median(gains))

    def _has_gain(self, spot: Spot) -> bool:
        """Whether the spot's neurons have gains; inputs in front of an encoding have none."""
        return spot.column >= self._first_gain_column

    @property
    def _first_gain_column(self) -> int:
        """Column from which gains count: the encoding if there is one, else the input."""
        return int(is_encoded(self._session.document.experiment))

    # Weights and removal

    def edit_weight(self, spot: Spot, source: int | None = None, *, by_keys: bool = False) -> None:
        """Opens the editor of the weight from `source`, or of the neuron's strongest weight."""
        incoming = self._incoming(spot)
        if not incoming or spot.neuron is None:
            return
        at = next((i for i, each in enumerate(incoming) if source is not None and each.source == source), 0)
        neuron, column = spot.neuron, spot.column - self._first_gain_column
        editor = self.editor = WeightEditor(self._window)
        editor.closed.connect(self._forget_editor)
        editor.closed.connect(lambda: self.editor_closed.emit(spot, by_keys))
        editor.weight_shown.connect(lambda source: self.weight_shown.emit(spot, source))
        editor.value_set.connect(
            lambda source, value: set_weight(self._session, column, source, neuron, value)
        )
        usual = self._neuron_gains.neurons.columns[spot.column].weight_scale
        title = f"Weight into {spot.title}"
        editor.open_for(incoming, at, usual, spot.place, title, by_keys=by_keys)

    def _forget_editor(self) -> None:
        self.editor = None

    def remove(self, spot: Spot) -> None:
        layer, part = self._layer(spot)
        if part is not None and spot.neuron is not None:
            remove_neuron(self._session, layer, spot.neuron)

    def _incoming(self, spot: Spot) -> list[IncomingWeight]:
        """Weights into a neuron, the strongest first and the bias last."""
        columns = self._neuron_gains.neurons.columns
        if spot.neuron is None or spot.column >= len(columns):
            return []
        column = columns[spot.column]
        if column.weights is None:
            return []
        weights = column.weights[:, spot.neuron]
        order = np.argsort(-np.abs(weights), kind="stable").tolist()
        found = [IncomingWeight(i, self._name(spot.column - 1, i), float(weights[i])) for i in order]
        if column.bias is not None:
            found.append(IncomingWeight(None, "Bias", float(column.bias[spot.neuron])))
        return found

    def _layer(self, spot: Spot) -> tuple[int, Part | None]:
        """Index of the spot's layer, and its part if a neuron can be removed from it, else None."""
        layers = self._session.document.experiment.layers
        index = spot.column - self._first_gain_column - 1
        part = layers[index] if 0 <= index < len(layers) else None
        removable = part is not None and part.kind == "dense" and part["units"] > 1
        return index, part if removable else None

    @property
    def _session(self) -> Session:
        return self._neuron_gains.neurons.session

    # Menus

    def open(self, spot: Spot, more: Sequence[QAction] = ()) -> None:
        """Opens the menu of a neuron or a whole column, below the actions in `more`."""
        if QApplication.activePopupWidget() is not None:
            return  # a key event and the system's menu event may both arrive
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(spot.title)
        if more:
            menu.addActions(list(more))
            menu.addSeparator()
        for action in self._gain_actions(spot):
            _add(menu, action)
        if spot.neuron is not None:
            menu.addSeparator()
            for action in self._weight_actions(spot):
                _add(menu, action)
        menu.popup(spot.place.bottomLeft())

    def _gain_actions(self, spot: Spot) -> list[Action]:
        """Actions on the gain of a neuron or of a whole column."""
        is_neuron = spot.neuron is not None
        mute = "Mute" if is_neuron else "Mute layer"
        scale = "Scale…" if is_neuron else "Scale layer…"
        has_gain = partial(self._has_gain, spot)
        muted = self._gain_of(spot) == 0
        actions = [
            Action(mute, partial(self._mute, spot), "M", possible=has_gain, checked=muted),
            Action(scale, partial(self.open_slider, spot), "+ −", possible=has_gain),
            Action("Leave alone", partial(self.scale, spot, 1.0), possible=has_gain),
        ]
        if spot.neuron is not None:
            is_solo = self._neuron_gains.is_solo(spot.column - self._first_gain_column, spot.neuron)
            solo = Action("Solo", partial(self._solo, spot), "S", possible=has_gain, checked=is_solo)
            actions.insert(1, solo)
        return actions

    def _weight_actions(self, spot: Spot, *, by_keys: bool = False) -> list[Action]:
        edit, remove = partial(self.edit_weight, spot, by_keys=by_keys), partial(self.remove, spot)
        return [
            Action("Set a weight…", edit, "W", possible=lambda: bool(self._incoming(spot))),
            Action("Remove this neuron", remove, "Del", possible=lambda: self._layer(spot)[1] is not None),
        ]


def _add(menu: QMenu, action: Action) -> None:
    """Adds an action to the menu. Its keys are shown only; they work on the head of the layer."""
    made = menu.addAction(f"{action.title}\t{action.keys}" if action.keys else action.title)
    if action.checked is not None:
        made.setCheckable(True)
        made.setChecked(action.checked)
    made.setEnabled(action.possible())
    made.triggered.connect(lambda: action.calls())
