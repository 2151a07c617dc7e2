"""The cost of a large picture and what a screen shows of it: of a sample while it is learned, exactly at the
end."""

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import as_integers, as_rgb
from cadl_desktop.data.scores import PEAK
from cadl_desktop.data.subsets import EveryRow, Rows, measured_rows, screen_rows
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.looking.blocks import Blocks, Looked
from cadl_desktop.engine.looking.measure import Measured
from cadl_desktop.engine.network.network import forward, unflatten
from cadl_desktop.engine.samples import Prepared
from cadl_desktop.engine.sources import Pixels
from cadl_desktop.engine.tracing import traced
from cadl_desktop.engine.training.steps import Compiled
from cadl_desktop.experiment.effort import measuring_batch
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats
from cadl_desktop.system.allocator import give_back_memory
from cadl_desktop.system.machine import cores

PICTURE_SECONDS = 0.25
"""What a picture may take while training goes on: of a heavy network every second, third, ... row and column
is painted and repeated."""
FIRST_PIXELS = 16_384
"""Of the first picture, as nobody knows yet how long it takes."""
GLANCE_SHARE = 4
"""Of so many pixels that stand for all, one is scored with a picture."""


class LargeMeasurer:
    """Measures parameters on a large picture."""

    def __init__(
        self, compiled: Compiled, source: Pixels, prepared: Prepared, experiment: Experiment
    ) -> None:
        self._prepared = prepared
        self._blocks = Blocks(compiled, source, prepared, experiment)
        self._rows = measured_rows(prepared.samples)
        self._validates = _are_among(self._rows, prepared.validation)
        self._screen = screen_rows(prepared.samples)
        self._affordable = FIRST_PIXELS
        self._tile = measuring_batch(experiment, len(prepared.samples.inputs), compiled.shards)
        # XLA computes on one thread, where it would wait for every call of the steps; this doesn't.
        self._beside = traced(
            lambda parameters, inputs: forward(experiment, unflatten(experiment, parameters), inputs)
        )

    def __call__(
        self, parameters: Tensor, with_prediction: bool, cancelled: Callable[[], bool] = lambda: False
    ) -> Measured | None:
        """What the sample says, and a picture as `glance` gives it; None when it was cancelled meanwhile."""
        costs = np.zeros(len(self._rows), np.float32)
        for first in range(0, len(costs), self._blocks.size):
            if cancelled():
                return None
            part = slice(first, first + self._blocks.size)
            costs[part] = self._blocks.look(parameters, self._rows[part]).costs
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

    def exactly(self, parameters: Tensor, whole: bool) -> Measured:
        """The same of all pixels that aren't hidden, on all cores, and the picture in full, as a screen shows
        it; where it is wanted, the `whole` of it too."""
        height, width = self._prepared.samples.picture_shape or (0, 0)
        painted = np.empty((height * width, 3), np.uint8) if whole else None
        shown = self._screen.ravel()
        screen = np.empty((len(shown), 3), np.float32)

        def look(start: int) -> NDArray[np.float64]:
            end = min(height * width, start + self._blocks.size)
            looked = self._blocks.look(parameters, np.arange(start, end))
            colours = as_rgb(looked.colours)
            if painted is not None:
                painted[start:end] = as_integers(colours)
            places = _between(shown, start, end)
            screen[places] = colours[shown[places] - start]
            return self._sums(looked, start, end)

        with ThreadPoolExecutor(cores(), "exactly") as pool:
            sums = np.sum([*pool.map(look, range(0, height * width, self._blocks.size))], 0)
        trained_on, kept_apart = len(self._prepared.training), len(self._prepared.validation)
        columns = self._prepared.samples.targets.shape[1]
        return Measured(
            cost=float(sums[0]) / trained_on,
            validation_cost=float(sums[1]) / kept_apart if kept_apart else None,
            prediction=screen.reshape(*self._screen.shape, 3),
            psnr=_psnr(float(sums[2]) / (trained_on * columns)),
            painted=None if painted is None else painted.reshape(height, width, 3),
        )

    def warm_up(self, parameters: Tensor) -> None:
        """Traces what measuring will call."""
        self._blocks.trace(parameters)
        self._predicted(parameters, self._rows[:1])

    def compile(self, parameters: Tensor) -> None:
        """Compiles what is needed when an epoch or the run ends: a first picture needs none of it. Memory
        that compilers have done with doesn't add to what is to come."""
        self._blocks.look(parameters, self._rows[:1])
        give_back_memory()

    def _sums(self, looked: Looked, start: int, end: int) -> NDArray[np.float64]:
        """Of the pixels from `start` up to `end`: the costs of those that are trained on and of those held
        out, and the squared errors of the former, added up, (3,)."""
        trained_on, kept_apart = (
            rows[_between(rows, start, end)] - start
            for rows in (self._prepared.training, self._prepared.validation)
        )
        parts = looked.costs[trained_on], looked.costs[kept_apart], looked.errors[trained_on]
        return np.array([part.sum(dtype=np.float64) for part in parts])

    def _square_error(self, predicted: Floats, rows: Rows) -> float:
        """In the target's own units, of colours as they are shown."""
        shown = np.clip(self._prepared.to_target.invert(predicted), 0.0, PEAK)
        return float(np.square(shown - self._prepared.samples.targets[rows]).sum())

    def _picture(self, parameters: Tensor, every: int, cancelled: Callable[[], bool]) -> Floats:
        """What a screen shows, (height, width, 3), in the target's own units and not clipped."""
        height, width = self._screen.shape
        shown = self._screen[::every, ::every]
        predicted = self._predicted(parameters, shown.ravel(), cancelled)
        colours = np.asarray(self._prepared.to_target.invert(predicted), np.float32)
        picture = as_rgb(colours.reshape(*shown.shape, -1))
        return picture.repeat(every, 0).repeat(every, 1)[:height, :width] if every > 1 else picture

    def _predicted(
        self, parameters: Tensor, rows: Rows, cancelled: Callable[[], bool] = lambda: False
    ) -> Floats:
        """Scaled predictions of some samples, (rows, columns), as far as they had come when cancelled. Each
        tile has the same shape, so that a single trace serves all of them."""
        predicted = np.zeros((len(rows), self._prepared.samples.targets.shape[1]), np.float32)
        for first in range(0, len(rows), self._tile):
            if cancelled():
                break
            part = rows[first : first + self._tile]
            filled = np.concatenate([part, np.full(self._tile - len(part), part[0])])
            made = self._beside(parameters, tf.constant(self._prepared.inputs_of(filled)))
            predicted[first : first + len(part)] = made[: len(part)]
        return predicted


def _between(rows: Rows | EveryRow, start: int, end: int) -> slice:
    """Where sorted rows from `start` up to `end` stand among them."""
    if isinstance(rows, EveryRow):
        return slice(start, end)
    # Of another kind of numbers than theirs, all of them would be copied.
    return slice(*np.searchsorted(rows, np.array([start, end], rows.dtype)))


def _are_among(rows: Rows, others: Rows) -> NDArray[np.bool_]:
    """Which of the rows are others; both are sorted."""
    if not len(others):
        return np.zeros(len(rows), np.bool_)
    places = np.minimum(np.searchsorted(others, rows), len(others) - 1)
    return np.asarray(others[places] == rows)


def _psnr(error: float) -> float:
    return float("inf") if error == 0 else 10 * math.log10(PEAK**2 / error)
