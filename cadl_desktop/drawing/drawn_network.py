"""A network as it is drawn: its columns from left to right, and the strongest of its connections."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment, has_many_pictures
from cadl_desktop.experiment.shapes import input_columns, is_encoded, is_painting, widths
from cadl_desktop.runs.events import Floats

Numbers = NDArray[np.intp]
Doubles = NDArray[np.float64]

BEYOND_FLOATS = np.errstate(over="ignore", invalid="ignore")
"""Weights of a network that diverges, times its activity, may be no numbers: nobody needs to be warned."""
_MOST_DRAWN = 1 << 16
"""Neurons of a layer. What is wider can't be trained, and may have been typed all the same."""


class Role(Enum):
    """What a column is: only layers and the output learn."""

    INPUT = "input"
    FEATURES = "features"
    LAYER = "layer"
    OUTPUT = "output"


@dataclass(frozen=True)
class DrawnColumn:
    """`names` are what its first neurons are called; `has_result` says whether they make one picture
    together, which stands beside them."""

    role: Role
    neurons: int
    title: str = ""
    names: tuple[str, ...] = ()
    has_result: bool = False

    @property
    def learns(self) -> bool:
        return self.role in (Role.LAYER, Role.OUTPUT)


@dataclass(frozen=True, eq=False)
class Connections:
    """`before` and `after` are the neurons at the ends of each line, the strongest last; `weights` is None
    where a line stands for no number, or for one that isn't known yet."""

    before: Numbers
    after: Numbers
    weights: Floats | None

    def __len__(self) -> int:
        return len(self.before)


def layer_titles(experiment: Experiment) -> list[str]:
    """'Layer 1', 'Layer 2', ..., 'Output'."""
    numbers = range(1, len(experiment.layers) + 1)
    return [*(f"Layer {number}" for number in numbers), "Output"]


def drawn_columns(experiment: Experiment) -> list[DrawnColumn]:
    """From left to right: the input, the encoding where there is one, the layers, the output."""
    encoded, titles = is_encoded(experiment), layer_titles(experiment)
    try:
        counts = [min(count, _MOST_DRAWN) for count in widths(experiment)]
    except KeyError:  # a part that the catalog doesn't know; `check` says so beside it
        counts = [0] * (len(titles) + 1)
    inputs = input_columns(experiment) if encoded else counts[0]
    columns = [DrawnColumn(Role.INPUT, inputs, "Input", _input_names(experiment))]
    if encoded:
        columns.append(DrawnColumn(Role.FEATURES, counts[0], "Encoding"))
    for count, title in zip(counts[1:-1], titles[:-1], strict=True):
        columns.append(DrawnColumn(Role.LAYER, count, title))
    names = _output_names(experiment)
    has_result = is_painting(experiment) and counts[-1] == len(names)
    return [*columns, DrawnColumn(Role.OUTPUT, counts[-1], titles[-1], names, has_result)]


def _input_names(experiment: Experiment) -> tuple[str, ...]:
    """What the network is asked with, before an encoding."""
    if not is_painting(experiment):
        return ("x",)
    place = "row", "column"
    return (*place, "picture") if has_many_pictures(experiment.data) else place


def _output_names(experiment: Experiment) -> tuple[str, ...]:
    return ("red", "green", "blue") if is_painting(experiment) else ("y",)


@BEYOND_FLOATS
def strongest(weights: Floats, most: int, activity: Floats | None = None) -> tuple[Connections, Doubles]:
    """At most so many of the connections of weights (before, after), none of which is 0, and how strong each
    is, (lines,): its weight, times the activity (before,) of the neuron that it comes from."""
    active = np.ones(len(weights)) if activity is None else activity.astype(np.float64)
    rows = _largest(_row_peaks(weights) * active, most)
    # In double precision: the largest weights and activities have larger products.
    strength = np.abs(weights[rows]) * active[rows, None]
    if not np.isfinite(strength).all():
        strength = np.nan_to_num(strength, posinf=0.0, neginf=0.0)
    columns = _largest(strength.max(axis=0, initial=0.0), most)
    found = strength[:, columns].ravel()
    places = _last(np.argsort(found, kind="stable"), most)
    places = places[found[places] > 0]  # what a dead neuron gives goes nowhere
    row, place = np.divmod(places, max(len(columns), 1))
    before, after = rows[row], columns[place]
    return Connections(before, after, weights[before, after]), found[places]


def _row_peaks(weights: Floats) -> Floats:
    peaks: Floats = np.maximum(
        np.fmax.reduce(weights, axis=1, initial=0.0), -np.fmin.reduce(weights, axis=1, initial=0.0)
    )
    return peaks


def _largest(peaks: NDArray[np.floating[Any]], most: int) -> Numbers:
    """The indices of the `most` largest peaks of a matrix's rows or columns: only there are its `most`
    largest numbers. What is made for every connection of a layer of 4,096 neurons takes some 10 ms, and
    sorting them where all are equal 500."""
    return np.sort(_last(np.argsort(np.nan_to_num(peaks), kind="stable"), most))


def _last(order: Numbers, most: int) -> Numbers:
    return order[max(len(order) - most, 0) :]
