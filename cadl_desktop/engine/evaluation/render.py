"""Rendering of trained weights: curves anywhere on the number line, paintings of any size and part of the
plane.

Paintings are computed in tiles, which the cores share: TensorFlow runs each operation on one thread (see
`device`).
"""

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.frames import Frame, around, pixel_centres
from cadl_desktop.data.samples import as_pixels, as_rgb, samples_of
from cadl_desktop.data.scaling import Affine, input_scaling, target_scaling
from cadl_desktop.data.scores import seen_psnr
from cadl_desktop.data.subsets import held_out_on_screen, on_screen
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network.forward_pass import activations
from cadl_desktop.engine.tracing import LruCache, traced
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment, network_of
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import input_columns, multiplications, target_columns
from cadl_desktop.runs.events import Floats, Prediction
from cadl_desktop.runs.gains import NO_GAINS, Gains
from cadl_desktop.system.machine import cores

TILE_ARITHMETIC = 4e8
"""Floating-point operations of a tile: a few milliseconds, so that other work waits briefly."""
MOST_TILE, LEAST_TILE = 8192, 64
"""Bounds of the positions of a tile. A layer of 64 at 8,192 positions fits into a core's own cache."""
TILES_OF_A_BAND = 4
"""Tiles per core and band: enough that cores rarely wait for each other."""


