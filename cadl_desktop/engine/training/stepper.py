"""Points of a run, and the compiled steps from one to the next."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from cadl_desktop.data.pictures.coherence_tiles import Tiles, coherence_tiles, coherence_unit
from cadl_desktop.data.pictures.guessed_pixels import GuessedSamples, guessed_samples
from cadl_desktop.data.subsets import batches_left, samples_per_epoch
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.network.forward_pass import initial_weights, learning_mask
from cadl_desktop.engine.prepared_samples import PreparedSamples, Source, source_of
from cadl_desktop.engine.tracing import SingleTraceFunction
from cadl_desktop.engine.training.optimizers import optimizer_for
from cadl_desktop.engine.training.orders import Order, steps_at_once
from cadl_desktop.engine.training.picture_penalties import bent_neighbourhoods, bent_share, neighbourhoods
from cadl_desktop.engine.training.steps import (
    MOST_STEPS,
    Compiled,
    TrainingSamples,
    backward_for,
    cache_key,
    compiled_for,
    cores_for,
)
from cadl_desktop.experiment.live_settings import PENALTIES, LiveSettings
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.horizon import Horizon, run_rate_factors
from cadl_desktop.runs.network_weights import flatten, weights_of


@dataclass(frozen=True, eq=False)
class Point:
    """Point of a run between two steps. Immutable, so that a run can go back to an earlier one."""

    parameters: Tensor
    slots: tuple[Tensor, ...]
    step: int
    epoch: int
    row: int
    optimizer_since: int = 0


class Stepper:
    """Makes the steps of one experiment, whose batch size is at most the number of training samples.

    `for_cores` is the number of cores that steps are split for, None while that makes no difference.
    `horizon` is for schedules over the run and may be replaced at any time. With a `spacing`
    (parameters,) the weights are rounded to its multiples, which the parameters of points count. Where
    `stopping` says so while guesses for hidden pixels are searched, the stepper has none, and must make no
    step.
    """

    def __init__(
        self,
        experiment: Experiment,
        prepared: PreparedSamples,
        horizon: Horizon | None = None,
        for_cores: int | None = None,
        spacing: Floats | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.for_cores = for_cores or cores_for(experiment)
        self.horizon = horizon
        self._spacing = None if spacing is None else tf.constant(spacing)
        self._count = samples_per_epoch(prepared.samples, prepared.training)
        self.most_steps = min(MOST_STEPS, steps_at_once(prepared, experiment.batch_size) or MOST_STEPS)
        samples, smooth = prepared.samples, experiment.smoothness > 0
        bent = bent_neighbourhoods(experiment, samples) if experiment.bending > 0 else None
        coherent = experiment.coherence > 0
        tiles = coherence_tiles(experiment, samples, prepared.to_target) if coherent else None
        self._coherence_unit = 0.0 if tiles is None else coherence_unit(tiles, len(samples.inputs))
        by_example = experiment.example > 0
        guessed = guessed_samples(experiment, samples, prepared.to_target, stopping) if by_example else None
        guesses = 0 if guessed is None else len(np.unique(guessed.rows))
        self._guessed_share = guesses / len(prepared.training)
        self._bent_share = 0.0 if bent is None else bent_share(bent)
        # All samples, and an order of their length: another mask then changes no shape, and nothing is traced
        # again.
        self._samples = TrainingSamples(
            source=source_of(prepared),
            near=tf.constant(neighbourhoods(experiment, samples)) if smooth else None,
            bent=None if bent is None else tf.constant(bent),
            tiles=None if tiles is None else Tiles(*map(tf.constant, tiles)),
            guessed=None if guessed is None else GuessedSamples(*map(tf.constant, guessed)),
        )
        self._apply(experiment)
        self.compiled: Compiled = compiled_for(experiment, experiment.batch_size, self.for_cores or 1)
        self._run = SingleTraceFunction(self.compiled.run)

    def switch_to(self, experiment: Experiment) -> bool:
        """Trains with other live settings from now on. Returns False where that needs another stepper."""
        keys = [
            cache_key(each, each.batch_size, self.for_cores or 1) for each in (experiment, self._experiment)
        ]
        if keys[0] != keys[1]:
            return False
        self._apply(experiment)
        return True

    def _apply(self, experiment: Experiment) -> None:
        self._experiment, self._settings = experiment, LiveSettings.of(experiment)
        strengths = {name: getattr(self._settings, name) for name in PENALTIES}
        strengths["bending"] *= self._bent_share
        strengths["coherence"] *= self._coherence_unit
        strengths["example"] *= self._guessed_share
        self._penalties = tf.constant(list(strengths.values()), tf.float32)
        mask = learning_mask(experiment)
        self._learns = None if mask is None else tf.constant(mask)

    def first_point(self, state: RunState | None) -> Point:
        """Point of a state, or of a run that has not begun."""
        state = state or first_state(self._experiment)
        parameters, slots = tf.constant(flatten(state.weights)), tuple(map(tf.constant, state.slots))
        point = Point(parameters, slots, state.step, state.epoch, state.row, state.optimizer_since)
        has_memories = len(slots) == len(optimizer_for(self._experiment).starts)
        return point if has_memories else self.with_new_memories(point)

    def with_new_memories(self, point: Point) -> Point:
        """The point with an optimizer that begins anew."""
        starts = optimizer_for(self._experiment).starts
        slots = tuple(tf.fill(tf.shape(point.parameters), tf.constant(start, tf.float32)) for start in starts)
        return replace(point, slots=slots, optimizer_since=point.step)

    def batches_left(self, point: Point) -> int:
        """Whole batches left in the point's epoch."""
        return batches_left(self._count, point.row, self._experiment.batch_size)

    @property
    def source(self) -> Source:
        """All samples, as steps read them."""
        return self._samples.source

    @property
    def per_epoch(self) -> int:
        """Whole batches of an epoch."""
        return self._count // self._experiment.batch_size

    def steps(self, point: Point, order: Order, count: int) -> tuple[Point, int]:
        """The point after `count` steps, and how many of them had a finite cost.

        All lie in the point's epoch, whose order is given; `count` is at most `most_steps`.
        """
        rows, first = order.stretch(point.row, self._experiment.batch_size)
        rates = np.zeros(MOST_STEPS, np.float32)
        rates[:count] = self._rates(point, count)
        parameters, slots, finite = self._run(
            point.parameters,
            point.slots,
            tf.constant(point.step, tf.int64),  # days of small steps overflow 32 bits
            tf.constant(point.optimizer_since, tf.int64),
            self._samples,
            rows,
            tf.constant(first),
            tf.constant(count),
            tf.constant(rates),
            self._penalties,
            self._learns,
            self._spacing,
        )
        row = point.row + count * self._experiment.batch_size
        after = replace(point, parameters=parameters, slots=slots, step=point.step + count, row=row)
        return after, int(finite)

    def backward(
        self, point: Point, rows: NDArray[np.int32], places: NDArray[np.int32], count: int
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Gradients at a point for a batch of these rows, as `backward_for` describes them."""
        experiment = self._experiment
        compute = backward_for(experiment, experiment.batch_size, self.for_cores or 1)
        found: tuple[Tensor, Tensor, list[Tensor]] = compute(
            point.parameters,
            tf.constant(point.step, tf.int64),
            self._samples,
            tf.constant(rows),
            tf.constant(places),
            count,
            self._penalties,
        )
        return found

    def rate(self, point: Point) -> float:
        """Learning rate of the next step, according to the schedule."""
        return float(self._rates(point, 1)[0])

    def _rates(self, point: Point, count: int) -> NDArray[np.float64]:
        """Learning rates of the next steps, (count,).

        A step's place in the schedule is its epoch plus the share of the epoch's batches before it, or the
        share of the run, so that calls may be cut anywhere and the batch size may change.
        """
        size, steps = self._experiment.batch_size, np.arange(count)
        epochs = point.epoch + (point.row + size * steps) / size / self.per_epoch
        factors = run_rate_factors(self._experiment.schedule, self.horizon, point.step + steps, epochs)
        return float(self._experiment.optimizer["rate"]) * factors

    def weights(self, point: Point) -> tuple[NDArray[np.float32], ...]:
        """W1, b1, W2, b2, ... at a point: read-only views."""
        return weights_of(self._experiment, np.asarray(memoryview(point.parameters)))

    def state(self, point: Point, seconds: float, processor_seconds: float = math.nan) -> RunState:
        """State from which a run can continue at this point, copied in one piece, as allocation is what takes
        time."""
        vectors = np.empty((1 + len(point.slots), int(point.parameters.shape[0])), np.float32)
        for row, tensor in zip(vectors, (point.parameters, *point.slots), strict=True):
            row[:] = memoryview(tensor)
        return RunState(
            step=point.step,
            epoch=point.epoch,
            row=point.row,
            seconds=seconds,
            weights=weights_of(self._experiment, vectors[0]),
            slots=vectors[1:],
            settings=self._settings,
            horizon=self.horizon,
            cores=self.for_cores,
            optimizer_since=point.optimizer_since,
            processor_seconds=processor_seconds,
        )


def fitted_settings(settings: LiveSettings, prepared: PreparedSamples) -> LiveSettings:
    """Settings with the batch size limited to the number of training samples."""
    return structs.replace(settings, batch_size=min(settings.batch_size, len(prepared.training)))


def first_state(experiment: Experiment) -> RunState:
    """State before the first step of an experiment; compiles nothing. The window calls this function by
    name."""
    vector = flatten(initial_weights(experiment))
    starts = optimizer_for(experiment).starts
    slots = [np.full(len(vector), start, np.float32) for start in starts]
    return RunState(
        step=0,
        epoch=0,
        row=0,
        seconds=0.0,
        weights=weights_of(experiment, vector),
        slots=np.array(slots, np.float32).reshape(len(slots), len(vector)),
        settings=LiveSettings.of(experiment),
        processor_seconds=0.0,
    )
