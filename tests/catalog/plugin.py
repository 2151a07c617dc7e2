"""What another package could bring along: a grey picture, an encoding, an optimizer."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cadl_desktop.data.samples import Samples
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.training.optimizers import Optimizer
from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import Entry, Parameter, register
from cadl_desktop.experiment.roles import Weight

HERE = "tests.catalog.plugin"
HEIGHT, WIDTH = 8, 12
RATE = Parameter("rate", "Rate", "float", 0.01, "How far.", 1e-8, 1000.0, logarithmic=True)


def add_grey() -> None:
    register(
        "dataset",
        Entry("grey", "Grey", "A slope of grey.", f"{HERE}:grey", columns=(2, 1), makes="picture"),
    )


def add_encoding() -> None:
    width = lambda inputs, encoding: 2 * inputs  # noqa: E731
    register("encoding", Entry("squares", "Squares", "Inputs and squares.", f"{HERE}:squares", width=width))


def add_optimizer() -> None:
    register("optimizer", Entry("signs", "Signs", "Steps of one size.", f"{HERE}:signs", (RATE,)))


def grey(data: Part) -> Samples:
    row, column = np.indices((HEIGHT, WIDTH)).reshape(2, -1)
    return Samples(
        inputs=np.stack([row, column], 1).astype(np.float64),
        targets=(10.0 * row + 5.0 * column)[:, np.newaxis],
        low=np.zeros(2),
        high=np.array([HEIGHT, WIDTH], np.float64),
        target_low=0.0,
        target_high=255.0,
        picture_shape=(HEIGHT, WIDTH),
    )


def squares(encoding: Part, weights: Sequence[Any], inputs: Any) -> Any:
    return tf.concat([inputs, tf.square(inputs)], 1)


def signs(settings: Part, weights: Sequence[Weight]) -> Optimizer:
    def update(parameters: Any, slots: Any, gradient: Any, step: Any, rate: Any) -> Any:
        return parameters - rate * tf.sign(gradient), slots

    return Optimizer((), update)
