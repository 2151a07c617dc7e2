"""Brings the mouse and the keys over the network drawing to what can be done with its neurons and lines."""

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QSize, Slot
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.ui.designer.canvas import Canvas
from cadl_desktop.ui.designer.column import PartCard
from cadl_desktop.ui.network.drawing import Pointed
from cadl_desktop.ui.network.neuron_menu import NeuronMenu, Spot


class NeuronHands(QObject):
    """Works on one canvas."""

    def __init__(self, neuron_gains: NeuronGains, canvas: Canvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._walk: Pointed | None = None
        self.menu = NeuronMenu(neuron_gains, canvas.view.name, parent)
        neuron_gains.changed.connect(canvas.update)
        canvas.view.line_wanted.connect(self._edit_line)
        canvas.menu_wanted.connect(self._open_menu)
        self.menu.looked_at.connect(self._show_line)
        self.menu.left.connect(self._leave_line)

    @Slot(int, int)
    def press(self, index: int, key: int) -> None:
        """A key on the card of a layer is for the neuron that is pointed at there, or for all of them."""
        column, pointed = self._canvas.first_layer + index, self._canvas.view.pointed
        if pointed is None or pointed.column != column or pointed.neuron is None:
            pointed = Pointed(column)
        self.menu.press(key, self._spot(pointed))
        self._canvas.view.tell_again()

    @Slot()
    def follow_walk(self) -> None:
        """Remembers where the keys have gone to, until they leave the neurons."""
        self._walk = self._canvas.view.walked or self._walk

    @Slot()
    def end_walk(self) -> None:
        self._walk = None

    def remove_walked(self) -> bool:
        """Removes the neuron that the keys have gone to; False where they haven't.

        Where it is no longer marked, as the network is another one since or the pointer has moved, the walk
        goes on beside it, so that nothing is removed which nobody sees marked, and never the layer.
        """
        walked, walk = self._canvas.view.walked, self._walk
        if walked is not None:
            self.menu.remove(self._spot(walked))
        elif walk is not None and walk.neuron is not None:
            self._canvas.view.walk_to(walk.column, min(walk.neuron, self._neurons_of(walk.column) - 1))
        return walked is not None or walk is not None

    def _neurons_of(self, column: int) -> int:
        return self._canvas.drawn_columns()[column].neurons

    @Slot(int, int, int)
    def _edit_line(self, column: int, before: int, after: int) -> None:
        place = self._canvas.view.place_of(Pointed(column, line=(before, after)))
        spot = Spot(column, after, self._canvas.view.name(column, after), self._on_screen(place))
        self.menu.edit_weight(spot, before)

    @Slot(object)
    def _open_menu(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._open_by_keys()
            return
        view, where = self._canvas.view, event.pos()
        found = view.found(QPointF(where))
        if found is not None and found.line is not None:
            view.leave()
            self._edit_line(found.column, *found.line)
        elif found is not None and found.neuron is not None:
            at = QRect(event.globalPos(), QSize(1, 1))
            self._open(Spot(found.column, found.neuron, view.name(found.column, found.neuron), at))
        else:
            self._open_of_card(where, event.globalPos())

    def _open_by_keys(self) -> None:
        for column, card in enumerate(self._canvas.cards()):
            if card.hasFocus():
                walked = self._canvas.view.walked
                self._open(self._spot(walked or Pointed(column)), card)

    def _open_of_card(self, where: QPoint, at: QPoint) -> None:
        for column, card in enumerate(self._canvas.cards()):
            if card.geometry().contains(where):
                self._open(Spot(column, None, card.title.text(), QRect(at, QSize(1, 1))), card)

    def _open(self, spot: Spot, card: QWidget | None = None) -> None:
        own = isinstance(card, PartCard) and spot.neuron is None
        self.menu.open(spot, card.actions() if card is not None and own else ())

    def _spot(self, pointed: Pointed) -> Spot:
        view, column = self._canvas.view, pointed.column
        card = self._canvas.cards()[column]
        if pointed.neuron is None:
            return Spot(column, None, card.title.text(), self._on_screen(card.geometry()))
        place = self._on_screen(view.place_of(pointed))
        return Spot(column, pointed.neuron, view.name(column, pointed.neuron), place)

    def _on_screen(self, place: QRect) -> QRect:
        return QRect(self._canvas.mapToGlobal(place.topLeft()), place.size())

    @Slot(object, object)
    def _show_line(self, spot: Spot, source: int | None) -> None:
        if source is not None and spot.neuron is not None:
            self._canvas.view.show_line(spot.column, source, spot.neuron)

    @Slot(object, bool)
    def _leave_line(self, spot: Spot, by_keys: bool) -> None:
        if by_keys and spot.neuron is not None:
            self._canvas.view.walk_to(spot.column, spot.neuron)
            self.follow_walk()
        else:
            self._canvas.view.leave()
