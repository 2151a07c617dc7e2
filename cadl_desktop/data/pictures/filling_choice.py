"""Choice between smooth filling, filling by example and the mean of both, by test holes in the same picture.

The picture is reduced to a size at which this takes about a second. Its colours are known in the test holes,
which have the shape of what is hidden.
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from cadl_desktop.data.pictures.guessed_pixels import GuessesByNow, guesses_by_now, searched_part
from cadl_desktop.data.pictures.hole_filling import (
    Bools,
    Doubles,
    decibels,
    fill_hole,
    moved_holes,
    reduced,
    tune_slopes,
    window_side,
    without_edges,
)
from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment.model import Experiment

_SIDE, _MOST_HIDDEN, _MOST_HOLES = 128, 1100, 4
_CONTRAST_DECIBELS = 0.25
"""Decibels that a contrast twice as near to the true one is worth."""
_HOLE_DEVIATION = 1.0
"""Assumed deviation between holes in dB, added to the measured one: copies come out better or worse than
what is smooth by several decibels."""
_EXAMPLE = {0.0: 0.0, 0.5: 0.01, 1.0: 1.0}
"""Setting `example` of an experiment by the share of the guesses that a painting with it has: coherence with
the weight of the inpainting presets is worth as much as guesses with one of 0.01."""


class FillingChoice(NamedTuple):
    """The setting `example` that came nearest in the test holes, its mean `gain` over smooth filling in dB,
    and the number of test `holes`; 0 where none could be tried."""

    example: float = 0.0
    gain: float = 0.0
    holes: int = 0


def filling_choice(experiment: Experiment) -> Iterator[GuessesByNow | FillingChoice | None]:
    """Yields the guesses by now or None between parts of the work, and at last the choice for the picture of
    an experiment. The colours of hidden pixels are not used."""
    samples = samples_of(experiment.data)
    searched = searched_part(experiment, samples)
    if searched is None:
        yield FillingChoice()
        return
    from cadl_desktop.data.pictures.example_guesses import guesses_by_example  # SciPy takes 0.3 s to import

    colours, hidden, corner = searched
    small, hides = reduced(colours, hidden, _SIDE, _MOST_HIDDEN)
    inner = without_edges(hides)
    hidden_count = int(np.count_nonzero(hides))
    room = min(max(hides.size // (2 * hidden_count) - 1, 0), _MOST_HOLES) if _is_wide(hides) else 0
    holes = list(islice(moved_holes(inner), room))
    copied = None
    for guesses in guesses_by_example(small, np.logical_or.reduce([hides, *holes]), experiment.seed):
        copied = guesses.colours
        yield guesses_by_now(copied, hidden, corner, samples)
    if copied is None or not holes:
        yield FillingChoice()
        return
    slopes, window = tune_slopes(colours, hidden).slopes, window_side(max(hides.shape))
    known = fill_hole(small, inner, slopes, window)
    scores = []
    for hole in holes:
        yield None
        smooth = fill_hole(known, hole, slopes, window)
        mixed = [smooth + share * (copied - smooth) for share in _EXAMPLE]
        found = np.array([decibels(each[hole], small[hole]) for each in mixed])
        *contrasts, truth = (_contrast(each, hole) for each in (*mixed, small))
        unlike = np.abs(np.log2(np.divide(contrasts, truth)))
        scores.append([found, found - _CONTRAST_DECIBELS * unlike])
    nearer, better = np.moveaxis(np.array(scores) - np.array(scores)[..., :1], 1, 0)
    surely = better.mean(axis=0) - (better.std(axis=0) + _HOLE_DEVIATION) / np.sqrt(len(holes))
    surely[0] = 0.0
    best = int(np.argmax(surely))
    yield FillingChoice(list(_EXAMPLE.values())[best], float(nearer[:, best].mean()), len(holes))


def _is_wide(hidden: Bools) -> bool:
    """Tells whether more than lines and single pixels are hidden, which have no texture of their own."""
    return bool((hidden[1:, 1:] & hidden[1:, :-1] & hidden[:-1, 1:] & hidden[:-1, :-1]).any())


def _contrast(picture: Doubles, hole: Bools) -> float:
    """Returns the root mean square of the differences between neighbours in the hole."""
    rows, columns = (np.square(np.diff(picture, axis=axis)).sum(axis=2) for axis in (0, 1))
    return float(np.sqrt(rows[hole[:-1]].mean() + columns[hole[:, :-1]].mean()) + 1e-3)
