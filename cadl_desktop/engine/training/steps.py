"""Compiled optimizer steps: one call makes many, for any network.

A step with little arithmetic is compiled by XLA into one loop on one core. A large one splits its batch over
the cores in an ordinary graph, each part on one thread, which is faster than sharing every single matrix
product.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from cadl_desktop.data.pictures.coherence_tiles import Tiles, coherence_window
from cadl_desktop.data.pictures.guessed_pixels import GuessedSamples
from cadl_desktop.engine.device import Tensor, has_gpu, tf
from cadl_desktop.engine.network.forward_pass import activations, forward, unflatten
from cadl_desktop.engine.prepared_samples import Source, inputs_at, targets_at
from cadl_desktop.engine.tracing import LruCache, traced
from cadl_desktop.engine.training.optimizers import Optimizer, optimizer_for
from cadl_desktop.engine.training.picture_penalties import (
    incoherence_of_a_tile,
    roughness,
    rows_of_step,
)
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment, network_and_cost
from cadl_desktop.experiment.shapes import frozen_columns, multiplications
from cadl_desktop.system.machine import cores

LARGE_STEP = 1.2e7
"""Floating-point operations of a step from which on splitting pays; measured on two cores."""
MOST_STEPS = 2048
"""Limit of the steps of one call."""


class TrainingSamples(NamedTuple):
    """All samples that steps may read; a tuple, which TensorFlow unpacks by itself.

    `source` has inputs and targets. `near` is from `neighbourhoods`, None without smoothness; `bent` from
    `bent_neighbourhoods`, None without bending; `tiles` from `coherence_tiles`, None without coherence;
    `guessed` from `guessed_samples`, None without example.
    """

    source: Source
    near: Tensor | None
    bent: Tensor | None
    tiles: Tiles | None
    guessed: GuessedSamples | None


@dataclass(frozen=True, eq=False)
class Compiled:
    """Compiled functions for training one structure with one batch size, and for evaluating its network. The
    latter may be shared with other instances.

    `run(parameters, slots, step, since, samples, order, row, count, rates, penalties, learns, spacing)` makes
    up to `count` steps from step number `step` on, with the `TrainingSamples` whose numbers stand in `order`
    from index `row` on, and ends early at a step whose batch cost is not finite. The optimizer counts its own
    steps from `since` on. `rates` (MOST_STEPS,) has the learning rates, of which the first `count` are used.
    `penalties` (6,) are the strengths of `live_settings.PENALTIES`, with bending multiplied by `bent_share`,
    coherence by `coherence_unit` and example by the number of guesses for each training sample; each must be
    0 unless the experiment that this was compiled for has it. `learns` (parameters,) is the mask of
    `learning_mask`. With a `spacing` (parameters,) the weights are rounded while they learn: parameters count
    multiples of it, the network is evaluated with the nearest whole ones, and the gradient passes the
    rounding as if there were none (Bengio, Léonard and Courville, Estimating or propagating gradients through
    stochastic neurons for conditional computation, 2013). Returns parameters, slots, and the number of steps
    with a finite cost. `measure(parameters, inputs, targets)` gives predictions (samples, columns) and costs
    (samples,). `predict(parameters, inputs)` gives predictions alone.
    """

    run: Any
    measure: Any
    predict: Any
    shards: int


def compiled_for(experiment: Experiment, batch_size: int, for_cores: int) -> Compiled:
    """Functions that train this experiment in a run for `for_cores` cores, cached by structure."""
    return _kept.get(
        cache_key(experiment, batch_size, for_cores), lambda: _build(experiment, batch_size, for_cores)
    )


_kept = LruCache[Compiled]()


def backward_for(experiment: Experiment, batch_size: int, for_cores: int) -> Any:
    """Backward pass of a step of `compiled_for`, traced when it is first called; cached by structure.

    `backward(parameters, step, samples, rows, places, count, penalties)` takes the batch's sample numbers,
    `rows` (batch,), and which of `count` places each lies at. Returns the gradients of the batch's cost and
    of the penalties by the weights, (parameters,) each, and of that cost by the values of each column of the
    network, after those by its scaled inputs: each (count, neurons), the sums over the samples at each place.
    """

    def make() -> Any:
        shards = shards_for(experiment, batch_size, for_cores)
        # Only dropout, whose numbers XLA draws differently: compiling takes longer than all passes that
        # somebody looks at.
        by_xla = shards == 1 and _has_chance(experiment)
        return traced(_step_graph(experiment, batch_size, shards).backward, by_xla=by_xla)

    return _kept_backward.get(cache_key(experiment, batch_size, for_cores), make)


_kept_backward = LruCache[Any]()


def cache_key(experiment: Experiment, batch_size: int, for_cores: int) -> tuple[Any, ...]:
    """Everything that the compiled functions depend on: experiments with equal keys share them."""
    return (
        *network_and_cost(experiment),
        experiment.optimizer.has(rate=0.0),
        experiment.seed if _has_chance(experiment) else None,
        is_penalised(experiment),
        experiment.smoothness > 0,
        experiment.bending > 0,
        coherence_window(experiment) if experiment.coherence > 0 else 0,
        experiment.example > 0,
        bool(frozen_columns(experiment)),
        batch_size,
        shards_for(experiment, batch_size, for_cores),
    )


def _has_chance(experiment: Experiment) -> bool:
    return any(layer.kind == "dropout" for layer in experiment.layers)


def is_penalised(experiment: Experiment) -> bool:
    """Whether large weights have a cost; otherwise no step computes it."""
    return experiment.l1 > 0 or experiment.l2 > 0


def shards_for(experiment: Experiment, batch_size: int, for_cores: int) -> int:
    """Number of parts that each batch of a run for `for_cores` cores is split into: 1 unless a step holds
    enough arithmetic.

    The parts decide the last bits of the weights, so that the number of cores is stored with the run.
    """
    return min(for_cores, batch_size) if _worth_splitting(experiment, batch_size) else 1


def cores_for(experiment: Experiment) -> int | None:
    """Number of cores that a new run's steps are split for; None where it makes no difference."""
    return cores() if _worth_splitting(experiment, experiment.batch_size) else None


