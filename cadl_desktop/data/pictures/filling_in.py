"""Answers of the computing process to what a window asks about the filling in of holes."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.pictures.coherence_tiles import has_holes
from cadl_desktop.data.pictures.filling_choice import FillingChoice, choose_filling
from cadl_desktop.data.pictures.guessed_pixels import GuessedPixels, search_guesses, searched_part
from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment.model import Experiment


class Patch(NamedTuple):
    """Square of `side` pixels of a picture around a row and a column."""

    row: int
    column: int
    side: int


class ExampleSources(NamedTuple):
    """Sources of hidden pixels: `places` (height, width, 2) are the (row, column) that each pixel of the part
    of the picture from `top` and `left` on was copied from, -1 where there is none. `side` is that of the
    patches that were compared."""

    top: int
    left: int
    places: NDArray[np.int16]
    side: int

    def patch_of(self, row: int, column: int) -> Patch | None:
        """Returns the patch around the source of a pixel; None for one that wasn't copied."""
        down, along = row - self.top, column - self.left
        height, width, _ = self.places.shape
        if not (0 <= down < height and 0 <= along < width) or self.places[down, along, 0] < 0:
            return None
        found_row, found_column = self.places[down, along].tolist()
        return Patch(found_row, found_column, self.side)


def example_sources(experiment: Experiment) -> Iterator[ExampleSources | None]:
    """Yields None after each piece of the search for guesses, and at last their sources."""
    from cadl_desktop.data.pictures.example_guesses import PATCH

    samples = samples_of(experiment.data)
    found: GuessedPixels | None = None
    for better in search_guesses(experiment, samples):
        found = better
        yield None
    if found is None or samples.hidden is None or samples.picture_shape is None:
        yield ExampleSources(0, 0, np.empty((0, 0, 2), np.int16), PATCH)
        return
    rows, columns = np.nonzero(samples.hidden.reshape(samples.picture_shape))
    top, left = int(rows.min()), int(columns.min())
    places = np.full((rows.max() - top + 1, columns.max() - left + 1, 2), -1, np.int16)
    places[rows - top, columns - left] = found.sources
    yield ExampleSources(top, left, places, PATCH)


def filling_choice(experiment: Experiment) -> Iterator[FillingChoice | None]:
    """Yields None after each piece of the work, and at last the choice."""
    samples = samples_of(experiment.data)
    searched = searched_part(samples) if has_holes(experiment, samples) else None
    if searched is None:
        yield FillingChoice(0.0, 0.0, 0)
    else:
        yield from choose_filling(*searched[:2], experiment.seed)
