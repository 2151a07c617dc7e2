"""Entries as another package would register them, one of nearly every category."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cadl_desktop.data.samples import Doubles, Samples
from cadl_desktop.data.scaling import Affine
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network.layers import LayerContext
from cadl_desktop.engine.training.optimizers import Optimizer
from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import Entry, Parameter, register
from cadl_desktop.experiment.registry import Weight
from cadl_desktop.experiment.shapes import Shape
from cadl_desktop.export.networks.network_graph import ExportedLayer
from cadl_desktop.export.networks.operations import Operations
from cadl_desktop.export.script.cell import Snippet
from cadl_desktop.export.script.optimizer_code import Update

HERE = "tests.catalog.plugin"
HEIGHT, WIDTH = 8, 12
RATE = Parameter("rate", "Rate", "float", 0.01, "How far.", 1e-8, 1000.0, logarithmic=True)
RAMP = (
    Parameter("until", "Until", "int", 4, "The epoch of its peak.", 1, 1000),
    Parameter("peak", "Peak", "float", 2.0, "What the rate is multiplied by there.", 0.0, 10.0),
)


def add_grey(**changes: Any) -> None:
    known = Entry("grey", "Grey", "A slope of grey.", f"{HERE}:grey", columns=(2, 1))
    register("dataset", replace(known, **changes))


def add_encoding(**changes: Any) -> None:
    known = Entry("squares", "Squares", "Inputs and their squares.", f"{HERE}:squares", width=_twice)
    register("encoding", replace(known, **changes))


def add_layer(**changes: Any) -> None:
    known = Entry(
        "residual",
        "Residual",
        "Adds to the neurons what a small layer makes of them.",
        f"{HERE}:residual",
        (Parameter("frozen", "Frozen", "bool", False, "Its weights stay as they are."),),
        shapes=lambda inputs, outputs, layer: [(inputs, outputs), (outputs,)],
        starts=f"{HERE}:residual_weights",
    )
    register("layer", replace(known, **changes))


def add_polynomial_layer() -> None:
    """Registers a layer with five weights, the coefficients of each neuron's polynomial."""
    register(
        "layer",
        Entry(
            "powers",
            "Powers",
            "Each neuron's own polynomial.",
            f"{HERE}:powers",
            shapes=lambda inputs, outputs, layer: 5 * [(outputs,)],
            starts=f"{HERE}:powers_weights",
            script=f"{HERE}:powers_in_a_script",
        ),
    )


def add_optimizer(**changes: Any) -> None:
    known = Entry("signs", "Signs", "Steps of one size.", f"{HERE}:signs", (RATE,))
    register("optimizer", replace(known, **changes))


def add_cost(**changes: Any) -> None:
    known = Entry("charbonnier", "Charbonnier", "A distance without a corner.", f"{HERE}:charbonnier")
    register("cost", replace(known, **changes))


def add_schedule(**changes: Any) -> None:
    known = Entry("ramp", "Ramp", "The learning rate rises to its peak.", f"{HERE}:ramp", RAMP)
    register("schedule", replace(known, **changes))


def add_scaling(**changes: Any) -> None:
    known = Entry("halves", "Halves", "Halves between the edges.", f"{HERE}:halves")
    register("target_scaling", replace(known, **changes))


def _twice(inputs: int, encoding: Part) -> int:
    return 2 * inputs


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


def residual(layer: Part, weights: Sequence[Any], inputs: Any, around: LayerContext) -> Any:
    return inputs + weights[1] * tf.tanh(tf.matmul(inputs, weights[0]))


def residual_weights(random: np.random.Generator, shapes: Sequence[Shape], layer: Part) -> list[Doubles]:
    return [random.normal(0.0, 0.3, shapes[0]), random.uniform(0.5, 1.5, shapes[1])]


def powers(layer: Part, weights: Sequence[Any], inputs: Any, around: LayerContext) -> Any:
    return sum(weight * tf.tanh(inputs) ** power for power, weight in enumerate(weights))


def powers_weights(random: np.random.Generator, shapes: Sequence[Shape], layer: Part) -> list[Doubles]:
    return [random.normal(0.0, 0.5, shape) for shape in shapes]


def signs(settings: Part, weights: Sequence[Weight]) -> Optimizer:
    def update(parameters: Any, slots: Any, gradient: Any, step: Any, rate: Any) -> Any:
        return parameters - rate * tf.sign(gradient), slots

    return Optimizer((), update)


def charbonnier(prediction: Any, target: Any) -> Any:
    return tf.reduce_mean(tf.sqrt(tf.square(prediction - target) + 1e-4), 1)


def ramp(schedule: Part, epochs: Doubles) -> Doubles:
    return 1.0 + (schedule["peak"] - 1.0) * np.minimum(epochs / schedule["until"], 1.0)


def halves(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    return Affine((low + high) / 2, 2 * (high - low))


def squares_exported(encoding: Part, weights: list[Any], values: Any, operations: Operations) -> Any:
    return operations.join([values, values * values])


def squares_in_a_script(encoding: Part, inputs: int) -> Snippet:
    return Snippet("Inputs and their squares.", "def encode(x):\n    return tf.concat([x, tf.square(x)], 1)")


def residual_exported(place: ExportedLayer, values: Any) -> Any:
    matrix, scale = place.weights
    # Scaling by a diagonal matrix, which every format has.
    bent = place.operations.apply("tanh", place.operations.dense(values, [matrix], place.name))
    return values + place.operations.dense(bent, [np.diag(scale)], f"{place.name}_scale")


def residual_in_a_script(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Snippet:
    starts = f"random.normal(0.0, 0.3, {shapes[0]})", f"random.uniform(0.5, 1.5, {shapes[1]})"
    return Snippet(code=f"h = h + {names[1]} * tf.tanh(tf.matmul(h, {names[0]}))", starts=starts)


def residual_without_starts(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Snippet:
    return Snippet(code="h = h")


def powers_in_a_script(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Snippet:
    summed = " + ".join(f"{name} * tf.tanh(h) ** {power}" for power, name in enumerate(names))
    return Snippet(
        code=f"h = {summed}", starts=tuple(f"random.normal(0.0, 0.5, {shape})" for shape in shapes)
    )


def signs_in_a_script(settings: Part, weights: Sequence[Weight]) -> Update:
    moved = "[weight - rate * tf.sign(slope) for weight, slope in zip(weights, gradients)]"
    return Update("Steps of one size.", [], f"return {moved}, memory")


def charbonnier_in_a_script(prediction: str, target: str) -> str:
    return f"tf.reduce_mean(tf.sqrt(tf.square({prediction} - {target}) + 1e-4), 1)"


def ramp_in_a_script(schedule: Part, places: str) -> str:
    return f"1.0 + {schedule['peak'] - 1.0} * np.minimum({places} / {schedule['until']}, 1.0)"


def halves_in_a_script(values: str, low: str, high: str) -> tuple[str, str]:
    return f"({low} + {high}) / 2", f"2 * ({high} - {low})"
