"""Where a run stands, and the compiled steps that lead on from there."""

from dataclasses import dataclass

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from cadl_desktop.data.pictures.coherence_tiles import Tiles, coherence_tiles, coherence_unit
from cadl_desktop.data.schedules import rate_factors, spans_run
from cadl_desktop.data.subsets import batches_left, samples_per_epoch
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.network.network import initial_weights, learning_mask
from cadl_desktop.engine.samples import Prepared
from cadl_desktop.engine.sources import Source, source_of
from cadl_desktop.engine.tracing import OfOneShape
from cadl_desktop.engine.training.optimizers import optimizer_for
from cadl_desktop.engine.training.orders import Order, steps_at_once
from cadl_desktop.engine.training.penalties.smoothness import bent_neighbourhoods, bent_share, neighbourhoods
from cadl_desktop.engine.training.steps import (
    MOST_STEPS,
    Compiled,
    TrainingSamples,
    compiled_for,
    cores_for,
    key_of,
)
from cadl_desktop.experiment.live_settings import PENALTIES, LiveSettings
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.horizon import Horizon, progress
from cadl_desktop.runs.weights import flatten, weights_of


@dataclass(frozen=True, eq=False)
class Point:
    """Where training stands; nothing in it ever changes, so earlier points can be gone back to."""

    parameters: Tensor
    slots: tuple[Tensor, ...]
    step: int
    epoch: int
    row: int


class Stepper:
    """Makes the steps of one experiment, whose batch size is at most the number of training samples.

    `for_cores` is how many they are cut for, None as long as that makes no difference. `horizon` is for
    schedules over the run; another may be set at any time.
    """

    def __init__(
        self,
        experiment: Experiment,
        prepared: Prepared,
        horizon: Horizon | None = None,
        for_cores: int | None = None,
    ) -> None:
        self.for_cores = for_cores or cores_for(experiment)
        self.horizon = horizon
        self._count = samples_per_epoch(prepared.samples, prepared.training)
        self.most_steps = min(MOST_STEPS, steps_at_once(prepared, experiment.batch_size) or MOST_STEPS)
        samples, smooth = prepared.samples, experiment.smoothness > 0
        bent = bent_neighbourhoods(experiment, samples) if experiment.bending > 0 else None
        coherent = experiment.coherence > 0
        tiles = coherence_tiles(experiment, samples, prepared.to_target) if coherent else None
        self._coherence_unit = 0.0 if tiles is None else coherence_unit(tiles, len(samples.inputs))
        self._bent_share = 0.0 if bent is None else bent_share(bent)
        # All samples, and an order as long as they are: other rows to train on are then no other shapes,
        # and nothing is traced anew for another mask.
        self._samples = TrainingSamples(
            source=source_of(prepared),
            near=tf.constant(neighbourhoods(experiment, samples)) if smooth else None,
            bent=None if bent is None else tf.constant(bent),
            tiles=None if tiles is None else Tiles(*map(tf.constant, tiles)),
        )
        self._take(experiment)
        self.compiled: Compiled = compiled_for(experiment, experiment.batch_size, self.for_cores or 1)
        self._run = OfOneShape(self.compiled.run)

    def follow(self, experiment: Experiment) -> bool:
        """Trains with other live settings from now on; False where that takes another stepper."""
        keys = [key_of(each, each.batch_size, self.for_cores or 1) for each in (experiment, self._experiment)]
        if keys[0] != keys[1]:
            return False
        self._take(experiment)
        return True

    def _take(self, experiment: Experiment) -> None:
        self._experiment, self._settings = experiment, LiveSettings.of(experiment)
        strengths = {name: getattr(self._settings, name) for name in PENALTIES}
        strengths["bending"] *= self._bent_share
        strengths["coherence"] *= self._coherence_unit
        self._penalties = tf.constant(list(strengths.values()), tf.float32)
        mask = learning_mask(experiment)
        self._learns = None if mask is None else tf.constant(mask)

    def first_point(self, state: RunState | None) -> Point:
        """Where a state stands, or a run that has not begun."""
        state = state or first_state(self._experiment)
        parameters, slots = tf.constant(flatten(state.weights)), tuple(map(tf.constant, state.slots))
        return Point(parameters, slots, state.step, state.epoch, state.row)

    def left(self, point: Point) -> int:
        """Whole batches left in the point's epoch."""
        return batches_left(self._count, point.row, self._experiment.batch_size)

    @property
    def source(self) -> Source:
        """All samples, as steps take them."""
        return self._samples.source

    @property
    def per_epoch(self) -> int:
        """Whole batches of an epoch."""
        return self._count // self._experiment.batch_size

    def steps(self, point: Point, order: Order, count: int) -> tuple[Point, int]:
        """The point `count` steps later, and how many of these steps had a finite cost.

        All of them lie in the point's epoch, whose order is given; they are `most_steps` at most.
        """
        rows, first = order.stretch(point.row, self._experiment.batch_size)
        rates = np.zeros(MOST_STEPS, np.float32)
        rates[:count] = self._rates(point, count)
        parameters, slots, finite = self._run(
            point.parameters,
            point.slots,
            tf.constant(point.step, tf.int64),  # days of small steps are more than 32 bits count
            self._samples,
            rows,
            tf.constant(first),
            tf.constant(count),
            tf.constant(rates),
            self._penalties,
            self._learns,
        )
        row = point.row + count * self._experiment.batch_size
        return Point(parameters, slots, point.step + count, point.epoch, row), int(finite)

    def rate(self, point: Point) -> float:
        """The learning rate of the next step, as the schedule has it."""
        return float(self._rates(point, 1)[0])

    def _rates(self, point: Point, count: int) -> NDArray[np.float64]:
        """The learning rates of the next steps, (count,).

        A step's place is its epoch and the share of the epoch's batches before it, or the share of the run,
        so that calls may be cut anywhere and the batch size may change.
        """
        schedule, size = self._experiment.schedule, self._experiment.batch_size
        if spans_run(schedule):
            places = progress(self.horizon, point.step + np.arange(count))
        else:
            places = point.epoch + (point.row + size * np.arange(count)) / size / self.per_epoch
        return float(self._experiment.optimizer["rate"]) * rate_factors(schedule, places)

    def weights(self, point: Point) -> tuple[NDArray[np.float32], ...]:
        """W1, b1, W2, b2, ... as they are at a point: its own numbers, to be read only."""
        return weights_of(self._experiment, np.asarray(memoryview(point.parameters)))

    def state(self, point: Point, seconds: float) -> RunState:
        """All that is needed to go on from a point, copied in one piece: new memory is what takes time."""
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
        )


def fitting(settings: LiveSettings, prepared: Prepared) -> LiveSettings:
    """The settings with a batch that holds no more than the training samples."""
    return structs.replace(settings, batch_size=min(settings.batch_size, len(prepared.training)))


def first_state(experiment: Experiment) -> RunState:
    """Where a run of an experiment begins, without making anything ready for its steps."""
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
    )
