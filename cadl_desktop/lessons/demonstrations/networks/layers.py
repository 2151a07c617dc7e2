"""Page 12: a network of three layers as a drawing, as matrices and as operations under their names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons.controls import Button, Choice, Control, Slider, Value
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.demonstrations.networks.layer_figures import drawing, product
from cadl_desktop.lessons.figure import Figure, Table
from cadl_desktop.lessons.networks import layers
from cadl_desktop.lessons.networks.layers import SIZES, Shape

INPUTS, FIRST, SECOND, OUTPUTS = SIZES
GOAL = sum(map(layers.parameter_count, layers.shapes(SIZES)))
MOST_UNITS = 24


@dataclass(frozen=True)
class Layers(Demonstration):
    """`first` and `second` count units; `rows` are those of the second layer's matrix, which only fits when
    they are as many as the first layer has units. `layer` is the one that is looked at, counted from 0."""

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

    def turned(self, name: str, value: Value) -> "Layers":
        if name == "layer":
            return super().turned(name, value)
        return replace(super().turned(name, int(value)), claimed=False)

    def pressed(self, name: str) -> "Layers":
        return replace(self, claimed=True, found=self.found or self._is_another())

    def figures(self) -> tuple[Figure, ...]:
        at = int(self.layer)
        return drawing(self._shapes(), at), product(self._shapes(), at)

    def tables(self) -> tuple[Table, ...]:
        shown = (self._sizes(), self._operations([int(self.layer)]))
        return (*shown, self._as_one()) if self._fits() else shown

    def words(self) -> tuple[str, ...]:
        if not self._fits():
            told = (
                f"Nothing comes out: a row of {self.first} numbers can't be multiplied by a "
                f"matrix of {self.rows} rows."
            )
        else:
            told = f"It fits together, and has {self._count():,} parameters."
        return (told, *self._verdict()) if self.claimed else (told,)

    def numbers(self) -> tuple[Table, ...]:
        return self._sizes(), self._operations(range(len(SIZES) - 1))

    def reached(self) -> bool:
        return self.found

    def _shapes(self) -> list[Shape]:
        return [(INPUTS, self.first), (self.rows, self.second), (self.second, OUTPUTS)]

    def _fits(self) -> bool:
        return self.rows == self.first

    def _count(self) -> int:
        return sum(map(layers.parameter_count, self._shapes()))

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
            (_name(at), _shape(*shape), str(shape[1]), layers.parameter_count(shape))
            for at, shape in enumerate(self._shapes())
        ]
        header = ("layer", "matrix W", "bias b", "parameters")
        return Table("layers", "Every layer", header, rows, frozenset({int(self.layer)}))

    def _operations(self, shown: Iterable[int]) -> Table:
        """Under each layer's name, in the order in which they are done; the studio lists the same."""
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
        matrix, bias = layers.as_one(layers.weights((INPUTS, self.first, self.second, OUTPUTS)))
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
    return layers.name(at, SIZES)


def _operation(at: int, kind: str) -> str:
    return f"{layers.name(at, SIZES)}/{kind}"


def _shape(inputs: int, units: int) -> str:
    return f"{inputs} × {units}"
