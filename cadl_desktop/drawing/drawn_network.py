"""Drawing of a network: its columns from left to right, and its strongest connections."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.columns import columns_of
from cadl_desktop.experiment.model import Experiment, has_many_pictures
from cadl_desktop.experiment.shapes import input_columns, is_encoded, is_painting, weight_shapes, widths
from cadl_desktop.runs.events import Floats

Numbers = NDArray[np.intp]
Doubles = NDArray[np.float64]

BEYOND_FLOATS = np.errstate(over="ignore", invalid="ignore")
"""Silences overflow warnings: in a diverging network, weights times activity may exceed the range of
floats."""
_MOST_DRAWN = 1 << 16
"""Most neurons drawn per layer; a wider layer cannot be trained, but may have been typed."""


class Role(Enum):
    """Kind of a column; only layers and the output have weights."""

    INPUT = "input"
    FEATURES = "features"
    LAYER = "layer"
    OUTPUT = "output"


@dataclass(frozen=True)
class DrawnColumn:
    """Column of neurons. `names` are those of its first neurons; with `has_result`, the neurons form one
    picture, which is shown beside them."""

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
    """Lines between neurons `before` and `after`, the strongest last. `weights` is None if they are unknown,
    or the lines stand for no weights."""

    before: Numbers
    after: Numbers
    weights: Floats | None

    def __len__(self) -> int:
        return len(self.before)


def weight_titles(experiment: Experiment) -> list[str]:
    """Titles of all that has weights: the encoding where it learns any, each layer, the output."""
    first = ["Encoding"] if weight_shapes(experiment)[0] else []
    return [*first, *layer_titles(experiment)]


def layer_titles(experiment: Experiment) -> list[str]:
    """Titles of the layers: 'Layer 1', 'Layer 2', ..., 'Output'."""
    numbers = range(1, len(experiment.layers) + 1)
    return [*(f"Layer {number}" for number in numbers), "Output"]


def drawn_columns(experiment: Experiment) -> list[DrawnColumn]:
    """Columns from left to right: input, encoding if there is one, layers, output."""
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
    names = ("red", "green", "blue") if is_painting(experiment) else (columns_of(experiment.data)[1].label,)
    has_result = is_painting(experiment) and counts[-1] == len(names)
    return [*columns, DrawnColumn(Role.OUTPUT, counts[-1], titles[-1], names, has_result)]


def _input_names(experiment: Experiment) -> tuple[str, ...]:
    """Names of the inputs, before an encoding."""
    if not is_painting(experiment):
        return (columns_of(experiment.data)[0].label,)
    place = "row", "column"
    return (*place, "picture") if has_many_pictures(experiment.data) else place


@BEYOND_FLOATS
def strongest(weights: Floats, most: int, activity: Floats | None = None) -> tuple[Connections, Doubles]:
    """The `most` strongest connections of weights (before, after), without zeros, and their strengths
    (lines,).

    The strength is |weight| times the activity (before,) of the neuron that the connection comes from.
    """
    active = np.ones(len(weights)) if activity is None else activity.astype(np.float64)
    rows = _largest(_row_peaks(weights) * active, most)
    # In double precision, since products of the largest weights and activities overflow single precision.
    strength = np.abs(weights[rows]) * active[rows, None]
    if not np.isfinite(strength).all():
        strength = np.nan_to_num(strength, posinf=0.0, neginf=0.0)
    columns = _largest(strength.max(axis=0, initial=0.0), most)
    found = strength[:, columns].ravel()
    places = _last(np.argsort(found, kind="stable"), most)
    places = places[found[places] > 0]  # outputs of dead neurons contribute nothing
    row, place = np.divmod(places, max(len(columns), 1))
    before, after = rows[row], columns[place]
    return Connections(before, after, weights[before, after]), found[places]


def _row_peaks(weights: Floats) -> Floats:
    peaks: Floats = np.maximum(weights.max(axis=1, initial=0.0), -weights.min(axis=1, initial=0.0))
    if np.isnan(peaks).any():  # leaving them out at once would take ten times longer
        high, low = (reduced(weights, axis=1, initial=0.0) for reduced in (np.fmax.reduce, np.fmin.reduce))
        peaks = np.maximum(high, -low)
    return peaks


def _largest(peaks: NDArray[np.floating[Any]], most: int) -> Numbers:
    """Indices of the `most` largest peaks of a matrix's rows or columns, which contain its `most` largest
    numbers.

    This avoids work on every connection: for a layer of 4,096 neurons an array of all takes some 10 ms, and
    sorting it 500 ms when all are equal.
    """
    numbers = np.nan_to_num(peaks) if np.isnan(peaks).any() else peaks
    return np.sort(_last(np.argsort(numbers, kind="stable"), most))


def _last(order: Numbers, most: int) -> Numbers:
    return order[max(len(order) - most, 0) :]
