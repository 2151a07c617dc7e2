"""Costs of many weight vectors of one network, as for a plane through a run's weights."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cadl_desktop.data.subsets import EveryRow, Rows, measured_rows
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.network.forward_pass import activations, encode, forward_from, unflatten
from cadl_desktop.engine.prepared_samples import PreparedSamples, prepare
from cadl_desktop.engine.tracing import LruCache, SingleTraceFunction, traced
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.effort import measuring_batch
from cadl_desktop.experiment.model import Experiment, network_and_cost
from cadl_desktop.experiment.shapes import multiplications, weight_shapes
from cadl_desktop.lessons.cost_plane import (
    FINEST,
    PlaneChoice,
    PlaneView,
    Survey,
    evenly_spread,
    most_moments,
)
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.runs.evaluations import Costs
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.network_weights import flatten, shapes_of

ARITHMETIC = 1e9
"""Floating-point operations allowed for one point, some 10 ms on a core."""
LEAST_SAMPLES = 1024


@dataclass(frozen=True, eq=False)
class Landscape:
    """Costs over a plane through some weights.

    `values` (side, side) has rows from low y to high and columns from low x to high, at the distances from
    the centre that `lessons.landscape.extent` gives. `cost` is that of the central weights over the whole
    training set; `path` (n,) has the costs of the outlook's moments.
    """

    outlook: PlaneView
    values: Doubles
    cost: float
    path: Doubles


def costs_of(experiment: Experiment, vectors: Iterable[Floats], whole: bool = False) -> Costs:
    """Mean cost over the training set for each of some weight vectors, made by
    `runs.network_weights.flatten`.

    A large network is evaluated on fewer samples, the same every time, unless `whole` asks for the whole set;
    of a large picture that is what a training measures. The window calls this function by name. Raises
    `data.samples.DataError`.
    """
    started = time.perf_counter()
    prepared = prepare(experiment)
    rows = _sample_rows(experiment, prepared, whole)
    batches = _Batches(experiment, prepared, rows)
    values = [batches.cost(tf.constant(vector)) for vector in vectors]
    return Costs(np.array(values), len(rows), time.perf_counter() - started)


def landscape(
    experiment: Experiment,
    weights: Sequence[Floats],
    moments: Sequence[Sequence[Floats]],
    choice: PlaneChoice,
    side: int = FINEST,
) -> Landscape:
    """Costs around some weights, on a plane through them that reaches as far as the moments of a run. An even
    selection of the moments is used. Raises `data.samples.DataError`, and ValueError where principal
    directions are requested of too few moments."""
    centre = flatten(weights)
    chosen = [flatten(moments[place]) for place in evenly_spread(len(moments), most_moments(len(centre)))]
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


class _Batches:
    """Batches of samples, all of one shape: the last overlaps the one before. Fixed encodings are applied in
    advance."""

    def __init__(self, experiment: Experiment, prepared: PreparedSamples, rows: Rows) -> None:
        count = len(rows)
        self._size = measuring_batch(experiment, count, 1)
        self._costs = np.empty(count, np.float32)
        self._cost = SingleTraceFunction(_traced_cost(experiment))
        self._starts = [*range(0, count - self._size, self._size), count - self._size]
        parts = [rows[start : start + self._size] for start in self._starts]
        self._batches = [
            (_encoded(experiment, tf.constant(prepared.inputs_of(part))), prepared.targets_of(part))
            for part in parts
        ]

    def cost(self, parameters: Tensor) -> float:
        for start, (inputs, targets) in zip(self._starts, self._batches, strict=True):
            self._costs[start : start + self._size] = self._cost(parameters, inputs, tf.constant(targets))
        return float(np.mean(self._costs, dtype=np.float64))


def _encoded(experiment: Experiment, inputs: Tensor) -> Tensor:
    return inputs if _learns_encoding(experiment) else encode(experiment, [], inputs)


def _learns_encoding(experiment: Experiment) -> bool:
    return bool(weight_shapes(experiment)[0])


def _traced_cost(experiment: Experiment) -> Any:
    """(parameters, inputs, targets) -> cost of each sample. Cached by structure, as tracing takes as long as
    a hundred evaluations."""
    learns, costs = _learns_encoding(experiment), entry("cost", experiment.cost).load()

    def compute(parameters: Tensor, inputs: Tensor, targets: Tensor) -> Tensor:
        weights = unflatten(experiment, parameters)
        if learns:
            return costs(activations(experiment, weights, inputs)[-1], targets)
        return costs(forward_from(experiment, weights, [inputs]), targets)

    # Without XLA: compiling takes longer than the first picture may.
    return _traced_costs.get(network_and_cost(experiment), lambda: traced(compute))


_traced_costs = LruCache[Any]()


def _sample_rows(experiment: Experiment, prepared: PreparedSamples, whole: bool) -> Rows:
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
