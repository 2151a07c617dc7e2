"""Which columns of the network are frozen: their weights stay as they are while all others learn.

Columns are counted as `shapes.columns` has them: the encoding is 0, the first layer 1, the output the last.
"""

from collections.abc import Collection

from msgspec.structs import replace

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import columns, parameter_count, parameter_count_of, weight_shapes

NO_COLUMN = "nothing"
"""Where no column is frozen."""


def can_freeze(part: Part) -> bool:
    """Whether a layer or an output has weights that may be kept from learning."""
    return "frozen" in part.as_dict()


def is_frozen(part: Part) -> bool:
    return bool(part.as_dict().get("frozen"))


def frozen_columns(experiment: Experiment) -> tuple[int, ...]:
    """The columns whose weights don't learn, from left to right."""
    return tuple(index for index, (_, part) in enumerate(columns(experiment)) if is_frozen(part))


def with_frozen(experiment: Experiment, frozen: Collection[int]) -> Experiment:
    """The experiment with these columns frozen and no others; those that can't be are passed over."""
    layers = [_set(layer, index in frozen) for index, layer in enumerate(experiment.layers, 1)]
    output = _set(experiment.output, len(layers) + 1 in frozen)
    return replace(experiment, layers=tuple(layers), output=output)


def frozen_in_words(columns: Collection[int], output: int) -> str:
    """As the log of a run has it: 'layer 1, output' or 'nothing'; `output` is the last column's number."""
    return ", ".join([column_in_words(index, output) for index in columns] or [NO_COLUMN])


def column_in_words(index: int, output: int) -> str:
    return "output" if index == output else f"layer {index}"


def learning_count(experiment: Experiment) -> int:
    """How many weights and biases do learn."""
    shapes, frozen = weight_shapes(experiment), frozen_columns(experiment)
    still = sum(parameter_count_of(shapes[index]) for index in frozen)
    return parameter_count(experiment) - still


def _set(part: Part, frozen: bool) -> Part:
    return part.has(frozen=frozen) if can_freeze(part) and is_frozen(part) != frozen else part
