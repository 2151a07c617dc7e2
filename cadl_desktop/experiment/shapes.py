"""Columns of an experiment's network: widths, shapes of weights, and which are frozen.

All of it follows from the catalog, without training. Columns are numbered from the left: the encoding is 0,
the first layer 1, the output the last.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from math import prod

from msgspec.structs import replace

from cadl_desktop.experiment.catalog import Category, entry
from cadl_desktop.experiment.model import Experiment, identity_of
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Kind, Role, Weight

Shape = tuple[int, ...]

NOTHING_FROZEN = "nothing"
"""Text of a run's log where no column is frozen."""


def input_columns(experiment: Experiment) -> int:
    """Returns how many numbers an input has before the encoding: 2 for row and column, 1 for x."""
    return entry("dataset", experiment.data.kind).columns[0]


def encoded_columns(experiment: Experiment) -> int:
    """Returns how many numbers of an input are encoded; an identity vector replaces a picture's number."""
    return input_columns(experiment) - (identity_of(experiment.data) is not None)


def is_encoded(experiment: Experiment) -> bool:
    """Tells whether the first layer receives anything but the scaled inputs."""
    return experiment.encoding.kind != "none" or identity_of(experiment.data) is not None


def target_columns(experiment: Experiment) -> int:
    """Returns how many numbers a target has: 3 for a colour, 1 for a curve."""
    return entry("dataset", experiment.data.kind).columns[1]


def is_painting(experiment: Experiment) -> bool:
    """Tells whether the network learns colours at positions instead of a curve."""
    return entry("dataset", experiment.data.kind).makes != "curve"


def widths(experiment: Experiment) -> list[int]:
    """Returns the number of neurons of each column: encoded inputs, each layer, output."""
    identity = identity_of(experiment.data)
    encoded = _width("encoding", encoded_columns(experiment), experiment.encoding)
    found = [encoded + (identity.width if identity else 0)]
    for layer in experiment.layers:
        joined = found[0] if entry("layer", layer.kind).joins_encoded else 0
        found.append(_width("layer", found[-1], layer) + joined)
    output = entry("output", experiment.output.kind)
    found.append(output.width(found[-1], experiment.output) if output.width else target_columns(experiment))
    return found


def weight_shapes(experiment: Experiment) -> list[list[Shape]]:
    """Returns the weight shapes of the encoding, each layer and the output: [[], [(2, 64), (64,)], ...].

    The table of learned picture vectors follows the encoding's own weights.
    """
    identity, (encoding, *others) = identity_of(experiment.data), column_shapes(experiment)
    return [encoding + (identity.shapes if identity else []), *others]


def learned_weights(experiment: Experiment) -> list[Weight]:
    """Returns all weights in order with their roles, as optimizers need them. A table of learned picture
    vectors has the role 'table', too."""
    identity, found = identity_of(experiment.data), list[Weight]()
    for (category, part), shapes in zip(columns(experiment), column_shapes(experiment), strict=True):
        for shape, kind in zip(shapes, _kinds(category, part, shapes), strict=True):
            is_first = all(weight.role != "first" for weight in found)
            found.append(Weight(shape, _matrix_role(category, is_first) if kind == "matrix" else kind))
        if category == "encoding" and identity:
            found += [Weight(shape, "table") for shape in identity.shapes]
    return found


def _kinds(category: Category, part: Part, shapes: list[Shape]) -> Sequence[Kind]:
    return entry(category, part.kind).kinds or ["matrix" if len(shape) == 2 else "bias" for shape in shapes]


def _matrix_role(category: Category, is_first: bool) -> Role:
    if category == "output":
        return "last"
    return "first" if is_first else "hidden"


def column_shapes(experiment: Experiment) -> list[list[Shape]]:
    """Returns the weight shapes of each column without the table of learned picture vectors."""
    inputs = encoded_columns(experiment)
    sizes = [(inputs, _width("encoding", inputs, experiment.encoding)), *pairwise(widths(experiment))]
    parts = zip(columns(experiment), sizes, strict=True)
    return [_shapes(category, *size, part) for (category, part), size in parts]


def columns(experiment: Experiment) -> list[tuple[Category, Part]]:
    """Returns the network's columns in order, with their categories: the encoding, each layer, the output."""
    layers: list[tuple[Category, Part]] = [("layer", layer) for layer in experiment.layers]
    return [("encoding", experiment.encoding), *layers, ("output", experiment.output)]


def multiplications(experiment: Experiment) -> int:
    """Returns the multiply-additions for one sample: those of the matrices. A table that is only looked up
    counts by its output width."""
    matrices = (shape for shapes in weight_shapes(experiment)[1:] for shape in shapes if len(shape) == 2)
    return sum(prod(shape) for shape in matrices) + widths(experiment)[0]


def parameter_count(experiment: Experiment) -> int:
    """Returns the number of weights and biases of the whole network."""
    return sum(map(count_parameters, weight_shapes(experiment)))


def count_parameters(shapes: Iterable[Shape]) -> int:
    """Returns the number of weights and biases in arrays of these shapes."""
    return sum(map(prod, shapes))


def has_weights(experiment: Experiment) -> bool:
    """Tells whether the network has any weight; True where the catalog doesn't know one of its parts."""
    try:
        return parameter_count(experiment) > 0
    except (KeyError, ValueError):
        return True


def _shapes(category: Category, inputs: int, outputs: int, part: Part) -> list[Shape]:
    shapes = entry(category, part.kind).shapes
    return shapes(inputs, outputs, part) if shapes else []


def _width(category: Category, inputs: int, part: Part) -> int:
    width = entry(category, part.kind).width
    return width(inputs, part) if width else inputs


def can_freeze(part: Part) -> bool:
    """Tells whether a layer or an output has weights that can be frozen."""
    return "frozen" in part.as_dict()


def is_frozen(part: Part) -> bool:
    return bool(part.as_dict().get("frozen"))


def frozen_columns(experiment: Experiment) -> tuple[int, ...]:
    """Returns the numbers of the columns whose weights don't learn, from left to right."""
    return tuple(index for index, (_, part) in enumerate(columns(experiment)) if is_frozen(part))


def with_frozen(experiment: Experiment, frozen: Collection[int]) -> Experiment:
    """Returns the experiment with exactly these columns frozen. Those that can't be are ignored."""
    layers = [_with_frozen(layer, index in frozen) for index, layer in enumerate(experiment.layers, 1)]
    output = _with_frozen(experiment.output, len(layers) + 1 in frozen)
    return replace(experiment, layers=tuple(layers), output=output)


def describe_frozen(columns: Collection[int], output: int) -> str:
    """Returns the frozen columns as a run's log writes them: 'layer 1, output' or 'nothing'. `output` is the
    number of the last column."""
    return ", ".join([column_name(index, output) for index in columns] or [NOTHING_FROZEN])


def column_name(index: int, output: int) -> str:
    return "output" if index == output else f"layer {index}"


def trainable_count(experiment: Experiment) -> int:
    """Returns how many weights and biases are not frozen."""
    shapes, frozen = weight_shapes(experiment), frozen_columns(experiment)
    frozen_count = sum(count_parameters(shapes[index]) for index in frozen)
    return parameter_count(experiment) - frozen_count


def _with_frozen(part: Part, frozen: bool) -> Part:
    return part.has(frozen=frozen) if can_freeze(part) and is_frozen(part) != frozen else part
