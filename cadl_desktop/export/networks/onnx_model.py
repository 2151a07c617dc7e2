"""The network as an ONNX model, written node by node."""

from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import input_columns, target_columns
from cadl_desktop.export.networks.network import describe
from cadl_desktop.export.networks.onnx_operations import OnnxOperations, Value
from cadl_desktop.runs.events import Floats
from cadl_desktop.storage.atomic import FileError

OPSET = 18
"""The first that mixes whole numbers by xor."""
IR_VERSION = 9


def onnx_bytes(experiment: Experiment, weights: Sequence[Floats]) -> bytes:
    """The network for any ONNX runtime: 'positions' (samples, 1, 2 or 3) float32 in, 'values' (samples,
    1 or 3) float32 out. Raises FileError where the package that writes such files is missing."""
    if find_spec("onnx") is None:
        raise FileError("ONNX files need the package 'onnx', which is missing here; run 'pip install onnx'.")
    from onnx import TensorProto, checker, helper

    operations = OnnxOperations()
    inputs, outputs = input_columns(experiment), target_columns(experiment)
    positions = Value(operations, "positions", np.dtype(np.float32), inputs)
    last = describe(experiment, weights, operations, positions)
    operations.add_named("Identity", [last.name], "values")
    graph = helper.make_graph(
        operations.nodes,
        "network",
        [helper.make_tensor_value_info("positions", TensorProto.FLOAT, ["samples", inputs])],
        [helper.make_tensor_value_info("values", TensorProto.FLOAT, ["samples", outputs])],
        operations.constants,
    )
    opsets = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(
        graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="cadl-desktop"
    )
    model.doc_string = experiment.name
    checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString()
    return content
