"""Page 12: a network of three linear layers as a drawing, as matrices and as named operations.

The lecture's L14.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from cadl_desktop.lessons.demonstration import Button, Choice, Control, Demonstration, Hints, Slider, Value
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Item, Line, Node, Points, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.small_network import SmallNetwork
from cadl_desktop.sentences import counted

SIZES: tuple[int, ...] = LECTURE["L14"]["layers"]
Shape = tuple[int, int]
_SEED = 1


def parameter_count(shape: Shape) -> int:
    """Number of parameters of a layer, including its bias."""
    inputs, units = shape
    return inputs * units + units


def layer_name(at: int, sizes: Sequence[int]) -> str:
    """Scope of the operations of layer `at`, counted from 0, as in the studio."""
    return f"output_{at + 1}" if at == len(sizes) - 2 else f"layer_{at + 1}"


def first_layer_weights(sizes: Sequence[int]) -> list[Doubles]:
    """Matrix, from N(0, 0.1), and bias of 0 of each layer in turn."""
    return linear_network(sizes).first_weights(np.random.default_rng(_SEED), LECTURE["L14"]["spread"])


def linear_network(sizes: Sequence[int]) -> SmallNetwork:
    """Network whose layers are all linear."""
    return SmallNetwork(tuple(sizes), ("linear",) * (len(sizes) - 1))


def combine_layers(arrays: Sequence[Doubles]) -> tuple[Doubles, Doubles]:
    """Matrix (inputs, outputs) and bias (outputs,) equivalent to linear layers in sequence."""
    matrix, bias = arrays[0], arrays[1]
    for following, shift in zip(arrays[2::2], arrays[3::2], strict=True):
        matrix, bias = matrix @ following, bias @ following + shift
    return matrix, bias


INPUTS, FIRST, SECOND, OUTPUTS = SIZES
GOAL = sum(map(parameter_count, pairwise(SIZES)))
MOST_UNITS = 24


@dataclass(frozen=True)
class Layers(Demonstration):
    """State of page 12.

    `first` and `second` count units; `rows` are those of the second layer's matrix, which only fits if they
    equal the units of the first. `layer` is the key of the layer that is shown, counted from 0.
    """

    first: int = FIRST
    rows: int = FIRST
    second: int = SECOND
    layer: str = "0"
    claimed: bool = False
    found: bool = False

    def controls(self) -> tuple[Control, ...]:
        layer = Choice(
            "layer",
            "Layer",
            self.layer,
            tuple((str(at), _name(at)) for at in range(len(SIZES) - 1)),
            "Which layer's connections, matrix and operations are shown.",
        )
        claim = Button(
            "claim",
            f"This is another one of {GOAL}",
            f"Says that your network fits together and has exactly {GOAL} parameters.",
        )
        return (
            layer,
            _units("first", "Units of the first layer", self.first),
            _units("rows", "Rows of the second matrix", self.rows),
            _units("second", "Units of the second layer", self.second),
            claim,
        )

    def with_value(self, name: str, value: Value) -> "Layers":
        if name == "layer":
            return super().with_value(name, value)
        return replace(super().with_value(name, int(value)), claimed=False)

    def after_press(self, name: str) -> "Layers":
        return replace(self, claimed=True, found=self.found or self._is_another())

    def figures(self) -> tuple[Figure, ...]:
        at = int(self.layer)
        return draw_layers(self._shapes(), at), draw_product(self._shapes(), at)

    def tables(self) -> tuple[Table, ...]:
        shown = (self._sizes(), self._operations([int(self.layer)]))
        return (*shown, self._as_one()) if self._fits() else shown

    def words(self) -> tuple[str, ...]:
        if not self._fits():
            text = (
                f"Nothing comes out: a row of {self.first} numbers can't be multiplied by a "
                f"matrix of {self.rows} rows."
            )
        else:
            text = f"It fits together, and has {self._count():,} parameters."
        return (text, *self._verdict()) if self.claimed else (text,)

    def numbers(self) -> tuple[Table, ...]:
        return self._sizes(), self._operations(range(len(SIZES) - 1))

    def reached(self) -> bool:
        return self.found

    def missed(self) -> bool:
        return self.claimed and not self.found

    def hints(self) -> Hints:
        if self._is_another():
            look = f"It fits together and has {GOAL} parameters: say so."
        elif not self._fits():
            look = (
                f"The first layer gives {self.first} numbers, and the second matrix "
                f"wants {self.rows}. Make these two equal first."
            )
        elif self._count() == GOAL:
            look = (
                "Take one unit from the first layer, and its row from the "
                "matrix. How many parameters are missing now?"
            )
        else:
            more = "too many" if self._count() > GOAL else "too few"
            look = (
                f"These are {abs(self._count() - GOAL)} {more}. One unit more in "
                f"the second layer adds {self.first + 1 + OUTPUTS}."
            )
        return look, (
            "Set units of the first layer to 9, rows to 9, units of the second "
            f"to 11, and press “This is another one of {GOAL}”."
        )

    def _shapes(self) -> list[Shape]:
        return [(INPUTS, self.first), (self.rows, self.second), (self.second, OUTPUTS)]

    def _fits(self) -> bool:
        return self.rows == self.first

    def _count(self) -> int:
        return sum(map(parameter_count, self._shapes()))

    def _is_another(self) -> bool:
        return self._fits() and self._count() == GOAL and (self.first, self.second) != (FIRST, SECOND)

    def _verdict(self) -> tuple[str, ...]:
        if self._is_another():
            return ("Right: other layers, and as many parameters.",)
        if not self._fits():
            return ("No: first make it fit together.",)
        if self._count() == GOAL:
            return ("That is the lecture's own. Find another.",)
        return (f"Not yet: it should have {GOAL:,}, not {self._count():,}.",)

    def _sizes(self) -> Table:
        rows = [
            (_name(at), _shape(*shape), str(shape[1]), parameter_count(shape))
            for at, shape in enumerate(self._shapes())
        ]
        header = ("layer", "matrix W", "bias b", "parameters")
        return Table("layers", "Every layer", header, rows, frozenset({int(self.layer)}))

    def _operations(self, shown: Iterable[int]) -> Table:
        """Operations of the layers in order, named as in the studio."""
        rows: list[tuple[str, str]] = []
        for at in shown:
            (inputs, units), fits = self._shapes()[at], at != 1 or self._fits()
            result = f"n × {units}" if fits else "impossible"
            rows += [
                (_operation(at, "weights"), _shape(inputs, units)),
                (_operation(at, "bias"), str(units)),
                (_operation(at, "MatMul"), result),
                (_operation(at, "add"), result),
            ]
        header = ("operation", "shape of what comes out")
        return Table("operations", "What is computed", header, rows)

    def _as_one(self) -> Table:
        matrix, bias = combine_layers(first_layer_weights((INPUTS, self.first, self.second, OUTPUTS)))
        titles = ("row", "column", "bias")
        rows: list[tuple[float | str, ...]] = [
            (title, *map(float, numbers))
            for title, numbers in zip(titles, np.vstack((matrix, bias)), strict=True)
        ]
        header = ("comes in", "red", "green", "blue")
        return Table("as-one", "All layers as one", header, rows)


def _units(name: str, label: str, value: int) -> Slider:
    return Slider(name, label, value, 1, MOST_UNITS, f"From 1 to {MOST_UNITS}.", whole=True)


def _name(at: int) -> str:
    return layer_name(at, SIZES)


def _operation(at: int, kind: str) -> str:
    return f"{layer_name(at, SIZES)}/{kind}"


def _shape(inputs: int, units: int) -> str:
    return f"{inputs} × {units}"


SAMPLES = 5
"""Rows that are drawn for the n samples of a batch."""
_GAP = 2.5
_BELOW, _BESIDE = 1.2, 0.3
"""Distance of words from squares, and of the drawing's ends from its outer dots."""


