"""How wide an experiment's network is: everything that follows from the catalog without any training."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import prod

from cadl_desktop.experiment.catalog import Category, entry
from cadl_desktop.experiment.entries.roles import Kind, Role, Weight
from cadl_desktop.experiment.identity import identity_of
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part

Shape = tuple[int, ...]


def input_columns(experiment: Experiment) -> int:
    """How many numbers one input has before the encoding: row and column, or x."""
    return entry("dataset", experiment.data.kind).columns[0]


def encoded_columns(experiment: Experiment) -> int:
    """How many of them the encoding takes in: all but the number of a picture that is told by a vector."""
    return input_columns(experiment) - (identity_of(experiment.data) is not None)


def is_encoded(experiment: Experiment) -> bool:
    """Whether the first layer takes in something else than the scaled inputs."""
    return experiment.encoding.kind != "none" or identity_of(experiment.data) is not None


def target_columns(experiment: Experiment) -> int:
    """How many numbers one target has: 3 for a colour, 1 for a curve."""
    return entry("dataset", experiment.data.kind).columns[1]


def is_painting(experiment: Experiment) -> bool:
    """Whether the network learns colours of positions, and not a curve."""
    return entry("dataset", experiment.data.kind).makes != "curve"


def widths(experiment: Experiment) -> list[int]:
    """Neurons per column of the network: encoded inputs, each layer, output."""
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
    """The shapes of the weights of the encoding, each layer and the output: [[], [(2, 64), (64,)], ...].

    What is learned of each of many pictures stands behind the encoding's own.
    """
    identity, (encoding, *others) = identity_of(experiment.data), own_shapes(experiment)
    return [encoding + (identity.shapes if identity else []), *others]


def learned(experiment: Experiment) -> list[Weight]:
    """All weights in their order, as an optimizer is told of them. The vectors that tell pictures apart are
    looked up by a number, too."""
    identity, found = identity_of(experiment.data), list[Weight]()
    for (category, part), shapes in zip(columns(experiment), own_shapes(experiment), strict=True):
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


def own_shapes(experiment: Experiment) -> list[list[Shape]]:
    """The shapes of the weights of every column, without what is learned of each of many pictures."""
    inputs = encoded_columns(experiment)
    sizes = [(inputs, _width("encoding", inputs, experiment.encoding)), *pairwise(widths(experiment))]
    parts = zip(columns(experiment), sizes, strict=True)
    return [_shapes(category, *size, part) for (category, part), size in parts]


def columns(experiment: Experiment) -> list[tuple[Category, Part]]:
    """The network's columns in their order: the encoding, each layer, the output."""
    layers: list[tuple[Category, Part]] = [("layer", layer) for layer in experiment.layers]
    return [("encoding", experiment.encoding), *layers, ("output", experiment.output)]


def multiplications(experiment: Experiment) -> int:
    """How many multiplications and additions one sample takes: those of the matrices. A table that is only
    looked up counts by what comes out of it."""
    matrices = (shape for shapes in weight_shapes(experiment)[1:] for shape in shapes if len(shape) == 2)
    return sum(prod(shape) for shape in matrices) + widths(experiment)[0]


def parameter_count(experiment: Experiment) -> int:
    """Weights and biases of the whole network."""
    return sum(map(parameter_count_of, weight_shapes(experiment)))


def parameter_count_of(shapes: Iterable[Shape]) -> int:
    """Weights and biases of one column, whose shapes are these."""
    return sum(map(prod, shapes))


def has_weights(experiment: Experiment) -> bool:
    """Whether there is anything that could learn; True where a part isn't known, and so nobody can say."""
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
