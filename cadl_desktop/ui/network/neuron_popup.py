"""One neuron closer up: its picture large, and the figures about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from cadl_desktop.runs.probed_columns import Column
from cadl_desktop.ui.controls.figures import signed
from cadl_desktop.ui.controls.layouts import in_column, named_grid
from cadl_desktop.ui.network.pictures.look import Grid, Look
from cadl_desktop.ui.theme.sign_colours import sign_bar
from cadl_desktop.ui.theme.theme import GRID, SMALL, tabular_font, text_font, theme

SIDE = 19 * GRID
_LONGEST = "−0.000123 … +0.000456"
"""A range with as many letters as numbers that are usual have."""
_MOST_FACTS = 6
_AWAY = 10
_BAR = 6


@dataclass(frozen=True, eq=False)
class NeuronPicture:
    """A neuron's picture; `limit` is what its full colours, or its upper and lower edge, stand for."""

    image: QImage
    grid: Grid | None
    limit: float
    has_sign: bool = True


class _Large(QWidget):
    """The picture and what its colours mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: NeuronPicture | None = None
        self.setFixedSize(SIDE, SIDE + 3 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        height, width = _shape(self.picture.grid)
        frame = QRectF((SIDE - width) // 2, (SIDE - height) // 2, width, height)
        painter.drawImage(frame, self.picture.image)
        painter.setPen(QColor(theme().muted))
        painter.drawRect(frame.adjusted(0, 0, -1, -1))
        painter.setFont(tabular_font(SMALL))
        if self.picture.has_sign:
            self._paint_scale(painter, self.picture)
        painter.end()

    def _paint_scale(self, painter: QPainter, picture: NeuronPicture) -> None:
        low, high = signed(-picture.limit), signed(picture.limit)
        line = QRectF(0, SIDE + GRID, SIDE, 2 * GRID)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, low)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, high)
        room = painter.fontMetrics().horizontalAdvance(high) + GRID
        bar = QRectF(room, line.center().y() - _BAR / 2, SIDE - 2 * room, _BAR)
        painter.drawImage(bar, sign_bar(theme()))


class NeuronPopup(QFrame):
    """Lies over the window that it tells about, and lets the pointer through. It keeps its size while the
    figures in it change."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.title = QLabel()
        self.picture = _Large()
        self._rows = [(QLabel(), QLabel()) for _ in range(_MOST_FACTS)]
        self._facts_box = self._facts_grid()
        middle = in_column(self.picture, self._facts_box)
        self._column = in_column(self.title, middle, on=self, margins=(GRID + 4, GRID, GRID + 4, GRID))
        self.hide()

    def _facts_grid(self) -> QWidget:
        box = QWidget()
        names, values = QFontMetrics(text_font(SMALL)), QFontMetrics(tabular_font(SMALL))
        longest = names.horizontalAdvance("Saturated at") + values.horizontalAdvance(_LONGEST)
        box.setMinimumWidth(longest + GRID)
        self._grid = grid = named_grid()
        grid.setRowStretch(_MOST_FACTS, 1)
        for row, (name, value) in enumerate(self._rows):
            name.setProperty("muted", True)
            for label in (name, value):
                label.setProperty("small", True)
            value.setFont(tabular_font(SMALL))
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(name, row, 0)
            grid.addWidget(value, row, 1)
        box.setLayout(grid)
        return box

    def text(self) -> str:
        """All that it says, as a screen reader would."""
        shown = [f"{name.text()} {value.text()}" for name, value in self._rows if name.text()]
        return "; ".join([self.title.text(), *shown])

    def tell_neuron(
        self, title: str, look: Look, column: int, neuron: int, more: Sequence[tuple[str, str]]
    ) -> None:
        """Shows a neuron's picture, its figures, and what else is known of it."""
        is_channel = look.result() is not None and column == len(look.columns) - 1
        limit, image = float(look.limits(column)[neuron]), look.large(column, neuron, _shape(look.grid))
        picture = NeuronPicture(image, look.grid, limit, has_sign=not is_channel)
        self._tell(title, picture, [*self._facts(look.columns[column], neuron), *more])

    def tell_line(self, title: str, weight: float, *, can_be_set: bool) -> None:
        """Shows the weight of one connection."""
        rows = [("Click to set it", "")] if can_be_set else []
        self._tell(f"{title}:  {signed(weight)}", None, rows)

    def _facts(self, column: Column, neuron: int) -> list[tuple[str, str]]:
        """What there is to say about one neuron, name by value."""
        values, rows = column.values[neuron], list[tuple[str, str]]()
        if column.bias is not None:
            rows.append(("Bias", signed(float(column.bias[neuron]))))
        rows.append(("Mean", signed(float(column.means[neuron]))))
        rows.append(("Range", f"{signed(float(values.min()))} … {signed(float(values.max()))}"))
        if column.idle is not None:
            name = "Dead at" if column.dies else "Saturated at"
            share = f"{round(100 * float(column.idle[neuron]))} % of inputs"
            rows.append((name, share))
        return rows

    def _tell(self, title: str, picture: NeuronPicture | None, rows: Sequence[tuple[str, str]]) -> None:
        """Shows these names and values, with or without a picture."""
        self.title.setText(title)
        self.picture.setVisible(picture is not None)
        self._facts_box.setVisible(bool(rows))
        self.picture.picture = picture
        self.picture.update()
        padded = [*rows, *[("", "")] * (_MOST_FACTS - len(rows))]
        for (name, value), (name_text, value_text) in zip(self._rows, padded, strict=True):
            name.setText(name_text)
            value.setText(value_text)
            for label in (name, value):  # figures keep their room beside a picture only
                label.setVisible(picture is not None or bool(name_text))
        self.setAccessibleName(self.text())

    def stand_beside(self, host: QWidget, anchor: QRect, output: QRect) -> None:
        """Stands left of `host`, or where the window has no room there, in it: away from `anchor` and never
        over `output`, both places in it."""
        size, inside = self._sized_in(host)
        canvas = QRect(host.mapTo(host.window(), QPoint()), host.size())
        left = canvas.left() - size.width() - GRID // 2
        if left < inside.left():
            left = canvas.left() + _left_of(anchor, output, size.width())
        self._stand(QPoint(left, canvas.top()), size, inside)

    def stand_below(self, host: QWidget, anchor: QRect, output: QRect) -> None:
        """Stands below a point of `host`, left of its `output`."""
        size, inside = self._sized_in(host)
        at = host.mapTo(host.window(), QPoint(anchor.center().x(), anchor.bottom() + 2 * GRID))
        most = host.mapTo(host.window(), output.topLeft()).x() - size.width() - GRID // 2
        self._stand(QPoint(min(at.x() - size.width() // 2, most), at.y()), size, inside)

    def _sized_in(self, host: QWidget) -> tuple[QSize, QRect]:
        window = host.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        for layout in (self._grid, self._column):
            layout.activate()  # what is written now counts, and not what was
        return self.sizeHint(), window.rect().adjusted(GRID // 2, GRID // 2, -GRID // 2, -GRID // 2)

    def _stand(self, where: QPoint, size: QSize, inside: QRect) -> None:
        x = max(min(where.x(), inside.right() - size.width()), inside.left())
        y = max(min(where.y(), inside.bottom() - size.height()), inside.top())
        self.setGeometry(QRect(QPoint(x, y), size))
        if self.isHidden():
            self.show()
            self.raise_()


def _left_of(anchor: QRect, output: QRect, width: int) -> int:
    """Where between the left edge and the output there is room for so much beside an anchor."""
    if width + _AWAY <= anchor.left():
        return 0
    return max(min(anchor.right() + _AWAY, output.left() - width - _AWAY), 0)


def _shape(grid: Grid | None) -> tuple[int, int]:
    """Rows and columns of the large picture, with the shape of a painting's grid."""
    if grid is None:
        return SIDE, SIDE
    rows, columns = grid
    side = SIDE / max(grid)
    return max(round(side * rows), 4), max(round(side * columns), 4)


def silent_text(column: Column) -> tuple[int, str]:
    """How many of a column's neurons say the same everywhere, and in words: '22 dead'."""
    count = column.always_idle
    return count, (f"{count} dead" if column.dies else f"{count} saturated")
