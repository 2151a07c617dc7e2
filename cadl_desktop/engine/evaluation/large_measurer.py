"""Cost and screen picture of a large picture: estimated from a random sample of pixels while it trains, exact
at the end."""

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import as_integers, as_rgb
from cadl_desktop.data.scores import PEAK, decibels
from cadl_desktop.data.subsets import EveryRow, Rows, measured_rows, screen_rows
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.evaluation.measurer import Measurement
from cadl_desktop.engine.network.forward_pass import forward, unflatten
from cadl_desktop.engine.prepared_samples import PixelSource, PreparedSamples, inputs_at, targets_at
from cadl_desktop.engine.tracing import LruCache, traced
from cadl_desktop.engine.training.steps import Compiled
from cadl_desktop.experiment.effort import OPERATIONS_PER_TILE, measuring_batch
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import multiplications
from cadl_desktop.runs.events import Floats
from cadl_desktop.system.machine import cores, trim_malloc

MOST_TILES = 16
"""Tiles of one call. With one call for each tile, pixels behind a hash grid took six times as long."""


class PixelResults(NamedTuple):
    """Evaluated pixels: `colours` (pixels, columns) in the target's units and not clipped, `costs` (pixels,),
    and `errors` (pixels,), squared errors of the clipped colours, summed over the columns."""

    colours: Floats
    costs: Floats
    errors: Floats


