"""The cost of many weights of one network, each as if a training had come to them."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cadl_desktop.data.subsets import EveryRow, Rows, measured_rows
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.kept import Kept
from cadl_desktop.engine.network.network import activations, continued, encode, unflatten
from cadl_desktop.engine.samples import Prepared, prepare
from cadl_desktop.engine.tracing import OfOneShape, traced
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.effort import measuring_batch
from cadl_desktop.experiment.model import Experiment, network_and_cost
from cadl_desktop.experiment.shapes import multiplications, weight_shapes
from cadl_desktop.lessons.descending.landscape import FINEST, Choice, Outlook, most_moments, spread
from cadl_desktop.lessons.descending.survey import Survey
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.runs.costs import Costs
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.weights import flatten, shapes_of

ARITHMETIC = 1e9
"""Floating-point operations that one point may take, some 10 ms on a core."""
LEAST_SAMPLES = 1024


@dataclass(frozen=True, eq=False)
class Landscape:
    """`values` (side, side) are the costs over a plane, rows from low y to high, columns from low x to high,
    each as far from the middle as `lessons.landscape.extent` says; `cost` is that of the weights in the
    middle over the whole training set, and `path` (n,) are those of the moments of the outlook."""

    outlook: Outlook
    values: Doubles
    cost: float
    path: Doubles


def costs_of(experiment: Experiment, vectors: Iterable[Floats], whole: bool = False) -> Costs:
    """The mean cost over the training set with each of some weights, vectors as `runs.weights.flatten` makes
    them. Of a heavy network fewer samples stand for all, the same every time, unless the `whole` set is
    asked for: of a large picture those that a training measures. Raises `data.samples.DataError`."""
    began = time.perf_counter()
    prepared = prepare(experiment)
    rows = _rows(experiment, prepared, whole)
    samples = _Samples(experiment, prepared, rows)
    values = [samples.cost(tf.constant(vector)) for vector in vectors]
    return Costs(np.array(values), len(rows), time.perf_counter() - began)


def landscape(
    experiment: Experiment,
    weights: Sequence[Floats],
    moments: Sequence[Sequence[Floats]],
    choice: Choice,
    side: int = FINEST,
) -> Landscape:
    """The costs around some weights, on a plane through them and as far as a run's moments go, which may be
    many: an even choice of them is taken. Raises `data.samples.DataError`, and ValueError where main
    directions are wanted of too few moments."""
    centre = flatten(weights)
    chosen = [flatten(moments[place]) for place in spread(len(moments), most_moments(len(centre)))]
    stacked = np.stack(chosen) if chosen else np.empty((0, len(centre)), np.float32)
    survey = Survey(choice, centre, stacked, shapes_of(experiment))
    while len(places := survey.next_places(side)):
        survey.take_costs(places, costs_of(experiment, survey.vectors(places)).values)
    return Landscape(
        survey.seen,
        survey.values,
        float(costs_of(experiment, [centre], whole=True).values[0]),
        costs_of(experiment, stacked).values,
    )


class _Samples:
    """Some samples, encoded already where the encoding doesn't learn, in tiles of one shape: the last
    overlaps the one before it."""

    def __init__(self, experiment: Experiment, prepared: Prepared, rows: Rows) -> None:
        count = len(rows)
        self._size = measuring_batch(experiment, count, 1)
        self._costs = np.empty(count, np.float32)
        self._cost = OfOneShape(_computing(experiment))
        self._starts = [*range(0, count - self._size, self._size), count - self._size]
        parts = [rows[start : start + self._size] for start in self._starts]
        self._tiles = [
            (_encoded(experiment, tf.constant(prepared.inputs_of(part))), prepared.targets_of(part))
            for part in parts
        ]

    def cost(self, parameters: Tensor) -> float:
        for start, (inputs, targets) in zip(self._starts, self._tiles, strict=True):
            self._costs[start : start + self._size] = self._cost(parameters, inputs, tf.constant(targets))
        return float(np.mean(self._costs, dtype=np.float64))


def _encoded(experiment: Experiment, inputs: Tensor) -> Tensor:
    return inputs if _learns_encoding(experiment) else encode(experiment, [], inputs)


def _learns_encoding(experiment: Experiment) -> bool:
    return bool(weight_shapes(experiment)[0])


def _computing(experiment: Experiment) -> Any:
    """(parameters, inputs, targets) -> the cost of each sample, for this structure: kept, as tracing takes
    as long as a hundred answers."""
    learns, costs = _learns_encoding(experiment), entry("cost", experiment.cost).load()

    def compute(parameters: Tensor, inputs: Tensor, targets: Tensor) -> Tensor:
        weights = unflatten(experiment, parameters)
        if learns:
            return costs(activations(experiment, weights, inputs)[-1], targets)
        return costs(continued(experiment, weights, [inputs]), targets)

    # Not by XLA: compiling would take longer than the first picture may.
    return _kept.get(network_and_cost(experiment), lambda: traced(compute))


_kept = Kept[Any]()


def _rows(experiment: Experiment, prepared: Prepared, whole: bool) -> Rows:
    training = prepared.training
    if prepared.samples.large:
        measured = measured_rows(prepared.samples)
        rows = measured if isinstance(training, EveryRow) else np.intersect1d(measured, training)
    else:
        rows = training[:]
    affordable = max(LEAST_SAMPLES, int(ARITHMETIC / (2 * multiplications(experiment))))
    if whole or len(rows) <= affordable:
        return rows
    return np.sort(np.random.default_rng([experiment.seed, 10]).choice(rows, affordable, replace=False))
