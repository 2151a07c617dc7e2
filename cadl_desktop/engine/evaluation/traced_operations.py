"""Operations of a network's forward pass, grouped by the part of the network that made them."""

from typing import Any

from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network.forward_pass import forward
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import input_columns, weight_shapes
from cadl_desktop.runs.evaluations import Operation


def operations(experiment: Experiment) -> tuple[Operation, ...]:
    """TensorFlow operations of the network: part by part, each in tracing order. The window calls this
    function by name.

    Weights and inputs are operations too: placeholders, which training feeds.
    """
    order = {scope: place for place, scope in enumerate(["", *_scopes(experiment)])}
    described = [_described(operation) for operation in _traced(experiment).get_operations()]
    return tuple(sorted(described, key=lambda operation: order.get(operation.scope, len(order))))


def graph_definition(experiment: Experiment) -> bytes:
    """Serialised `GraphDef` of the network with all shapes, which TensorBoard draws."""
    definition = _traced(experiment).as_graph_def(add_shapes=True)
    serialised: bytes = definition.SerializeToString(deterministic=True)
    return serialised


def _traced(experiment: Experiment) -> Any:
    graph = tf.Graph()
    with graph.as_default():
        weights = _placeholders(experiment)
        inputs = tf.compat.v1.placeholder(tf.float32, (None, input_columns(experiment)), "inputs")
        forward(experiment, weights, inputs)
    return graph


def _placeholders(experiment: Experiment) -> list[Any]:
    """Placeholders of the weights, each in the scope of the part that uses it."""
    found = []
    for scope, shapes in zip(_scopes(experiment), weight_shapes(experiment), strict=True):
        for shape in shapes:
            name = f"{scope}/bias" if len(shape) == 1 else f"{scope}/weights"
            found.append(tf.compat.v1.placeholder(tf.float32, shape, name))
    return found


def _scopes(experiment: Experiment) -> list[str]:
    """Name scopes that `forward` opens."""
    count = len(experiment.layers)
    return ["encoding", *(f"layer_{index + 1}" for index in range(count)), f"output_{count + 1}"]


def _described(operation: Any) -> Operation:
    scope, slash, name = operation.name.partition("/")
    shape = operation.outputs[0].shape if operation.outputs else None
    return Operation(
        name=name if slash else scope,
        kind=operation.type,
        scope=scope if slash else "",
        shape=() if shape is None or shape.rank is None else tuple(shape.as_list()),
    )