class PixelEvaluator:
    """Evaluates pixels of a large picture, up to `size` in one compiled call. Thread-safe."""

    def __init__(
        self, compiled: Compiled, source: PixelSource, prepared: PreparedSamples, experiment: Experiment
    ) -> None:
        self._tile = measuring_batch(experiment, len(prepared.samples.inputs), compiled.shards)
        affordable = OPERATIONS_PER_TILE / (2 * multiplications(experiment))
        self.size = self._tile * int(min(MOST_TILES, max(1, affordable // self._tile)))
        self._source = source
        columns, scaling = prepared.samples.targets.shape[1], prepared.to_target
        back = [np.broadcast_to(row, columns) for row in (scaling.scale, scaling.offset)]
        self._unscaling = tf.constant(np.array(back, np.float32))
        self._evaluate = _evaluations.get(
            (compiled.measure, self._tile), lambda: _evaluation(compiled.measure, compiled.shards, self._tile)
        )

    def trace(self, parameters: Tensor) -> None:
        """Traces the function; any thread may compile it later, by the first evaluation."""
        self._evaluate.get_concrete_function(*self._arguments(parameters, np.zeros(1, np.int32)))

    def evaluate(self, parameters: Tensor, rows: Rows) -> PixelResults:
        """Evaluates pixels by their numbers, at least one."""
        found = self._evaluate(*self._arguments(parameters, rows))
        return PixelResults(*(part.numpy()[: len(rows)] for part in found))

    def _arguments(self, parameters: Tensor, rows: Rows) -> tuple[Any, ...]:
        filled = np.full(self.size, rows[0], np.int32)
        filled[: len(rows)] = rows
        tiles = -(-len(rows) // self._tile)
        return parameters, self._source, self._unscaling, tf.constant(filled), tf.constant(tiles)


_evaluations = LruCache[Any]()


def _evaluation(measure: Any, shards: int, tile: int) -> Any:
    """(parameters, source, scale and offset, pixel numbers, tiles) -> the fields of `PixelResults` for all
    numbers; only the first `tiles` tiles are computed."""

    def evaluate(
        parameters: Tensor, source: PixelSource, back: Tensor, numbers: Tensor, tiles: Tensor
    ) -> Tensor:
        def body(done: Tensor, *found: Tensor) -> tuple[Tensor, ...]:
            rows = tf.gather(numbers, done * tile + tf.range(tile))
            inputs, targets = inputs_at(source, rows), targets_at(source, rows)
            prediction, costs = measure(parameters, inputs, targets)
            colours = prediction * back[0] + back[1]
            truth = tf.cast(tf.gather(source.colours, rows), tf.float32)
            errors = tf.reduce_sum(tf.square(tf.clip_by_value(colours, 0.0, PEAK) - truth), 1)
            new = zip(found, (colours, costs, errors), strict=True)
            return done + 1, *(array.write(done, part) for array, part in new)

        size, columns = numbers.shape[0], source.colours.shape[1]
        shapes = [tile, columns], [tile], [tile]
        empty = (tf.TensorArray(tf.float32, size // tile, element_shape=shape) for shape in shapes)
        _, *found = tf.while_loop(
            lambda done, *_: done < tiles, body, (tf.constant(0), *empty), parallel_iterations=1
        )
        return tuple(tf.reshape(array.stack(), [size, *array.element_shape[1:]]) for array in found)

    return traced(evaluate, by_xla=shards == 1)


PICTURE_SECONDS = 0.25
"""Time allowed for a picture while training goes on. Of a heavy network only every second, third, ... row and
column is painted, and repeated."""
FIRST_PIXELS = 16_384
"""Pixels of the first picture, whose speed is still unknown."""
PREVIEW_SHARE = 4
"""Divisor of the sample for the PSNR of a preview: one pixel in four is scored."""


class LargeMeasurer:
    """Measures parameters on a large picture."""

    def __init__(
        self, compiled: Compiled, source: PixelSource, prepared: PreparedSamples, experiment: Experiment
    ) -> None:
        self._prepared = prepared
        self._evaluator = PixelEvaluator(compiled, source, prepared, experiment)
        self._rows = measured_rows(prepared.samples)
        self._validates = _are_among(self._rows, prepared.validation)
        self._screen = screen_rows(prepared.samples)
        self._affordable = FIRST_PIXELS
        self._tile = measuring_batch(experiment, len(prepared.samples.inputs), compiled.shards)
        # Without XLA: compiled functions share one thread and would wait for every call of the steps.
        self._predict_uncompiled = traced(
            lambda parameters, inputs: forward(experiment, unflatten(experiment, parameters), inputs)
        )

    def __call__(
        self, parameters: Tensor, with_prediction: bool, cancelled: Callable[[], bool] = lambda: False
    ) -> Measurement | None:
        """Costs estimated on the sample and, if requested, a picture from `preview`; None when cancelled."""
        costs, errors = np.zeros((2, len(self._rows)), np.float32)
        for first in range(0, len(costs), self._evaluator.size):
            if cancelled():
                return None
            part = slice(first, first + self._evaluator.size)
            found = self._evaluator.evaluate(parameters, self._rows[part])
            costs[part], errors[part] = found.costs, found.errors
        preview = self.preview(parameters, cancelled) if with_prediction else (None, None)
        if cancelled() or preview is None:
            return None
        held_out, columns = costs[self._validates], self._prepared.samples.targets.shape[1]
        return Measurement(
            cost=float(costs[~self._validates].mean(dtype=np.float64)),
            validation_cost=float(held_out.mean(dtype=np.float64)) if len(held_out) else None,
            psnr=decibels(float(errors[~self._validates].mean(dtype=np.float64)) / columns),
            held_out_psnr=(
                decibels(float(errors[self._validates].mean(dtype=np.float64)) / columns)
                if len(held_out)
                else None
            ),
            prediction=preview[0],
        )

    def preview(self, parameters: Tensor, cancelled: Callable[[], bool]) -> tuple[Floats, float] | None:
        """Picture of screen size and its PSNR on part of the sample, while steps go on; None when
        cancelled."""
        started = time.perf_counter()
        every = math.ceil(math.sqrt(self._screen.size / self._affordable))
        picture = self._picture(parameters, every, cancelled)
        rows = self._rows[~self._validates][::PREVIEW_SHARE]
        predicted = self._predicted(parameters, rows, cancelled)
        if cancelled():
            return None
        pixels = picture.shape[0] * picture.shape[1] / every**2 + len(rows)
        speed = pixels / (time.perf_counter() - started)
        self._affordable = max(FIRST_PIXELS, int(PICTURE_SECONDS * speed) - len(rows))
        shown = np.clip(self._prepared.to_target.invert(predicted), 0.0, PEAK)
        error = float(np.square(shown - self._prepared.samples.targets[rows]).sum())
        return picture, decibels(error / predicted.size)

    def exactly(self, parameters: Tensor, whole: bool) -> Measurement:
        """Exact measurement of all visible pixels, on all cores, with the screen picture in full resolution
        and, where `whole` is set, every pixel in `painted`."""
        height, width = self._prepared.samples.picture_shape or (0, 0)
        painted = np.empty((height * width, 3), np.uint8) if whole else None
        shown = self._screen.ravel()
        screen = np.empty((len(shown), 3), np.float32)

        def evaluate(start: int) -> NDArray[np.float64]:
            end = min(height * width, start + self._evaluator.size)
            results = self._evaluator.evaluate(parameters, np.arange(start, end))
            colours = as_rgb(results.colours)
            if painted is not None:
                painted[start:end] = as_integers(colours)
            places = _range_in(shown, start, end)
            screen[places] = colours[shown[places] - start]
            return self._sums(results, start, end)

        with ThreadPoolExecutor(cores(), "exactly") as pool:
            sums = np.sum([*pool.map(evaluate, range(0, height * width, self._evaluator.size))], 0)
        trained_on, held_out = len(self._prepared.training), len(self._prepared.validation)
        columns = self._prepared.samples.targets.shape[1]
        return Measurement(
            cost=float(sums[0]) / trained_on,
            validation_cost=float(sums[1]) / held_out if held_out else None,
            prediction=screen.reshape(*self._screen.shape, 3),
            psnr=decibels(float(sums[2]) / (trained_on * columns)),
            held_out_psnr=decibels(float(sums[3]) / (held_out * columns)) if held_out else None,
            painted=None if painted is None else painted.reshape(height, width, 3),
        )

    def warm_up(self, parameters: Tensor) -> None:
        """Traces the functions that measuring calls."""
        self._evaluator.trace(parameters)
        self._predicted(parameters, self._rows[:1])

    def compile(self, parameters: Tensor) -> None:
        """Compiles the functions that an epoch's or the run's end needs, which the first picture does
        without. Then returns the memory that the compiler has freed to the system."""
        self._evaluator.evaluate(parameters, self._rows[:1])
        trim_malloc()

    def _sums(self, results: PixelResults, start: int, end: int) -> NDArray[np.float64]:
        """Sums over the pixels from `start` up to `end`: costs of training pixels, costs of validation
        pixels, squared errors of training pixels and of validation pixels, (4,)."""
        trained_on, held_out = (
            rows[_range_in(rows, start, end)] - start
            for rows in (self._prepared.training, self._prepared.validation)
        )
        both = trained_on, held_out
        parts = [each[rows] for each in (results.costs, results.errors) for rows in both]
        return np.array([part.sum(dtype=np.float64) for part in parts])

    def _picture(self, parameters: Tensor, every: int, cancelled: Callable[[], bool]) -> Floats:
        """Picture of screen size, (height, width, 3), in the target's units and not clipped."""
        height, width = self._screen.shape
        shown = self._screen[::every, ::every]
        predicted = self._predicted(parameters, shown.ravel(), cancelled)
        colours = np.asarray(self._prepared.to_target.invert(predicted), np.float32)
        picture = as_rgb(colours.reshape(*shown.shape, -1))
        return picture.repeat(every, 0).repeat(every, 1)[:height, :width] if every > 1 else picture

    def _predicted(
        self, parameters: Tensor, rows: Rows, cancelled: Callable[[], bool] = lambda: False
    ) -> Floats:
        """Scaled predictions of some samples, (rows, columns); those not reached before a cancellation stay
        0. All tiles have one shape, so that a single trace serves them."""
        predicted = np.zeros((len(rows), self._prepared.samples.targets.shape[1]), np.float32)
        for first in range(0, len(rows), self._tile):
            if cancelled():
                break
            part = rows[first : first + self._tile]
            filled = np.concatenate([part, np.full(self._tile - len(part), part[0])])
            made = self._predict_uncompiled(parameters, tf.constant(self._prepared.inputs_of(filled)))
            predicted[first : first + len(part)] = made[: len(part)]
        return predicted


def _range_in(rows: Rows | EveryRow, start: int, end: int) -> slice:
    """Slice of sorted `rows` whose values lie from `start` up to `end`."""
    if isinstance(rows, EveryRow):
        return slice(start, end)
    # With bounds of another dtype NumPy would copy all rows.
    return slice(*np.searchsorted(rows, np.array([start, end], rows.dtype)))


def _are_among(rows: Rows, others: Rows) -> NDArray[np.bool_]:
    """Mask of the rows that occur in `others`; both are sorted."""
    if not len(others):
        return np.zeros(len(rows), np.bool_)
    places = np.minimum(np.searchsorted(others, rows), len(others) - 1)
    return np.asarray(others[places] == rows)
