"""What scaled inputs become before the first layer: (encoding, (samples, inputs)) -> (samples, width)."""

from typing import Any

from cadl_desktop.engine.device import tf
from cadl_desktop.experiment.model import Part

Tensor = Any


def none(encoding: Part, inputs: Tensor) -> Tensor:
    return inputs


def polynomial(encoding: Part, inputs: Tensor) -> Tensor:
    """1 once, then all inputs to the power 1, 2, ... up to the degree."""
    powers = [inputs]
    while len(powers) < encoding["degree"]:
        powers.append(powers[-1] * inputs)
    return tf.concat([tf.ones_like(inputs[:, :1]), *powers], 1)
