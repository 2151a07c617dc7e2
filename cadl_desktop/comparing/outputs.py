"""Outputs of trainings: previews, whole outputs for large pictures, and differences."""

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.comparing.training import Training, TrainingSet
from cadl_desktop.data.samples import as_pixels
from cadl_desktop.runs.events import Floats
from cadl_desktop.sweeps.records.sweep_folder import Preview

Difference = NDArray[np.float32]
Whole = Callable[[Training, Callable[[Floats], None]], None]
"""Function that requests the whole output of a training, and calls back with it."""
_MOST_WHOLE, _MOST_MEASURED = 16, 24
_ALIKE = 0.05
"""Largest relative difference of the aspects of two pictures that are compared."""


class Outputs:
    """Outputs of trainings as large as they are known, or their differences from a reference.

    reference: training that others are compared with; None where outputs are shown as they are.
    reach: difference that is shown in full colour, or at the edge of a plot, the same for all.
    """

    def __init__(self, whole: Whole | None, on_news: Callable[[], None]) -> None:
        self._ask, self._on_news = whole, on_news
        self._whole: dict[int, tuple[Preview, Preview]] = {}
        self.reference: Training | None = None
        self.reach = 1.0

    def compare_with(self, reference: Training | None, trainings: Sequence[Training]) -> None:
        """Shows differences from a training, scaled by those of some of `trainings`."""
        self.reference = reference
        if reference is not None:
            some = trainings[:: max(1, len(trainings) // _MOST_MEASURED)]
            self.reach = _reach(difference(it.made, reference.made) for it in some if not it.failed)

    def made(self, training: Training, *, is_large: bool) -> Preview | None:
        """Returns the preview of a training, or its whole output once that is known. `is_large` requests the
        whole output, unless the training still goes on in another process."""
        made, number = training.made, training.number
        if made is None:
            return None
        preview, whole = self._whole.get(number, (None, made))
        if preview is made:
            return whole
        if self._ask is not None and is_large and (training.is_over or training.is_shown):
            for old in (number, *[*self._whole][:-_MOST_WHOLE]):
                self._whole.pop(old, None)
            self._whole[number] = made, made
            self._ask(training, lambda whole: self._take(number, made, whole))
            return self._whole[number][1]
        return made

    def _take(self, number: int, made: Preview, whole: Floats) -> None:
        if self._whole.get(number, (None,))[0] is made:  # an answer may come late
            finite = np.nan_to_num(whole, nan=0.0, posinf=255.0, neginf=0.0)
            self._whole[number] = made, (whole.ravel() if made.ndim == 1 else as_pixels(finite))
            self._on_news()


def difference(made: Preview | None, reference: Preview | None) -> Difference | None:
    """Returns one output minus another: (points,) of curves; (height, width) of paintings, the mean over
    colours. Where resolutions differ, the reference is sampled at the places of the first. None where one is
    missing, or they have different forms."""
    if made is None or reference is None or made.ndim != reference.ndim:
        return None
    if made.ndim == 1:
        at, known = (np.linspace(0, 1, len(each)) for each in (made, reference))
        curve: Difference = (made - np.interp(at, known, reference)).astype(np.float32)
        return curve
    (height, width), (rows, columns) = made.shape[:2], reference.shape[:2]
    if abs(height * columns / (width * rows) - 1) > _ALIKE:
        return None
    if (height, width) != (rows, columns):
        reference = reference[np.ix_(np.arange(height) * rows // height, np.arange(width) * columns // width)]
    painted: Difference = (made.astype(np.float32) - reference).mean(axis=2)
    return painted


def pair_to_compare(trainings: TrainingSet, chosen: Sequence[int], baseline: int | None) -> list[Training]:
    """Returns the two trainings that can be laid over one another: two chosen ones, or the baseline and the
    chosen one, or the only two of the set. Empty without such."""
    known = trainings.by_number
    for numbers in (sorted(chosen), dict.fromkeys((baseline, *chosen)), known):
        pair = [known[number] for number in numbers if number in known]
        if len(pair) == 2:
            return pair
    return []


def _reach(differences: Iterable[Difference | None]) -> float:
    """Returns a power of two, at least twice the root mean square, so that it seldom changes while trainings
    go on; 1.0 where there is no difference."""
    found = np.concatenate([np.zeros(1), *(each.ravel() for each in differences if each is not None)])
    wanted = 2 * math.sqrt(np.square(found[np.isfinite(found)]).mean())
    return 2.0 ** math.ceil(math.log2(wanted)) if wanted > 0 else 1.0
