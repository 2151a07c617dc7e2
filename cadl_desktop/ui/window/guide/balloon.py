"""Note that points at a widget of a window, which is shaded but for that. It is never animated."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QPolygon
from PySide6.QtWidgets import QApplication, QDockWidget, QFrame, QPushButton, QToolBar, QWidget

from cadl_desktop.ui.controls.fields import describe, tab_stops
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.theme.theme import GRID, RADIUS, theme
from cadl_desktop.ui.window.guide.shade import Shade, seen_part

_WIDTH, _POINT = 36 * GRID, 10
_WEIGHT = 100
"""How much worse it is to cover the target than what is lit."""
_LOOK_KEYS = {
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape),
}
"""Keys with which one looks around, and changes nothing."""
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_CLICKS = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.ContextMenu,
)
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class Balloon(QFrame):
    """Note beside its target, a child widget of the window. Mouse and keys reach the two and nothing else of
    the window; Escape closes the note."""

    next_wanted = Signal()
    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.target: QWidget | None = None
        self._lit: Sequence[QWidget] = ()
        self._look_only = _LookOnly(self)
        self._keys: Collection[QKeySequence] = ()
        self._watched: list[QWidget] = []
        self._tip, self._points = QPoint(), False
        self.shade = Shade(window)
        self.count, self.title, self.text = label("", "small", "muted"), label(), label(wraps=True)
        font = self.title.font()
        font.setWeight(font.Weight.DemiBold)
        self.title.setFont(font)
        self.further, self.close_button = QPushButton("Next"), QPushButton("Close")
        self.further.setProperty("primary", True)
        describe(self.further, "Next", "Goes on with the tour.")
        describe(self.close_button, "Close", "Ends the tour (Esc); Help has it again.")
        self.further.clicked.connect(self.next_wanted)
        self.close_button.clicked.connect(self.leave)
        buttons = in_row(self.count, SPRING, self.close_button, self.further)
        around = GRID + GRID // 2 + _POINT
        in_column(self.title, self.text, buttons, on=self, margins=around)
        self.setFixedWidth(_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        window.installEventFilter(self)

    def show_at(
        self,
        target: QWidget,
        lit: Sequence[QWidget] = (),
        keys: Collection[QKeySequence] = (),
        looks: bool = False,
    ) -> None:
        """Moves to a widget of the window.

        lit: other widgets that aren't dimmed.
        keys: shortcuts of the window that work meanwhile.
        looks: whether the widget takes neither clicks nor keys that could change it.
        """
        self.target, self._lit, self._keys = target, lit, keys
        self._look_only.applies = looks
        for part in (target, *target.findChildren(QWidget)) if looks else ():
            part.installEventFilter(self._look_only)
        self._watch()
        for part in (self.shade, self):
            part.show()
            part.raise_()
        self.place()

    def say(self, count: str, title: str, text: str, button: str) -> None:
        """Shows other words, and focuses the button."""
        self.title.setText(title)
        self.text.setText(text)
        self.count.setText(count)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.further.setText(button)
        self.further.setAccessibleName(f"{button}: {title}. {text}")
        self.further.setFocus(Qt.FocusReason.OtherFocusReason)
        self.place()

    def leave(self) -> None:
        """Emits `closed`, and closes the balloon."""
        self.window().removeEventFilter(self)
        self.target, self._look_only.applies = None, False
        self._watch()
        self.closed.emit()  # first, as Qt passes the focus of what is hidden on
        for part in (self.shade, self):
            part.hide()
            part.deleteLater()

    def place(self) -> None:
        """Moves beside the target, to where it covers least of what is to be seen."""
        if self.target is None:
            return
        window = self.window()
        if layout := self.layout():
            layout.activate()
        self.resize(self.width(), self.heightForWidth(self.width()))
        hole, lit = seen_part(self.target), [seen_part(part) for part in self._lit]
        self.shade.show_around(hole, lit)
        above = window.children()[window.children().index(self.shade) :]
        if any(isinstance(each, QDockWidget | QToolBar) for each in above):  # raised when they appear
            self.shade.raise_()
            self.raise_()
        covered = [(hole, _WEIGHT), *((part, 1) for part in lit)]
        where = min(
            self._places(hole), key=lambda at: sum(weight * _area(at & part) for part, weight in covered)
        )
        half = _POINT + RADIUS
        tip = min(max(hole.center().x() - where.left(), 2 * half), self.width() - 2 * half)
        self._tip = QPoint(tip, 0 if where.top() > hole.bottom() else self.height())
        apart = where.top() > hole.bottom() or where.bottom() < hole.top()
        self._points = apart and hole.left() <= where.left() + tip <= hole.right()
        self.move(where.topLeft())
        self.update()

    def _places(self, hole: QRect) -> list[QRect]:
        """Places below and above the hole and beside it, moved into the window where they have no room."""
        wide, high, window = self.width(), self.height(), self.window().rect()
        middle = hole.center() - QPoint(wide // 2, high // 2)
        beside = (hole.right() + 1, hole.left() - wide)
        across = (middle.x(), hole.left(), hole.right() + 1 - wide, *beside)
        corners = [(left, top) for top in (hole.bottom() + 1, hole.top() - high) for left in across]
        corners += [(left, middle.y()) for left in beside]
        right, bottom = window.width() - wide, window.height() - high
        return [QRect(min(max(x, 0), right), min(max(y, 0), bottom), wide, high) for x, y in corners]

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())

    def move_focus(self, forward: bool) -> bool:
        """Gives the focus to the next control of balloon and target; returns whether there is one."""
        stops = [
            widget
            for widget in tab_stops(self.window())
            if self.isAncestorOf(widget) or self._is_in_target(widget)
        ]
        if not stops:
            return False
        focused = QApplication.focusWidget()
        here = stops.index(focused) if focused in stops else len(stops) - 1 if forward else 0
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(here + (1 if forward else -1)) % len(stops)].setFocus(reason)
        return True

    def _is_in_target(self, widget: QWidget) -> bool:
        return self.target is not None and (widget is self.target or self.target.isAncestorOf(widget))

    # Events of the window and of the target

    def _watch(self) -> None:
        """Follows the target, all around it, and what is lit; nothing without a target."""
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched = [] if self.target is None else [self.target, *self._lit]
        around = self.target
        while around is not None and (around := around.parentWidget()) not in (None, self.window()):
            self._watched.append(around)
        for widget in self._watched:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is not self.window():
            if kind in _MOVES:
                self.place()
        elif kind in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self.place()
        elif isinstance(event, QKeyEvent):
            return self._takes_key(event)
        return False

    def _takes_key(self, event: QKeyEvent) -> bool:
        """Takes a key that nothing in balloon and target has wanted, lest it be a shortcut of the window."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(QKeySequence(event.keyCombination()) not in self._keys)
            return True
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.leave()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.further.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme().accent), 1.5))
        painter.setBrush(QColor(theme().raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, _POINT, -2, -_POINT), 2 * RADIUS, 2 * RADIUS)
        if self._points:
            up = self._tip.y() == 0
            base = _POINT if up else self.height() - _POINT
            sides = [QPoint(self._tip.x() - _POINT, base), self._tip, QPoint(self._tip.x() + _POINT, base)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPolygon(QPolygon(sides).translated(0, 1 if up else -1))
            painter.setPen(QPen(QColor(theme().accent), 1.5))
            painter.drawPolyline(QPolygon(sides))
        painter.end()


class _LookOnly(QObject):
    """Event filter that takes clicks and keys from what is only looked at; never removed from it, as that may
    be deleted before."""

    applies = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.applies:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return event.key() not in _LOOK_KEYS or bool(event.modifiers() & _COMMANDS)
        return event.type() in _CLICKS


def _area(place: QRect) -> int:
    return 0 if place.isEmpty() else place.width() * place.height()
