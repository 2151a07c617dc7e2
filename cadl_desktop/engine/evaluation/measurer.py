"""Whole-set costs and the current prediction, computed in tiles while the next epoch trains."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.data.scores import PEAK, curve_scores, decibels
from cadl_desktop.data.subsets import Rows
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.prepared_samples import PreparedSamples
from cadl_desktop.engine.tracing import SingleTraceFunction
from cadl_desktop.engine.training.steps import Compiled
from cadl_desktop.experiment.effort import measuring_batch
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats, Painted, Prediction


@dataclass(frozen=True, eq=False)
class Measurement:
    """Costs over the whole sets (`validation_cost` is None without such a set), a painting's PSNR, also over
    its validation pixels, a curve's R² and root mean square error, and, where requested, a prediction in the
    target's units with `fitted` of a curve, as in `runs.events.Progressed`, and `painted`, as in
    `runs.events.Finished`."""

    cost: float
    validation_cost: float | None
    psnr: float | None = None
    held_out_psnr: float | None = None
    r2: float | None = None
    rms: float | None = None
    prediction: Prediction | None = None
    fitted: Prediction | None = None
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
        self._range = prepared.to_target.apply(0.0), prepared.to_target.apply(PEAK)
        self._unit = prepared.to_target.scale.astype(np.float32)

    def exactly(self, parameters: Tensor, whole: bool) -> Measurement | None:
        """Full measurement, however long it takes. The prediction is always whole; `whole` is for large
        pictures."""
        return self(parameters, True)

    def __call__(
        self, parameters: Tensor, with_prediction: bool, cancelled: Callable[[], bool] = lambda: False
    ) -> Measurement | None:
        """Measures tile by tile; None when cancelled between two tiles."""
        count, columns = self._prepared.targets.shape
        costs, scaled = np.empty(count, np.float32), np.empty((count, columns), np.float32)
        for start, (inputs, targets) in zip(self._starts, self._tiles, strict=True):
            if cancelled():
                return None
            predicted, cost = self._measure(parameters, inputs, targets)
            costs[start : start + self._tile] = cost.numpy()
            scaled[start : start + self._tile] = predicted.numpy()
        rows = self._prepared.validation
        measured = Measurement(
            cost=_mean(costs[self._prepared.training[:]]),
            validation_cost=_mean(costs[rows]) if len(rows) else None,
        )
        if self._positions is None:
            held_out_psnr = self._psnr(scaled, rows) if len(rows) else None
            measured = replace(measured, psnr=self._seen_psnr(scaled), held_out_psnr=held_out_psnr)
        else:
            scores = curve_scores(self._prepared.to_target.invert(scaled), self._prepared.samples.targets)
            measured = replace(measured, r2=scores.r2, rms=scores.rms)
        return self._with_prediction(measured, scaled, parameters) if with_prediction else measured

    def warm_up(self, parameters: Tensor) -> None:
        """Traces and compiles the functions that measuring calls."""
        self._measure(parameters, *self._tiles[0])
        if self._positions is not None:
            self._predict(parameters, self._positions)

    def _seen_psnr(self, scaled: Floats) -> float:
        training = self._prepared.training
        return self._psnr(scaled, training[:] if len(training) < len(scaled) else slice(None))

    def _psnr(self, scaled: Floats, rows: Rows | slice) -> float:
        """PSNR of some pixels. In float32 and scaled units, as each epoch waits for it: 0.8 ms for 65,536
        pixels, where `data.scores.psnr` takes 8."""
        errors = np.clip(scaled[rows], *self._range)
        errors -= self._prepared.targets[rows]
        errors *= self._unit
        return decibels(float(np.vdot(errors, errors)) / errors.size)

    def _with_prediction(self, measured: Measurement, scaled: Floats, parameters: Tensor) -> Measurement:
        values, samples = self._prepared.to_target.invert(scaled), self._prepared.samples
        if self._positions is None:
            return replace(measured, prediction=samples.as_picture(np.asarray(values, np.float32)))
        curve = self._prepared.to_target.invert(self._predict(parameters, self._positions).numpy())
        return replace(measured, prediction=curve[:, 0], fitted=values[:, 0])


def _mean(values: Floats) -> float:
    return float(np.mean(values, dtype=np.float64))