def draw_layers(shapes: Sequence[Shape], chosen: int) -> Figure:
    """Layers with units as dots and weights as lines; dots without a partner in the next matrix stand out."""
    items: list[Item] = []
    for at, (inputs, units) in enumerate(shapes):
        available = shapes[at - 1][1] if at else inputs
        joined = min(available, inputs)
        starts = _row_positions(max(available, inputs))[:joined]
        ends = _row_positions(_slots(shapes, at + 1))[:units]
        role, opacity = ("series", 0.7) if at == chosen else ("muted", 0.35)
        items.append(_connections(float(at), starts, ends, role == "series", opacity))
    for at in range(len(shapes) + 1):
        items += _column(shapes, at)
    across = Axis(range=(-_BESIDE, len(shapes) + _BESIDE))
    return Figure("drawing", "As a drawing", items, across, axes=False)


def draw_product(shapes: Sequence[Shape], chosen: int) -> Figure:
    """X W + b of one layer, with a square for each number."""
    inputs, units = shapes[chosen]
    available = shapes[chosen - 1][1] if chosen else inputs
    fits = available == inputs
    parts = (
        ("X", SAMPLES, available, f"n × {available}", "·"),
        ("W", inputs, units, f"{inputs} × {units}", "+"),
        ("b", 1, units, str(units), "=" if fits else "≠"),
        (
            "XW + b",
            SAMPLES if fits else 0,
            units if fits else 0,
            f"n × {units}" if fits else "impossible",
            "",
        ),
    )
    items: list[Item] = []
    left, tallest = 0.0, max(SAMPLES, inputs) / 2
    for name, rows, columns, shape, sign in parts:
        width = max(columns, 4)
        items.append(_grid(left + (width - columns) / 2, rows, columns, fits))
        middle = left + width / 2
        items.append(Node(middle, tallest + _BELOW, name, strong=True, framed=False))
        items.append(Node(middle, -tallest - _BELOW, shape, framed=False))
        if sign:
            items.append(Node(left + width + _GAP / 2, 0.0, sign, strong=True, framed=False))
        left += width + _GAP
    height = tallest + 2 * _BELOW
    up = Axis(range=(-height, height))
    return Figure("product", "As a product of matrices", items, y=up, axes=False, square=True)


