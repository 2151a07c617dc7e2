"""The words of ONNX: each adds a node to a graph."""

from collections.abc import Callable, Sequence
from math import pi
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cadl_desktop.data.scaling import Affine
from cadl_desktop.engine.network.layers import EPSILON
from cadl_desktop.export.networks.vocabulary import Function, NumberType
from cadl_desktop.runs.events import Floats

_FUNCTIONS = {
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "relu": "Relu",
    "sin": "Sin",
    "cos": "Cos",
    "exp": "Exp",
    "erf": "Erf",
    "floor": "Floor",
    "absolute": "Abs",
}


class Value:
    """The result of a node, (samples, `width`), and arithmetic with it, which adds further nodes."""

    def __init__(self, operations: "OnnxOperations", name: str, dtype: np.dtype[Any], width: int) -> None:
        self.operations = operations
        self.name = name
        self.dtype = dtype
        self.width = width

    @property
    def shape(self) -> tuple[None, int]:
        return None, self.width

    def __add__(self, other: "Value | float") -> "Value":
        return self._with("Add", self, other)

    def __radd__(self, other: float) -> "Value":
        return self._with("Add", other, self)

    def __sub__(self, other: "Value | float") -> "Value":
        return self._with("Sub", self, other)

    def __rsub__(self, other: float) -> "Value":
        return self._with("Sub", other, self)

    def __mul__(self, other: "Value | float") -> "Value":
        return self._with("Mul", self, other)

    def __rmul__(self, other: float) -> "Value":
        return self._with("Mul", other, self)

    def __truediv__(self, other: "Value | float") -> "Value":
        return self._with("Div", self, other)

    def _with(self, kind: str, *operands: "Value | float") -> "Value":
        values = [self._operand(operand) for operand in operands]
        width = max(operand.width for operand in operands if isinstance(operand, Value))
        return self.operations.add(kind, values, self.dtype, width)

    def _operand(self, operand: "Value | float") -> str:
        if isinstance(operand, Value):
            return operand.name
        return self.operations.constant(np.asarray(operand, self.dtype))


class OnnxOperations:
    """Collects the nodes and the constants of a graph."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(
        self, kind: str, inputs: Sequence[str], dtype: np.dtype[Any], width: int, **attributes: Any
    ) -> Value:
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.add_named(kind, inputs, name, **attributes)
        return Value(self, name, dtype, width)

    def add_named(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> None:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))

    def constant(self, values: NDArray[Any], name: str = "") -> str:
        from onnx import numpy_helper

        name = name or f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def scaled(self, positions: Value, scaling: Affine) -> Value:
        # In float64, as training did.
        doubles = self._cast(positions, np.float64)
        shifted = self._affected("Sub", doubles, scaling.offset)
        return self._cast(self._affected("Div", shifted, scaling.scale), np.float32)

    def unscaled(self, values: Value, scaling: Affine, given: NumberType) -> Value:
        stretched = self._affected("Mul", self._cast(values, np.dtype(given).type), scaling.scale)
        return self._affected("Add", stretched, scaling.offset)

    def dense(self, values: Value, weights: Sequence[Floats], name: str, learns: bool = True) -> Value:
        names = [
            self.constant(array, f"{name}_{letter}") for array, letter in zip(weights, "Wb", strict=False)
        ]
        width = weights[0].shape[1]
        summed = self.add("MatMul", [values.name, names[0]], values.dtype, width)
        return self.add("Add", [summed.name, names[1]], values.dtype, width) if len(names) > 1 else summed

    def waves(self, values: Value, waves: Floats) -> Value:
        return self.dense(values, [waves], "waves") * (2 * pi)

    def layer_normalisation(
        self, values: Value, weights: Sequence[Floats], name: str, learns: bool = True
    ) -> Value:
        names = [
            self.constant(array, f"{name}_{letter}") for array, letter in zip(weights, "Wb", strict=True)
        ]
        return self.add(
            "LayerNormalization", [values.name, *names], values.dtype, values.width, axis=-1, epsilon=EPSILON
        )

    def dropout(self, values: Value, share: float, name: str) -> Value:
        return values

    def apply(self, function: Function, values: Value) -> Value:
        return self.add(_FUNCTIONS[function], [values.name], values.dtype, values.width)

    def clip(self, values: Value, low: float, high: float) -> Value:
        limits = [self.constant(np.asarray(limit, values.dtype)) for limit in (low, high)]
        return self.add("Clip", [values.name, *limits], values.dtype, values.width)

    def sum(self, values: Value) -> Value:
        return self.add("ReduceSum", [values.name, self._whole([1])], values.dtype, 1, keepdims=1)

    def join(self, parts: Sequence[Value]) -> Value:
        names, width = [part.name for part in parts], sum(part.width for part in parts)
        return self.add("Concat", names, parts[0].dtype, width, axis=1)

    def column(self, values: Value, index: int) -> Value:
        return self.add("Gather", [values.name, self._whole([index])], values.dtype, 1, axis=1)

    def table(self, entries: Floats, name: str) -> Callable[[Value], Value]:
        table = self.constant(entries, name)

        def look_up(rows: Value) -> Value:
            flat = self.add("Squeeze", [rows.name, self._whole([1])], rows.dtype, 1)
            return self.add("Gather", [table, flat.name], entries.dtype, entries.shape[1], axis=0)

        return look_up

    def whole(self, values: Value) -> Value:
        return self._cast(values, np.int64)

    def mixed(self, places: Sequence[Value], factors: Sequence[int], most: int, size: int) -> Value:
        products = [place * factor for place, factor in zip(places, factors, strict=True)]
        found = products[0]
        for product in products[1:]:
            found = self.add("BitwiseXor", [found.name, product.name], found.dtype, 1)
        return self.add("Mod", [found.name, self._whole(size)], found.dtype, 1)

    def _cast(self, values: Value, dtype: type[np.generic]) -> Value:
        from onnx import helper

        wanted = np.dtype(dtype)
        return self.add(
            "Cast", [values.name], wanted, values.width, to=helper.np_dtype_to_tensor_dtype(wanted)
        )

    def _affected(self, kind: str, values: Value, numbers: ArrayLike) -> Value:
        constant = self.constant(np.asarray(numbers, values.dtype))
        return self.add(kind, [values.name, constant], values.dtype, values.width)

    def _whole(self, numbers: ArrayLike) -> str:
        return self.constant(np.asarray(numbers, np.int64))
