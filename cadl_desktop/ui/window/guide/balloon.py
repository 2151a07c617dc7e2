"""Note that points at a widget of a window, with a frame around that. It is never animated."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygon
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.theme.theme import GRID, RADIUS, theme

_WIDTH, _POINT = 36 * GRID, 10


class Balloon(QFrame):
    """Note beside its target, a child widget of the window, which stays usable. Escape closes it."""

    next_wanted = Signal()
    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._target: QWidget | None = None
        self._tip, self._points = QPoint(), False
        self._frame = _Frame(window)
        self.count, self.title, self.text = label("", "small", "muted"), QLabel(), label("", wraps=True)
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
        window.installEventFilter(self)

    def show_at(self, target: QWidget, count: str, title: str, text: str, last: bool) -> None:
        """Moves to a widget of the window, and focuses the Next button."""
        self._target = target
        font = self.title.font()
        font.setWeight(font.Weight.DemiBold)
        self.title.setFont(font)
        self.title.setText(title)
        self.text.setText(text)
        self.count.setText(count)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.further.setText("Done" if last else "Next")
        self.further.setAccessibleName(f"{self.further.text()}: {title}. {text}")
        self.place()
        for part in (self._frame, self):
            part.show()
            part.raise_()
        self.further.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Closes the balloon and emits `closed`."""
        self.window().removeEventFilter(self)
        for part in (self._frame, self):
            part.hide()
            part.deleteLater()
        self.closed.emit()

    def place(self) -> None:
        """Moves below the target, or above, or over it if there is no room for either."""
        if self._target is None:
            return
        window = self.window()
        if layout := self.layout():
            layout.activate()
        self.resize(self.width(), self.heightForWidth(self.width()))
        around = QRect(self._target.mapTo(window, QPoint()), self._target.size())
        self._frame.setGeometry(around.adjusted(-3, -3, 3, 3))
        left = around.center().x() - self.width() // 2
        left = min(max(left, 0), window.width() - self.width())
        below, above = around.bottom() + 1, around.top() - self.height()
        if below + self.height() <= window.height():
            top, tip = below, QPoint(around.center().x() - left, 0)
        elif above >= 0:
            top, tip = above, QPoint(around.center().x() - left, self.height())
        else:
            top, tip = around.center().y() - self.height() // 2, QPoint()
        half = _POINT + RADIUS
        self._tip = QPoint(min(max(tip.x(), 2 * half), self.width() - 2 * half), tip.y())
        self._points = not tip.isNull()
        self.move(left, max(top, 0))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
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


class _Frame(QWidget):
    """Frame around the target; transparent for the mouse."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme().accent), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()
