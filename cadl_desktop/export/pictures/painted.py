"""Paintings of any size from the engine, band by band, wherever TensorFlow may be called."""

from collections.abc import Callable, Iterator
from functools import partial

from cadl_desktop.experiment.model import Experiment, has_many_pictures
from cadl_desktop.export.pictures.sizes import Extent
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats


def painted(
    trained: Trained,
    extent: Extent,
    told: Callable[[float], None] = lambda share: None,
    *,
    weights: tuple[Floats, ...] | None = None,
    number: float = 1.0,
) -> Iterator[Floats]:
    """What a network paints, as bands (rows, width, 3) from top to bottom, not clipped.

    `weights` are the run's newest unless others are given; `number`, counted from 1, is that of the picture
    where a network paints several, and between two whole numbers a blend. `told` hears the share that is done
    after each band; what it raises ends it.
    """
    picture = number - 1 if has_many_pictures(trained.experiment.data) else None
    chosen = weights or trained.state.weights
    rows = 0
    for band in trained.pieces(partial(_bands, trained.experiment, chosen, extent, picture)):
        rows += len(band)
        told(rows / extent.height)
        yield band


def _bands(
    experiment: Experiment, weights: tuple[Floats, ...], extent: Extent, picture: float | None
) -> Iterator[Floats]:
    from cadl_desktop.engine import render_rows  # brings TensorFlow along

    return render_rows(experiment, weights, extent.frame, extent.height, extent.width, picture=picture)
