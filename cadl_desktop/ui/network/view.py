"""The neurons behind the designer's cards: what they show, and what the pointer or the keys are at."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QWidget

from cadl_desktop.runs.neurons import Column
from cadl_desktop.sentences import filled
from cadl_desktop.ui.network.drawing import Muted, Pointed, paint_ground, paint_neurons
from cadl_desktop.ui.network.gain_marks import Gain, gain_facts, paint_gain
from cadl_desktop.ui.network.layout import DrawnColumn, Placed, fitted, place
from cadl_desktop.ui.network.lines import distances, ends_of
from cadl_desktop.ui.network.look import Grid, Look
from cadl_desktop.ui.theme.theme import GRID, theme

if TYPE_CHECKING:
    from cadl_desktop.ui.network.neuron_popup import NeuronPopup

LINES_MS = 500
"""How old lines become: weights move more slowly than what neurons make of them, and lines take longer to
paint than all pictures together."""
_NEAR = 5.0
"""How many pixels from a line the pointer is still on it."""


class NetworkView(QObject):
    """Paints on a canvas and follows the pointer over it; positions are the canvas's own. There is no `gain`
    where neurons can't be played."""

    sheet_wanted = Signal(int)  # column
    line_wanted = Signal(int, int, int)  # column, neuron before, neuron

    def __init__(self, canvas: QWidget, columns: Callable[[], list[DrawnColumn]], gain: Gain | None) -> None:
        super().__init__(canvas)
        self._canvas, self._drawn = canvas, columns
        self.look: Look | None = None
        self.pointed: Pointed | None = None
        self._gain = gain
        self._walked = False
        self._silent = False
        self._popup: NeuronPopup | None = None
        self._ground: QPixmap | None = None
        self._ground_key: object = None
        self._top = 0
        self._pictures = QRegion()
        self._lines_timer = QTimer(self, singleShot=True, interval=LINES_MS)
        self._lines_timer.timeout.connect(self._renew_lines)

    @property
    def popup(self) -> "NeuronPopup":
        """Made when it is first wanted."""
        if self._popup is None:
            from cadl_desktop.ui.network.neuron_popup import NeuronPopup

            self._popup = NeuronPopup(self._canvas.window())
        return self._popup

    def show_columns(self, columns: Sequence[Column], grid: Grid | None) -> None:
        """Takes what the neurons compute now; without columns they stand empty."""
        drawn = self._drawn()
        fits = [len(column.values) for column in columns] == [column.neurons for column in drawn]
        ratio = self._canvas.devicePixelRatioF()
        before, self.look = self.look, Look(columns, grid, ratio) if columns and fits else None
        if self.look is None:
            self.leave()
        if before is None or self.look is None or self._ground is None:
            self._lines_timer.stop()
            self._ground = None
            self._refresh()
            return
        if not self._lines_timer.isActive():
            self._lines_timer.start()
        if self._canvas.isVisible():
            self._canvas.update(self._pictures)
            self._tell()

    @Slot()
    def _renew_lines(self) -> None:
        """Paints them now and not with the pictures, so that nothing waits for both together."""
        self._ground = None
        if self._canvas.isVisible():
            placed = self.placed()
            self._painted_ground(placed, self._still_there(placed), self._visible())
            self._refresh()

    def recolour(self) -> None:
        """Makes the pictures anew in the theme's colours."""
        if self.look is not None:
            self.look = Look(self.look.columns, self.look.grid, self.look.ratio)
        self._refresh()

    def paint(self, painter: QPainter, clip: QRectF) -> None:
        """Paints cards, lines and neurons where they are in `clip`."""
        placed = self.placed()
        self._top = int(min(one.column.area.top() for one in placed)) - 2
        self._pictures = _pictures_of(placed)
        pointed, visible = self._still_there(placed), self._visible()
        if QRectF(visible).contains(clip):
            painter.drawPixmap(visible.topLeft(), self._painted_ground(placed, pointed, visible))
        else:  # for a picture of the whole canvas
            paint_ground(painter, placed, self.look, clip, pointed, self._muted(placed))
        paint_neurons(painter, placed, self.look, clip, pointed)
        if self._gain is not None and self.look is not None:
            for column, one in enumerate(placed):
                for neuron, cell in enumerate(one.cells):
                    paint_gain(painter, fitted(cell, self.look.grid), self._gain(column, neuron))

    def _painted_ground(self, placed: Sequence[Placed], pointed: Pointed | None, visible: QRect) -> QPixmap:
        """Everything but the neurons: kept until it looks different, or weights have moved for a while."""
        ratio = self._canvas.devicePixelRatioF()
        muted = self._muted(placed)
        key = ([one.column for one in placed], pointed, muted, visible, ratio, theme(), self.look is None)
        if self._ground is None or key != self._ground_key:
            self._ground_key, self._ground = key, QPixmap(visible.size() * ratio)
            self._ground.setDevicePixelRatio(ratio)
            self._ground.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._ground)
            painter.translate(-visible.topLeft())
            paint_ground(painter, placed, self.look, QRectF(visible), pointed, muted)
            painter.end()
        return self._ground

    def _muted(self, placed: Sequence[Placed]) -> Muted:
        gain = self._gain
        if gain is None:
            return ()
        return [tuple(n for n in range(len(one.cells)) if gain(c, n) == 0) for c, one in enumerate(placed)]

    def placed(self) -> list[Placed]:
        return [place(column) for column in self._drawn()]

    # Pointer and keys

    def hover(self, where: QPointF) -> None:
        """Shows what is at this point: a neuron, a line, or nothing."""
        self._walked = self._silent = False
        self._point_at(self.found(where))

    def leave(self) -> None:
        self._walked = self._silent = False
        self._point_at(None)

    def click(self, where: QPointF) -> bool:
        """Opens the whole layer where its number of hidden neurons is clicked, or a line; whether it was."""
        found = self.found(where)
        if found is None or not (found.rest or found.line):
            return False
        self.leave()
        if found.line:
            self.line_wanted.emit(found.column, *found.line)
        else:
            self.sheet_wanted.emit(found.column)
        return True

    @property
    def walked(self) -> Pointed | None:
        """The neuron that the keys have gone to."""
        return self.pointed if self._walked else None

    def show_line(self, column: int, before: int, after: int) -> None:
        """Lifts a line from the others, where both its ends are drawn, without telling its weight, whatever
        news come."""
        pointed = Pointed(column, line=(before, after))
        self._walked, self._silent = False, True
        self._point_at(pointed if _is_there(pointed, self.placed()) else None)
        self._tell()

    def place_of(self, pointed: Pointed) -> QRect:
        """Where a neuron, or the middle of a line, is on the canvas."""
        placed = self.placed()
        one = placed[pointed.column]
        if pointed.line is not None:
            start, end = placed[pointed.column - 1].cells[pointed.line[0]], one.cells[pointed.line[1]]
            return QRect(_middle(start, end).toPoint(), QSize(1, 1))
        shown = pointed.neuron is not None and pointed.neuron < len(one.cells)
        return (one.cells[pointed.neuron or 0] if shown else one.rest).toAlignedRect()

    def walk(self, column: int, by: int) -> None:
        """Goes to the next neuron of a column by the keys, and from either end to the other."""
        if self.look is None:
            return
        count = len(self.look.columns[column].values)
        here = self.pointed.neuron if self.pointed and self.pointed.column == column else None
        self.walk_to(column, (0 if by > 0 else count - 1) if here is None else (here + by) % count)

    def walk_to(self, column: int, neuron: int) -> None:
        if self.look is not None and neuron < len(self.look.columns[column].values):
            self._silent = False
            self._point_at(Pointed(column, neuron=neuron))
            self._walked = True

    def tell_again(self) -> None:
        """What is known of the neuron that is pointed at has changed."""
        if self.pointed is not None:
            self._tell()

    def end_walk(self) -> None:
        """Hides what the keys have shown, and leaves alone what the pointer is at."""
        if self._walked:
            self.leave()

    def found(self, where: QPointF) -> Pointed | None:
        """The neuron, line or number of hidden neurons at a point."""
        placed = self.placed()
        for index, one in enumerate(placed):
            if one.rest.contains(where):
                return Pointed(index, rest=True)
            cell = one.cell_at(where)
            if cell is not None:
                return Pointed(index, neuron=cell)
        return self._line_at(placed, where)

    def _line_at(self, placed: Sequence[Placed], where: QPointF) -> Pointed | None:
        if self.look is None:
            return None
        for index in range(1, len(placed)):
            before, after = placed[index - 1].cells, placed[index].cells
            if not before or not before[0].left() <= where.x() <= after[-1].right():
                continue
            lines = self.look.lines(index, len(before), len(after))
            apart = distances(ends_of(lines, before, after), where.x(), where.y())
            if len(apart) and lines.weights is not None and apart.min() <= _NEAR:
                nearest = int(apart.argmin())
                return Pointed(index, line=(int(lines.before[nearest]), int(lines.after[nearest])))
        return None

    def _point_at(self, pointed: Pointed | None) -> None:
        if pointed != self.pointed:
            self.pointed = pointed
            self._refresh()

    def _refresh(self) -> None:
        if self._canvas.isVisible():
            # Above the neurons are only controls, which take long to paint.
            self._canvas.update(self._canvas.rect().adjusted(0, self._top, 0, 0))
            self._tell()

    # The popup

    def _tell(self) -> None:
        pointed, look = self.pointed, self.look
        if pointed is None or look is None or pointed.rest or self._silent:
            if self._popup is not None:
                self._popup.hide()
        elif not _is_there(pointed, self.placed()):
            self.popup.hide()
        elif pointed.line is not None:
            self._tell_line(look, pointed.column, *pointed.line)
        elif pointed.neuron is not None:
            self._tell_neuron(look, pointed.column, pointed.neuron)

    def _tell_neuron(self, look: Look, column: int, neuron: int) -> None:
        gain = 1.0 if self._gain is None else self._gain(column, neuron)
        self.popup.tell_neuron(self.name(column, neuron), look, column, neuron, gain_facts(gain))
        placed = self.placed()[column]
        shown = neuron < len(placed.cells)
        frame = fitted(placed.cells[neuron], look.grid) if shown else placed.rest
        self.popup.show_at(self._canvas, frame.toAlignedRect(), self._visible_bottom())

    def _tell_line(self, look: Look, column: int, before: int, after: int) -> None:
        weights = look.columns[column].weights
        if weights is None:
            return
        names = f"{self.name(column - 1, before)}  →  {self.name(column, after)}"
        self.popup.tell_line(names, float(weights[before, after]), can_be_set=self._gain is not None)
        placed = self.placed()
        start, end = placed[column - 1].cells[before], placed[column].cells[after]
        middle = _middle(start, end)
        self.popup.show_at(self._canvas, QRect(middle.toPoint(), QSize(1, 1)), int(middle.y()) + 2 * GRID)

    def _visible_bottom(self) -> int:
        """Where the canvas ends that can be seen: a popup below that hides nothing of the network."""
        return self._visible().bottom() + GRID // 2

    def _visible(self) -> QRect:
        return self._canvas.visibleRegion().boundingRect()

    def _still_there(self, placed: Sequence[Placed]) -> Pointed | None:
        return self.pointed if self.pointed and _is_there(self.pointed, placed) else None

    def name(self, column: int, neuron: int) -> str:
        """How a neuron is called, such as 'Layer 2, neuron 7' or 'Output red'."""
        drawn = self._drawn()[column]
        if neuron < len(drawn.names):
            return f"{drawn.title}: {drawn.names[neuron]}"
        text = self.tr("{layer}, neuron {number}") if drawn.learns else self.tr("{layer}, feature {number}")
        return filled(text, layer=drawn.title, number=neuron + 1)


def _middle(start: QRectF, end: QRectF) -> QPointF:
    """Of the line from one cell to another."""
    return QPointF((start.right() + end.left()) / 2, (start.center().y() + end.center().y()) / 2)


def _pictures_of(placed: Sequence[Placed]) -> QRegion:
    """Where news change something while the lines stay: the pictures, and the mark around one."""
    region = QRegion()
    for one in placed:
        box = QRectF(one.result)
        for cell in one.cells:
            box |= cell
        region += box.adjusted(-3, -3, 3, 3).toAlignedRect()
    return region


def _is_there(pointed: Pointed, placed: Sequence[Placed]) -> bool:
    """Whether it is still drawn: the network and its room may have changed since."""
    if pointed.column >= len(placed):
        return False
    if pointed.line is not None:
        before, after = pointed.line
        return before < len(placed[pointed.column - 1].cells) and after < len(placed[pointed.column].cells)
    return pointed.neuron is None or pointed.neuron < placed[pointed.column].column.neurons
