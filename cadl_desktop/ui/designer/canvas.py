"""The designer's row of cards and the one painting behind them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.identity import identity_of, is_many
from cadl_desktop.experiment.shapes import input_columns, is_encoded, is_painting, widths
from cadl_desktop.runs.neurons import Column
from cadl_desktop.sentences import filled
from cadl_desktop.ui.controls.fields import describe, order_tabs, tab_start, translated
from cadl_desktop.ui.controls.layouts import SPRING, at, in_column, in_row
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.designer.column import Card, InfoCard, OutputCard
from cadl_desktop.ui.designer.layer_card import LayerCard
from cadl_desktop.ui.network.gain_marks import Gain
from cadl_desktop.ui.network.layout import DrawnColumn
from cadl_desktop.ui.network.look import Grid
from cadl_desktop.ui.network.neuron_popup import count_text
from cadl_desktop.ui.network.view import NetworkView
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, RADIUS, notifier, theme

_GAP = 5 * GRID
_WIDEST_GAP = 32 * GRID
_PLUS_TOP = 5 * GRID
_DESCRIBE_MS = 700
_MOST_SPARE = 3
"""Cards that are kept for the next layer: making one takes as long as everything else in an edit."""
_SPARE_MS = 400
"""How long after an edit a card is made for the next one, when nothing else is due."""


class Gap(QWidget):
    """The room between two columns, with a plus that puts a layer there."""

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index = index
        self.setMinimumWidth(_GAP)
        self.setMouseTracking(True)
        self.setMaximumWidth(_WIDEST_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.plus = QToolButton()
        self.plus.setFixedSize(3 * GRID, 3 * GRID)
        set_icon(self.plus, "plus", "muted")
        text = self.tr("Adds a layer here.")
        describe(self.plus, filled(self.tr("Add layer {number}"), number=index + 1), text)
        in_column(at(Qt.AlignmentFlag.AlignHCenter, self.plus), SPRING, on=self, margins=(0, _PLUS_TOP, 0, 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme().border))
        painter.setBrush(QColor(theme().raised))
        painter.drawRoundedRect(QRectF(self.plus.geometry()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()


class EmptyGap(QWidget):
    """Stands where the layers would be, and says what to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(21 * GRID)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.text = label(
            self.tr("No hidden layer yet: this network can only draw straight lines through its inputs."),
            "muted",
            wraps=True,
        )
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.add = QPushButton(self.tr("Add a layer"))
        set_icon(self.add, "plus")
        describe(self.add, self.tr("Add a layer"), self.tr("Puts a layer between the input and the output."))
        button = at(Qt.AlignmentFlag.AlignHCenter, self.add)
        in_column(self.text, button, SPRING, on=self, margins=(2 * GRID, 2 * GRID, 2 * GRID, 0))


