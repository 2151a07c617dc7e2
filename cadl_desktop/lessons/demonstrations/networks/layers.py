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
from cadl_desktop.sentences import Sentence, said

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
            said("Layer"),
            self.layer,
            tuple((str(at), _name(at)) for at in range(len(SIZES) - 1)),
            said("Which layer's connections, matrix and operations are shown."),
        )
        claim = Button(
            "claim",
            said("This is another one of {count}", count=GOAL),
            said("Says that your network fits together and has exactly {count} parameters.", count=GOAL),
        )
        return (
            layer,
            _units("first", said("Units of the first layer"), self.first),
            _units("rows", said("Rows of the second matrix"), self.rows),
            _units("second", said("Units of the second layer"), self.second),
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

    def words(self) -> tuple[Sentence, ...]:
        if not self._fits():
            told = said(
                "Nothing comes out: a row of {units} numbers can't be multiplied by a matrix of {rows} rows.",
                units=self.first,
                rows=self.rows,
            )
        else:
            told = said("It fits together, and has {count:,} parameters.", count=self._count())
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

    def _verdict(self) -> tuple[Sentence, ...]:
        if self._is_another():
            return (said("Right: other layers, and as many parameters."),)
        if not self._fits():
            return (said("No: first make it fit together."),)
        if self._count() == GOAL:
            return (said("That is the lecture's own. Find another."),)
        return (said("Not yet: it should have {goal:,}, not {count:,}.", goal=GOAL, count=self._count()),)

    def _sizes(self) -> Table:
        rows = [
            (_name(at), _shape(*shape), said("{units}", units=shape[1]), layers.parameter_count(shape))
            for at, shape in enumerate(self._shapes())
        ]
        header = (said("layer"), said("matrix W"), said("bias b"), said("parameters"))
        return Table("layers", said("Every layer"), header, rows, frozenset({int(self.layer)}))

    def _operations(self, shown: Iterable[int]) -> Table:
        """Under each layer's name, in the order in which they are done; the studio lists the same."""
        rows: list[tuple[Sentence, Sentence]] = []
        for at in shown:
            (inputs, units), fits = self._shapes()[at], at != 1 or self._fits()
            result = said("n × {units}", units=units) if fits else said("impossible")
            rows += [
                (_operation(at, "weights"), _shape(inputs, units)),
                (_operation(at, "bias"), said("{units}", units=units)),
                (_operation(at, "MatMul"), result),
                (_operation(at, "add"), result),
            ]
        header = (said("operation"), said("shape of what comes out"))
        return Table("operations", said("What is computed"), header, rows)

    def _as_one(self) -> Table:
        matrix, bias = layers.as_one(layers.weights((INPUTS, self.first, self.second, OUTPUTS)))
        titles = (said("row"), said("column"), said("bias"))
        rows: list[tuple[float | Sentence, ...]] = [
            (title, *map(float, numbers))
            for title, numbers in zip(titles, np.vstack((matrix, bias)), strict=True)
        ]
        header = (said("comes in"), said("red"), said("green"), said("blue"))
        return Table("as-one", said("All layers as one"), header, rows)


def _units(name: str, label: Sentence, value: int) -> Slider:
    return Slider(name, label, value, 1, MOST_UNITS, said("From 1 to {most}.", most=MOST_UNITS), whole=True)


def _name(at: int) -> Sentence:
    return said("{name}", name=layers.name(at, SIZES))


def _operation(at: int, kind: str) -> Sentence:
    return said("{layer}/{kind}", layer=layers.name(at, SIZES), kind=kind)


def _shape(inputs: int, units: int) -> Sentence:
    return said("{rows} × {columns}", rows=inputs, columns=units)
