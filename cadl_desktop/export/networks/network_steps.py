"""Network as a list of steps, which a few lines of NumPy follow: those of `resources/manual/python.md`.

A step is (result, function, *inputs), as `network_texts.STEPS` explains it.
"""

from collections.abc import Callable, Mapping, Sequence
from math import pi
from typing import Any

from cadl_desktop.data.scaling import Affine
from cadl_desktop.engine.network.layers import EPSILON
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import input_columns
from cadl_desktop.export.networks.graph_value import Arithmetic, GraphValue
from cadl_desktop.export.networks.network_graph import add_network
from cadl_desktop.export.networks.operations import Function, NumberType
from cadl_desktop.runs.events import Floats

Step = tuple[Any, ...]


class StepOperations:
    """Operations that collect steps. `arrays` are those of the file, by name."""

    def __init__(self, arrays: Mapping[str, Floats]) -> None:
        self._arrays = arrays
        self._names: dict[Step, str] = {}

    @property
    def steps(self) -> list[Step]:
        return [(name, *step) for step, name in self._names.items()]

    def add(self, function: str, *inputs: Any, width: int = 0) -> GraphValue:
        """Adds a step, unless it was taken before. Its result is as wide as its widest input, or `width`."""
        step = (function, *(each.name if isinstance(each, GraphValue) else each for each in inputs))
        widths = [each.width for each in inputs if isinstance(each, GraphValue)]
        return GraphValue(self, self._names.setdefault(step, f"v{len(self._names)}"), width or max(widths))

    def arithmetic(self, function: Arithmetic, *operands: GraphValue | float) -> GraphValue:
        return self.add(function, *operands)

    def scaled(self, positions: GraphValue, scaling: Affine) -> GraphValue:
        shifted = self.add("subtract", self.add("float64", positions), _plain(scaling.offset))
        return self.add("float32", self.add("divide", shifted, _plain(scaling.scale)))

    def unscaled(self, values: GraphValue, scaling: Affine, given: NumberType) -> GraphValue:
        stretched = self.add("multiply", self.add("float64", values), _plain(scaling.scale))
        return self.add("add", stretched, _plain(scaling.offset))

    def dense(
        self, values: GraphValue, weights: Sequence[Floats], name: str, learns: bool = True
    ) -> GraphValue:
        summed = self.add("matmul", values, self._array(weights[0]), width=weights[0].shape[1])
        return self.add("add", summed, self._array(weights[1])) if len(weights) > 1 else summed

    def waves(self, values: GraphValue, waves: Floats) -> GraphValue:
        return self.add("matmul", values, "B", width=waves.shape[1]) * (2 * pi)

    def layer_normalisation(
        self, values: GraphValue, weights: Sequence[Floats], name: str, learns: bool = True
    ) -> GraphValue:
        centred = values - self.sum(values) / values.width
        variance = self.sum(centred * centred) / values.width
        normalised = centred / self.add("sqrt", variance + EPSILON)
        stretched = self.add("multiply", normalised, self._array(weights[0]))
        return self.add("add", stretched, self._array(weights[1]))

    def dropout(self, values: GraphValue, share: float, name: str) -> GraphValue:
        return values

    def apply(self, function: Function, values: GraphValue) -> GraphValue:
        match function:
            case "relu":
                return self.add("maximum", values, 0.0)
            case "sigmoid":
                return self.add("tanh", values * 0.5) * 0.5 + 0.5
        return self.add(function, values)

    def clip(self, values: GraphValue, low: float, high: float) -> GraphValue:
        return self.add("clip", values, low, high)

    def sum(self, values: GraphValue) -> GraphValue:
        return self.add("sum", values, width=1)

    def join(self, parts: Sequence[GraphValue]) -> GraphValue:
        return self.add("join", *parts, width=sum(part.width for part in parts))

    def column(self, values: GraphValue, index: int) -> GraphValue:
        return self.add("column", values, index, width=1)

    def table(self, entries: Floats, name: str) -> Callable[[GraphValue], GraphValue]:
        return lambda rows: self.add("rows", self._array(entries), rows, width=entries.shape[1])

    def to_integers(self, values: GraphValue) -> GraphValue:
        return self.add("int64", values)

    def hashed(
        self, indices: Sequence[GraphValue], factors: Sequence[int], largest: int, size: int
    ) -> GraphValue:
        found, *products = (index * factor for index, factor in zip(indices, factors, strict=True))
        for product in products:
            found = self.add("bitwise_xor", found, product)
        return self.add("remainder", found, size)

    def _array(self, array: Floats) -> Any:
        """Name of an array of the file; the numbers of any other."""
        known = (name for name, own in self._arrays.items() if own is array)
        return next(known, None) or _plain(array)


def _plain(array: Any) -> Any:
    """Numbers of an array as tuples, which can be compared."""
    return array.item() if not array.ndim else tuple(map(_plain, array))


def network_steps(experiment: Experiment, weights: Mapping[str, Floats]) -> list[Step]:
    """Steps from 'positions' (samples, inputs) in the dataset's units to values in the target's, which are
    the result of the last. Raises FileError for entries without support, `data.samples.DataError`."""
    operations = StepOperations(weights)
    positions = GraphValue(operations, "positions", input_columns(experiment))
    add_network(experiment, [*weights.values()], operations, positions)
    return operations.steps
