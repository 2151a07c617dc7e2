"""What the benchmarks train."""

from itertools import pairwise

from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.model import Stop

NEVER = Stop(epochs=None)


def workload(name: str) -> Experiment:
    """One of these experiments, which ends only when it is told to.

    lecture: the lecture's painting, 64x64 pixels, six layers of 64, batch 50.
    large: 256x256 pixels, six layers of 256, batch 1,024.
    deep: the lecture's painting with twenty layers of 64.
    """
    lecture = replace(preset("lecture-painting"), stop=NEVER)
    layer = lecture.layers[0]
    match name:
        case "lecture":
            return lecture
        case "large":
            return replace(
                lecture,
                data=lecture.data.has(longest=256),
                layers=(layer.has(units=256),) * 6,
                batch_size=1024,
            )
        case "deep":
            return replace(lecture, layers=(layer,) * 20)
    raise ValueError(f"no workload '{name}'")


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
