"""A painting of any size and of any part of the plane, computed in tiles on all cores.

TensorFlow runs each operation on one thread here (see `device`), so that tiles are what the cores share.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.frames import Frame, pixel_centres
from cadl_desktop.data.samples import as_rgb, samples_of
from cadl_desktop.data.scaling import Affine, input_scaling, target_scaling
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.kept import Kept
from cadl_desktop.engine.network.network import activations
from cadl_desktop.engine.tracing import traced
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment, network_of
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import input_columns, multiplications, target_columns
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.gains import NO_GAINS, Gains
from cadl_desktop.system.machine import cores

TILE_ARITHMETIC = 4e8
"""Floating-point operations of a tile: some milliseconds, so that whoever waits between two waits briefly."""
MOST_TILE, LEAST_TILE = 8192, 64
"""Positions of a tile. What a layer of 64 gives of 8,192 stays in a core's own memory."""
TILES_OF_A_BAND = 4
"""Per core: enough that the cores wait for one another only rarely."""


class Renderer:
    """Paints what one experiment's network makes, whatever its weights. Raises
    `data.samples.DataError`, and ValueError for a network that paints no picture."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        # What scalings depend on, so that other edits don't read the picture again.
        bare = Experiment(
            data=experiment.data,
            input_scaling=experiment.input_scaling,
            target_scaling=experiment.target_scaling,
            encoding=experiment.encoding,
            output=experiment.output,
            optimizer=Part("none"),
        )
        self.picture_shape, self.to_input, self.to_target = _measures(bare)

    @property
    def compiles_quickly(self) -> bool:
        """Whether a person may be kept waiting until a `Painting` is compiled."""
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
        """One picture, not yet painted: see `Painting`.

        `picture` is the number of the picture where a network paints several. What is not `compiled` begins
        at once and is slower.
        """
        return Painting(self, weights, frame, (height, width), gains, picture, compiled)


class Painting:
    """A picture (height, width, 3) of which any rows can be painted, in the target's own units and not
    clipped. Only one thread at a time may ask."""

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
        self._padded = compiled and _wants_xla(experiment)  # which compiles anew for every shape
        self._compute = (
            _computing(experiment, self._weights, self._gains, self._padded)
            if compiled
            else _plainly(experiment)
        )
        self.pixels_at_once = cores() * self._tile
        """What the cores paint together in some milliseconds."""
        self.rows_of_a_band = max(1, TILES_OF_A_BAND * self.pixels_at_once // self.width)

    def band(self, first: int, last: int) -> Floats:
        """The rows from `first` up to and without `last`: (rows, width, 3)."""
        return self._joined(first, last, self._begin(first, last))

    def bands(self) -> Iterator[Floats]:
        """All rows from top to bottom, as bands (rows, width, 3) of bounded size, one ahead of who takes
        them. Closing the iterator cancels the rest."""
        under_way: deque[tuple[int, int, list[Future[Floats]]]] = deque()
        try:
            for first in range(0, self.height, self.rows_of_a_band):
                last = min(self.height, first + self.rows_of_a_band)
                under_way.append((first, last, self._begin(first, last)))
                if len(under_way) > 1:
                    yield self._joined(*under_way.popleft())
            yield self._joined(*under_way.popleft())
        finally:
            for _, _, tiles in under_way:
                for tile in tiles:
                    tile.cancel()

    def _begin(self, first: int, last: int) -> list[Future[Floats]]:
        start, end = first * self.width, last * self.width
        return [
            _pool().submit(self._paint, at, min(end, at + self._tile)) for at in range(start, end, self._tile)
        ]

    def _joined(self, first: int, last: int, tiles: list[Future[Floats]]) -> Floats:
        colours = as_rgb(np.concatenate([tile.result() for tile in tiles]))
        return colours.reshape(last - first, self.width, -1)

    def _positions_for(self, count: int) -> int:
        """How many positions are computed for so many: a power of two, as the library of the products keeps
        some 30 kB for each number that it has met."""
        return self._tile if self._padded else min(self._tile, 1 << (count - 1).bit_length())

    def _paint(self, start: int, end: int) -> Floats:
        """The colours of the pixels from `start` up to `end`, counted row by row."""
        pixels = np.arange(start, end)
        inputs = np.empty((self._positions_for(end - start), 2 + len(self._constants)), np.float32)
        inputs[: end - start, 0] = self._rows[pixels // self.width]
        inputs[: end - start, 1] = self._columns[pixels % self.width]
        inputs[:, 2:] = self._constants
        inputs[end - start :, :2] = inputs[0, :2]
        scaled = self._compute(self._weights, self._gains, tf.constant(inputs)).numpy()[: end - start]
        return np.asarray(self._renderer.to_target.invert(scaled), np.float32)


@lru_cache(maxsize=4)
def _measures(experiment: Experiment) -> tuple[tuple[int, int], Affine, Affine]:
    """Height and width of the picture, and the scalings: a large one is not to be read at every look."""
    samples = samples_of(experiment.data)
    if samples.picture_shape is None:
        raise ValueError("only a network that paints can be rendered as a picture")
    # Of many pictures, all as large as this one; `picture_shape` would be that of their montage.
    shape = int(samples.high[0]), int(samples.high[1])
    return shape, input_scaling(experiment, samples), target_scaling(experiment, samples)


def tile_size(experiment: Experiment) -> int:
    """How many positions are computed in one go."""
    return int(min(MOST_TILE, max(LEAST_TILE, TILE_ARITHMETIC / (2 * multiplications(experiment)))))


def _scaled_axes(
    renderer: Renderer, frame: Frame, size: tuple[int, int], picture: float | None
) -> tuple[Floats, Floats, Floats]:
    """The scaled inputs of every row and of every column, and those that are the same everywhere."""
    (rows, columns), (height, width) = renderer.picture_shape, size
    more = [] if picture is None else [picture]

    def scaled(axis: int, values: NDArray[np.float64]) -> Floats:
        positions = np.zeros((len(values), 2 + len(more)))
        positions[:, axis], positions[:, 2:] = values, more
        return renderer.to_input.apply(positions)

    down = scaled(0, pixel_centres(frame.top, frame.height, rows, height))
    across = scaled(1, pixel_centres(frame.left, frame.width, columns, width))
    return down[:, 0].copy(), across[:, 1].copy(), down[0, 2:].copy()


def _computing(experiment: Experiment, weights: list[Any], gains: dict[int, Any], padded: bool) -> Any:
    """(weights, gains, inputs) -> the output, compiled for this structure: kept, as that takes a while."""
    key = (*network_of(experiment), input_columns(experiment), target_columns(experiment), tuple(gains))

    def made() -> Any:
        compute = traced(_plainly(experiment), by_xla=padded)
        inputs = tf.TensorSpec((tile_size(experiment) if padded else None, input_columns(experiment)))
        # Here and now, and not by the threads that will call it.
        return compute.get_concrete_function(weights, gains, inputs)

    return _kept.get(key, made)


def _plainly(experiment: Experiment) -> Callable[[Any, Any, Any], Any]:
    return lambda weights, gains, inputs: activations(experiment, weights, inputs, gains=gains)[-1]


def _wants_xla(experiment: Experiment) -> bool:
    """XLA makes the many small look-ups of a table three times as fast; its sine is four times slower."""
    return entry("encoding", experiment.encoding.kind).looks_up


_kept = Kept[Any]()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores(), "paint")
