"""A network's columns as a file says them: what each is, and what connects it to the one before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from cadl_desktop.drawing.drawn_network import (
    Connections,
    DrawnColumn,
    Role,
    drawn_columns,
    strongest,
)
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment, has_many_pictures, identity_of
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.experiment.shapes import count_parameters, is_painting, weight_shapes
from cadl_desktop.lessons.descending.landscape import spread
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.network_weights import between, by_column


@dataclass(frozen=True, eq=False)
class Column(DrawnColumn):
    """`weights` is (neurons before, neurons), None where none of its own stand between the two; `paired` says
    that each neuron then hears only the one beside it. With `joins_encoded` the encoded inputs come in once
    more."""

    kind: str = ""
    activation: str = ""
    weights: Floats | None = None
    parameters: int = 0
    paired: bool = False
    joins_encoded: bool = False


def columns_of(experiment: Experiment, weights: Sequence[Floats]) -> list[Column]:
    """From left to right: the inputs, the encoding where there is one, the layers, the output."""
    drawn, parts = drawn_columns(experiment), (*experiment.layers, experiment.output)
    owned = by_column(experiment, weights)
    counted = [count_parameters(shapes) for shapes in weight_shapes(experiment)]
    ends = zip(drawn[: -len(parts)], (_inputs(experiment), _encoding(experiment)), strict=False)
    found = [Column(**vars(column), kind=kind) for column, kind in ends]
    found[-1] = replace(found[-1], parameters=counted[0])
    for column, part, arrays, parameters in zip(
        drawn[-len(parts) :], parts, owned[1:], counted[1:], strict=True
    ):
        found.append(_column(column, part, between(arrays, found[-1].neurons, column.neurons), parameters))
    return found


def gaps(columns: Sequence[Column], most: int) -> list[Connections]:
    """What is drawn between each two columns."""
    return [drawn_connections(before.neurons, after, most) for before, after in pairwise(columns)]


def drawn_connections(before: int, column: Column, most: int) -> Connections:
    """At most so many of the connections between a column of `before` neurons and the next. Those without
    weights of their own are spread evenly."""
    if column.weights is not None:
        return strongest(column.weights, most)[0]
    if column.paired:
        each = spread(min(before, column.neurons), most)
        return Connections(each, each, None)
    chosen = spread(before * column.neurons, most)
    return Connections(chosen // column.neurons, chosen % column.neurons, None)


def _column(column: DrawnColumn, part: Part, weights: Floats | None, parameters: int) -> Column:
    known = entry("layer" if column.role is Role.LAYER else "output", part.kind)
    activation = activation_of(part)
    return Column(
        **vars(column),
        kind=known.title,
        activation=activation.title if activation else "",
        weights=weights,
        parameters=parameters,
        paired=weights is None and column.neurons > 1,
        joins_encoded=known.joins_encoded,
    )


def _inputs(experiment: Experiment) -> str:
    if not is_painting(experiment):
        return "a number"
    return "place and picture" if has_many_pictures(experiment.data) else "a pixel's place"


def _encoding(experiment: Experiment) -> str:
    title = entry("encoding", experiment.encoding.kind).title
    if identity_of(experiment.data) is None:
        return title
    return f"{title}, and which picture"
