"""Scores of a painting on pixels that it did not learn from, computed piece by piece."""

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

import numpy as np

from cadl_desktop.data.frames import WHOLE
from cadl_desktop.data.pictures.pixel_references import LeftOut, Original
from cadl_desktop.data.scores import PEAK, decibels, psnr
from cadl_desktop.engine.evaluation.render import Renderer
from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.trainer import train
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Finished, Floats


def near_original(
    experiment: Experiment, weights: Sequence[Floats], original: Original
) -> Generator[float | None, None, None]:
    """PSNR in dB of a painting on the counted pixels of the original picture. Yields None after each piece of
    at most a tenth of a second, and the PSNR at the end.

    Raises `data.samples.DataError`, and ValueError for a network that paints no picture.
    """
    renderer = Renderer(experiment)
    height, width = original.pixels.shape[:2]
    # Compiling a hash grid takes seconds.
    painting = renderer.painting(weights, WHOLE, height, width, compiled=renderer.compiles_quickly)
    rows = max(1, painting.pixels_at_once // width)
    error, count = 0.0, 0
    for first in range(0, height, rows):
        part = slice(first, min(height, first + rows))
        shown = np.clip(painting.band(part.start, part.stop), 0.0, PEAK)
        squares = np.square(shown - original.pixels[part].astype(np.float32))
        counted = squares if original.counts is None else squares[original.counts[part]]
        error, count = error + float(counted.sum(dtype=np.float64)), count + counted.size
        yield None
    yield decibels(error / count)


def near_left_out(left_out: LeftOut) -> Generator[tuple[float, float] | None, None, None]:
    """Trains on every second pixel: PSNR in dB of the pixels left out, and the training seconds. Yields None
    after each chunk of steps, and the result at the end.

    Raises what `train` raises. Closing the iterator ends the training.
    """
    events: Any = train(left_out.experiment, Control(picture_seconds=None))
    with closing(events):
        for event in events:
            painted = event.progress.prediction if isinstance(event, Finished) else None
            if painted is None:
                yield None
                continue
            counts = left_out.counts
            yield psnr(painted[counts], left_out.pixels[counts]), event.state.seconds