class Renderer:
    """Renders paintings of one experiment's network for any weights. Raises `data.samples.DataError`, and
    ValueError for a network that paints no picture."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        # Only what the scalings depend on, so that other edits do not read the picture again.
        bare = Experiment(
            data=experiment.data,
            input_scaling=experiment.input_scaling,
            target_scaling=experiment.target_scaling,
            encoding=experiment.encoding,
            output=experiment.output,
            optimizer=Part("none"),
        )
        self.picture_shape, self.to_input, self.to_target = _shape_and_scalings(bare)

    @property
    def compiles_quickly(self) -> bool:
        """Whether compiling a `Painting` is quick enough to wait for."""
        return not _wants_xla(self.experiment)

    def painting(
        self,
        weights: Sequence[Floats],
        frame: Frame,
        height: int,
        width: int,
        gains: Gains = NO_GAINS,
        picture: float | None = None,
        compiled: bool = True,
    ) -> "Painting":
        """Prepares one picture: see `Painting`.

        `picture` is the number of the picture where a network paints several. Without `compiled` it starts at
        once and runs slower.
        """
        return Painting(self, weights, frame, (height, width), gains, picture, compiled)


class Painting:
    """A picture (height, width, 3) of which any rows can be rendered, in the target's units and not clipped.
    Not thread-safe."""

    def __init__(
        self,
        renderer: Renderer,
        weights: Sequence[Floats],
        frame: Frame,
        size: tuple[int, int],
        gains: Gains,
        picture: float | None,
        compiled: bool,
    ) -> None:
        self.height, self.width = size
        self._renderer = renderer
        self._rows, self._columns, self._constants = _scaled_axes(renderer, frame, size, picture)
        self._weights = [tf.constant(array) for array in weights]
        self._gains = {column: tf.constant(gain) for column, gain in gains.items()}
        experiment = renderer.experiment
        self._tile = tile_size(experiment)
        self._padded = compiled and _wants_xla(experiment)  # XLA compiles each shape separately
        self._compute = (
            _traced_output(experiment, self._weights, self._gains, self._padded)
            if compiled
            else _untraced_output(experiment)
        )
        self.pixels_at_once = cores() * self._tile
        """Pixels that the cores render together in a few milliseconds."""
        self.rows_of_a_band = max(1, TILES_OF_A_BAND * self.pixels_at_once // self.width)

    def band(self, first: int, last: int) -> Floats:
        """Renders the rows from `first` up to but without `last`: (rows, width, 3)."""
        return self._joined(first, last, self._submit(first, last))

    def bands(self) -> Iterator[Floats]:
        """Yields all rows from top to bottom as bands (rows, width, 3) of bounded size, computing one band
        ahead. Closing the iterator cancels the rest."""
        pending: deque[tuple[int, int, list[Future[Floats]]]] = deque()
        try:
            for first in range(0, self.height, self.rows_of_a_band):
                last = min(self.height, first + self.rows_of_a_band)
                pending.append((first, last, self._submit(first, last)))
                if len(pending) > 1:
                    yield self._joined(*pending.popleft())
            yield self._joined(*pending.popleft())
        finally:
            for _, _, tiles in pending:
                for tile in tiles:
                    tile.cancel()

    def _submit(self, first: int, last: int) -> list[Future[Floats]]:
        start, end = first * self.width, last * self.width
        return [
            _pool().submit(self._render_tile, at, min(end, at + self._tile))
            for at in range(start, end, self._tile)
        ]

    def _joined(self, first: int, last: int, tiles: list[Future[Floats]]) -> Floats:
        colours = as_rgb(np.concatenate([tile.result() for tile in tiles]))
        return colours.reshape(last - first, self.width, -1)

    def _positions_for(self, count: int) -> int:
        """Positions computed for `count` wanted ones: a power of two, as the matrix library keeps some 30 kB
        for each size that it has met."""
        return self._tile if self._padded else min(self._tile, 1 << (count - 1).bit_length())

    def _render_tile(self, start: int, end: int) -> Floats:
        """Colours of the pixels from `start` up to `end`, counted row by row."""
        pixels = np.arange(start, end)
        inputs = np.empty((self._positions_for(end - start), 2 + len(self._constants)), np.float32)
        inputs[: end - start, 0] = self._rows[pixels // self.width]
        inputs[: end - start, 1] = self._columns[pixels % self.width]
        inputs[:, 2:] = self._constants
        inputs[end - start :, :2] = inputs[0, :2]
        scaled = self._compute(self._weights, self._gains, tf.constant(inputs)).numpy()[: end - start]
        return np.asarray(self._renderer.to_target.invert(scaled), np.float32)


@lru_cache(maxsize=4)
def _shape_and_scalings(experiment: Experiment) -> tuple[tuple[int, int], Affine, Affine]:
    """Height and width of the picture, and its scalings. Cached, as reading a large picture takes long."""
    samples = samples_of(experiment.data)
    if samples.picture_shape is None:
        raise ValueError("only a network that paints can be rendered as a picture")
    # The size of each picture; with several, `picture_shape` is that of their montage.
    shape = int(samples.high[0]), int(samples.high[1])
    return shape, input_scaling(experiment, samples), target_scaling(experiment, samples)


def tile_size(experiment: Experiment) -> int:
    """Positions computed in one call."""
    return int(min(MOST_TILE, max(LEAST_TILE, TILE_ARITHMETIC / (2 * multiplications(experiment)))))


def _scaled_axes(
    renderer: Renderer, frame: Frame, size: tuple[int, int], picture: float | None
) -> tuple[Floats, Floats, Floats]:
    """Scaled inputs of every row and of every column, and the inputs that are constant."""
    (rows, columns), (height, width) = renderer.picture_shape, size
    more = [] if picture is None else [picture]

    def scaled(axis: int, values: NDArray[np.float64]) -> Floats:
        positions = np.zeros((len(values), 2 + len(more)))
        positions[:, axis], positions[:, 2:] = values, more
        return renderer.to_input.apply(positions)

    down = scaled(0, pixel_centres(frame.top, frame.height, rows, height))
    across = scaled(1, pixel_centres(frame.left, frame.width, columns, width))
    return down[:, 0].copy(), across[:, 1].copy(), down[0, 2:].copy()


def _traced_output(experiment: Experiment, weights: list[Any], gains: dict[int, Any], padded: bool) -> Any:
    """(weights, gains, inputs) -> output. Cached by structure, as tracing and compiling take long."""
    key = (*network_of(experiment), input_columns(experiment), target_columns(experiment), tuple(gains))

    def made() -> Any:
        compute = traced(_untraced_output(experiment), by_xla=padded)
        inputs = tf.TensorSpec((tile_size(experiment) if padded else None, input_columns(experiment)))
        # Traced here rather than on the threads that call it.
        return compute.get_concrete_function(weights, gains, inputs)

    return _traced_outputs.get(key, made)


def _untraced_output(experiment: Experiment) -> Callable[[Any, Any, Any], Any]:
    return lambda weights, gains, inputs: activations(experiment, weights, inputs, gains=gains)[-1]


def _wants_xla(experiment: Experiment) -> bool:
    """Whether to use XLA, which is three times faster with table look-ups, but computes sines four times
    slower."""
    return entry("encoding", experiment.encoding.kind).looks_up


_traced_outputs = LruCache[Any]()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores(), "paint")


ROWS_AT_A_TIME = 16_384
GLIMPSE_PIXELS = 16_384
"""Pixels rendered without a noticeable delay."""


def predict(
    experiment: Experiment, weights: Sequence[Floats], positions: NDArray[np.float64], gains: Gains = NO_GAINS
) -> Prediction:
    """Network output at positions (n, 1 or 2), both in the dataset's units: (n, columns), float32 for a
    painting, float64 for a curve, whose y may lie far from 0 for its span.

    Positions in a picture are (row, column) in pixels. Raises `data.samples.DataError`.
    """
    samples = samples_of(experiment.data)
    inputs = input_scaling(experiment, samples).apply(positions)
    tensors = [tf.constant(array) for array in weights]
    starts = range(0, len(inputs), ROWS_AT_A_TIME)
    batches = (tf.constant(inputs[start : start + ROWS_AT_A_TIME]) for start in starts)
    pieces = [activations(experiment, tensors, batch, gains=gains)[-1].numpy() for batch in batches]
    values = target_scaling(experiment, samples).invert(np.concatenate(pieces))
    return values if samples.picture_shape is None else np.asarray(values, np.float32)


def render(
    experiment: Experiment, weights: Sequence[Floats], gains: Gains = NO_GAINS
) -> tuple[Prediction, float | None]:
    """Prediction and PSNR of a painting (None for a curve), as `Progressed` has them; a large picture is
    rendered at screen size. The window calls this function by name."""
    whole = samples_of(experiment.data)
    samples = on_screen(whole)
    if samples.picture_shape is None:
        return predict(experiment, weights, curve_positions(samples), gains)[:, 0], None
    colours = predict(experiment, weights, samples.inputs[:], gains)
    return samples.as_picture(colours), seen_psnr(colours, samples, held_out_on_screen(experiment, whole))


def fitted(experiment: Experiment, weights: Sequence[Floats], gains: Gains = NO_GAINS) -> Prediction | None:
    """A curve's outputs at its samples, as `Progressed` has them; None for a painting."""
    samples = samples_of(experiment.data)
    if samples.picture_shape is not None:
        return None
    return predict(experiment, weights, samples.inputs, gains)[:, 0]


