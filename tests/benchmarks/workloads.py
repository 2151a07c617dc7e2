"""Experiments that the benchmarks train."""

from itertools import pairwise

import numpy as np
from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.methods.following import followed
from cadl_desktop.experiment.model import Stop

Floats = np.typing.NDArray[np.float32]
NEVER = Stop(epochs=None)


def workload(name: str) -> Experiment:
    """Experiment by name; it trains until it is stopped.

    lecture: the lecture's painting, 64x64 pixels, six layers of 64, batch 50.
    lecture-256: the same of 256x256 pixels.
    large: 256x256 pixels, six layers of 256, batch 1,024.
    deep: the lecture's painting with twenty layers of 64.
    long: the lecture's painting with ten layers of 128.
    long-and-wide: the same with two layers of 1,024 in their middle.
    two-wide, ten-small: the lecture's painting with two layers of 128, with ten of 30.
    two-million: the lecture's painting with three layers of 1,024, which are 2.1 million parameters.
    sharp, fourier, siren: the presets of these names, 64x64 pixels.
    sharp-256: what follows the picture in `sharp`, at 256x256 pixels.
    siren-256: the same of `siren`, in batches of 512.
    """
    lecture = replace(preset("lecture-painting"), stop=NEVER)
    layer = lecture.layers[0]
    match name:
        case "lecture":
            return lecture
        case "lecture-256":
            return replace(lecture, data=lecture.data.has(longest=256))
        case "large":
            return replace(
                lecture,
                data=lecture.data.has(longest=256),
                layers=(layer.has(units=256),) * 6,
                batch_size=1024,
            )
        case "deep":
            return replace(lecture, layers=(layer,) * 20)
        case "long":
            return replace(lecture, layers=(layer.has(units=128),) * 10)
        case "long-and-wide":
            side = (layer.has(units=128),) * 5
            return replace(lecture, layers=(*side, *(layer.has(units=1024),) * 2, *side))
        case "two-wide":
            return replace(lecture, layers=(layer.has(units=128),) * 2)
        case "ten-small":
            return replace(lecture, layers=(layer.has(units=30),) * 10)
        case "two-million":
            return replace(lecture, layers=(layer.has(units=1024),) * 3)
        case "sharp" | "fourier" | "siren":
            return replace(preset(f"{name}-painting"), stop=NEVER)
        case "sharp-256":
            return sharp_of(256)
        case "siren-256":
            return _of_longest("siren-painting", 256, batch_size=512)
    raise ValueError(f"no workload '{name}'")


def sharp_of(longest: int) -> Experiment:
    """Experiment of the preset `sharp-painting` after this longest side was typed."""
    return _of_longest("sharp-painting", longest)


def _of_longest(name: str, longest: int, **settings: int) -> Experiment:
    before = preset(name)
    larger = followed(before, replace(before, data=before.data.has(longest=longest), **settings))
    return replace(larger, stop=NEVER)


def colour_values(experiment: Experiment) -> int:
    """How many numbers the picture itself is made of."""
    return 3 * int(experiment.data["longest"]) ** 2


def of_width(units: int) -> Experiment:
    """The lecture's painting with layers of another width: a structure of its own for each."""
    lecture = workload("lecture")
    return replace(lecture, layers=(lecture.layers[0].has(units=units),) * 6)


def widths(experiment: Experiment) -> list[int]:
    """Inputs, neurons of each layer, and outputs of one of the paintings above."""
    return [2, *(int(layer["units"]) for layer in experiment.layers), 3]


def step_arithmetic(experiment: Experiment) -> float:
    """Floating-point operations of one step's matrix products, a multiply-add counted as two.

    Each layer has three products of equal cost (forward, slope of the weights, slope of its inputs), but
    nobody needs the slope of the first layer's inputs.
    """
    sizes = widths(experiment)
    products = [inputs * outputs for inputs, outputs in pairwise(sizes)]
    return 2.0 * experiment.batch_size * (3 * sum(products) - products[0])


def measuring_arithmetic(experiment: Experiment) -> float:
    """Floating-point operations of the whole set's cost: one forward pass over every pixel."""
    sizes = widths(experiment)
    pixels = int(experiment.data["longest"]) ** 2
    return 2.0 * pixels * sum(inputs * outputs for inputs, outputs in pairwise(sizes))


def untrained_picture(experiment: Experiment) -> Floats:
    """Untrained painting of a network of relu layers, in NumPy: compiles nothing that training uses."""
    from cadl_desktop.engine import initial_weights, training_samples

    current, weights = training_samples(experiment)[0], initial_weights(experiment)
    for layer in range(0, len(weights) - 2, 2):
        current = np.maximum(current @ weights[layer] + weights[layer + 1], 0)
    side = int(experiment.data["longest"])
    picture: Floats = (current @ weights[-2] + weights[-1]).reshape(side, side, 3)
    return picture
