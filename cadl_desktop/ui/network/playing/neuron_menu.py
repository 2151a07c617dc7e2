"""What a person does to neurons, by menus and by keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from cadl_desktop.ui.network.playing.gain_slider import GainSlider
    from cadl_desktop.ui.network.playing.weight_editor import Incoming, WeightEditor

STEP = 0.1
NEURON_KEYS = frozenset(
    (Qt.Key.Key_M, Qt.Key.Key_S, Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_W)
)
"""What `NeuronMenu.press` knows, without a modifier but Shift."""


@dataclass(frozen=True)
class Spot:
    """A neuron, or without one a whole column, counted from the input; `place` is where it is on the
    screen."""

    column: int
    neuron: int | None
    title: str
    place: QRect


def asks_for_menu(event: QKeyEvent) -> bool:
    """Shift+F10, which not every system turns into a request for a menu, as all do with the Menu key."""
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    return shift and event.key() == Qt.Key.Key_F10


def request_menu(widget: QWidget) -> None:
    """As the system does for the Menu key."""
    middle = widget.rect().center()
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(widget, QContextMenuEvent(reason, middle, widget.mapToGlobal(middle)))


class NeuronMenu(QObject):
    """`name` is how a neuron of a column is called."""

    looked_at = Signal(object, object)  # Spot, source of its weight that is looked at
    left = Signal(object, bool)  # Spot whose weights were looked at, by the keys or not

    def __init__(self, neuron_gains: NeuronGains, name: Callable[[int, int], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._neuron_gains, self._name, self._window = neuron_gains, name, parent
        self.slider: GainSlider | None = None
        self.editor: WeightEditor | None = None

    # Gains

    def gain(self, column: int, neuron: int) -> float:
        """1 of a neuron that is left alone."""
        return self._neuron_gains.drawn_gain(column, neuron)

    def press(self, key: int, spot: Spot) -> None:
        """Does what one of the `NEURON_KEYS` stands for."""
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            step = -STEP if key == Qt.Key.Key_Minus else STEP
            self.scale(spot, min(max(round(self._gain_of(spot) + step, 3), 0.0), LARGEST_GAIN))
            return
        for action in (*self._playing(spot), *self._mending(spot, by_keys=True)):
            if action.keys == chr(key):
                action()

    def _mute(self, spot: Spot) -> None:
        """Or leaves alone what is muted."""
        self.scale(spot, 1.0 if self._gain_of(spot) == 0 else 0.0)

    def _solo(self, spot: Spot) -> None:
        """Or leaves all of its column alone, where it is the only one already."""
        if spot.neuron is None or not self._can_play(spot):
            return
        column = spot.column - self._first
        if self._neuron_gains.is_solo(column, spot.neuron):
            self._neuron_gains.set_gain(column, None, 1.0)
        else:
            self._neuron_gains.solo(column, spot.neuron)

    def scale(self, spot: Spot, gain: float) -> None:
        if self._can_play(spot):
            self._neuron_gains.set_gain(spot.column - self._first, spot.neuron, gain)

    def open_slider(self, spot: Spot) -> None:
        from cadl_desktop.ui.network.playing.gain_slider import GainSlider

        slider = self.slider = GainSlider(self._window)
        slider.closed.connect(self._forget_slider)
        slider.moved.connect(lambda gain: self.scale(spot, gain))
        slider.open_with(self._gain_of(spot), spot.place, f"Scale {spot.title}")

    def _forget_slider(self) -> None:
        self.slider = None

    def _gain_of(self, spot: Spot) -> float:
        """That of a column is what most of its neurons have."""
        if spot.neuron is not None:
            return self.gain(spot.column, spot.neuron)
        gains = self._neuron_gains.gains.get(spot.column - self._first)
        return 1.0 if gains is None else float(np.median(gains))

    def _can_play(self, spot: Spot) -> bool:
        """Of inputs that an encoding takes in, only what it makes of them can be played."""
        return spot.column >= self._first

    @property
    def _first(self) -> int:
        """The column that gains count from: the encoding, where there is one."""
        return int(is_encoded(self._session.document.experiment))

    # Weights and removal

    def edit_weight(self, spot: Spot, source: int | None = None, *, by_keys: bool = False) -> None:
        """Opens the editor of one of a neuron's weights, at first its strongest."""
        incoming = self._incoming(spot)
        if not incoming or spot.neuron is None:
            return
        at = next((i for i, each in enumerate(incoming) if source is not None and each.source == source), 0)
        neuron, column = spot.neuron, spot.column - self._first
        from cadl_desktop.ui.network.playing.weight_editor import WeightEditor

        editor = self.editor = WeightEditor(self._window)
        editor.closed.connect(self._forget_editor)
        editor.closed.connect(lambda: self.left.emit(spot, by_keys))
        editor.looked_at.connect(lambda source: self.looked_at.emit(spot, source))
        editor.decided.connect(lambda source, value: set_weight(self._session, column, source, neuron, value))
        usual = self._neuron_gains.neurons.columns[spot.column].weight_scale
        title = f"Weight into {spot.title}"
        editor.open_for(incoming, at, usual, spot.place, title, by_keys=by_keys)

    def _forget_editor(self) -> None:
        self.editor = None

    def remove(self, spot: Spot) -> None:
        layer, part = self._layer(spot)
        if part is not None and spot.neuron is not None:
            remove_neuron(self._session, layer, spot.neuron)

    def _incoming(self, spot: Spot) -> "list[Incoming]":
        """The strongest first, the bias last."""
        columns = self._neuron_gains.neurons.columns
        if spot.neuron is None or spot.column >= len(columns):
            return []
        column = columns[spot.column]
        if column.weights is None:
            return []
        from cadl_desktop.ui.network.playing.weight_editor import Incoming

        weights = column.weights[:, spot.neuron]
        order = np.argsort(-np.abs(weights), kind="stable").tolist()
        found = [Incoming(i, self._name(spot.column - 1, i), float(weights[i])) for i in order]
        if column.bias is not None:
            found.append(Incoming(None, "Bias", float(column.bias[spot.neuron])))
        return found

    def _layer(self, spot: Spot) -> tuple[int, Part | None]:
        """The dense layer from which a neuron can go, if the spot is in one."""
        layers = self._session.document.experiment.layers
        index = spot.column - self._first - 1
        part = layers[index] if 0 <= index < len(layers) else None
        removable = part is not None and part.kind == "dense" and part["units"] > 1
        return index, part if removable else None

    @property
    def _session(self) -> Session:
        return self._neuron_gains.neurons.session

    # Menus

    def open(self, spot: Spot, more: Sequence[QAction] = ()) -> None:
        """What can be done with a neuron or a whole column; `more` stands above it."""
        if QApplication.activePopupWidget() is not None:
            return  # both a key and what the system makes of it may ask
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(spot.title)
        if more:
            menu.addActions(list(more))
            menu.addSeparator()
        for action in self._playing(spot):
            _add(menu, action)
        if spot.neuron is not None:
            menu.addSeparator()
            for action in self._mending(spot):
                _add(menu, action)
        menu.popup(spot.place.bottomLeft())

    def _playing(self, spot: Spot) -> list[Action]:
        """What can be done with the gain of a neuron or of a whole column."""
        alone = spot.neuron is not None
        mute = "Mute" if alone else "Mute layer"
        scale = "Scale…" if alone else "Scale layer…"
        can_play = partial(self._can_play, spot)
        muted = self._gain_of(spot) == 0
        playing = [
            Action(mute, partial(self._mute, spot), "M", possible=can_play, checked=muted),
            Action(scale, partial(self.open_slider, spot), "+ −", possible=can_play),
            Action("Leave alone", partial(self.scale, spot, 1.0), possible=can_play),
        ]
        if spot.neuron is not None:
            is_solo = self._neuron_gains.is_solo(spot.column - self._first, spot.neuron)
            solo = Action("Solo", partial(self._solo, spot), "S", possible=can_play, checked=is_solo)
            playing.insert(1, solo)
        return playing

    def _mending(self, spot: Spot, *, by_keys: bool = False) -> list[Action]:
        """What can be done with what a neuron has learned."""
        edit, remove = partial(self.edit_weight, spot, by_keys=by_keys), partial(self.remove, spot)
        return [
            Action("Set a weight…", edit, "W", possible=lambda: bool(self._incoming(spot))),
            Action("Remove this neuron", remove, "Del", possible=lambda: self._layer(spot)[1] is not None),
        ]


def _add(menu: QMenu, action: Action) -> None:
    """The keys only stand there: they work where the neurons are."""
    made = menu.addAction(f"{action.title}\t{action.keys}" if action.keys else action.title)
    if action.checked is not None:
        made.setCheckable(True)
        made.setChecked(action.checked)
    made.setEnabled(action.possible())
    made.triggered.connect(lambda: action.calls())
