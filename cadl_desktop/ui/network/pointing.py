"""What the pointer or the keys are at in the network, and what is told about it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRect, QSize, Signal
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.ui.network.geometry.layout import Placed
from cadl_desktop.ui.network.line_painting import ends_of
from cadl_desktop.ui.network.lines import Lines, distances, lines_a_gap, lines_of
from cadl_desktop.ui.network.pictures.look import Look
from cadl_desktop.ui.network.playing.gain_marks import gain_facts
from cadl_desktop.ui.network.scene import Pointed
from cadl_desktop.ui.network.view import NetworkView, is_there

if TYPE_CHECKING:
    from cadl_desktop.ui.network.neuron_popup import NeuronPopup

_NEAR = 5.0
"""How many pixels from a line the pointer is still on it."""
_ALONG = 0.3


class Pointing(QObject):
    """Follows the pointer over a canvas, and the keys; positions are the canvas's own. There are no `gains`
    where neurons can't be played."""

    line_wanted = Signal(int, int, int)  # column, neuron before, neuron

    def __init__(self, canvas: QWidget, view: NetworkView, gains: NeuronGains | None) -> None:
        super().__init__(canvas)
        self._canvas, self._view, self._gains = canvas, view, gains
        self._walked = False
        self._silent = False
        self._popup: NeuronPopup | None = None

    @property
    def popup(self) -> "NeuronPopup":
        """Made when it is first wanted."""
        if self._popup is None:
            from cadl_desktop.ui.network.neuron_popup import NeuronPopup

            self._popup = NeuronPopup(self._canvas.window())
        return self._popup

    # The pointer

    def hover(self, where: QPointF) -> None:
        """Shows what is at this point: a neuron, a line, or nothing."""
        self._walked = self._silent = False
        self._point_at(self.found(where))

    def leave(self) -> None:
        self._walked = self._silent = False
        self._point_at(None)

    def click(self, where: QPointF) -> None:
        """Opens a line that is clicked."""
        found = self.found(where)
        if found is not None and found.line:
            self.leave()
            self.line_wanted.emit(found.column, *found.line)

    def found(self, where: QPointF) -> Pointed | None:
        """The neuron or line at a point."""
        if not self._view.area().contains(where):
            return None
        placed = self._view.placed()
        for index, one in enumerate(placed):
            neuron = one.mosaic.neuron_at(where)
            if neuron is not None:
                return Pointed(index, neuron=neuron)
        return self._line_at(placed, where)

    def _line_at(self, placed: Sequence[Placed], where: QPointF) -> Pointed | None:
        look = self._view.look
        if look is None:
            return None
        for index in range(1, len(placed)):
            before, after = placed[index - 1], placed[index]
            if not before.mosaic.area.right() <= where.x() <= after.mosaic.area.left():
                continue
            lines = self._drawn_lines(look, index, len(placed))
            apart = distances(ends_of(lines, before, after), where.x(), where.y())
            if len(apart) and lines.weights is not None and apart.min() <= _NEAR:
                nearest = int(apart.argmin())
                return Pointed(index, line=(int(lines.before[nearest]), int(lines.after[nearest])))
        return None

    def _drawn_lines(self, look: Look, index: int, columns: int) -> Lines:
        """Those that are drawn into a column: of the neuron that the keys are at, or the strongest."""
        at = self.walked
        if at is not None and at.neuron is not None and index in (at.column, at.column + 1):
            return lines_of(look.columns, at.column, at.neuron)[index - at.column]
        return look.lines(index, lines_a_gap(columns - 1))

    # The keys

    @property
    def walked(self) -> Pointed | None:
        """The neuron that the keys have gone to."""
        return self._view.pointed if self._walked else None

    def walk(self, column: int, right: int, down: int) -> None:
        """Goes to the next tile of a column by the keys, and from either end to the other."""
        look = self._view.look
        if look is None:
            return
        placed, at = self._view.placed(), self._view.pointed
        mosaic = placed[column].mosaic
        if at is not None and at.column == column and at.neuron is not None and is_there(at, placed):
            self.walk_to(column, mosaic.beside(at.neuron, right, down))
        else:
            self.walk_to(column, mosaic.neuron(0 if right + down > 0 else mosaic.count - 1))

    def walk_to(self, column: int, neuron: int) -> None:
        look = self._view.look
        if look is not None and neuron < len(look.columns[column].values):
            self._silent = False
            self._view.bring_into_view(column, neuron)
            self._point_at(Pointed(column, neuron=neuron))
            self._walked = True

    def end_walk(self) -> None:
        """Hides what the keys have shown, and leaves alone what the pointer is at."""
        if self._walked:
            self.leave()

    def show_line(self, column: int, before: int, after: int) -> None:
        """Lifts a line from the others without telling its weight, whatever news come."""
        pointed = Pointed(column, line=(before, after))
        self._walked, self._silent = False, True
        self._point_at(pointed if is_there(pointed, self._view.placed()) else None)

    # What is told

    def place_of(self, pointed: Pointed) -> QRect:
        """Where a neuron, or some point of a line, is on the canvas."""
        placed = self._view.placed()
        one = placed[pointed.column]
        if pointed.line is not None:
            return QRect(_on_line(placed[pointed.column - 1], one, *pointed.line).toPoint(), QSize(1, 1))
        place = one.extent if pointed.neuron is None else one.mosaic.tile(pointed.neuron)
        return (place & self._view.area()).toAlignedRect()

    def name(self, column: int, neuron: int) -> str:
        """How a neuron is called, such as 'Layer 2, neuron 7' or 'Output red'."""
        drawn = self._view.placed()[column].column
        if neuron < len(drawn.names):
            return f"{drawn.title}: {drawn.names[neuron]}"
        return f"{drawn.title}, {'neuron' if drawn.learns else 'feature'} {neuron + 1}"

    def tell(self) -> None:
        """Says what there is to say now of what is pointed at."""
        pointed, look = self._view.pointed, self._view.look
        if pointed is None or look is None or self._silent or not is_there(pointed, self._view.placed()):
            if self._popup is not None:
                self._popup.hide()
        elif pointed.line is not None:
            self._tell_line(look, pointed.column, *pointed.line)
        elif pointed.neuron is not None:
            self._tell_neuron(look, pointed.column, pointed.neuron)

    def _point_at(self, pointed: Pointed | None) -> None:
        self._view.point_at(pointed)
        self.tell()

    def _tell_neuron(self, look: Look, column: int, neuron: int) -> None:
        gain = 1.0 if self._gains is None else self._gains.drawn_gain(column, neuron)
        facts = [*gain_facts(gain), *self._view.facts(column, neuron)]
        self.popup.tell_neuron(self.name(column, neuron), look, column, neuron, facts)
        self.popup.stand_beside(self._canvas, self.place_of(Pointed(column, neuron)), self._output())

    def _tell_line(self, look: Look, column: int, before: int, after: int) -> None:
        weights = look.columns[column].weights
        if weights is None:
            return
        names = f"{self.name(column - 1, before)}  →  {self.name(column, after)}"
        self.popup.tell_line(names, float(weights[before, after]), can_be_set=self._gains is not None)
        self.popup.stand_below(
            self._canvas, self.place_of(Pointed(column, line=(before, after))), self._output()
        )

    def _output(self) -> QRect:
        """What a neuron's card never hides."""
        return self._view.placed()[-1].extent.toAlignedRect()


def _on_line(before: Placed, after: Placed, start: int, end: int) -> QPointF:
    """A point of the line from one tile to another; not its middle, where lines cross."""
    t, back = _ALONG, 1 - _ALONG
    left, right = before.mosaic.area.right() - before.mosaic.gap, after.mosaic.area.left()
    (top,) = before.mosaic.heights_of_lines(np.array([start]))
    (bottom,) = after.mosaic.heights_of_lines(np.array([end]))
    along = left * back**3 + 3 * (left + right) / 2 * (back * t) + right * t**3
    return QPointF(along, top * (back**3 + 3 * back**2 * t) + bottom * (t**3 + 3 * back * t**2))
