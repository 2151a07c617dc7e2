"""Heads of the network's columns: a short label above the neurons, with the mouse and keys of layers and
output."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QWidget

from cadl_desktop.data.curves.columns import columns_of, forms_of
from cadl_desktop.drawing.drawn_network import DrawnColumn, Role
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.experiment.model import has_many_pictures, identity_of
from cadl_desktop.experiment.shapes import can_freeze, is_frozen, is_painting
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.fields import window_text
from cadl_desktop.ui.controls.looks import native_keys, set_tip
from cadl_desktop.ui.network.cards.neuron_menu import NEURON_KEYS, is_menu_key, send_menu_event
from cadl_desktop.ui.theme.icons import icon
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, TEXT, tabular_font, theme

HEIGHT = 5 * GRID
"""Height of a head, two lines of text."""
_PAD = GRID // 2
_ICON_SIZE = 14
_ROOMY = 8 * GRID
_TINY = 9
Words = Sequence[str]
"""Forms of a text, from the longest to the shortest."""
TEMPORARY_FOCUS_LOSS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""Focus reasons of a temporary loss: a menu or a popup about the neuron reached by keys."""
STEPS_BY_KEY = {
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Up: (0, -1),
}


class Head(QWidget):
    """Head of two lines, each shown in the longest of its forms that fits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ""
        self.problem = ""
        self._first: Words = ("",)
        self._second: Words = ("",)
        self.setMouseTracking(True)  # so that the canvas notices the pointer leaving its neurons

    def show_words(self, title: str, first: Words, second: Words) -> None:
        """Sets the head's name, and the forms of both lines from the longest to the shortest."""
        if (title, first, second) != (self.title, self._first, self._second):
            self.title, self._first, self._second = title, first, second
            self.update()
            self._describe()

    def words(self) -> str:
        """Text of both lines in their longest form."""
        return f"{self._first[0]}, {self._second[0]}"

    def show_problem(self, message: str) -> None:
        """Marks the head and explains the problem; an empty message clears it."""
        text = window_text(message) if message else ""
        self.problem = text[:1].upper() + text[1:]
        self._describe()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleName(self.title)
        set_tip(self, self.problem or self.words())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter)
        self._paint_words(painter)
        self._paint_corner_icon(painter)
        painter.end()

    def _paint_background(self, painter: QPainter) -> None:
        """Paints no background, as a plain head cannot be opened."""

    def _paint_words(self, painter: QPainter) -> None:
        half = self.height() / 2
        first, second = self.fitted_words()
        for (text, font), colour, top in ((first, theme().text, 1.0), (second, theme().muted, half - 1)):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            line = QRectF(0, top, self.width(), half)
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)

    def fitted_words(self) -> tuple[tuple[str, QFont], tuple[str, QFont]]:
        """Both lines as they fit, with their fonts."""
        room = self.width() - 2 * (_PAD if self.width() >= _ROOMY else 1)
        first = fit_text(self._first, TEXT, room)
        return first, fit_text(self._below(first[0]), SMALL, room)

    def _below(self, first: str) -> Words:
        """Forms of the second line below the first as it fits."""
        return self._second

    def _corner_icon(self) -> tuple[str, str]:
        """Icon and colour for the corner."""
        return ("warning", "orange") if self.problem else ("", "")

    def _paint_corner_icon(self, painter: QPainter) -> None:
        name, colour = self._corner_icon()
        if name and self.width() >= 3 * _ICON_SIZE:
            icon(name, colour).paint(painter, QRect(self.width() - _ICON_SIZE - 3, 3, _ICON_SIZE, _ICON_SIZE))


