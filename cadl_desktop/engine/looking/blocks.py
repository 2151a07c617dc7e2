"""Many of a large picture's pixels in one compiled call: what is made of them, their costs and errors."""

from typing import Any, NamedTuple

import numpy as np

from cadl_desktop.data.scores import PEAK
from cadl_desktop.data.subsets import Rows
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.kept import Kept
from cadl_desktop.engine.samples import Prepared
from cadl_desktop.engine.sources import Pixels, inputs_at, targets_at
from cadl_desktop.engine.tracing import traced
from cadl_desktop.engine.training.steps import Compiled
from cadl_desktop.experiment.effort import OPERATIONS_PER_TILE, measuring_batch
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import multiplications
from cadl_desktop.runs.events import Floats

MOST_TILES = 16
"""Of a call: by one call for each tile, pixels behind a hash grid took six times as long."""


class Looked(NamedTuple):
    """Of some pixels: their colours as the network makes them, (pixels, columns), in the target's own units
    and not clipped; their costs, (pixels,); and the squares of what they are off as they are shown, summed
    over the columns, (pixels,)."""

    colours: Floats
    costs: Floats
    errors: Floats


class Blocks:
    """Looks at a large picture's pixels, up to `size` at a time. Any thread may ask, and several at once."""

    def __init__(
        self, compiled: Compiled, source: Pixels, prepared: Prepared, experiment: Experiment
    ) -> None:
        self._tile = measuring_batch(experiment, len(prepared.samples.inputs), compiled.shards)
        affordable = OPERATIONS_PER_TILE / (2 * multiplications(experiment))
        self.size = self._tile * int(min(MOST_TILES, max(1, affordable // self._tile)))
        self._source = source
        columns, scaling = prepared.samples.targets.shape[1], prepared.to_target
        back = [np.broadcast_to(row, columns) for row in (scaling.scale, scaling.offset)]
        self._back = tf.constant(np.array(back, np.float32))
        self._look = _kept.get(
            (compiled.measure, self._tile), lambda: _looking(compiled.measure, compiled.shards, self._tile)
        )

    def trace(self, parameters: Tensor) -> None:
        """Makes it ready to be compiled, which any thread may do by looking at something."""
        self._look.get_concrete_function(*self._arguments(parameters, np.zeros(1, np.int32)))

    def look(self, parameters: Tensor, rows: Rows) -> Looked:
        """At pixels by their numbers, at least one."""
        found = self._look(*self._arguments(parameters, rows))
        return Looked(*(part.numpy()[: len(rows)] for part in found))

    def _arguments(self, parameters: Tensor, rows: Rows) -> tuple[Any, ...]:
        filled = np.full(self.size, rows[0], np.int32)
        filled[: len(rows)] = rows
        tiles = -(-len(rows) // self._tile)
        return parameters, self._source, self._back, tf.constant(filled), tf.constant(tiles)


_kept = Kept[Any]()


def _looking(measure: Any, shards: int, tile: int) -> Any:
    """(parameters, source, scale and offset, numbers, how many tiles of them) -> as `Looked` says of all
    numbers; behind the last tile it is of no use."""

    def look(parameters: Tensor, source: Pixels, back: Tensor, numbers: Tensor, tiles: Tensor) -> Tensor:
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

    return traced(look, by_xla=shards == 1)
