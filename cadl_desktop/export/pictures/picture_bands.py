"""Pictures of any size as bands of rows: rendered by the network, or resampled from a given picture."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.experiment.model import Experiment, has_many_pictures
from cadl_desktop.export.pictures.sizes import Extent
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats


def painted_bands(
    trained: Trained,
    extent: Extent,
    on_progress: Callable[[float], None] = lambda share: None,
    *,
    weights: tuple[Floats, ...] | None = None,
    number: float = 1.0,
) -> Iterator[Floats]:
    """Painting of a network as bands (rows, width, 3) from top to bottom, not clipped.

    `weights` default to the run's newest. `number` chooses one of several pictures, counted from 1; fractions
    blend two. `on_progress` is called with the completed share after each band, and may raise to cancel.
    """
    picture = number - 1 if has_many_pictures(trained.experiment.data) else None
    chosen = weights or trained.state.weights
    rows = 0
    for band in trained.pieces(partial(_bands, trained.experiment, chosen, extent, picture)):
        rows += len(band)
        on_progress(rows / extent.height)
        yield band


def _bands(
    experiment: Experiment, weights: tuple[Floats, ...], extent: Extent, picture: float | None
) -> Iterator[Floats]:
    from cadl_desktop.engine import render_rows  # brings TensorFlow along

    return render_rows(experiment, weights, extent.frame, extent.height, extent.width, picture=picture)


def resampled_bands(picture: NDArray[np.floating], height: int, width: int, rows: int) -> Iterator[Floats]:
    """Picture (rows, columns, 3) at another size, as bands (at most `rows`, width, 3) from top to bottom.

    Bicubic (Catmull-Rom spline, as Pillow implements it), averaging when it becomes smaller. Bands join as if
    the picture had been resampled in one go. Colours are clipped to 0 to 255.
    """
    for first in range(0, height, rows):
        yield resampled_rows(picture, height, width, first, min(height, first + rows))


def resampled_rows(picture: NDArray[np.floating], height: int, width: int, first: int, last: int) -> Floats:
    """Rows `first` to `last` of a resampled picture, (last - first, width, 3); see `resampled_bands`."""
    channels = [
        Image.fromarray(np.ascontiguousarray(picture[..., channel], np.float32)) for channel in range(3)
    ]
    rows = np.stack([_rows(channel, height, width, first, last) for channel in channels], -1)
    return np.clip(rows, 0, 255)


def _rows(channel: Image.Image, height: int, width: int, first: int, last: int) -> Floats:
    own_width, own_height = channel.size
    box = (0.0, first * own_height / height, float(own_width), last * own_height / height)
    return np.asarray(channel.resize((width, last - first), Image.Resampling.BICUBIC, box=box))


def resampled_mask_rows(
    mask: NDArray[np.bool_], height: int, width: int, first: int, last: int
) -> NDArray[np.bool_]:
    """Rows `first` to `last` of a mask at another size by nearest neighbour, (last - first, width)."""
    down = (np.arange(first, last) + 0.5) * mask.shape[0] / height
    across = (np.arange(width) + 0.5) * mask.shape[1] / width
    return mask[np.ix_(down.astype(np.intp), across.astype(np.intp))]
