"""Guesses for the hidden pixels of a picture with holes, as samples that a network learns."""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.pictures.coherence_tiles import has_holes
from cadl_desktop.data.pictures.hole_filling import Bools, Doubles
from cadl_desktop.data.samples import Samples
from cadl_desktop.data.scaling import Affine
from cadl_desktop.experiment.model import Experiment

if TYPE_CHECKING:
    from cadl_desktop.data.pictures.example_guesses import Guesses

MOST_SEARCHED = 2**20
"""Most pixels of a large picture that are searched, and most hidden ones that are learned."""
MARGIN = 128
"""Pixels around the hidden part of a large picture that are searched."""
STREAM = 10
"""Random stream of the order of guesses, independent of others that are drawn from the same seed."""
_MOST_KNOWN = 8


class GuessedPixels(NamedTuple):
    """Guesses for all hidden pixels of a picture, row by row: `colours` (pixels, columns) as bytes of the
    colours' range, how `sure` each is, (pixels,) from 0 to 255, and `sources` (pixels, 2), the row and column
    of the picture that each was copied from, -1 where there is none. `partly` tells whether only a part of
    the picture was searched."""

    colours: NDArray[np.uint8]
    sure: NDArray[np.uint8]
    sources: NDArray[np.int16]
    partly: bool


class GuessedSamples(NamedTuple):
    """Hidden samples with guesses in place of their colours, in the order in which steps take them: numbers
    `rows` (count,) of the samples, scaled `targets` (count, columns), and `weights` (count,), 0 to 1."""

    rows: NDArray[np.int32]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]


def guessed_samples(
    experiment: Experiment, samples: Samples, to_target: Affine, stopping: Callable[[], bool] = lambda: False
) -> GuessedSamples | None:
    """Returns the pixels of `guessed_pixels`, shuffled by the seed, and repeated so that their number doesn't
    depend on the mask: another array shape would be compiled again."""
    guessed = guessed_pixels(experiment, samples, stopping)
    if guessed is None or samples.hidden is None:
        return None
    order = np.random.default_rng([experiment.seed, STREAM]).permutation(len(guessed.sure))
    chosen = np.resize(order, repeated_count(samples))
    span = samples.target_high - samples.target_low
    return GuessedSamples(
        np.flatnonzero(samples.hidden)[chosen].astype(np.int32),
        to_target.apply(samples.target_low + guessed.colours[chosen] / 255.0 * span),
        (guessed.sure[chosen] / 255.0).astype(np.float32),
    )


def repeated_count(samples: Samples) -> int:
    """Returns the number of guesses with their repetitions, the same for every mask."""
    return min(len(samples.inputs), MOST_SEARCHED)


def guessed_pixels(
    experiment: Experiment, samples: Samples, stopping: Callable[[], bool] = lambda: False
) -> GuessedPixels | None:
    """Returns guesses for the hidden pixels of a single picture with holes; None for other data, where there
    is nothing to copy from, where the hole is too large, and where `stopping` says so meanwhile.

    The last guesses are kept, since a run, its continuation and its script ask for the same.
    """
    found, search = None, search_guesses(experiment, samples)
    while not stopping():
        better = next(search, None)
        if better is None:
            return found
        found = better
    return None


def search_guesses(experiment: Experiment, samples: Samples) -> Iterator[GuessedPixels]:
    """Yields ever better guesses, the last of which are those of `guessed_pixels`."""
    searched = searched_part(samples) if has_holes(experiment, samples) else None
    if searched is None:
        return
    colours, hidden, corner = searched
    key = blake2b(
        f"{experiment.seed} {colours.shape}".encode() + colours.tobytes() + hidden.tobytes()
    ).digest()
    if key not in _known:
        from cadl_desktop.data.pictures.example_guesses import guesses_by_example  # imports SciPy in 0.3 s

        found = None
        for guesses in guesses_by_example(colours, hidden, experiment.seed):
            found = _hidden_ones(guesses, hidden, corner, samples.large)
            yield found
        for oldest in list(_known)[: 1 - _MOST_KNOWN]:
            _known.pop(oldest, None)
        _known[key] = found
    elif (known := _known[key]) is not None:
        yield known


_known: dict[bytes, GuessedPixels | None] = {}
"""Guesses by their picture, mask and seed."""


def searched_part(samples: Samples) -> tuple[Doubles, Bools, tuple[int, int]] | None:
    """Returns the colours (height, width, columns), 0 to 1, and the hidden pixels (height, width) of a single
    picture, or of the part around the hidden ones of a large one, with the row and column where that begins;
    None where it is too much."""
    if samples.picture_shape is None or samples.places is not None or samples.hidden is None:
        return None
    hidden = samples.hidden.reshape(samples.picture_shape)
    part = slice(0, hidden.shape[0]), slice(0, hidden.shape[1])
    if samples.large:
        part = _around(np.flatnonzero(hidden.any(axis=1))), _around(np.flatnonzero(hidden.any(axis=0)))
        if hidden[part].size > MOST_SEARCHED:
            return None
    colours = samples.targets.reshape(*hidden.shape, -1)[part] - samples.target_low
    corner = part[0].start, part[1].start
    return colours / (samples.target_high - samples.target_low), hidden[part], corner


def _around(places: NDArray[np.int64]) -> slice:
    """Returns the range from the first to the last of the places along a side, with MARGIN at either end."""
    return slice(max(int(places.min()) - MARGIN, 0), int(places.max()) + 1 + MARGIN)


def _hidden_ones(guesses: "Guesses", hidden: Bools, corner: tuple[int, int], is_part: bool) -> GuessedPixels:
    shares = guesses.colours[hidden], guesses.sure[hidden]
    colours, sure = (np.rint(255.0 * np.clip(share, 0.0, 1.0)).astype(np.uint8) for share in shares)
    found = guesses.sources[hidden]
    sources = np.where(found < 0, -1, found + corner).astype(np.int16)
    return GuessedPixels(colours, sure, sources, guesses.partly or is_part)
