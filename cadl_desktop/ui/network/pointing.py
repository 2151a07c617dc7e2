"""Highlights what the pointer or the keys are at in the network, and shows lens and popup about it."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRect, QSize, Signal, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.data.curves.columns import shortened_name
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.ui.network.cards.neuron_popup import NeuronPopup
from cadl_desktop.ui.network.cards.step_formulas import Rows
from cadl_desktop.ui.network.cards.tile_lens import TileLens
from cadl_desktop.ui.network.layout import PlacedColumn
from cadl_desktop.ui.network.line_painting import line_ends
from cadl_desktop.ui.network.lines import Lines, line_distances, lines_of_neuron, lines_per_gap
from cadl_desktop.ui.network.probe_pictures import ProbePictures
from cadl_desktop.ui.network.scene import Highlight
from cadl_desktop.ui.network.tile_marks import gain_text
from cadl_desktop.ui.network.view import NetworkView, is_drawn

_NEAR = 5.0
"""Largest distance in pixels of the pointer from a line that it hits."""
_MOST_NAME = 24
"""Letters of a column's name in a card's title."""
_ALONG = 0.3
"""Position along a line where its popup points, 0 to 1."""


class Pointing(QObject):
    """Follows the pointer over a canvas, and the keys. A neuron that was clicked stays highlighted where the
    pointer is at no other. Positions are in canvas coordinates; `gains` is None where neurons cannot be muted
    or scaled."""

    line_wanted = Signal(int, int, int)  # column, neuron before, neuron
    neuron_clicked = Signal(int, int)  # column, neuron

    def __init__(self, canvas: QWidget, view: NetworkView, gains: NeuronGains | None) -> None:
        super().__init__(canvas)
        self._canvas, self._view, self._gains = canvas, view, gains
        self._by_keys = False
        self._clicked: Highlight | None = None
        self._hides_popup = False
        self._popup: NeuronPopup | None = None
        self.lens = TileLens(canvas)
        view.moved.connect(self.update_popup)

    @property
    def popup(self) -> NeuronPopup:
        """Popup, created on first use."""
        if self._popup is None:
            self._popup = NeuronPopup(self._canvas.window())
        return self._popup

    # Pointer

    def hover(self, where: QPointF) -> None:
        """Highlights the neuron or line at a point, or else the clicked neuron."""
        self._by_keys = self._hides_popup = False
        self._highlight(self.highlight_at(where) or self._clicked)

    def leave(self) -> None:
        """Highlights only the clicked neuron, if there is one."""
        self._by_keys = self._hides_popup = False
        self._highlight(self._clicked)

    def clear(self) -> None:
        """Highlights nothing."""
        self._clicked = None
        self.leave()

    def click(self, where: QPointF) -> None:
        """Keeps a clicked neuron highlighted and emits `neuron_clicked`, or `line_wanted` for a line."""
        found = self.highlight_at(where)
        self.clear()
        if found is not None and found.line:
            self.line_wanted.emit(found.column, *found.line)
        elif found is not None and found.neuron is not None:
            self.neuron_clicked.emit(found.column, found.neuron)
            self._clicked = found
            self.leave()

    def highlight_at(self, where: QPointF) -> Highlight | None:
        """Neuron or line at a point."""
        if not self._view.area().contains(where):
            return None
        placed = self._view.placed()
        for index, one in enumerate(placed):
            neuron = one.mosaic.neuron_at(where)
            if neuron is not None:
                return Highlight(index, neuron=neuron)
        return self._line_at(placed, where)

    def _line_at(self, placed: Sequence[PlacedColumn], where: QPointF) -> Highlight | None:
        pictures = self._view.shown
        if pictures is None:
            return None
        for index in range(1, len(placed)):
            before, after = placed[index - 1], placed[index]
            if not before.mosaic.area.right() <= where.x() <= after.mosaic.area.left():
                continue
            lines = self._drawn_lines(pictures, index, len(placed))
            apart = line_distances(line_ends(lines, before, after), where.x(), where.y())
            if len(apart) and lines.weights is not None and apart.min() <= _NEAR:
                nearest = int(apart.argmin())
                return Highlight(index, line=(int(lines.before[nearest]), int(lines.after[nearest])))
        return None

    def _drawn_lines(self, pictures: ProbePictures, index: int, columns: int) -> Lines:
        """Lines drawn into a column: of the neuron reached by keys, or else the strongest."""
        at = self.walked
        if at is not None and at.neuron is not None and index in (at.column, at.column + 1):
            return lines_of_neuron(pictures.columns, at.column, at.neuron)[index - at.column]
        return pictures.lines(index, lines_per_gap(columns - 1))

    # Keys

    @property
    def walked(self) -> Highlight | None:
        """Neuron that the keys are at: they have reached it, or it was clicked."""
        highlight = self._view.highlight
        return highlight if self._by_keys or highlight == self._clicked else None

    def walk(self, column: int, right: int, down: int) -> None:
        """Moves to the next tile of a column by the keys, wrapping around at either end."""
        pictures = self._view.pictures
        if pictures is None:
            return
        placed, at = self._view.placed(), self._view.highlight
        mosaic = placed[column].mosaic
        if at is not None and at.column == column and at.neuron is not None and is_drawn(at, placed):
            self.walk_to(column, mosaic.neighbour(at.neuron, right, down))
        else:
            self.walk_to(column, mosaic.neuron(0 if right + down > 0 else mosaic.count - 1))

    def walk_to(self, column: int, neuron: int) -> None:
        pictures = self._view.pictures
        if pictures is not None and neuron < len(pictures.columns[column].values):
            self._hides_popup, self._clicked = False, None
            self._view.bring_into_view(column, neuron)
            self._highlight(Highlight(column, neuron=neuron))
            self._by_keys = True

    def end_walk(self) -> None:
        """Hides what the keys are at, but not what the pointer is at."""
        if self._by_keys or self._clicked:
            self.clear()

    def show_line(self, column: int, before: int, after: int) -> None:
        """Highlights a line without its popup; later probes do not bring the popup back."""
        highlight = Highlight(column, line=(before, after))
        self._by_keys, self._hides_popup = False, True
        self._highlight(highlight if is_drawn(highlight, self._view.placed()) else None)

    # Popup

    def place_of(self, highlight: Highlight) -> QRect:
        """Rectangle of a neuron or column, or some point of a line, on the canvas."""
        placed = self._view.placed()
        one = placed[highlight.column]
        if highlight.line is not None:
            return QRect(
                _line_anchor(placed[highlight.column - 1], one, *highlight.line).toPoint(), QSize(1, 1)
            )
        place = one.extent if highlight.neuron is None else one.mosaic.tile(highlight.neuron)
        return (place & self._view.area()).toAlignedRect()

    def name(self, column: int, neuron: int) -> str:
        """Display name of a neuron, such as 'Layer 2, neuron 7' or 'Output red'."""
        drawn = self._view.placed()[column].column
        if neuron < len(drawn.names):
            return f"{drawn.title}: {shortened_name(drawn.names[neuron], _MOST_NAME)}"
        return f"{drawn.title}, {'neuron' if drawn.learns else 'feature'} {neuron + 1}"

    @Slot()
    def update_popup(self) -> None:
        """Shows the present figures of what is highlighted, or hides lens and popup."""
        highlight, pictures = self._view.highlight, self._view.pictures
        if (
            highlight is None
            or pictures is None
            or self._hides_popup
            or not is_drawn(highlight, self._view.placed())
        ):
            self.lens.hide()
            if self._popup is not None:
                self._popup.hide()
        elif highlight.line is not None:
            self.lens.hide()
            self._show_line(pictures, highlight.column, *highlight.line)
        elif highlight.neuron is not None:
            self._show_neuron(self._view.gradients or pictures, highlight.column, highlight.neuron)

    def _highlight(self, highlight: Highlight | None) -> None:
        self._view.set_highlight(highlight)
        self.update_popup()

    def _show_neuron(self, pictures: ProbePictures, column: int, neuron: int) -> None:
        gain = 1.0 if self._gains is None else self._gains.drawn_gain(column, neuron)
        facts = [*_gain_facts(gain), *self._view.facts(column, neuron)]
        place, output = self.place_of(Highlight(column, neuron)), self._output_rect()
        self.lens.show_neuron(pictures, column, neuron, place, output)
        formula = self._formula(column, neuron)
        enlarged = QRect() if self.lens.isHidden() else self.lens.geometry()
        self.popup.show_neuron(
            self.name(column, neuron),
            pictures,
            column,
            neuron,
            facts,
            formula,
            is_enlarged=not enlarged.isNull(),
        )
        self.popup.place_beside(self._canvas, place | enlarged, output)

    def _formula(self, column: int, neuron: int) -> Rows:
        """Formula of the next step of a neuron's weight with the largest gradient, while gradients are
        shown."""
        gradients = self._view.gradients
        source = None if gradients is None else gradients.source_of_strongest(column, neuron)
        if gradients is None or source is None:
            return []
        come_from = "From", self.name(column - 1, source)
        return [come_from, *gradients.formulas.rows(column, source, neuron)]

    def _show_line(self, pictures: ProbePictures, column: int, before: int, after: int) -> None:
        weights = pictures.columns[column].weights
        if weights is None:
            return
        names = f"{self.name(column - 1, before)}  →  {self.name(column, after)}"
        gradients, can_be_set = self._view.gradients, self._gains is not None
        formula = gradients.formulas.rows(column, before, after) if gradients else []
        self.popup.show_line(names, float(weights[before, after]), formula, can_be_set=can_be_set)
        self.popup.place_below(
            self._canvas, self.place_of(Highlight(column, line=(before, after))), self._output_rect()
        )

    def _output_rect(self) -> QRect:
        """Output picture, which the popup never covers."""
        return self._view.placed()[-1].extent.toAlignedRect()


def _line_anchor(before: PlacedColumn, after: PlacedColumn, start: int, end: int) -> QPointF:
    """Point of a line for its popup; not the middle, where lines cross."""
    t, back = _ALONG, 1 - _ALONG
    left, right = before.mosaic.area.right() - before.mosaic.gap, after.mosaic.area.left()
    (top,) = before.mosaic.line_heights(np.array([start]))
    (bottom,) = after.mosaic.line_heights(np.array([end]))
    along = left * back**3 + 3 * (left + right) / 2 * (back * t) + right * t**3
    return QPointF(along, top * (back**3 + 3 * back**2 * t) + bottom * (t**3 + 3 * back * t**2))


def _gain_facts(gain: float) -> list[tuple[str, str]]:
    """Popup rows about a neuron's gain; none if it is unchanged."""
    if gain == 1:
        return []
    return [("Goes on", "nothing: muted" if gain == 0 else gain_text(gain))]
