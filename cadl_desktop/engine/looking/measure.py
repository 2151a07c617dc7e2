"""The cost of whole sets and the picture of now, tile by tile, while the next epoch trains."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cadl_desktop.data.scores import seen_psnr
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.samples import Prepared
from cadl_desktop.engine.tracing import OfOneShape
from cadl_desktop.engine.training.steps import Compiled
from cadl_desktop.experiment.effort import measuring_batch
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats, Made, Painted


@dataclass(frozen=True, eq=False)
class Measured:
    """Whole-set costs (validation None without such a set) and, where it was asked for, a prediction in
    the target's own units with its PSNR, as in `runs.events.Progressed`, and `painted`, as in
    `runs.events.Finished`."""

    cost: float
    validation_cost: float | None
    prediction: Made | None = None
    psnr: float | None = None
    painted: Painted | None = None


class Measurer:
    """Measures parameters on all samples of one experiment.

    Samples stay in tiles of one shape, the last overlapping the one before it, so that a single trace
    serves any number of them.
    """

    def __init__(self, compiled: Compiled, prepared: Prepared, experiment: Experiment) -> None:
        self._measure, self._predict = OfOneShape(compiled.measure), OfOneShape(compiled.predict)
        self._prepared = prepared
        count = len(prepared.inputs)
        self._tile = measuring_batch(experiment, count, compiled.shards)
        self._starts = [*range(0, count - self._tile, self._tile), count - self._tile]
        self._tiles = [
            (
                tf.constant(prepared.inputs[start : start + self._tile]),
                tf.constant(prepared.targets[start : start + self._tile]),
            )
            for start in self._starts
        ]
        self._positions = None if prepared.positions is None else tf.constant(prepared.positions)

    def exactly(self, parameters: Tensor, whole: bool) -> Measured | None:
        """All that can be measured, however long it takes; the prediction is the `whole` one."""
        return self(parameters, True)

    def __call__(
        self, parameters: Tensor, with_prediction: bool, cancelled: Callable[[], bool] = lambda: False
    ) -> Measured | None:
        """None when it was cancelled between two tiles."""
        count = len(self._prepared.inputs)
        costs = np.empty(count, np.float32)
        painting = with_prediction and self._positions is None
        scaled = np.empty((count, self._prepared.targets.shape[1]), np.float32) if painting else None
        for start, (inputs, targets) in zip(self._starts, self._tiles, strict=True):
            if cancelled():
                return None
            predicted, cost = self._measure(parameters, inputs, targets)
            costs[start : start + self._tile] = cost.numpy()
            if scaled is not None:
                scaled[start : start + self._tile] = predicted.numpy()
        if with_prediction and self._positions is not None:
            scaled = self._predict(parameters, self._positions).numpy()
        return self._result(costs, scaled)

    def warm_up(self, parameters: Tensor) -> None:
        """Traces and compiles what measuring will call."""
        self._measure(parameters, *self._tiles[0])
        if self._positions is not None:
            self._predict(parameters, self._positions)

    def _result(self, costs: Floats, scaled: Floats | None) -> Measured:
        rows = self._prepared.validation
        prediction, psnr = (None, None) if scaled is None else self._shown(scaled)
        return Measured(
            cost=_mean(costs[self._prepared.training[:]]),
            validation_cost=_mean(costs[rows]) if len(rows) else None,
            prediction=prediction,
            psnr=psnr,
        )

    def _shown(self, scaled: Floats) -> tuple[Made, float | None]:
        """The curve or painting in its own units, and how near a painting is."""
        values, samples = self._prepared.to_target.invert(scaled), self._prepared.samples
        if samples.picture_shape is None:
            return values[:, 0], None
        single = np.asarray(values, np.float32)
        return samples.as_picture(single), seen_psnr(values, samples, self._prepared.validation)


def _mean(values: Floats) -> float:
    return float(np.mean(values, dtype=np.float64))
