"""Bubble of the tour beside a widget of the window, and the frame around that. They block nothing."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.theme.theme import GRID, RADIUS, theme

_WIDTH, _APART = 34 * GRID, GRID
_FRAME = 3
"""Distance in pixels from the target to the outside of its frame."""
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class Bubble(QFrame):
    """Title, text and buttons beside a target, a child of the window. It is hidden while its target is."""

    next_wanted = Signal()
    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.target: QWidget | None = None
        self._beside = False
        self.frame = TargetFrame(window)
        self.count, self.title, self.text = label("", "small", "muted"), label(), label(wraps=True)
        font = self.title.font()
        font.setWeight(font.Weight.DemiBold)
        self.title.setFont(font)
        self.further, self.close_button = QPushButton("Next"), QPushButton("Close")
        self.further.setProperty("primary", True)
        describe(self.close_button, "Close", "Ends the tour; Help has it again.")
        self.further.clicked.connect(self.next_wanted)
        self.close_button.clicked.connect(self.leave)
        buttons = in_row(self.count, SPRING, self.close_button, self.further)
        in_column(self.title, self.text, buttons, on=self, margins=GRID + GRID // 2)
        self.setFixedWidth(_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self._watched: list[QObject] = []

    def show_at(
        self, target: QWidget, count: str, title: str, text: str, button: str, *, beside: bool = False
    ) -> None:
        """Moves to a widget of the window with new words: `beside` it, where there is room, or below it."""
        self.target, self._beside = target, beside
        self.count.setText(count)
        self.title.setText(title)
        self.text.setText(text)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.further.setText(button)
        tips = {"Train": "Starts the training.", "Done": "Ends the tour."}
        describe(self.further, f"{button}: {title}. {text}", tips.get(button, "Goes on with the tour."))
        self._watch()
        self.place()

    @Slot()
    def leave(self) -> None:
        """Emits `closed`, and removes bubble and frame."""
        self.target = None
        self._watch()
        self.closed.emit()  # first, as Qt passes the focus of what is hidden on
        for part in (self.frame, self):
            part.hide()
            part.deleteLater()

    def place(self) -> None:
        """Moves beside the target, to where it covers least of it."""
        if self.target is None:
            return
        seen = _seen_part(self.target) if self.target.window() is self.window() else QRect()
        for part in (self.frame, self):
            part.setHidden(seen.isEmpty())
            part.raise_()
        self.frame.setGeometry(seen.adjusted(-_FRAME, -_FRAME, _FRAME, _FRAME) & self.window().rect())
        self.ensurePolished()
        self.resize(_WIDTH, self.heightForWidth(_WIDTH))
        wide, high = self.width() + _APART, self.height() + _APART
        right, bottom = self.window().width() - wide, self.window().height() - high
        across = (seen.center().x() - _WIDTH // 2, seen.left(), seen.right() - _WIDTH)
        places = [(x, y) for y in (seen.bottom() + _APART, seen.top() - high) for x in across]
        sides = [(x, seen.center().y() - high // 2) for x in (seen.right() + _APART, seen.left() - wide)]
        places = [*sides, *places] if self._beside else [*places, *sides]
        points = [QPoint(min(max(x, _APART), right), min(max(y, _APART), bottom)) for x, y in places]
        self.move(min(points, key=lambda point: _area(seen & QRect(point, self.size()))))

    def _watch(self) -> None:
        """Follows the target and all around it; nothing without a target."""
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched, around = [], self.target
        while around is not None:
            self._watched.append(around)
            around.installEventFilter(self)
            around = None if around is self.window() else around.parentWidget()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self.place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.further.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme().accent), 1.5))
        painter.setBrush(QColor(theme().raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 2 * RADIUS, 2 * RADIUS)
        painter.end()


class TargetFrame(QWidget):
    """Frame around a widget of the window, through which the mouse reaches what is below."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme().accent), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()


def _seen_part(widget: QWidget) -> QRect:
    """Part of a widget that its parents show, in the window's coordinates; empty if it is hidden."""
    window = widget.window()
    seen = QRect(widget.mapTo(window, QPoint()), widget.size()) if widget.isVisible() else QRect()
    parent = widget.parentWidget()
    while parent is not None and not seen.isEmpty():
        seen &= QRect(parent.mapTo(window, QPoint()), parent.size())
        parent = None if parent is window else parent.parentWidget()
    return seen


def _area(place: QRect) -> int:
    return 0 if place.isEmpty() else place.width() * place.height()