class Canvas(QWidget):
    """Cards stay the same widgets across edits, so that focus and half-typed text survive them."""

    add_wanted = Signal(int)
    layer_made = Signal(object)  # LayerCard, to be connected
    sheet_wanted = Signal(int)  # column
    menu_wanted = Signal(object)  # QContextMenuEvent

    def __init__(self, gain: Gain | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start = tab_start(self)
        self.input, self.encoding, self.output = InfoCard(self), InfoCard(self), OutputCard(self)
        self.layers: list[LayerCard] = []
        self._spare: list[LayerCard] = []
        self.gaps: list[Gap] = []
        self.empty = EmptyGap(self)
        self.empty.add.clicked.connect(lambda: self.add_wanted.emit(0))
        self._counts: list[int] = []
        self._drop_gap: int | None = None
        self._painting = self._many = False
        self.setMouseTracking(True)
        self.view = NetworkView(self, self.drawn_columns, gain)
        self.view.sheet_wanted.connect(self.sheet_wanted)
        for card in (self.input, self.encoding, self.output):
            card.head.entered.connect(self.view.leave)
        # A screen reader would be kept busy by every change.
        self._describe_timer = QTimer(self, singleShot=True, interval=_DESCRIBE_MS)
        self._describe_timer.timeout.connect(self._describe_layers)
        self._spare_timer = QTimer(self, singleShot=True, interval=_SPARE_MS)
        self._spare_timer.timeout.connect(self._prepare_layer)
        self._row = in_row(on=self, apart=0, margins=(GRID, 0, GRID, GRID))
        self.output.touched.connect(self.update)
        notifier().changed.connect(self._recoloured)

    def show_experiment(self, experiment: Experiment) -> None:
        """Shows every column; makes cards only where there are too few."""
        encoded = is_encoded(experiment)
        count = len(experiment.layers)
        if count != len(self.layers) or encoded == self.encoding.isHidden() or self._row.count() == 0:
            self._arrange(count, encoded)
        for index, (card, layer) in enumerate(zip(self.layers, experiment.layers, strict=True)):
            card.show_layer(layer, index, count)
        self.output.show_part(experiment.output, self.tr("Output"))
        self._show_sides(experiment)
        self.update()

    def show_columns(self, columns: Sequence[Column], grid: Grid | None) -> None:
        """Shows what the neurons compute now; they stand empty where there are no columns."""
        self.view.show_columns(columns, grid)
        if not self._describe_timer.isActive():
            self._describe_timer.start()

    @Slot()
    def _describe_layers(self) -> None:
        look = self.view.look
        for card in self.layers:
            column = self.first_layer + card.index
            card.tell_neurons(count_text(look.columns[column]) if look else "")

    @property
    def first_layer(self) -> int:
        """The column of the first layer: after the input and, where there is one, the encoding."""
        return 1 if self.encoding.isHidden() else 2

    def drop_place(self, index: int, position: QPoint) -> int:
        """Where layer `index` would stand if it were dropped at this global position."""
        x = self.mapFromGlobal(position).x()
        return sum(card.geometry().center().x() < x for card in self.layers if card.index != index)

    def show_drop(self, index: int, place: int | None) -> None:
        """Marks the gap into which layer `index` would go; None marks nothing."""
        self._drop_gap = None if place is None or place == index else place + (place > index)
        self.update()

    def _show_sides(self, experiment: Experiment) -> None:
        self._painting, self._many = is_painting(experiment), is_many(experiment.data)
        try:
            counts = widths(experiment)
        except KeyError:  # a part that the catalog doesn't know; `check` says so beside it
            counts = [0] * (len(self.layers) + 2)
        what = self.tr("A pixel's place") if self._painting else self.tr("Where on the x axis")
        if self._many:
            what = self.tr("A pixel's place, and the picture's number")
        self.input.show_text(self.tr("Input"), what)
        kind = translated(experiment.encoding.kind.capitalize())
        if identity_of(experiment.data) is not None:
            kind = filled(self.tr("{encoding}, and which picture"), encoding=kind)
        self.encoding.show_text(self.tr("Encoding"), kind)
        inputs = [input_columns(experiment)] if not self.encoding.isHidden() else []
        self._counts = [*inputs, *counts]

    def _arrange(self, count: int, encoded: bool) -> None:
        while len(self.layers) > count:
            card = self.layers.pop()
            card.hide()
            self._spare.append(card)
        while len(self._spare) > _MOST_SPARE:
            _drop(self._spare.pop())
        while len(self.gaps) > (count + 1 if count else 0):
            _drop(self.gaps.pop())
        while len(self.layers) < count:
            self._make_layer()
        while count and len(self.gaps) < count + 1:
            self._make_gap()
        while self._row.count():
            self._row.takeAt(0)
        self._fill_row(encoded)
        self._order_tabs()
        self._spare_timer.start()

    def _fill_row(self, encoded: bool) -> None:
        self.encoding.setVisible(encoded)
        self._row.addWidget(self.input)
        if encoded:
            self._row.addSpacing(_GAP)
            self._row.addWidget(self.encoding)
        self.empty.setVisible(not self.layers)
        if self.layers:
            self._row.addWidget(self.gaps[0])
            for card, gap in zip(self.layers, self.gaps[1:], strict=True):
                self._row.addWidget(card)
                self._row.addWidget(gap)
        else:
            self._row.addWidget(self.empty)
        self._row.addWidget(self.output)

    def _make_layer(self) -> None:
        self.layers.append(self._spare.pop() if self._spare else self._new_card())
        self.layers[-1].show()

    @Slot()
    def _prepare_layer(self) -> None:
        """Has a card ready for the next layer, with all that takes time before it can be shown."""
        if self.layers and not self._spare:
            card = self._new_card()
            card.hide()
            card.copy(self.layers[-1])
            card.ensurePolished()
            self._spare.append(card)

    def _new_card(self) -> LayerCard:
        card = LayerCard(self)
        card.touched.connect(self.update)
        card.head.entered.connect(self.view.leave)
        card.walked.connect(lambda index, by: self.view.walk(self.first_layer + index, by))
        card.walk_ended.connect(self.view.end_walk)
        card.sheet_wanted.connect(lambda index: self.sheet_wanted.emit(self.first_layer + index))
        self.layer_made.emit(card)
        return card

    def _make_gap(self) -> None:
        gap = Gap(len(self.gaps), self)
        gap.plus.clicked.connect(lambda: self.add_wanted.emit(gap.index))
        self.gaps.append(gap)
        gap.show()

    def _order_tabs(self) -> None:
        order: list[QWidget] = [self._start, *([] if self.layers else [self.empty.add])]
        for gap, card in zip(self.gaps, self.layers, strict=False):
            order += [gap.plus, *card.tab_widgets()]
        order += [gap.plus for gap in self.gaps[-1:]] + self.output.tab_widgets()
        order_tabs(order)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.view.paint(painter, QRectF(event.rect()))
        if self._drop_gap is not None and self._drop_gap < len(self.gaps):
            x = self.gaps[self._drop_gap].geometry().center().x() + 0.5
            painter.setPen(QPen(QColor(theme().accent), 3))
            painter.drawLine(QPointF(x, GRID), QPointF(x, self.height() - 2 * GRID))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.view.hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.view.click(event.position())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.view.leave()

    def cards(self) -> list[Card]:
        """The card of each column that is shown."""
        cards: list[Card] = [self.input]
        if not self.encoding.isHidden():
            cards.append(self.encoding)
        return [*cards, *self.layers, self.output]

    def drawn_columns(self) -> list[DrawnColumn]:
        """What is painted, from left to right."""
        cards = self.cards()
        top = max(card.head_bottom() for card in cards) + GRID
        pairs = zip(cards, self._counts, strict=False)
        return [self._drawn(card, neurons, top) for card, neurons in pairs]

    def _drawn(self, card: Card, neurons: int, top: int) -> DrawnColumn:
        frame = QRectF(card.geometry())
        area = frame.adjusted(GRID, top, -GRID, -GRID)
        adds = isinstance(card, LayerCard | OutputCard) and card.kind.name() == "sum"
        return DrawnColumn(
            frame,
            area,
            neurons,
            title=card.title.text(),
            names=self._names(card),
            labels=self._labels(card),
            labels_left=card is self.input,
            learns=isinstance(card, LayerCard | OutputCard),
            has_result=card is self.output and self._painting and neurons == len(self._names(card)),
            sign="\u03a3" if adds else "",
            focused=card.hasFocus(),
            lifted=isinstance(card, LayerCard) and card.is_dragged,
        )

    def _labels(self, card: Card) -> tuple[str, ...]:
        if card is self.output and self._painting:
            return (self.tr("R"), self.tr("G"), self.tr("B"))  # words would leave no room for the picture
        return self._names(card)

    def _names(self, card: Card) -> tuple[str, ...]:
        if card is self.input and self._many:
            return self.tr("row"), self.tr("column"), self.tr("picture")
        if card is self.input:
            return (self.tr("row"), self.tr("column")) if self._painting else (self.tr("x"),)
        if card is self.output:
            colours = (self.tr("red"), self.tr("green"), self.tr("blue"))
            return colours if self._painting else (self.tr("y"),)
        return ()

    @Slot()
    def _recoloured(self) -> None:
        self.view.recolour()
        self.update()


def _drop(widget: QWidget) -> None:
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()
