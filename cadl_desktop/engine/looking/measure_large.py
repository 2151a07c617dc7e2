"""The cost of a large picture and what a screen shows of it: of a sample while it is learned, exactly at the
end."""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.large_sets import measured_rows, screen_rows
from cadl_desktop.data.samples import in_colour
from cadl_desktop.data.scores import PEAK
from cadl_desktop.data.split import Rows
from cadl_desktop.engine.device import Tensor, cores, tf
from cadl_desktop.engine.looking.measure import Measured
from cadl_desktop.engine.network.network import forward, unflatten
from cadl_desktop.engine.samples import Prepared
from cadl_desktop.engine.training.steps import Compiled
from cadl_desktop.experiment.effort import samples_at_once
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats

PICTURE_SECONDS = 0.25
"""What a picture may take while training goes on: of a heavy network every second, third, ... row and column
is painted and repeated."""
FIRST_PIXELS = 16_384
"""Of the first picture, as nobody knows yet how long it takes."""
GLANCE_SHARE = 4
"""Of so many pixels that stand for all, one is scored with a picture."""
BLOCK = 2**16
"""So many pixels are measured by a thread before it takes others."""


class LargeMeasurer:
    """Measures parameters on a large picture. Each tile of samples has the same shape, so that a single trace
    serves all of them."""

    def __init__(self, compiled: Compiled, prepared: Prepared, experiment: Experiment) -> None:
        self._compiled, self._prepared = compiled, prepared
        self._rows = measured_rows(prepared.samples)
        self._validates = _are_among(self._rows, prepared.validation)
        self._screen = screen_rows(prepared.samples)
        self._affordable = FIRST_PIXELS
        self._tile = samples_at_once(experiment, len(prepared.samples.inputs), compiled.shards)
        # XLA computes on one thread, where it would wait for every call of the steps; this doesn't.
        self._beside = tf.function(
            lambda parameters, inputs: forward(experiment, unflatten(experiment, parameters), inputs),
            autograph=False,
        )

    def __call__(
        self, parameters: Tensor, with_prediction: bool, cancelled: Callable[[], bool] = lambda: False
    ) -> Measured | None:
        """What the sample says, and a picture as `glance` gives it; None when it was cancelled meanwhile."""
        _, costs = self._measured(parameters, self._rows, cancelled)
        seen = self.glance(parameters, cancelled) if with_prediction else (None, None)
        if cancelled() or seen is None:
            return None
        kept_apart = costs[self._validates]
        return Measured(
            float(costs[~self._validates].mean(dtype=np.float64)),
            float(kept_apart.mean(dtype=np.float64)) if len(kept_apart) else None,
            *seen,
        )

    def glance(self, parameters: Tensor, cancelled: Callable[[], bool]) -> tuple[Floats, float] | None:
        """A picture of a screen's size and its PSNR, by a share of the sample, beside the steps; None when it
        was cancelled meanwhile."""
        began = time.perf_counter()
        every = math.ceil(math.sqrt(self._screen.size / self._affordable))
        picture = self._picture(parameters, every, cancelled)
        rows = self._rows[~self._validates][::GLANCE_SHARE]
        predicted = self._predicted(parameters, rows, cancelled)
        if cancelled():
            return None
        pixels = picture.shape[0] * picture.shape[1] / every**2 + len(rows)
        speed = pixels / (time.perf_counter() - began)
        self._affordable = max(FIRST_PIXELS, int(PICTURE_SECONDS * speed) - len(rows))
        return picture, _psnr(self._square_error(predicted, rows) / predicted.size)

    def exactly(self, parameters: Tensor) -> Measured:
        """The same of all pixels that aren't hidden, on all cores, and the picture in full."""
        count = len(self._prepared.samples.inputs)
        starts = range(0, count, BLOCK)
        with ThreadPoolExecutor(cores(), "exactly") as pool:
            sums = np.sum([*pool.map(lambda start: self._sums(parameters, start, start + BLOCK), starts)], 0)
        trained_on, kept_apart = len(self._prepared.training), len(self._prepared.validation)
        columns = self._prepared.samples.targets.shape[1]
        return Measured(
            cost=float(sums[0]) / trained_on,
            validation_cost=float(sums[1]) / kept_apart if kept_apart else None,
            prediction=self._picture(parameters, 1),
            psnr=_psnr(float(sums[2]) / (trained_on * columns)),
        )

    def warm_up(self, parameters: Tensor) -> None:
        """Traces and compiles what measuring will call."""
        self._measured(parameters, self._rows[:1])
        self._predicted(parameters, self._rows[:1])

    def _sums(self, parameters: Tensor, start: int, end: int) -> NDArray[np.float64]:
        """Costs of the pixels from `start` up to `end` that are trained on, and of those held out, and the
        squared errors of the former, added up: (3,)."""
        prepared = self._prepared
        sums = np.zeros(3)
        for place, rows in enumerate((prepared.training, prepared.validation)):
            own = rows[slice(*np.searchsorted(rows, (start, end)))]
            if len(own):
                predicted, costs = self._measured(parameters, own)
                sums[place] = costs.sum(dtype=np.float64)
                sums[2] += 0.0 if place else self._square_error(predicted, own)
        return sums

    def _square_error(self, predicted: Floats, rows: Rows) -> float:
        """In the target's own units, of colours as they are shown."""
        shown = np.clip(self._prepared.to_target.invert(predicted), 0.0, PEAK)
        return float(np.square(shown - self._prepared.samples.targets[rows]).sum())

    def _picture(
        self, parameters: Tensor, every: int, cancelled: Callable[[], bool] = lambda: False
    ) -> Floats:
        """What a screen shows, (height, width, 3), in the target's own units and not clipped."""
        height, width = self._screen.shape
        shown = self._screen[::every, ::every]
        predicted = self._predicted(parameters, shown.ravel(), cancelled)
        colours = np.asarray(self._prepared.to_target.invert(predicted), np.float32)
        picture = in_colour(colours.reshape(*shown.shape, -1))
        return picture.repeat(every, 0).repeat(every, 1)[:height, :width] if every > 1 else picture

    def _predicted(
        self, parameters: Tensor, rows: Rows, cancelled: Callable[[], bool] = lambda: False
    ) -> Floats:
        """Scaled predictions of some samples, (rows, columns), as far as they had come when cancelled."""
        predicted = np.zeros((len(rows), self._prepared.samples.targets.shape[1]), np.float32)
        for first, part in self._tiles(rows):
            if cancelled():
                break
            end = min(len(rows), first + self._tile)
            made = self._beside(parameters, tf.constant(self._prepared.inputs_of(part)))
            predicted[first:end] = made[: end - first]
        return predicted

    def _measured(
        self, parameters: Tensor, rows: Rows, cancelled: Callable[[], bool] = lambda: False
    ) -> tuple[Floats, Floats]:
        """The same, and their costs (rows,)."""
        predicted = np.zeros((len(rows), self._prepared.samples.targets.shape[1]), np.float32)
        costs = np.zeros(len(rows), np.float32)
        for first, part in self._tiles(rows):
            if cancelled():
                break
            inputs, targets = self._prepared.inputs_of(part), self._prepared.targets_of(part)
            made, cost = self._compiled.measure(parameters, tf.constant(inputs), tf.constant(targets))
            end = min(len(rows), first + self._tile)
            predicted[first:end], costs[first:end] = made[: end - first], cost[: end - first]
        return predicted, costs

    def _tiles(self, rows: Rows) -> Iterator[tuple[int, Rows]]:
        """Where each tile begins, and its rows; the last is filled up with its own first one."""
        for first in range(0, len(rows), self._tile):
            part = rows[first : first + self._tile]
            yield first, np.concatenate([part, np.full(self._tile - len(part), part[0])])


def _are_among(rows: Rows, others: Rows) -> NDArray[np.bool_]:
    """Which of the rows are others; both are sorted."""
    if not len(others):
        return np.zeros(len(rows), np.bool_)
    places = np.minimum(np.searchsorted(others, rows), len(others) - 1)
    return np.asarray(others[places] == rows)


def _psnr(error: float) -> float:
    return float("inf") if error == 0 else 10 * math.log10(PEAK**2 / error)