def render_fitted(
    experiment: Experiment, weights: Sequence[Floats]
) -> tuple[Prediction, float | None, Prediction | None]:
    """Results of `render` and `fitted` together. The window calls this function by name."""
    return *render(experiment, weights), fitted(experiment, weights)


def render_around(
    experiments: Sequence[Experiment], weights: Sequence[Sequence[Floats]], times: float
) -> list[NDArray[np.uint8]]:
    """Renders what networks that paint the same picture make of a frame `times` as high and wide, with the
    picture in its middle: a picture (height, width, 3) each, as fine as the one they learned. The window
    calls this function by name."""
    pictures = []
    for experiment, arrays in zip(experiments, weights, strict=True):
        renderer = Renderer(experiment)
        height, width = (round(times * side) for side in renderer.picture_shape)
        painting = renderer.painting(arrays, around(times), height, width, compiled=False)
        pictures.append(as_pixels(np.concatenate(list(painting.bands()))))
    return pictures


def glimpse(experiment: Experiment, weights: Sequence[Floats]) -> Floats:
    """Prediction as from `render`, quickly: of a large painting only every second, third, ... row and column
    is computed, and repeated."""
    samples = on_screen(samples_of(experiment.data))
    shape = samples.picture_shape
    if shape is None or samples.places is not None or len(samples.inputs) <= GLIMPSE_PIXELS:
        return render(experiment, weights)[0]
    every = math.ceil(math.sqrt(len(samples.inputs) / GLIMPSE_PIXELS))
    rows = np.arange(len(samples.inputs)).reshape(shape)[::every, ::every]
    colours = as_rgb(predict(experiment, weights, samples.inputs[rows.ravel()])).reshape(*rows.shape, -1)
    return colours.repeat(every, 0).repeat(every, 1)[: shape[0], : shape[1]]


def render_rows(
    experiment: Experiment,
    weights: Sequence[Floats],
    frame: Frame,
    height: int,
    width: int,
    *,
    gains: Gains = NO_GAINS,
    picture: float | None = None,
) -> Iterator[Floats]:
    """Renders any part of the plane at any size: bands (rows, width, 3) from top to bottom, in the target's
    units and not clipped.

    A band has some ten thousand pixels, or one row where that has more, so that memory does not grow with the
    height. Closing the iterator ends the rendering. `picture` is the number of the picture where a network
    paints several. Raises `data.samples.DataError`, and ValueError for a network that paints none.
    """
    return Renderer(experiment).painting(weights, frame, height, width, gains, picture).bands()
