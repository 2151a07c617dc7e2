"""Paintings of any size from the engine, band by band, wherever TensorFlow may be called."""

from collections.abc import Callable, Generator, Iterator

from cadl_desktop.experiment.identity import is_many
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
    where a network paints several, and between two whole numbers a blend. What `told` raises ends it.
    """
    picture = number - 1 if is_many(trained.experiment.data) else None

    def begin() -> Iterator[Floats]:
        from cadl_desktop.engine import render_rows  # brings TensorFlow along

        return render_rows(
            trained.experiment,
            weights or trained.state.weights,
            extent.frame,
            extent.height,
            extent.width,
            told=told,
            picture=picture,
        )

    bands: Generator[Floats, None, None] = trained.compute(begin)
    done = False
    try:
        while (band := trained.compute(lambda: next(bands, None))) is not None:
            yield band
        done = True
    finally:
        if not done:
            trained.compute(bands.close)
