"""Network as an ONNX model; each operation adds nodes to its graph."""

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from math import pi
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from onnx import checker, helper, numpy_helper

from cadl_desktop.data.scaling import Affine
from cadl_desktop.engine.network.layers import EPSILON
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import input_columns
from cadl_desktop.export.networks.graph_value import Arithmetic, GraphValue
from cadl_desktop.export.networks.network_graph import add_network
from cadl_desktop.export.networks.operations import Function, NumberType, position_type
from cadl_desktop.runs.events import Floats
from cadl_desktop.storage.atomic import FileError

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
    "add": "Add",
    "subtract": "Sub",
    "multiply": "Mul",
    "divide": "Div",
}
OPSET = 18
"""First version with a bitwise xor of integers."""
IR_VERSION = 9


class Value(GraphValue):
    """Result of a node, with its type."""

    def __init__(self, operations: "OnnxOperations", name: str, dtype: np.dtype[Any], width: int) -> None:
        super().__init__(operations, name, width)
        self.dtype = dtype


class OnnxOperations:
    """Operations that collect the nodes and constants of a graph."""

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
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))

    def arithmetic(self, function: Arithmetic, *operands: Value | float) -> Value:
        known = [operand for operand in operands if isinstance(operand, Value)]
        dtype, width = known[0].dtype, max(operand.width for operand in known)
        names = [
            operand.name if isinstance(operand, Value) else self.constant(np.asarray(operand, dtype))
            for operand in operands
        ]
        return self.add(_FUNCTIONS[function], names, dtype, width)

    def constant(self, values: NDArray[Any], name: str = "") -> str:
        name = name or f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def scaled(self, positions: Value, scaling: Affine) -> Value:
        # In float64, as in training.
        doubles = self._cast(positions, np.float64)
        shifted = self._with_constant("Sub", doubles, scaling.offset)
        return self._cast(self._with_constant("Div", shifted, scaling.scale), np.float32)

    def unscaled(self, values: Value, scaling: Affine, given: NumberType) -> Value:
        stretched = self._with_constant("Mul", self._cast(values, np.dtype(given).type), scaling.scale)
        return self._with_constant("Add", stretched, scaling.offset)

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
        return self.add("ReduceSum", [values.name, self._integers([1])], values.dtype, 1, keepdims=1)

    def join(self, parts: Sequence[Value]) -> Value:
        names, width = [part.name for part in parts], sum(part.width for part in parts)
        return self.add("Concat", names, parts[0].dtype, width, axis=1)

    def column(self, values: Value, index: int) -> Value:
        return self.add("Gather", [values.name, self._integers([index])], values.dtype, 1, axis=1)

    def table(self, entries: Floats, name: str) -> Callable[[Value], Value]:
        table = self.constant(entries, name)

        def look_up(rows: Value) -> Value:
            flat = self.add("Squeeze", [rows.name, self._integers([1])], rows.dtype, 1)
            return self.add("Gather", [table, flat.name], entries.dtype, entries.shape[1], axis=0)

        return look_up

    def to_integers(self, values: Value) -> Value:
        return self._cast(values, np.int64)

    def hashed(self, indices: Sequence[Value], factors: Sequence[int], largest: int, size: int) -> Value:
        products = [index * factor for index, factor in zip(indices, factors, strict=True)]
        found = products[0]
        for product in products[1:]:
            found = self.add("BitwiseXor", [found.name, product.name], found.dtype, 1)
        return self.add("Mod", [found.name, self._integers(size)], found.dtype, 1)

    def _cast(self, values: Value, dtype: type[np.generic]) -> Value:
        target = np.dtype(dtype)
        return self.add(
            "Cast", [values.name], target, values.width, to=helper.np_dtype_to_tensor_dtype(target)
        )

    def _with_constant(self, kind: str, values: Value, numbers: ArrayLike) -> Value:
        constant = self.constant(np.asarray(numbers, values.dtype))
        return self.add(kind, [values.name, constant], values.dtype, values.width)

    def _integers(self, numbers: ArrayLike) -> str:
        return self.constant(np.asarray(numbers, np.int64))


def onnx_bytes(experiment: Experiment, weights: Sequence[Floats], texts: Mapping[str, str]) -> bytes:
    """Network for any ONNX runtime, from 'positions' (samples, 1, 2 or 3) to 'values' (samples, 1 or 3),
    float64 for a curve and float32 for a painting, with texts as metadata. Raises FileError if the package
    `onnx` is missing."""
    if find_spec("onnx") is None:
        raise FileError("ONNX files need the package 'onnx', which is missing here; run 'pip install onnx'.")
    operations = OnnxOperations()
    inputs = input_columns(experiment)
    positions = Value(operations, "positions", np.dtype(position_type(experiment)), inputs)
    last = add_network(experiment, weights, operations, positions)
    return onnx_file(operations, positions, last, experiment.name, texts)


def onnx_file(
    operations: OnnxOperations,
    positions: Value,
    last: Value,
    about: str = "",
    texts: Mapping[str, str] | None = None,
) -> bytes:
    """ONNX file of the graph from 'positions' (samples, inputs) to its last value, with texts as metadata."""
    operations.add_named("Identity", [last.name], "values")
    input_type, output_type = (helper.np_dtype_to_tensor_dtype(value.dtype) for value in (positions, last))
    graph = helper.make_graph(
        operations.nodes,
        "network",
        [helper.make_tensor_value_info(positions.name, input_type, ["samples", positions.width])],
        [helper.make_tensor_value_info("values", output_type, ["samples", last.width])],
        operations.constants,
    )
    opsets = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(
        graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="cadl-desktop"
    )
    model.doc_string = about
    helper.set_model_props(model, {**(texts or {})})
    checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString()
    return content
