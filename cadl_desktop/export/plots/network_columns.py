"""A network as columns of neurons: what each is, and what connects it to the one before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.end_names import input_names, output_names
from cadl_desktop.experiment.entries.chosen import activation_of
from cadl_desktop.experiment.identity import identity_of, is_many
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import (
    input_columns,
    is_encoded,
    is_painting,
    parameter_count_of,
    weight_shapes,
    widths,
)
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.weights import by_column

Numbers = NDArray[np.intp]
NOTHING = ""


@dataclass(frozen=True, eq=False)
class Column:
    """`names` are those of its neurons, where they have any. `weights` is (neurons before, neurons), None
    where none of its own stand between the two; `paired` says that each neuron then hears only the one beside
    it. With `joins_encoded` the encoded inputs come in once more."""

    title: str
    kind: str
    neurons: int
    activation: str = NOTHING
    names: tuple[str, ...] = ()
    weights: Floats | None = None
    parameters: int = 0
    paired: bool = False
    joins_encoded: bool = False


@dataclass(frozen=True, eq=False)
class Strongest:
    """Connections by the neurons at their ends, `before` and `after`, the strongest last; `weights` is None
    where they stand for no number."""

    before: Numbers
    after: Numbers
    weights: Floats | None


def columns_of(experiment: Experiment, weights: Sequence[Floats]) -> list[Column]:
    """From left to right: the inputs, the encoding where there is one, the layers, the output."""
    counts = widths(experiment)
    owned = by_column(experiment, weights)
    counted = [parameter_count_of(shapes) for shapes in weight_shapes(experiment)]
    first = Column("Input", _inputs(experiment), counts[0], names=input_names(experiment))
    found = [first]
    if is_encoded(experiment):
        encoding = Column("Encoding", _encoding(experiment), counts[0], parameters=counted[0])
        found = [replace(first, neurons=input_columns(experiment)), encoding]
    titles = [f"Layer {number}" for number in range(1, len(experiment.layers) + 1)]
    parts = (*experiment.layers, experiment.output)
    for at, (title, part) in enumerate(zip((*titles, "Output"), parts, strict=True), 1):
        found.append(_column(title, part, at == len(parts), counts[at - 1 : at + 1], owned[at], counted[at]))
    return [*found[:-1], replace(found[-1], names=output_names(experiment))]


def strongest(before: int, column: Column, most: int) -> Strongest:
    """At most so many of the connections between a column of `before` neurons and the next. Those without
    weights of their own are spread evenly."""
    if column.weights is not None:
        sizes = np.abs(np.nan_to_num(column.weights)).ravel()
        least = max(0, sizes.size - most)
        chosen = np.argpartition(sizes, least - 1)[least:] if least else np.arange(sizes.size)
        chosen = chosen[np.argsort(sizes[chosen], kind="stable")]
        chosen = chosen[sizes[chosen] > 0]
        rows, columns = np.unravel_index(chosen, column.weights.shape)
        return Strongest(rows, columns, column.weights[rows, columns])
    if column.paired:
        each = _some(min(before, column.neurons), most)
        return Strongest(each, each, None)
    chosen = _some(before * column.neurons, most)
    return Strongest(chosen // column.neurons, chosen % column.neurons, None)


def _some(count: int, most: int) -> Numbers:
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.intp))


def _column(
    title: str,
    part: Part,
    is_output: bool,
    neurons: Sequence[int],
    arrays: Sequence[Floats],
    parameters: int,
) -> Column:
    before, after = neurons
    known = entry("output" if is_output else "layer", part.kind)
    activation = activation_of(part)
    weighted = bool(arrays) and arrays[0].shape == (before, after)
    return Column(
        title,
        known.title,
        after,
        activation=activation.title if activation else NOTHING,
        weights=arrays[0] if weighted else None,
        parameters=parameters,
        paired=not weighted and after > 1,
        joins_encoded=known.joins_encoded,
    )


def _inputs(experiment: Experiment) -> str:
    if not is_painting(experiment):
        return "a number"
    return "place and picture" if is_many(experiment.data) else "a pixel's place"


def _encoding(experiment: Experiment) -> str:
    title = entry("encoding", experiment.encoding.kind).title
    if identity_of(experiment.data) is None:
        return title
    return f"{title}, and which picture"


def gaps(columns: Sequence[Column], most: int) -> list[Strongest]:
    """What is drawn between each two columns."""
    return [strongest(before.neurons, after, most) for before, after in pairwise(columns)]
