"""The heads of the network's columns: what each is in a few letters, above its neurons."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cadl_desktop.drawing.drawn_network import DrawnColumn, Role
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import has_many_pictures, identity_of
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.ui.controls.fields import window_text
from cadl_desktop.ui.controls.tips import set_tip
from cadl_desktop.ui.theme.icons import icon
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, TEXT, tabular_font, theme

HEIGHT = 5 * GRID
"""Of a head: two lines."""
_PAD = GRID // 2
_SIGN = 14
_ROOMY = 8 * GRID
_TINY = 9

Words = Sequence[str]
"""A text from its longest form to its shortest."""


class Head(QWidget):
    """Two lines, each of which is shortened to one of its own shorter forms where there is less room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ""
        self.problem = ""
        self._first: Words = ("",)
        self._second: Words = ("",)
        self.setMouseTracking(True)  # the canvas hears that the pointer has left its neurons

    def show_words(self, title: str, first: Words, second: Words) -> None:
        """`title` is its name elsewhere; of both lines, what is shown, from the longest to the shortest."""
        if (title, first, second) != (self.title, self._first, self._second):
            self.title, self._first, self._second = title, first, second
            self.update()
            self._describe()

    def words(self) -> str:
        """What stands on it where there is room for all of it."""
        return f"{self._first[0]}, {self._second[0]}"

    def show_problem(self, message: str) -> None:
        """Marks it and says what is wrong; an empty message clears it."""
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
        self._paint_ground(painter)
        self._paint_words(painter)
        self._paint_sign(painter)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        """Nothing: it can't be opened."""

    def _paint_words(self, painter: QPainter) -> None:
        half = self.height() / 2
        for texts, size, colour, top in (
            (self._first, TEXT, theme().text, 1.0),
            (self._second, SMALL, theme().muted, half - 1),
        ):
            room = self.width() - 2 * (_PAD if self.width() >= _ROOMY else 1)
            text, font = fitting(texts, size, room)
            painter.setFont(font)
            painter.setPen(QColor(colour))
            line = QRectF(0, top, self.width(), half)
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)

    def _sign(self) -> tuple[str, str]:
        """An icon and its colour, for the corner."""
        return ("warning", "orange") if self.problem else ("", "")

    def _paint_sign(self, painter: QPainter) -> None:
        name, colour = self._sign()
        if name and self.width() >= 3 * _SIGN:
            icon(name, colour).paint(painter, QRect(self.width() - _SIGN - 3, 3, _SIGN, _SIGN))


class OpenHead(Head):
    """One that opens: by a click, Enter or Space."""

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

    def show_frozen(self, *, frozen: bool) -> None:
        self.frozen = frozen
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

    def _sign(self) -> tuple[str, str]:
        return super()._sign() if self.problem or not self.frozen else ("freeze", "accent")

    def _is_lifted(self) -> bool:
        return False

    def _paint_ground(self, painter: QPainter) -> None:
        colours = theme()
        marked = self.hasFocus() or self._open or self._is_lifted()
        edge = colours.orange if self.problem else colours.accent if marked else colours.border
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(colours.hover if self.underMouse() or self._open else colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def fitting(texts: Sequence[str], size: int, room: float) -> tuple[str, QFont]:
    """The first of these that has room, rather smaller than not at all; else the last one, shortened."""
    sizes = [each for each in (TEXT, SMALL, _TINY) if each <= size]
    fonts = [tabular_font(each) for each in sizes]
    for text in texts:
        for font in fonts if text == texts[-1] else fonts[:2]:
            if QFontMetrics(font).horizontalAdvance(text) <= room:
                return text, font
    short = QFontMetrics(fonts[-1]).elidedText(texts[-1], Qt.TextElideMode.ElideRight, int(room))
    return short, fonts[-1]


def input_words(experiment: Experiment) -> tuple[Words, Words]:
    """Both lines of the input's head."""
    what = "a pixel's place" if is_painting(experiment) else "x"
    if has_many_pictures(experiment.data):
        what = "place and picture"
    return ("Input", "In"), (what, "")


def encoding_words(experiment: Experiment, columns: Sequence[DrawnColumn]) -> tuple[Words, Words]:
    """Both lines of the encoding's head."""
    kind = experiment.encoding.kind.capitalize()
    if identity_of(experiment.data) is not None:
        kind = f"{kind}, and which picture"
    count = next((column.neurons for column in columns if column.role is Role.FEATURES), 0)
    return (f"{count} · {kind}", str(count)), ("Encoding", "")
