"""Mouse and keys over the network's drawing, passed to the actions on its neurons and lines."""

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QSize, Slot
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.ui.designer.column_heads import PartHead
from cadl_desktop.ui.designer.network_canvas import NetworkCanvas
from cadl_desktop.ui.network.cards.neuron_menu import NeuronMenu, Spot
from cadl_desktop.ui.network.scene import Highlight


class NeuronInput(QObject):
    """Input of one canvas."""

    def __init__(self, neuron_gains: NeuronGains, canvas: NetworkCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._walk: Highlight | None = None
        self.menu = NeuronMenu(neuron_gains, canvas.pointing.name, parent)
        neuron_gains.changed.connect(canvas.update)
        canvas.pointing.line_wanted.connect(self._edit_line)
        canvas.neuron_key.connect(self._press_on_highlight)
        canvas.menu_wanted.connect(self._open_menu)
        self.menu.weight_shown.connect(self._show_line)
        self.menu.editor_closed.connect(self._end_line)

    @Slot(int, int)
    def press(self, index: int, key: int) -> None:
        """Handles a key on a layer's head: for what is highlighted in the drawing, or else for the layer."""
        if self._canvas.view.highlight is None:
            self.menu.press(key, self._spot(Highlight(self._canvas.first_layer + index)))
        else:
            self._press_on_highlight(key)

    @Slot(int)
    def _press_on_highlight(self, key: int) -> None:
        """Handles a key for the highlighted neuron; a line has no such keys."""
        highlight = self._canvas.view.highlight
        if highlight is not None and highlight.neuron is not None:
            self.menu.press(key, self._spot(highlight))
            self._canvas.pointing.update_popup()

    @Slot()
    def follow_walk(self) -> None:
        """Remembers the neuron reached by keys, until the keys leave the neurons."""
        self._walk = self._canvas.pointing.walked or self._walk

    @Slot()
    def end_walk(self) -> None:
        self._walk = None

    def remove_walked(self) -> bool:
        """Removes the neuron reached by keys; returns False if the keys are at none.

        If that neuron is no longer highlighted, since the network or the pointer has changed, only the
        highlight returns: a neuron that is not marked is never removed, nor is the layer.
        """
        walked, walk = self._canvas.pointing.walked, self._walk
        if walked is not None:
            self.menu.remove(self._spot(walked))
        elif walk is not None and walk.neuron is not None:
            count = self._canvas.drawn_columns()[walk.column].neurons
            self._canvas.pointing.walk_to(walk.column, min(walk.neuron, count - 1))
        return walked is not None or walk is not None

    @Slot(int, int, int)
    def _edit_line(self, column: int, before: int, after: int) -> None:
        place = self._canvas.pointing.place_of(Highlight(column, line=(before, after)))
        spot = Spot(column, after, self._canvas.pointing.name(column, after), self._on_screen(place))
        self.menu.edit_weight(spot, before)

    @Slot(object)
    def _open_menu(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._open_by_keys()
            return
        pointing, where = self._canvas.pointing, event.pos()
        found = pointing.highlight_at(QPointF(where))
        if found is not None and found.line is not None:
            pointing.clear()
            self._edit_line(found.column, *found.line)
        elif found is not None and found.neuron is not None:
            at = QRect(event.globalPos(), QSize(1, 1))
            self._open(Spot(found.column, found.neuron, pointing.name(found.column, found.neuron), at))
        else:
            self._open_for_head(where, event.globalPos())

    def _open_by_keys(self) -> None:
        for column, head in enumerate(self._canvas.heads()):
            if head.hasFocus():
                walked = self._canvas.pointing.walked
                self._open(self._spot(walked or Highlight(column)), head)

    def _open_for_head(self, where: QPoint, at: QPoint) -> None:
        for column, head in enumerate(self._canvas.heads()):
            if head.geometry().contains(where):
                self._open(Spot(column, None, head.title, QRect(at, QSize(1, 1))), head)

    def _open(self, spot: Spot, head: QWidget | None = None) -> None:
        own = isinstance(head, PartHead) and spot.neuron is None
        self.menu.open(spot, head.actions() if head is not None and own else ())

    def _spot(self, highlight: Highlight) -> Spot:
        pointing, column = self._canvas.pointing, highlight.column
        head = self._canvas.heads()[column]
        if highlight.neuron is None:
            return Spot(column, None, head.title, self._on_screen(head.geometry()))
        place = self._on_screen(pointing.place_of(highlight))
        return Spot(column, highlight.neuron, pointing.name(column, highlight.neuron), place)

    def _on_screen(self, place: QRect) -> QRect:
        return QRect(self._canvas.mapToGlobal(place.topLeft()), place.size())

    @Slot(object, object)
    def _show_line(self, spot: Spot, source: int | None) -> None:
        if source is not None and spot.neuron is not None:
            self._canvas.pointing.show_line(spot.column, source, spot.neuron)

    @Slot(object, bool)
    def _end_line(self, spot: Spot, by_keys: bool) -> None:
        if by_keys and spot.neuron is not None:
            self._canvas.pointing.walk_to(spot.column, spot.neuron)
            self.follow_walk()
        else:
            self._canvas.pointing.clear()
