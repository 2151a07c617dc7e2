"""Guesses for the hidden pixels of a picture with holes, as samples to learn, and where they come from."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.frames import Frame
from cadl_desktop.data.pictures.coherence_tiles import has_holes
from cadl_desktop.data.pictures.hole_filling import Bools, Doubles
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.scaling import Affine
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.system.pieces import Unfinished, last_piece

MOST_SEARCHED = 2**20
"""Most pixels of a large picture that are searched, and most hidden ones that are learned."""
MARGIN = 128
"""Pixels around the hidden part of a large picture that are searched."""
STREAM = 10
"""Random stream of the order of guesses, independent of others that are drawn from the same seed."""
_MOST_KNOWN = 8


class GuessedPixels(NamedTuple):
    """Guesses for all hidden pixels of a picture; empty where there are none.

    `colours` (pixels, columns) are bytes of the colours' range, and `sure` (pixels,) is how sure each is, up
    to 255; both row by row. `sources` (height, width, 2) is the row and column that each pixel of the
    searched part was copied from, -1 where there is none; that part begins at the row and column `corner`.
    `partly` tells whether only a part of the picture was searched.
    """

    colours: NDArray[np.uint8] = np.empty((0, 3), np.uint8)
    sure: NDArray[np.uint8] = np.empty(0, np.uint8)
    sources: NDArray[np.int16] = np.empty((0, 0, 2), np.int16)
    corner: tuple[int, int] = (0, 0)
    partly: bool = False

    def source_of(self, row: int, column: int) -> tuple[int, int] | None:
        """Returns the row and column that a pixel was copied from; None for one that wasn't copied."""
        down, along = row - self.corner[0], column - self.corner[1]
        height, width, _ = self.sources.shape
        if not (0 <= down < height and 0 <= along < width) or self.sources[down, along, 0] < 0:
            return None
        return int(self.sources[down, along, 0]), int(self.sources[down, along, 1])


@dataclass(frozen=True, eq=False)
class GuessesByNow(Unfinished):
    """Picture of guesses that are still searched: `pixels` (height, width, 4) are colours and opacity, bytes,
    transparent where nothing is hidden; they cover the `frame` around what is hidden."""

    pixels: NDArray[np.uint8]
    frame: Frame


class GuessedSamples(NamedTuple):
    """Hidden samples with guesses in place of their colours, in the order in which steps take them: numbers
    `rows` (count,) of the samples, scaled `targets` (count, columns), and `weights` (count,), 0 to 1."""

    rows: NDArray[np.int32]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]


def guessed_samples(
    experiment: Experiment, samples: Samples, to_target: Affine, stopping: Callable[[], bool]
) -> GuessedSamples | None:
    """Returns the pixels of `guessed_pixels`, shuffled by the seed, and repeated so that their number doesn't
    depend on the mask: another array shape would be compiled again. None where there are none."""
    guessed = guessed_pixels(experiment, samples, stopping)
    if samples.hidden is None or not len(guessed.sure):
        return None
    order = np.random.default_rng([experiment.seed, STREAM]).permutation(len(guessed.sure))
    chosen = np.resize(order, min(len(samples.inputs), MOST_SEARCHED))
    span = samples.target_high - samples.target_low
    return GuessedSamples(
        np.flatnonzero(samples.hidden)[chosen].astype(np.int32),
        to_target.apply(samples.target_low + guessed.colours[chosen] / 255.0 * span),
        (guessed.sure[chosen] / 255.0).astype(np.float32),
    )


def guessed_pixels(
    experiment: Experiment, samples: Samples, stopping: Callable[[], bool] = lambda: False
) -> GuessedPixels:
    """Returns guesses for the hidden pixels of a single picture with holes; none for other data, where there
    is nothing to copy from, where the hole is too large, and where `stopping` says so meanwhile."""
    found: GuessedPixels | None = last_piece(search_guesses(experiment, samples), lambda: not stopping())
    return found or GuessedPixels()


def notes_on_guesses(
    experiment: Experiment, samples: Samples, stopping: Callable[[], bool]
) -> tuple[str, ...]:
    """Returns a sentence on the guesses that are learned with these settings; none without hidden pixels, and
    where `stopping` says so."""
    if not experiment.example or samples.hidden is None or not samples.hidden.any():
        return ()
    guessed = guessed_pixels(experiment, samples, stopping)
    part = " Only a part of it was searched." if guessed.partly else ""
    note = f"Hidden pixels are filled in from the picture itself, by places of it that look alike.{part}"
    if not len(guessed.sure):
        note = "Nothing in this picture can be copied into what is hidden; it is filled in smoothly."
    return () if stopping() else (note,)


