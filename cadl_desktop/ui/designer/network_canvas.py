"""Canvas of the designer: the columns' heads, the buttons that add layers, and the drawing that positions
them."""

from collections.abc import Collection, Sequence
from math import inf

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

from cadl_desktop.drawing.drawn_network import DrawnColumn, Role, drawn_columns
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.shapes import is_encoded
from cadl_desktop.runs.probed_columns import Column
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.ui.controls.arrow_group import ArrowGroup
from cadl_desktop.ui.controls.fields import describe, order_tabs, tab_start
from cadl_desktop.ui.controls.layouts import SPRING, at, in_column
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.designer.column_heads import (
    HEIGHT,
    STEPS_BY_KEY,
    TEMPORARY_FOCUS_LOSS,
    Head,
    LayerHead,
    PartHead,
    encoding_words,
    input_words,
)
from cadl_desktop.ui.network.cards.neuron_menu import NEURON_KEYS
from cadl_desktop.ui.network.cards.neuron_popup import idle_text
from cadl_desktop.ui.network.pointing import Pointing
from cadl_desktop.ui.network.probe_pictures import Grid
from cadl_desktop.ui.network.view import NetworkView
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, TARGET, theme

BUTTON_SIDE = TARGET
_NARROWEST = 10
_ICON = 12
_WIDEST = 18 * GRID
_LEAST = QSize(36 * GRID, 11 * GRID)
"""Smallest size of the drawing, independent of the interface scale as it holds pictures and no text."""
_DESCRIBE_MS = 700
_NOTCH = 120.0
_ZOOM = 1.25
"""Magnification per notch of the wheel."""


