"""The network's heads and pluses, and the one drawing below them, which says where they stand."""

from collections.abc import Sequence
from math import inf

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from cadl_desktop.drawing.drawn_network import DrawnColumn, Role, drawn_columns
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.shapes import is_encoded
from cadl_desktop.runs.probed_columns import Column
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.ui.controls.fields import order_tabs, tab_start
from cadl_desktop.ui.designer.gaps import PLUS, EmptyGap, Plus, plus_width
from cadl_desktop.ui.designer.head import HEIGHT, Head, encoding_words, input_words
from cadl_desktop.ui.designer.part_head import LayerHead, PartHead
from cadl_desktop.ui.network.neuron_popup import silent_text
from cadl_desktop.ui.network.pictures.look import Grid
from cadl_desktop.ui.network.pointing import Pointing
from cadl_desktop.ui.network.view import NetworkView
from cadl_desktop.ui.theme.theme import GRID, theme

_WIDEST = 18 * GRID
_LEAST = QSize(36 * GRID, 11 * GRID)
"""Of what is drawn: at any size of the interface, as it is pictures and not text."""
_DESCRIBE_MS = 700
_NOTCH = 120.0
_ZOOM = 1.25
"""How much closer one notch of the wheel is."""


class Canvas(QWidget):
    """Heads stay the same widgets across edits, so that focus survives them."""

    add_wanted = Signal(int)
    layer_made = Signal(object)  # LayerHead, to be connected
    menu_wanted = Signal(object)  # QContextMenuEvent
    pressed = Signal()  # somewhere in the drawing

    def __init__(self, gains: NeuronGains | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start = tab_start(self)
        self.input, self.encoding, self.output = Head(self), Head(self), PartHead("output", self)
        self.layers: list[LayerHead] = []
        self.gaps: list[Plus] = []
        self._spare_layers: list[LayerHead] = []
        self._spare_gaps: list[Plus] = []
        self.empty = EmptyGap(self)
        self.empty.add.clicked.connect(lambda: self.add_wanted.emit(0))
        self._columns: list[DrawnColumn] = []
        self.first_layer = 0
        """The column of the first layer: after the input and, where there is one, the encoding."""
        self._is_line: bool | None = None
        self._drop_gap: int | None = None
        self._dragged_from: QPointF | None = None
        self._panned = False
        self.setMouseTracking(True)
        self.view = NetworkView(self, self.drawn_columns, gains, HEIGHT + GRID)
        self.pointing = Pointing(self, self.view, gains)
        self.view.moved.connect(self._place)
        self._connect_zoom(self.output)
        # A screen reader would be kept busy by every change.
        self._describe_timer = QTimer(self, singleShot=True, interval=_DESCRIBE_MS)
        self._describe_timer.timeout.connect(self._describe_layers)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST.width(), HEIGHT + GRID + _LEAST.height())

    def sizeHint(self) -> QSize:
        return QSize(100 * GRID, 34 * GRID)

    # What is shown

    def show_experiment(self, experiment: Experiment) -> None:
        """Shows every column; makes heads only where there are too few."""
        self._columns = drawn_columns(experiment)
        self.first_layer = sum(one.role in (Role.INPUT, Role.FEATURES) for one in self._columns)
        is_line = not experiment.layers and not is_encoded(experiment)
        if len(experiment.layers) != len(self.layers) or is_line != self._is_line:
            self._is_line = is_line
            self._arrange(len(experiment.layers))
        self.input.show_words("Input", *input_words(experiment))
        self.encoding.show_words("Encoding", *encoding_words(experiment, self._columns))
        for head, layer in zip(self.layers, experiment.layers, strict=True):
            column = self._columns[self.first_layer + head.index]
            head.show_part(layer, column.title, str(head.index + 1), column.neurons)
        output = self._columns[-1]
        self.output.show_part(experiment.output, output.title, "Out", output.neurons)
        self._place()
        self.update()

    def show_columns(self, columns: Sequence[Column], grid: Grid | None) -> None:
        """Shows what the neurons compute now; they stand empty where there are no columns."""
        if not self.view.show_columns(columns, grid):
            self.pointing.leave()
        elif self.isVisible():
            self.pointing.tell()
        if not self._describe_timer.isActive():
            self._describe_timer.start()

    @Slot()
    def _describe_layers(self) -> None:
        look = self.view.look
        for head in self.layers:
            column = look.columns[self.first_layer + head.index] if look else None
            head.show_silent(*(silent_text(column) if column else (0, "")))

    def heads(self) -> list[Head]:
        """The head of each column that is shown."""
        sides = [self.input, self.encoding][: self.first_layer]
        return [*sides, *self.layers, self.output]

    def first_place(self) -> QWidget:
        """What puts the first layer into a network that has none."""
        return self.empty.add if self._is_line else self.gaps[0]

    def drawn_columns(self) -> list[DrawnColumn]:
        """What is drawn, from left to right."""
        return self._columns

    def slot_of(self, head: Head) -> QRect:
        """A column's place on the screen, with its head."""
        one = self.view.placed()[self.heads().index(head)]
        slot = (one.extent.toAlignedRect() | head.geometry()) & self.rect()
        return QRect(self.mapToGlobal(slot.topLeft()), slot.size())

    # Heads and pluses

    def _arrange(self, count: int) -> None:
        pluses = 0 if self._is_line else count + 1
        gone = [*self.layers[count:], *self.gaps[pluses:]]
        # An undo, or another network, gets them back: to make them takes longer than all else.
        self._spare_layers += reversed(self.layers[count:])
        self._spare_gaps += reversed(self.gaps[pluses:])
        for head in self.layers[count:]:
            head.forget()
        del self.layers[count:], self.gaps[pluses:]
        while len(self.layers) < count:
            self.layers.append(self._next_head())
        while len(self.gaps) < pluses:
            self.gaps.append(self._next_plus())
        for widget in gone:
            widget.hide()  # when all the others are right, as one of them may get the focus
        self.empty.setVisible(bool(self._is_line))
        order: list[QWidget] = [self._start, *([self.empty.add] if self._is_line else [])]
        for plus, head in zip(self.gaps, self.layers, strict=False):
            order += [plus, head]
        order_tabs([*order, *self.gaps[-1:], self.output])

    def _next_head(self) -> LayerHead:
        if not self._spare_layers:
            return self._new_head(len(self.layers))
        head = self._spare_layers.pop()
        head.show()
        return head

    def _next_plus(self) -> Plus:
        if not self._spare_gaps:
            return self._new_plus(len(self.gaps))
        plus = self._spare_gaps.pop()
        plus.show()
        return plus

    def _new_head(self, index: int) -> LayerHead:
        head = LayerHead(index, self)
        head.walked.connect(lambda right, down: self.pointing.walk(self.first_layer + index, right, down))
        head.walk_ended.connect(self.pointing.end_walk)
        self._connect_zoom(head)
        self.layer_made.emit(head)
        head.show()
        return head

    def _connect_zoom(self, head: PartHead) -> None:
        head.fit_wanted.connect(self.view.fit)
        head.zoom_wanted.connect(lambda steps: self._zoom_on(head, steps))
        head.closer_wanted.connect(lambda: self._look_closer(head))
        head.focused.connect(lambda: self._bring_into_view(head))

    def _bring_into_view(self, head: PartHead) -> None:
        """Unless it is about to go."""
        heads = self.heads()
        if head in heads:
            self.view.bring_into_view(heads.index(head))

    def _new_plus(self, index: int) -> Plus:
        plus = Plus(index, self)
        plus.clicked.connect(lambda: self.add_wanted.emit(index))
        plus.show()
        return plus

    @Slot()
    def _place(self) -> None:
        """Puts every head above its column, and a plus between two."""
        placed = self.view.placed()
        self.encoding.setVisible(self.first_layer > 1)
        room = PLUS if self._pluses_fit() else 0
        for head, one in zip(self.heads(), placed, strict=True):
            # No head goes further to the right than the output's picture does.
            right = min(one.slot.right(), self.width() - GRID + room / 2)
            width = min(max(right - one.slot.left() - room - (4 if room else 2), 8.0), _WIDEST)
            middle = one.extent.center().x()
            least, most = one.slot.left() + room / 2, right - room / 2 - width
            left = min(max(middle - width / 2, least), most)
            head.setGeometry(round(left), GRID // 2, round(width), HEIGHT)
        for plus in self.gaps:
            after = placed[self.first_layer + plus.index]
            before = placed[self.first_layer + plus.index - 1]
            width = plus_width(after.mosaic.area.left() - before.mosaic.area.right())
            top = GRID // 2 + (HEIGHT - PLUS) // 2 if room else HEIGHT + GRID
            plus.setGeometry(round(after.slot.left() - width / 2), top, width, PLUS)
        left, right = placed[self.first_layer - 1].extent.right(), placed[-1].extent.left()
        self.empty.setGeometry(round(left) + GRID, GRID, max(round(right - left) - 2 * GRID, 0), 15 * GRID)

    def _pluses_fit(self) -> bool:
        """Whether there is room for them between the heads, and not only below."""
        slots = [one.slot.width() for one in self.view.placed()[self.first_layer : -1]]
        return min(slots, default=inf) >= PLUS + 6 * GRID

    def _look_closer(self, head: PartHead) -> None:
        column, walked = self.heads().index(head), self.pointing.walked
        here = walked is not None and walked.column == column
        self.view.zoom_to(column, walked.neuron if here and walked else None)

    def _zoom_on(self, head: PartHead, steps: int) -> None:
        one = self.view.placed()[self.heads().index(head)]
        self.view.zoom(_ZOOM**steps, (one.extent & self.view.area()).center())

    # Dragging a layer

    def drop_place(self, index: int, position: QPoint) -> int:
        """Where layer `index` would stand if it were dropped at this global position."""
        x = self.mapFromGlobal(position).x()
        return sum(head.geometry().center().x() < x for head in self.layers if head.index != index)

    def show_drop(self, index: int, place: int | None) -> None:
        """Marks the gap into which layer `index` would go; None marks nothing."""
        self._drop_gap = None if place is None or place == index else place + (place > index)
        self.update()

    # What Qt calls

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._columns:
            self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.view.paint(painter, QRectF(event.rect()))
        if self._drop_gap is not None and self._drop_gap < len(self.gaps):
            x = self.gaps[self._drop_gap].geometry().center().x() + 0.5
            painter.setPen(QPen(QColor(theme().accent), 3))
            painter.drawLine(QPointF(x, GRID), QPointF(x, self.height() - GRID))
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if abs(turned.x()) > abs(turned.y()):
            self.view.pan(QPointF(turned.x() / 2, 0))
        else:
            self.view.zoom(_ZOOM ** (turned.y() / _NOTCH), event.position())
            self.pointing.hover(event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged_from, self._panned = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        start = self._dragged_from
        if start is None:
            self.pointing.hover(event.position())
            return
        by = event.position() - start
        if self._panned or by.manhattanLength() >= QApplication.startDragDistance():
            self._panned, self._dragged_from = True, event.position()
            self.view.pan(by)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._panned:
            self.pointing.click(event.position())
        self._dragged_from, self._panned = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.view.fit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointing.leave()