def _worth_splitting(experiment: Experiment, batch_size: int) -> bool:
    """Whether a step holds enough arithmetic for several cores.

    Table look-ups stay with XLA: outside, summing the gradients of their entries costs more than splitting
    saves. Batches of 4,096 make 350 steps/s instead of 60 behind a hash grid with one layer of 48, and
    equally many with two layers of 256.
    """
    arithmetic = 6 * multiplications(experiment) * batch_size
    looks_up = entry("encoding", experiment.encoding.kind).looks_up
    return arithmetic >= LARGE_STEP and not looks_up and not has_gpu()


def _build(experiment: Experiment, batch_size: int, for_cores: int) -> Compiled:
    shards = shards_for(experiment, batch_size, for_cores)
    steps = _step_graph(experiment, batch_size, shards)
    evaluation = _EvaluationGraph(experiment, shards, steps.costs)
    by_xla = shards == 1
    measure, predict = _kept_evaluations.get(
        (*network_and_cost(experiment), shards),
        lambda: (traced(evaluation.measure, by_xla=by_xla), traced(evaluation.predict, by_xla=by_xla)),
    )
    return Compiled(traced(steps.run, by_xla=by_xla), measure, predict, shards)


def _step_graph(experiment: Experiment, batch_size: int, shards: int) -> "_StepGraph":
    costs = entry("cost", experiment.cost).load()
    return _StepGraph(experiment, batch_size, shards, optimizer_for(experiment), costs)


# Optimizer, penalties, frozen layers and batch sizes with the same number of parts change the steps, but not
# how a network is evaluated.
_kept_evaluations = LruCache[tuple[Any, Any]]()