def _slots(shapes: Sequence[Shape], column: int) -> int:
    """Number of dots in a column: the outputs of one layer or the inputs of the next, whichever is more."""
    available = shapes[column - 1][1] if column else 0
    needed = shapes[column][0] if column < len(shapes) else 0
    return max(available, needed)


def _row_positions(count: int) -> Doubles:
    return (count - 1) / 2 - np.arange(count, dtype=np.float64)


def _connections(column: float, starts: Doubles, ends: Doubles, strong: bool, opacity: float) -> Line:
    """Lines from every dot of one column to every dot of the next."""
    begins, stops = np.repeat(starts, len(ends)), np.tile(ends, len(starts))
    gaps = np.full(len(begins), np.nan)
    x = np.tile([column, column + 1.0, np.nan], len(begins))
    y = np.stack((begins, stops, gaps), axis=1).ravel()
    return Line(x, y, "series" if strong else "muted", width=1.5 if strong else 1.0, opacity=opacity)


def _column(shapes: Sequence[Shape], at: int) -> list[Item]:
    slots, heights = _slots(shapes, at), _row_positions(_slots(shapes, at))
    available = shapes[at - 1][1] if at else slots
    needed = shapes[at][0] if at < len(shapes) else slots
    partners = min(available, needed)
    x = np.full(slots, float(at))
    below = Node(float(at), -slots / 2 - _BESIDE, _column_label(at, len(shapes), available), framed=False)
    items: list[Item] = [Points(x[:partners], heights[:partners], "truth", size=12), below]
    if partners < slots:
        items.append(Points(x[partners:], heights[partners:], "negative", "without partner", size=12))
    return items


def _column_label(at: int, last: int, count: int) -> str:
    if at == 0:
        return counted(count, "input")
    return counted(count, "output" if at == last else "unit")


def _grid(left: float, rows: int, columns: int, fits: bool) -> Line:
    """Grid of a matrix centred on y = 0, with squares of one unit."""
    upper, lower = rows / 2, -rows / 2
    upright = [(left + at, lower, left + at, upper) for at in range(columns + 1)] if rows else []
    level = [(left, lower + at, left + columns, lower + at) for at in range(rows + 1)] if columns else []
    ends = np.array([*upright, *level], np.float64).reshape(-1, 4)
    gaps = np.full(len(ends), np.nan)
    x = np.stack((ends[:, 0], ends[:, 2], gaps), axis=1).ravel()
    y = np.stack((ends[:, 1], ends[:, 3], gaps), axis=1).ravel()
    return Line(x, y, "series" if fits else "negative", width=1.0)
