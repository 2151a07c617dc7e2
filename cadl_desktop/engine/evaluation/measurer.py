"""Whole-set costs and the current prediction, computed in tiles while the next epoch trains."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.data.scores import curve_scores, seen_psnr
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.prepared_samples import PreparedSamples
from cadl_desktop.engine.tracing import SingleTraceFunction
from cadl_desktop.engine.training.steps import Compiled
from cadl_desktop.experiment.effort import measuring_batch
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats, Painted, Prediction


@dataclass(frozen=True, eq=False)
class Measurement:
    """Costs over the whole sets (`validation_cost` is None without such a set) and, where requested, a
    prediction in the target's units with its PSNR, or `fitted` and R², as in `runs.events.Progressed`, and
    `painted`, as in `runs.events.Finished`."""

    cost: float
    validation_cost: float | None
    prediction: Prediction | None = None
    psnr: float | None = None
    fitted: Prediction | None = None
    r2: float | None = None
    painted: Painted | None = None


class Measurer:
    """Measures parameters on all samples of one experiment.

    Samples lie in tiles of one shape, of which the last overlaps the one before, so that a single trace
    serves any number of samples.
    """

    def __init__(self, compiled: Compiled, prepared: PreparedSamples, experiment: Experiment) -> None:
        self._measure = SingleTraceFunction(compiled.measure)
        self._predict = SingleTraceFunction(compiled.predict)
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

    def exactly(self, parameters: Tensor, whole: bool) -> Measurement | None:
        """Full measurement, however long it takes. The prediction is always whole; `whole` is for large
        pictures."""
        return self(parameters, True)

    def __call__(
        self, parameters: Tensor, with_prediction: bool, cancelled: Callable[[], bool] = lambda: False
    ) -> Measurement | None:
        """Measures tile by tile; None when cancelled between two tiles."""
        count = len(self._prepared.inputs)
        costs = np.empty(count, np.float32)
        scaled = np.empty((count, self._prepared.targets.shape[1]), np.float32) if with_prediction else None
        for start, (inputs, targets) in zip(self._starts, self._tiles, strict=True):
            if cancelled():
                return None
            predicted, cost = self._measure(parameters, inputs, targets)
            costs[start : start + self._tile] = cost.numpy()
            if scaled is not None:
                scaled[start : start + self._tile] = predicted.numpy()
        curve = None
        if with_prediction and self._positions is not None:
            curve = self._predict(parameters, self._positions).numpy()
        return self._result(costs, scaled, curve)

    def warm_up(self, parameters: Tensor) -> None:
        """Traces and compiles the functions that measuring calls."""
        self._measure(parameters, *self._tiles[0])
        if self._positions is not None:
            self._predict(parameters, self._positions)

    def _result(self, costs: Floats, scaled: Floats | None, curve: Floats | None) -> Measurement:
        rows, invert = self._prepared.validation, self._prepared.to_target.invert
        measured = Measurement(
            cost=_mean(costs[self._prepared.training[:]]),
            validation_cost=_mean(costs[rows]) if len(rows) else None,
        )
        if scaled is None:
            return measured
        values, samples = invert(scaled), self._prepared.samples
        if curve is not None:
            r2 = curve_scores(values, samples.targets).r2
            return replace(measured, prediction=invert(curve)[:, 0], fitted=values[:, 0], r2=r2)
        single = np.asarray(values, np.float32)
        return replace(measured, prediction=samples.as_picture(single), psnr=seen_psnr(values, samples, rows))


def _mean(values: Floats) -> float:
    return float(np.mean(values, dtype=np.float64))