@dataclass(frozen=True, eq=False, repr=False)  # TensorFlow's warnings would print whole pictures
class _EvaluationGraph:
    """Graph functions that evaluate a network, as described in `Compiled`."""

    experiment: Experiment
    shards: int
    costs: Callable[[Tensor, Tensor], Tensor]

    def predict(self, parameters: Tensor, inputs: Tensor) -> Tensor:
        weights = unflatten(self.experiment, parameters)
        parts = [forward(self.experiment, weights, part) for part in _parts(inputs, self.shards)]
        return tf.concat(parts, 0) if self.shards > 1 else parts[0]

    def measure(self, parameters: Tensor, inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        prediction = self.predict(parameters, inputs)
        return prediction, self.costs(prediction, targets)


@dataclass(frozen=True, eq=False, repr=False)  # TensorFlow's warnings would print whole pictures
class _StepGraph:
    """Graph functions that make steps, as described in `Compiled`, and the backward pass of one, as described
    in `backward_for`."""

    experiment: Experiment
    batch_size: int
    shards: int
    optimizer: Optimizer
    costs: Callable[[Tensor, Tensor], Tensor]

    def run(
        self,
        parameters: Tensor,
        slots: tuple[Tensor, ...],
        step: Tensor,
        since: Tensor,
        samples: TrainingSamples,
        order: Tensor,
        row: Tensor,
        count: Tensor,
        rates: Tensor,
        penalties: Tensor,
        learns: Tensor | None,
        spacing: Tensor | None = None,
    ) -> tuple[Tensor, tuple[Tensor, ...], Tensor]:
        within = tf.range(self.batch_size)

        def body(
            done: Tensor, cost: Tensor, parameters: Tensor, slots: tuple[Tensor, ...]
        ) -> tuple[Any, ...]:
            now = step + tf.cast(done, step.dtype)
            rows = tf.gather(order, row + done * self.batch_size + within)
            weights = parameters if spacing is None else tf.round(parameters) * spacing
            cost, gradient = self._batch_gradient(weights, samples, rows, now)
            gradient = self._penalised(gradient, weights, samples, penalties, now)
            if spacing is not None:
                gradient *= spacing
            rate = tf.gather(rates, done)
            moved = self.optimizer.update(parameters, slots, gradient, now + 1 - since, rate)
            if learns is not None:
                moved = tf.nest.map_structure(
                    lambda new, old: tf.where(learns, new, old), moved, (parameters, slots)
                )
            return done + 1, cost, *moved

        done, cost, parameters, slots = tf.while_loop(
            lambda done, cost, *_: tf.logical_and(done < count, tf.math.is_finite(cost)),
            body,
            (tf.constant(0), tf.constant(0.0), parameters, slots),
            parallel_iterations=1,
        )
        return parameters, slots, tf.where(tf.math.is_finite(cost), done, done - 1)

    def _batch_gradient(
        self, parameters: Tensor, samples: TrainingSamples, rows: Tensor, step: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Cost of a batch, and its gradient."""
        parts = [
            self._gradient(parameters, samples, part, _chance(self.experiment, shard, step))
            for shard, part in enumerate(tf.split(rows, _sizes(self.batch_size, self.shards)))
        ]
        cost, gradient = (_add(values) for values in zip(*parts, strict=True))
        return cost, gradient

    def _gradient(
        self, parameters: Tensor, samples: TrainingSamples, rows: Tensor, chance: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Contribution of one part to the batch's cost, and its gradient."""
        weights = unflatten(self.experiment, parameters)
        with tf.GradientTape() as tape:
            tape.watch(weights)
            prediction = forward(self.experiment, weights, inputs_at(samples.source, rows), chance)
            costs = self.costs(prediction, targets_at(samples.source, rows))
            cost = tf.reduce_sum(costs) / self.batch_size
        return cost, _flat(tape.gradient(cost, weights))

    def backward(
        self,
        parameters: Tensor,
        step: Tensor,
        samples: TrainingSamples,
        rows: Tensor,
        places: Tensor,
        count: int,
        penalties: Tensor,
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        sizes = _sizes(self.batch_size, self.shards)
        parts = [
            self._gradients(parameters, samples, own, at, count, _chance(self.experiment, shard, step))
            for shard, (own, at) in enumerate(
                zip(tf.split(rows, sizes), tf.split(places, sizes), strict=True)
            )
        ]
        by_weight, *by_value = (_add(values) for values in zip(*parts, strict=True))
        nothing = tf.zeros_like(parameters)
        return by_weight, self._penalised(nothing, parameters, samples, penalties, step), by_value

    def _gradients(
        self,
        parameters: Tensor,
        samples: TrainingSamples,
        rows: Tensor,
        places: Tensor,
        count: int,
        chance: Tensor | None,
    ) -> list[Tensor]:
        """Gradients of one part's contribution to the batch's cost: by the weights, and by inputs and
        columns at each place."""
        weights, inputs = unflatten(self.experiment, parameters), inputs_at(samples.source, rows)
        with tf.GradientTape() as tape:
            tape.watch([*weights, inputs])
            values = activations(self.experiment, weights, inputs, chance)
            costs = self.costs(values[-1], targets_at(samples.source, rows))
            cost = tf.reduce_sum(costs) / self.batch_size
        by_weight, by_value = tape.gradient(
            cost, (weights, [inputs, *values]), unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        return [_flat(by_weight), *(tf.math.unsorted_segment_sum(each, places, count) for each in by_value)]

    def _penalised(
        self, gradient: Tensor, parameters: Tensor, samples: TrainingSamples, penalties: Tensor, step: Tensor
    ) -> Tensor:
        """Gradient plus those of the penalties on weights and pictures."""
        if is_penalised(self.experiment):
            gradient += penalties[0] * tf.sign(parameters) + 2.0 * penalties[1] * parameters
        if any(part is not None for part in (samples.near, samples.bent, samples.tiles, samples.guessed)):
            gradient += self._on_picture(parameters, samples, penalties[2:], step)
        return gradient

    def _on_picture(
        self, parameters: Tensor, samples: TrainingSamples, strengths: Tensor, step: Tensor
    ) -> Tensor:
        """Gradient of the penalties on the picture."""
        weights = unflatten(self.experiment, parameters)
        with tf.GradientTape() as tape:
            tape.watch(weights)
            cost = roughness(
                self.experiment, weights, samples.source, samples.near, samples.bent, strengths, step
            )
            if samples.tiles is not None:
                cost += strengths[2] * incoherence_of_a_tile(
                    self.experiment, weights, samples.source, samples.tiles, step
                )
            if (guessed := samples.guessed) is not None:
                some = rows_of_step(self.experiment, guessed.rows, step)
                places = inputs_at(samples.source, tf.gather(guessed.rows, some))
                outputs = forward(self.experiment, weights, places)
                costs = self.costs(outputs, tf.gather(guessed.targets, some))
                cost += strengths[3] * tf.reduce_mean(costs * tf.gather(guessed.weights, some))
        # Unconnected: a bias of the output changes no differences.
        return _flat(tape.gradient(cost, weights, unconnected_gradients=tf.UnconnectedGradients.ZERO))


def _chance(experiment: Experiment, shard: int, step: Tensor) -> Tensor | None:
    """Seed of one step's dropout on one part of the batch."""
    if not _has_chance(experiment):
        return None
    return tf.stack([tf.constant(experiment.seed % 2**30 + shard * 2**10), tf.cast(step, tf.int32)])


def _flat(gradients: Sequence[Tensor]) -> Tensor:
    return tf.concat([tf.reshape(part, [-1]) for part in gradients], 0)


def _parts(rows: Tensor, shards: int) -> Sequence[Tensor]:
    if shards == 1:
        return [rows]
    parts: Sequence[Tensor] = tf.split(rows, _sizes(rows.shape[0], shards))
    return parts


def _sizes(count: int, shards: int) -> list[int]:
    return [count // shards + (part < count % shards) for part in range(shards)]


def _add(values: Sequence[Tensor]) -> Tensor:
    return values[0] if len(values) == 1 else tf.add_n(list(values))