def search_guesses(
    experiment: Experiment, samples: Samples | None = None
) -> Generator[GuessesByNow | GuessedPixels, None, None]:
    """Yields the guesses by now after each piece of the search, and at last all of them. A run and its view
    share one search; the newest guesses are kept for its continuation and its script."""
    key = experiment.seed, experiment.data
    if key not in _known:
        # `yield from` would end it with the first who takes no more part in it, not with the last.
        search = _searches.setdefault(key, _search(experiment, samples))
        while (by_now := next(search, None)) is not None:
            yield by_now
    yield _known[key]


def _search(experiment: Experiment, samples: Samples | None) -> Generator[GuessesByNow, None, None]:
    """Yields the guesses by now after each piece of the search, then adds them to `_known`."""
    samples, found = samples or samples_of(experiment.data), GuessedPixels()
    if (searched := searched_part(experiment, samples)) is not None:
        # SciPy takes 0.3 s to import.
        from cadl_desktop.data.pictures.example_guesses import guesses_by_example

        (colours, hidden, corner), best = searched, None
        for guesses in guesses_by_example(colours, hidden, experiment.seed):
            best = guesses
            yield guesses_by_now(best.colours, hidden, corner, samples)
        if best is not None:
            found = GuessedPixels(
                np.rint(255.0 * best.colours[hidden]).astype(np.uint8),
                np.rint(255.0 * best.sure[hidden]).astype(np.uint8),
                np.where(best.sources < 0, -1, best.sources + corner).astype(np.int16),
                corner,
                best.partly or hidden.size < len(samples.inputs),
            )
    for oldest in list(_known)[: 1 - _MOST_KNOWN]:
        _known.pop(oldest, None)
    _known[experiment.seed, experiment.data] = found


_known: dict[tuple[int, Part], GuessedPixels] = {}
"""Guesses by seed and picture."""
_searches: WeakValueDictionary[tuple[int, Part], Generator[GuessesByNow, None, None]] = WeakValueDictionary()
"""Searches under way by seed and picture, of one thread: a process trains and answers on the same."""


def guesses_by_now(
    colours: Doubles, hidden: Bools, corner: tuple[int, int], samples: Samples
) -> GuessesByNow:
    """Returns the hidden part of `colours`, which may be a smaller copy of the `searched_part`."""
    assert samples.picture_shape is not None
    height, width = samples.picture_shape
    rows, columns = (np.flatnonzero(hidden.any(axis=axis)) for axis in (1, 0))
    rows, columns = (np.arange(places[0], places[-1] + 1) for places in (rows, columns))
    pixels = np.empty((len(rows), len(columns), 4), np.uint8)
    near = rows * colours.shape[0] // hidden.shape[0], columns * colours.shape[1] // hidden.shape[1]
    pixels[..., :3] = np.rint(255.0 * colours[np.ix_(*near)])
    pixels[..., 3] = np.where(hidden[np.ix_(rows, columns)], 255, 0)
    top, left = (corner[0] + rows[0]) / height, (corner[1] + columns[0]) / width
    return GuessesByNow(pixels, Frame(top, left, len(rows) / height, len(columns) / width))


def searched_part(experiment: Experiment, samples: Samples) -> tuple[Doubles, Bools, tuple[int, int]] | None:
    """Returns the colours (height, width, columns), 0 to 1, and the hidden pixels (height, width) of a single
    picture with holes, or of the part around these in a large one, with the row and column where that begins;
    None for other data, and where it is too much."""
    shape, hidden = samples.picture_shape, samples.hidden
    if not has_holes(experiment, samples) or shape is None or hidden is None or samples.places is not None:
        return None
    hidden, margin = hidden.reshape(shape), MARGIN if samples.large else max(shape)
    ends = [np.flatnonzero(hidden.any(axis=axis))[[0, -1]].tolist() for axis in (1, 0)]
    rows, columns = (slice(max(first - margin, 0), last + 1 + margin) for first, last in ends)
    hidden = hidden[rows, columns]
    if hidden.size > MOST_SEARCHED:
        return None
    colours = samples.targets.reshape(*shape, -1)[rows, columns] - samples.target_low
    return colours / (samples.target_high - samples.target_low), hidden, (rows.start, columns.start)