class OpenHead(Head):
    """Head that opens a card, by click, Enter or Space."""

    open_wanted = Signal()
    focused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frozen = False
        self._open = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_open(self, *, is_open: bool) -> None:
        self._open = is_open
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.open_wanted.emit()

    def _corner_icon(self) -> tuple[str, str]:
        return super()._corner_icon() if self.problem or not self.frozen else ("freeze", "accent")

    def _is_lifted(self) -> bool:
        return False

    def _paint_background(self, painter: QPainter) -> None:
        colours = theme()
        marked = self.hasFocus() or self._open or self._is_lifted()
        edge = colours.orange if self.problem else colours.accent if marked else colours.border
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(colours.hover if self.underMouse() or self._open else colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


class PartHead(OpenHead):
    """Head of a layer or the output. 'F' freezes it, 'Z' zooms in, Home shows everything."""

    freeze_wanted = Signal()
    closer_wanted = Signal()  # zoom to the column, or to the neuron reached by keys
    zoom_wanted = Signal(int)  # one step closer or further
    fit_wanted = Signal()

    def __init__(self, category: Category, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names, self._kind = ("", ""), ""
        self._idle_text = ""
        self._category: Category = category
        self._add_actions()

    def _add_actions(self) -> None:
        """Adds the actions of menu and keys, in their order."""
        self.freeze = self._add(Action("Freeze", self.freeze_wanted.emit, Qt.Key.Key_F))
        self._add(Action("Settings", self.open_wanted.emit, Qt.Key.Key_Return))
        self._add(Action("Look closer", self.closer_wanted.emit, Qt.Key.Key_Z))

    def _add(self, action: Action) -> QAction:
        made = add_action(self, action, Qt.ShortcutContext.WidgetShortcut)
        made.setShortcutVisibleInContextMenu(True)
        return made

    def show_part(self, part: Part, title: str, short: str, neurons: int) -> None:
        """Shows a part; `short` replaces the title where there is no room for it."""
        self._names, number = (title, short), str(neurons)
        short_number = f"{round(neurons / 1000)}k" if neurons >= 1000 else number
        self._kind = self._kind_of(part)
        first = (f"{number} · {self._kind}", f"{number} {self._kind}", number, short_number)
        self.show_words(title, first, self._second_line())
        possible, frozen = can_freeze(part), is_frozen(part)
        self.freeze.setVisible(possible)
        self.freeze.setEnabled(possible)
        self.freeze.setText("Unfreeze" if frozen else "Freeze")
        if frozen != self.frozen:
            self.frozen = frozen
            self.update()

    def show_idle(self, count: int, words: str) -> None:
        """Shows how many neurons are idle in place of the name, in words such as '22 dead', if `count` is not
        0."""
        self._idle_text = words if count else ""
        self.show_words(self.title, self._first, self._second_line())

    def _second_line(self) -> tuple[str, str]:
        """Forms of the second line; the short one is always the layer's number, never a count of neurons."""
        title, short = self._names
        return self._idle_text or title, short

    def _below(self, first: str) -> Words:
        """The kind of part in place of the name, where the first line has no room for it."""
        return (self._kind, *self._second[1:]) if first in self._first[2:] else self._second

    def _kind_of(self, part: Part) -> str:
        """Title of the activation, or of the kind of part if it has none."""
        activation = entries("activation").get(str(part.as_dict().get("activation", "")))
        known = activation or entries(self._category).get(part.kind)
        return known.title if known else part.kind

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Enter or (event.key() == Qt.Key.Key_Space and not control):
            self.open_wanted.emit()
        elif event.key() == Qt.Key.Key_Home:
            self.fit_wanted.emit()
        elif control and event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_wanted.emit(1)
        elif control and event.key() == Qt.Key.Key_Minus:
            self.zoom_wanted.emit(-1)
        elif is_menu_key(event):
            send_menu_event(self)
        else:
            super().keyPressEvent(event)

    def _describe(self) -> None:
        self.setAccessibleName(self.title)
        # The whole text, of which a narrow head shows a part, and what the keys do.
        texts = list(filter(None, (f"{self.words()}.", self.problem, self._help())))
        set_tip(self, "\n".join(texts))
        self.setAccessibleDescription(native_keys(" ".join(texts)))

    def _help(self) -> str:
        return "Enter opens its settings, F freezes its weights, Z looks closer, Home at everything."


class LayerHead(PartHead):
    """Head of a hidden layer, which can be dragged.

    Ctrl+Left and Ctrl+Right move the layer, Delete removes it, Insert adds a layer after it, Ctrl+D
    duplicates it. The arrow keys walk through its neurons.
    """

    move_wanted = Signal(int)  # by
    duplicate_wanted = Signal()
    delete_pressed = Signal()
    add_wanted = Signal()  # after it
    dragged = Signal(QPoint)  # global position
    dropped = Signal(QPoint)
    drag_ended = Signal()
    walked = Signal(int, int)  # tiles to the right, tiles down
    walk_ended = Signal()
    neuron_key = Signal(int)

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__("layer", parent)
        self.index = index
        self._pressed: QPoint | None = None
        self._dragging = False

    def reset(self) -> None:
        """Clears what was shown of a removed layer, as the head may be used for another one."""
        self._idle_text = ""
        self.show_problem("")
        if self._pressed is not None:
            self._end_drag()  # only then: it would remove the mark of another head's drag

    def _add_actions(self) -> None:
        self._add(Action("Duplicate", self.duplicate_wanted.emit, "Ctrl+D"))
        self._add(Action("Delete", self.delete_pressed.emit, Qt.Key.Key_Delete))
        super()._add_actions()

    def _help(self) -> str:
        return (
            "Click or Enter opens its settings; drag to reorder; Ctrl+Left and Ctrl+Right move, Delete "
            "removes, Insert adds after it, Ctrl+D duplicates, F freezes, the arrows walk its neurons, "
            "Z looks closer, Home at everything, M mutes, + and − scale."
        )

    def _is_lifted(self) -> bool:
        return self._dragging

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._dragging:
            self._end_drag()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and control:
            self.move_wanted.emit(-1 if key == Qt.Key.Key_Left else 1)
        elif key in STEPS_BY_KEY:
            self.walked.emit(*STEPS_BY_KEY[key])
        elif key == Qt.Key.Key_Escape:
            self.walk_ended.emit()
            event.ignore()
        elif key == Qt.Key.Key_Insert:
            self.add_wanted.emit()
        elif key == Qt.Key.Key_Backspace:  # as a Mac's Delete is called
            self.delete_pressed.emit()
        elif key in NEURON_KEYS and not control:
            self.neuron_key.emit(event.key())
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in TEMPORARY_FOCUS_LOSS:
            self.walk_ended.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.globalPosition().toPoint()
            self.walk_ended.emit()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            event.ignore()
            return
        position = event.globalPosition().toPoint()
        far = (position - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if far or self._dragging:
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragging, pressed = self._dragging, self._pressed is not None
        self._end_drag()
        if dragging:
            self.dropped.emit(event.globalPosition().toPoint())
        elif pressed:
            super().mouseReleaseEvent(event)

    def _end_drag(self) -> None:
        self._pressed, self._dragging = None, False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.update()
        self.drag_ended.emit()


def fit_text(texts: Sequence[str], size: int, room: float) -> tuple[str, QFont]:
    """First of the texts that fits, in a smaller font if necessary; otherwise the last one, elided."""
    sizes = [each for each in (TEXT, SMALL, _TINY) if each <= size]
    fonts = [tabular_font(each) for each in sizes]
    for text in texts:
        for font in fonts if text == texts[-1] else fonts[:2]:
            if QFontMetrics(font).horizontalAdvance(text) <= room:
                return text, font
    short = QFontMetrics(fonts[-1]).elidedText(texts[-1], Qt.TextElideMode.ElideRight, int(room))
    return short, fonts[-1]


def input_words(experiment: Experiment) -> tuple[Words, Words]:
    """Forms of both lines of the input's head."""
    if not is_painting(experiment):
        column, _ = columns_of(experiment.data)
        return ("Input", "In"), forms_of(column.whole)
    what = "place and picture" if has_many_pictures(experiment.data) else ""
    return ("Input", "In"), (what, "")


def encoding_words(experiment: Experiment, columns: Sequence[DrawnColumn]) -> tuple[Words, Words]:
    """Forms of both lines of the encoding's head."""
    kind = entries("encoding")[experiment.encoding.kind].title
    if identity_of(experiment.data) is not None:
        kind = f"{kind}, and which picture"
    count = next((column.neurons for column in columns if column.role is Role.FEATURES), 0)
    return (f"{count} · {kind}", str(count)), ("Encoding", "")
