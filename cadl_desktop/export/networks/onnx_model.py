"""The network as an ONNX model, written node by node."""

from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import input_columns
from cadl_desktop.export.networks.network import describe
from cadl_desktop.export.networks.onnx_operations import OnnxOperations, Value
from cadl_desktop.export.networks.vocabulary import own_type
from cadl_desktop.runs.events import Floats
from cadl_desktop.storage.atomic import FileError

OPSET = 18
"""The first that mixes whole numbers by xor."""
IR_VERSION = 9


def onnx_bytes(experiment: Experiment, weights: Sequence[Floats]) -> bytes:
    """The network for any ONNX runtime: 'positions' (samples, 1, 2 or 3) in and 'values' (samples, 1 or
    3) out, float64 for a curve and float32 for a painting. Raises FileError where the package that writes
    such files is missing."""
    if find_spec("onnx") is None:
        raise FileError("ONNX files need the package 'onnx', which is missing here; run 'pip install onnx'.")
    operations = OnnxOperations()
    inputs = input_columns(experiment)
    positions = Value(operations, "positions", np.dtype(own_type(experiment)), inputs)
    last = describe(experiment, weights, operations, positions)
    return onnx_file(operations, positions, last, experiment.name)


def onnx_file(operations: OnnxOperations, positions: Value, last: Value, about: str = "") -> bytes:
    """The graph that leads from 'positions' (samples, inputs) to its last value."""
    from onnx import checker, helper

    operations.add_named("Identity", [last.name], "values")
    taken, given = (helper.np_dtype_to_tensor_dtype(value.dtype) for value in (positions, last))
    graph = helper.make_graph(
        operations.nodes,
        "network",
        [helper.make_tensor_value_info(positions.name, taken, ["samples", positions.width])],
        [helper.make_tensor_value_info("values", given, ["samples", last.width])],
        operations.constants,
    )
    opsets = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(
        graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="cadl-desktop"
    )
    model.doc_string = about
    checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString()
    return content
