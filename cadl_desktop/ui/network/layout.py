"""Where the neurons of a column stand; it knows rectangles and numbers only."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from cadl_desktop.ui.theme.theme import GRID

CELL = 36
PITCH = CELL + GRID // 2
_ASIDE = 3 * GRID  # between the two files of a wide layer
_REST_HEIGHT = 18
_REST_WIDTH = 44
_SHIFT = 3 * GRID  # so that names on the left have room
_LETTER = 2 * GRID  # the name of a channel, right of it
_LEAST_RESULT = CELL


@dataclass(frozen=True)
class DrawnColumn:
    """One card and the neurons in it. `area` is where they may stand; `labels` are written beside the first
    of them and `names` are what these are called elsewhere."""

    card: QRectF
    area: QRectF
    neurons: int
    title: str = ""
    names: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    labels_left: bool = False
    sign: str = ""
    """What stands inside every neuron, such as a sum sign."""
    learns: bool = True
    """Whether these are neurons, and not what goes into the first of them."""
    has_result: bool = False
    """Whether its neurons make one picture together, which stands beside them."""
    focused: bool = False
    lifted: bool = False


@dataclass(frozen=True)
class Placed:
    """A column with the squares of the neurons that fit, in their order. `rest` is where the number of
    those that don't fit stands and `result` where what they make together does; null where there is none."""

    column: DrawnColumn
    cells: tuple[QRectF, ...]
    rest: QRectF
    result: QRectF

    def cell_at(self, where: QPointF) -> int | None:
        """The neuron at this point."""
        return next((index for index, cell in enumerate(self.cells) if cell.contains(where)), None)


def place(column: DrawnColumn) -> Placed:
    """One file of neurons where they fit into it, otherwise two, of which the second stands half a place
    lower: lines reach it between the neurons of the first, and the number of the others stands below that."""
    height = column.area.height()
    fitting = max(int((height + PITCH - CELL) // PITCH), 1)
    if column.neurons <= fitting:
        return _placed(column, _files(column, column.neurons, 1, height))
    rows = int((height - PITCH / 2 + PITCH - CELL) // PITCH)
    if rows >= 1 and column.area.width() >= 2 * CELL + _ASIDE:
        cells = _files(column, min(column.neurons, 2 * rows), 2, height)
    else:
        height -= _REST_HEIGHT + GRID // 2
        cells = _files(column, max(int((height + PITCH - CELL) // PITCH), 1), 1, height)
    return _placed(column, cells)


def _placed(column: DrawnColumn, cells: tuple[QRectF, ...]) -> Placed:
    rest = QRectF()
    if len(cells) < column.neurons:
        # The last neuron of the first file, or of the only one.
        last = next(cell for cell in reversed(cells) if cell.left() == cells[0].left())
        left = last.center().x() - _REST_WIDTH / 2
        rest = QRectF(left, last.bottom() + GRID // 2 - 1, _REST_WIDTH, _REST_HEIGHT)
    return Placed(column, cells, rest, _result(column, cells))


def fitted(cell: QRectF, grid: tuple[int, int] | None) -> QRectF:
    """The largest place in a cell, in whole pixels, with the shape of a picture of (rows, columns)."""
    if grid is None:
        return cell
    rows, columns = grid
    scale = cell.width() / max(rows, columns)
    width, height = max(round(columns * scale), 4), max(round(rows * scale), 4)
    left, top = cell.left() + (cell.width() - width) // 2, cell.top() + (cell.height() - height) // 2
    return QRectF(left, top, width, height)


def _files(column: DrawnColumn, count: int, files: int, height: float) -> tuple[QRectF, ...]:
    """Squares in zigzag: the neurons of both files together go from top to bottom."""
    rows = -(-count // files)
    used = rows * PITCH - (PITCH - CELL) + (PITCH / 2 if files == 2 and count % 2 == 0 else 0)
    top = round(column.area.top() + max((height - used) / 2, 0))
    width = CELL if files == 1 else 2 * CELL + _ASIDE
    left = round(_left(column, width))
    return tuple(
        QRectF(
            left + (index % files) * (CELL + _ASIDE),
            top + (index // files) * PITCH + (index % files) * PITCH // 2,
            CELL,
            CELL,
        )
        for index in range(count)
    )


def _left(column: DrawnColumn, width: float) -> float:
    if column.has_result:
        return column.area.left()
    return column.area.center().x() - width / 2 + (_SHIFT if column.labels_left else 0)


def _result(column: DrawnColumn, cells: tuple[QRectF, ...]) -> QRectF:
    """Right of the neurons, in the middle of their height."""
    if not column.has_result or not cells:
        return QRectF()
    left = cells[0].right() + _LETTER + GRID // 2
    side = min(column.area.right() - left, column.area.height())
    if side < _LEAST_RESULT:
        return QRectF()
    middle = (cells[0].top() + cells[-1].bottom()) / 2
    return QRectF(round(left), round(middle - side / 2), round(side), round(side))