class AddLayerButton(QToolButton):
    """Button between two columns that adds a layer there; below the heads as narrow as the gap. All are
    one Tab stop."""

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index = index
        self.setMouseTracking(True)
        set_icon(self, "plus", "muted")
        self.show_loss(loses=False)

    def show_loss(self, *, loses: bool) -> None:
        """Says whether a layer here makes the network begin anew."""
        text = "Adds a layer here."
        if loses:
            text += " The network then begins anew, as this layer can't pass on what was learned."
        describe(self, f"Add layer {self.index + 1}", text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.setBrush(QColor(theme().raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        side = min(_ICON, self.width())
        middle = self.rect().center()
        place = QRect(middle.x() - side // 2 + 1, middle.y() - side // 2 + 1, side, side)
        self.icon().paint(painter, place)
        painter.end()


class NoLayersHint(QWidget):
    """Hint and button shown in place of the layers while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = label(
            "No hidden layer yet: this network can only draw straight lines through its inputs.",
            "muted",
            wraps=True,
        )
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.add = QPushButton("Add a layer")
        set_icon(self.add, "plus")
        describe(self.add, "Add a layer", "Puts a layer between the input and the output.")
        button = at(Qt.AlignmentFlag.AlignHCenter, self.add)
        in_column(self.text, button, SPRING, on=self, margins=(2 * GRID, GRID, 2 * GRID, 0))


class NetworkCanvas(QWidget):
    """Network drawing with its heads. Heads stay the same widgets across edits, so that focus survives."""

    add_wanted = Signal(int)
    layer_made = Signal(object)  # LayerHead, to be connected
    menu_wanted = Signal(object)  # QContextMenuEvent
    neuron_key = Signal(int)  # while a clicked neuron has the keys
    pressed = Signal()  # the mouse, anywhere in the drawing

    def __init__(self, gains: NeuronGains | None = None) -> None:
        super().__init__()
        self._tab_start = tab_start(self)
        self.input, self.encoding, self.output = Head(self), Head(self), PartHead("output", self)
        self.layers: list[LayerHead] = []
        self.gaps: list[AddLayerButton] = []
        self._spare_layers: list[LayerHead] = []
        self._spare_gaps: list[AddLayerButton] = []
        self._gap_group = ArrowGroup(self)
        self.empty = NoLayersHint(self)
        self.empty.add.clicked.connect(lambda: self.add_wanted.emit(0))
        self._columns: list[DrawnColumn] = []
        self.first_layer = 0
        """Column of the first layer, after the input and the encoding, if any."""
        self._wanted_height = 0
        self._is_line: bool | None = None
        self._idle_layers: Collection[int] = ()
        self._drop_gap: int | None = None
        self._dragged_from: QPointF | None = None
        self._panned = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.view = NetworkView(self, self.drawn_columns, gains, HEIGHT + GRID)
        self.pointing = Pointing(self, self.view, gains)
        self.pointing.neuron_clicked.connect(self._take_keys)
        self.view.moved.connect(self._place_heads)
        self._connect_zoom(self.output)
        # Delayed, as every change would keep a screen reader busy.
        self._describe_timer = QTimer(self, singleShot=True, interval=_DESCRIBE_MS)
        self._describe_timer.timeout.connect(self._describe_layers)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST.width(), HEIGHT + GRID + _LEAST.height())

    def sizeHint(self) -> QSize:
        return QSize(100 * GRID, max(self._wanted_height, self.minimumSizeHint().height()))

    # Content

    def show_experiment(self, experiment: Experiment) -> None:
        """Shows an experiment's columns; creates heads only where there are too few."""
        before, self._columns = self._columns, drawn_columns(experiment)
        if self._columns != before:
            self.pointing.clear()  # a neuron of this number may be another one now
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
        self._place_heads()
        self.update()

    def show_columns(self, columns: Sequence[Column], grid: Grid | None) -> None:
        """Shows the latest probe; tiles stay empty without columns."""
        if not self.view.show_columns(columns, grid):
            self.pointing.clear()
        elif self.isVisible():
            self.pointing.update_popup()
        if not self._describe_timer.isActive():
            self._describe_timer.start()

    def show_idle_layers(self, layers: Collection[int]) -> None:
        """Counts idle neurons in the heads of those layers of which the doctor says that they have too
        many."""
        if layers != self._idle_layers:
            self._idle_layers = layers
            self._describe_layers()

    @Slot()
    def _describe_layers(self) -> None:
        columns = self.view.pictures.columns if self.view.pictures else ()
        for head in self.layers:
            is_idle = columns and head.index in self._idle_layers
            head.show_idle(*(idle_text(columns[self.first_layer + head.index]) if is_idle else (0, "")))

    def heads(self) -> list[Head]:
        """Head of each column that is shown."""
        sides = [self.input, self.encoding][: self.first_layer]
        return [*sides, *self.layers, self.output]

    def first_place(self) -> QWidget:
        """Control that adds a layer at the front."""
        return self.empty.add if self._is_line else self.gaps[0]

    def drawn_columns(self) -> list[DrawnColumn]:
        return self._columns

    def slot_of(self, head: Head) -> QRect:
        """Rectangle of a column on the screen, including its head."""
        one = self.view.placed()[self.heads().index(head)]
        slot = (one.extent.toAlignedRect() | head.geometry()) & self.rect()
        return QRect(self.mapToGlobal(slot.topLeft()), slot.size())

    # Heads and buttons

    def _arrange(self, count: int) -> None:
        buttons = 0 if self._is_line else count + 1
        removed = [*self.layers[count:], *self.gaps[buttons:]]
        # Kept for an undo or another network: creating widgets takes longer than all else.
        self._spare_layers += reversed(self.layers[count:])
        self._spare_gaps += reversed(self.gaps[buttons:])
        for head in self.layers[count:]:
            head.reset()
        del self.layers[count:], self.gaps[buttons:]
        while len(self.layers) < count:
            self.layers.append(self._take_head())
        while len(self.gaps) < buttons:
            self.gaps.append(self._take_add_button())
        for widget in removed:
            widget.hide()  # after all others are updated, as one of them may get the focus
        self.empty.setVisible(bool(self._is_line))
        order: list[QWidget] = [self._tab_start, *([self.empty.add] if self._is_line else [])]
        order_tabs([*order, *self.gaps, *self.layers, self.output])
        self._gap_group.show_controls(self.gaps)

    def _take_head(self) -> LayerHead:
        head = self._spare_layers.pop() if self._spare_layers else self._new_head(len(self.layers))
        head.show()
        return head

    def _take_add_button(self) -> AddLayerButton:
        if self._spare_gaps:
            button = self._spare_gaps.pop()
        else:
            index = len(self.gaps)
            button = AddLayerButton(index, self)
            button.clicked.connect(lambda: self.add_wanted.emit(index))
        button.show()
        return button

    def _new_head(self, index: int) -> LayerHead:
        head = LayerHead(index, self)
        head.walked.connect(lambda right, down: self.pointing.walk(self.first_layer + index, right, down))
        head.walk_ended.connect(self.pointing.end_walk)
        self._connect_zoom(head)
        self.layer_made.emit(head)
        return head

    def _connect_zoom(self, head: PartHead) -> None:
        head.fit_wanted.connect(self.view.fit)
        head.zoom_wanted.connect(lambda steps: self._zoom_on(head, steps))
        head.closer_wanted.connect(lambda: self._look_closer(head))
        head.focused.connect(lambda: self._bring_into_view(head))

    def _bring_into_view(self, head: PartHead) -> None:
        """Pans to the head's column, unless the head is being removed."""
        heads = self.heads()
        if head in heads:
            self.view.bring_into_view(heads.index(head))

    @Slot()
    def _place_heads(self) -> None:
        """Places each head above its column, and the buttons between them."""
        placed = self.view.placed()
        self.encoding.setVisible(self.first_layer > 1)
        room = BUTTON_SIDE if self._buttons_fit() else 0
        for head, one in zip(self.heads(), placed, strict=True):
            # No head extends further right than the output's picture.
            right = min(one.slot.right(), self.width() - GRID + room / 2)
            width = min(max(right - one.slot.left() - room - (4 if room else 2), 8.0), _WIDEST)
            middle = one.extent.center().x()
            least, most = one.slot.left() + room / 2, right - room / 2 - width
            left = min(max(middle - width / 2, least), most)
            head.setGeometry(round(left), GRID // 2, round(width), HEIGHT)
        for button in self.gaps:
            after = placed[self.first_layer + button.index]
            before = placed[self.first_layer + button.index - 1]
            gap = after.mosaic.area.left() - before.mosaic.area.right()
            width = BUTTON_SIDE if room else round(min(max(gap, _NARROWEST), BUTTON_SIDE))
            top = GRID // 2 + (HEIGHT - BUTTON_SIDE) // 2 if room else HEIGHT + GRID
            button.setGeometry(round(after.slot.left() - width / 2), top, width, BUTTON_SIDE)
        left, right = placed[self.first_layer - 1].extent.right(), placed[-1].extent.left()
        self.empty.setGeometry(round(left) + GRID, GRID, max(round(right - left) - 2 * GRID, 0), 15 * GRID)

        self._ask_for_height()

    def _ask_for_height(self) -> None:
        wanted = round(self.view.wanted_height())
        if wanted != self._wanted_height:
            self._wanted_height = wanted
            self.updateGeometry()

    def _buttons_fit(self) -> bool:
        """Whether the buttons fit between the heads; otherwise they go below."""
        slots = [one.slot.width() for one in self.view.placed()[self.first_layer : -1]]
        return min(slots, default=inf) >= BUTTON_SIDE + 6 * GRID

    def _look_closer(self, head: PartHead) -> None:
        column, walked = self.heads().index(head), self.pointing.walked
        here = walked is not None and walked.column == column
        self.view.zoom_to(column, walked.neuron if here and walked else None)

    def _zoom_on(self, head: PartHead, steps: int) -> None:
        one = self.view.placed()[self.heads().index(head)]
        self.view.zoom(_ZOOM**steps, (one.extent & self.view.area()).center())

    @Slot(int, int)
    def _take_keys(self, column: int, neuron: int) -> None:
        """Gives the focus to the head of a clicked neuron, whose keys act on it; other columns' heads take no
        such keys."""
        head = self.heads()[column]
        (head if isinstance(head, LayerHead) else self).setFocus(Qt.FocusReason.MouseFocusReason)

    # Dragging a layer

    def drop_place(self, index: int, position: QPoint) -> int:
        """Index at which layer `index` would be dropped at a global position."""
        x = self.mapFromGlobal(position).x()
        return sum(head.geometry().center().x() < x for head in self.layers if head.index != index)

    def show_drop(self, index: int, place: int | None) -> None:
        """Marks the gap into which layer `index` would go; None marks nothing."""
        self._drop_gap = None if place is None or place == index else place + (place > index)
        self.update()

    # Qt events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._columns:
            self._place_heads()
            self.pointing.update_popup()

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at, key = self.view.highlight, Qt.Key(event.key())
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if at is not None and key in STEPS_BY_KEY:
            self.pointing.walk(at.column, *STEPS_BY_KEY[key])
        elif at is not None and key in NEURON_KEYS and plain:
            self.neuron_key.emit(key)
        elif at is not None and key == Qt.Key.Key_Escape:
            self.pointing.clear()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in TEMPORARY_FOCUS_LOSS:
            self.pointing.end_walk()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointing.leave()
