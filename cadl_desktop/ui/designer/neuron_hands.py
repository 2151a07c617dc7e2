"""Brings the mouse and the keys over the network drawing to what can be done with its neurons and lines."""

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QSize, Slot
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.ui.designer.canvas import Canvas
from cadl_desktop.ui.designer.part_head import PartHead
from cadl_desktop.ui.network.playing.neuron_menu import NeuronMenu, Spot
from cadl_desktop.ui.network.scene import Pointed


class NeuronHands(QObject):
    """Works on one canvas."""

    def __init__(self, neuron_gains: NeuronGains, canvas: Canvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._walk: Pointed | None = None
        self.menu = NeuronMenu(neuron_gains, canvas.pointing.name, parent)
        neuron_gains.changed.connect(canvas.update)
        canvas.pointing.line_wanted.connect(self._edit_line)
        canvas.menu_wanted.connect(self._open_menu)
        self.menu.looked_at.connect(self._show_line)
        self.menu.left.connect(self._leave_line)

    @Slot(int, int)
    def press(self, index: int, key: int) -> None:
        """A key on the head of a layer is for the neuron that is pointed at there, or for all of them."""
        column, pointed = self._canvas.first_layer + index, self._canvas.view.pointed
        if pointed is None or pointed.column != column or pointed.neuron is None:
            pointed = Pointed(column)
        self.menu.press(key, self._spot(pointed))
        self._canvas.pointing.tell()

    @Slot()
    def follow_walk(self) -> None:
        """Remembers where the keys have gone to, until they leave the neurons."""
        self._walk = self._canvas.pointing.walked or self._walk

    @Slot()
    def end_walk(self) -> None:
        self._walk = None

    def remove_walked(self) -> bool:
        """Removes the neuron that the keys have gone to; False where they haven't.

        Where it is no longer marked, as the network is another one since or the pointer has moved, the walk
        goes on beside it, so that nothing is removed which nobody sees marked, and never the layer.
        """
        walked, walk = self._canvas.pointing.walked, self._walk
        if walked is not None:
            self.menu.remove(self._spot(walked))
        elif walk is not None and walk.neuron is not None:
            self._canvas.pointing.walk_to(walk.column, min(walk.neuron, self._neurons_of(walk.column) - 1))
        return walked is not None or walk is not None

    def _neurons_of(self, column: int) -> int:
        return self._canvas.drawn_columns()[column].neurons

    @Slot(int, int, int)
    def _edit_line(self, column: int, before: int, after: int) -> None:
        place = self._canvas.pointing.place_of(Pointed(column, line=(before, after)))
        spot = Spot(column, after, self._canvas.pointing.name(column, after), self._on_screen(place))
        self.menu.edit_weight(spot, before)

    @Slot(object)
    def _open_menu(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._open_by_keys()
            return
        pointing, where = self._canvas.pointing, event.pos()
        found = pointing.found(QPointF(where))
        if found is not None and found.line is not None:
            pointing.leave()
            self._edit_line(found.column, *found.line)
        elif found is not None and found.neuron is not None:
            at = QRect(event.globalPos(), QSize(1, 1))
            self._open(Spot(found.column, found.neuron, pointing.name(found.column, found.neuron), at))
        else:
            self._open_of_head(where, event.globalPos())

    def _open_by_keys(self) -> None:
        for column, head in enumerate(self._canvas.heads()):
            if head.hasFocus():
                walked = self._canvas.pointing.walked
                self._open(self._spot(walked or Pointed(column)), head)

    def _open_of_head(self, where: QPoint, at: QPoint) -> None:
        for column, head in enumerate(self._canvas.heads()):
            if head.geometry().contains(where):
                self._open(Spot(column, None, head.title, QRect(at, QSize(1, 1))), head)

    def _open(self, spot: Spot, head: QWidget | None = None) -> None:
        own = isinstance(head, PartHead) and spot.neuron is None
        self.menu.open(spot, head.actions() if head is not None and own else ())

    def _spot(self, pointed: Pointed) -> Spot:
        pointing, column = self._canvas.pointing, pointed.column
        head = self._canvas.heads()[column]
        if pointed.neuron is None:
            return Spot(column, None, head.title, self._on_screen(head.geometry()))
        place = self._on_screen(pointing.place_of(pointed))
        return Spot(column, pointed.neuron, pointing.name(column, pointed.neuron), place)

    def _on_screen(self, place: QRect) -> QRect:
        return QRect(self._canvas.mapToGlobal(place.topLeft()), place.size())

    @Slot(object, object)
    def _show_line(self, spot: Spot, source: int | None) -> None:
        if source is not None and spot.neuron is not None:
            self._canvas.pointing.show_line(spot.column, source, spot.neuron)

    @Slot(object, bool)
    def _leave_line(self, spot: Spot, by_keys: bool) -> None:
        if by_keys and spot.neuron is not None:
            self._canvas.pointing.walk_to(spot.column, spot.neuron)
            self.follow_walk()
        else:
            self._canvas.pointing.leave()
