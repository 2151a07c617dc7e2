"""Popup with one neuron's enlarged picture and its figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from cadl_desktop.runs.probed_columns import Column, GradientColumn
from cadl_desktop.ui.controls.layouts import form_grid, in_column
from cadl_desktop.ui.controls.number_text import signed
from cadl_desktop.ui.network.probe_pictures import Grid, ProbePictures
from cadl_desktop.ui.theme.theme import GRID, SMALL, sign_bar, tabular_font, text_font, theme

Row = tuple[str, str]
SIDE = 19 * GRID
_LONGEST = "−0.000123 … +0.000456"
"""Sample range that reserves room for numbers of usual length."""
_MOST_FACTS = 6
_MOST_STEPS = 12
"""Rows of the formula of a step, with what stands before it."""
_AWAY = 10
_BAR = 6


@dataclass(frozen=True, eq=False)
class NeuronPicture:
    """A neuron's picture; `limit` is the value of full colour, or of the curve's upper and lower edge."""

    image: QImage
    grid: Grid | None
    limit: float
    has_sign: bool = True


class _LargePicture(QWidget):
    """Enlarged picture with its colour scale, or the scale alone."""

    def __init__(self) -> None:
        super().__init__()
        self.picture: NeuronPicture | None = None
        self._side = 0

    def show_picture(self, picture: NeuronPicture | None, *, scale_only: bool) -> None:
        self.picture, self._side = picture, 0 if scale_only else SIDE
        self.setVisible(picture is not None)
        self.setFixedSize(SIDE, self._side + 3 * GRID)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QColor(theme().muted))
        if self._side:
            height, width = _picture_size(self.picture.grid)
            frame = QRectF((SIDE - width) // 2, (SIDE - height) // 2, width, height)
            painter.drawImage(frame, self.picture.image)
            painter.drawRect(frame.adjusted(0, 0, -1, -1))
        painter.setFont(tabular_font(SMALL))
        if self.picture.has_sign:
            self._paint_scale(painter, self.picture)
        painter.end()

    def _paint_scale(self, painter: QPainter, picture: NeuronPicture) -> None:
        low, high = signed(-picture.limit), signed(picture.limit)
        line = QRectF(0, self._side + GRID if self._side else 0, SIDE, 2 * GRID)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, low)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, high)
        room = painter.fontMetrics().horizontalAdvance(high) + GRID
        bar = QRectF(room, line.center().y() - _BAR / 2, SIDE - 2 * room, _BAR)
        painter.drawImage(bar, sign_bar(theme()))


class NeuronPopup(QFrame):
    """Popup over the window, transparent to the mouse. Keeps its size while its figures change."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.title = QLabel()
        self.picture = _LargePicture()
        self._rows = [(QLabel(), QLabel()) for _ in range(_MOST_FACTS)]
        self._facts_box = self._facts_grid()
        self._formula = [(QLabel(), QLabel()) for _ in range(_MOST_STEPS)]
        self._formula_grid = form_grid()
        self._formula_box = QWidget()
        self._formula_box.setLayout(self._formula_grid)
        _fill(self._formula_grid, self._formula)
        middle = in_column(self.picture, self._facts_box, self._formula_box)
        self._column = in_column(self.title, middle, on=self, margins=(GRID + 4, GRID, GRID + 4, GRID))
        self.hide()

    def _facts_grid(self) -> QWidget:
        box = QWidget()
        names, values = QFontMetrics(text_font(SMALL)), QFontMetrics(tabular_font(SMALL))
        longest = names.horizontalAdvance("Saturated at") + values.horizontalAdvance(_LONGEST)
        box.setMinimumWidth(longest + GRID)
        self._grid = grid = form_grid()
        grid.setRowStretch(_MOST_FACTS, 1)
        _fill(grid, self._rows)
        for _, value in self._rows:
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        box.setLayout(grid)
        return box

    def text(self) -> str:
        """All text in the popup, for screen readers."""
        rows = (*self._rows, *self._formula)
        shown = [f"{name.text()} {value.text()}" for name, value in rows if name.text()]
        return "; ".join([self.title.text(), *shown])

    def show_neuron(
        self,
        title: str,
        pictures: ProbePictures,
        column: int,
        neuron: int,
        more: Sequence[Row],
        formula: Sequence[Row] = (),
        *,
        is_enlarged: bool = False,
    ) -> None:
        """Shows a neuron's picture, unless it `is_enlarged` beside its tile, and its figures, followed by the
        facts in `more` and the formula of a step."""
        limit = float(pictures.limits(column)[neuron])
        image = pictures.large_image(column, neuron, _picture_size(pictures.grid))
        picture = NeuronPicture(image, pictures.grid, limit, has_sign=pictures.has_sign(column))
        facts = [*self._facts(pictures.columns[column], neuron), *more]
        if formula:  # one table, as wide as the formula
            self._show_rows(title, picture, [], [*facts, *formula], scale_only=is_enlarged)
        else:
            self._show_rows(title, picture, facts, [], scale_only=is_enlarged)

    def show_line(self, title: str, weight: float, formula: Sequence[Row] = (), *, can_be_set: bool) -> None:
        """Shows a weight, and the formula of its step."""
        rows = [("Click to set this weight", "")] if can_be_set else []
        self._show_rows(f"{title}:  {signed(weight)}", None, rows, formula)

    def _facts(self, column: Column, neuron: int) -> list[Row]:
        """Figures of one neuron as (name, value)."""
        values, rows = column.values[neuron], list[Row]()
        if isinstance(column, GradientColumn):
            rows.append(("By output", f"{signed(float(column.means[neuron]))} in all"))
            rows.append(("By place", f"{signed(float(values.min()))} … {signed(float(values.max()))}"))
            return rows
        if column.bias is not None:
            rows.append(("Bias", signed(float(column.bias[neuron]))))
        rows.append(("Mean", signed(float(column.means[neuron]))))
        rows.append(("Range", f"{signed(float(values.min()))} … {signed(float(values.max()))}"))
        if column.idle is not None:
            name = "Dead at" if column.dies else "Saturated at"
            share = f"{round(100 * float(column.idle[neuron]))} % of inputs"
            rows.append((name, share))
        return rows

    def _show_rows(
        self,
        title: str,
        picture: NeuronPicture | None,
        rows: Sequence[Row],
        formula: Sequence[Row],
        *,
        scale_only: bool = False,
    ) -> None:
        """Shows (name, value) rows, with or without a picture, and those of a formula."""
        self.title.setText(title)
        self.picture.show_picture(picture, scale_only=scale_only)
        self._facts_box.setVisible(bool(rows))
        padded = [*rows, *[("", "")] * (_MOST_FACTS - len(rows))]
        for (name, value), (name_text, value_text) in zip(self._rows, padded, strict=True):
            name.setText(name_text)
            value.setText(value_text)
            for label in (name, value):  # empty rows keep their height only below a picture
                label.setVisible((picture is not None and not scale_only) or bool(name_text))
        steps = [*formula, *[("", "")] * (_MOST_STEPS - len(formula))]
        for (name, value), (name_text, value_text) in zip(self._formula, steps, strict=True):
            name.setText(name_text)
            value.setText(value_text)
            for label in (name, value):
                label.setVisible(bool(name_text))
        self._formula_box.setVisible(bool(formula))
        self.setAccessibleName(self.text())

    def place_beside(self, host: QWidget, anchor: QRect, output: QRect) -> None:
        """Places the popup right of `anchor`, left of it, or else below it: within the window and never over
        `output`, both in the host's coordinates."""
        size, inside = self._size_and_bounds(host)
        origin = host.mapTo(host.window(), QPoint())
        beside, output = anchor.translated(origin), output.translated(origin)
        top = max(
            min(beside.center().y() - size.height() // 2, inside.bottom() - size.height()), inside.top()
        )
        right = QRect(QPoint(beside.right() + GRID, top), size)
        left = QRect(QPoint(beside.left() - GRID - size.width(), top), size)
        below = QPoint(beside.center().x() - size.width() // 2, beside.bottom() + GRID)
        free = [place for place in (right, left) if inside.contains(place) and not place.intersects(output)]
        self._place_at(free[0].topLeft() if free else below, size, inside)

    def place_below(self, host: QWidget, anchor: QRect, output: QRect) -> None:
        """Places the popup below a point of `host`, left of its `output`."""
        size, inside = self._size_and_bounds(host)
        at = host.mapTo(host.window(), QPoint(anchor.center().x(), anchor.bottom() + 2 * GRID))
        most = host.mapTo(host.window(), output.topLeft()).x() - size.width() - GRID // 2
        self._place_at(QPoint(min(at.x() - size.width() // 2, most), at.y()), size, inside)

    def _size_and_bounds(self, host: QWidget) -> tuple[QSize, QRect]:
        window = host.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        for layout in (self._grid, self._formula_grid, self._column):
            layout.activate()  # so that the size hint reflects the new texts
        return self.sizeHint(), window.rect().adjusted(GRID // 2, GRID // 2, -GRID // 2, -GRID // 2)

    def _place_at(self, where: QPoint, size: QSize, inside: QRect) -> None:
        x = max(min(where.x(), inside.right() - size.width()), inside.left())
        y = max(min(where.y(), inside.bottom() - size.height()), inside.top())
        self.setGeometry(QRect(QPoint(x, y), size))
        if self.isHidden():
            self.show()
            self.raise_()


def _fill(grid: QGridLayout, rows: Sequence[tuple[QLabel, QLabel]]) -> None:
    """Puts rows of small labels, a muted name and a value in tabular figures, into a grid."""
    for row, (name, value) in enumerate(rows):
        name.setProperty("muted", True)
        for label in (name, value):
            label.setProperty("small", True)
        value.setFont(tabular_font(SMALL))
        grid.addWidget(name, row, 0)
        grid.addWidget(value, row, 1)


def _picture_size(grid: Grid | None) -> tuple[int, int]:
    """Rows and columns of the enlarged picture, in the shape of a painting's grid."""
    if grid is None:
        return SIDE, SIDE
    rows, columns = grid
    side = SIDE / max(grid)
    return max(round(side * rows), 4), max(round(side * columns), 4)


def idle_text(column: Column) -> tuple[int, str]:
    """Number of a column's neurons that give the same everywhere, and a text such as '22 dead'."""
    count = column.always_idle
    return count, (f"{count} dead" if column.dies else f"{count} saturated")
