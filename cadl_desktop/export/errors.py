"""Painting minus target, the mean over the colours, in blue and orange, of one picture or of many.

At a larger size what was painted is rendered and its target interpolated (bicubic), of many each apart.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.drawing.palette import ERROR_REACH, LIGHT, SIGN_ROOT
from cadl_desktop.experiment.model import Experiment, has_many_pictures
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.pictures.montages import SideBySide, montage_bands, target_rows
from cadl_desktop.export.pictures.painted import painted
from cadl_desktop.export.pictures.pictures import OfAnySize
from cadl_desktop.export.pictures.resampling import enlarged_rows
from cadl_desktop.export.pictures.sizes import Extent
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats


def only_of(experiment: Experiment, name: str) -> str | None:
    """A montage has a scale alone: its pictures are squares of one size."""
    if has_many_pictures(experiment.data) and name in ("width", "height"):
        return "a single picture"
    return None


def write_error(path: Path, trained: Trained, job: Job) -> None:
    _picture(trained).write(path, trained, job)


def preview_error(trained: Trained, job: Job) -> Preview:
    return _picture(trained).preview(trained, job)


def _picture(trained: Trained) -> OfAnySize | SideBySide:
    return SideBySide(_of_many) if has_many_pictures(trained.experiment.data) else OfAnySize(_of_one)


def _of_one(trained: Trained, wanted: Extent, job: Job) -> Iterator[Floats]:
    def target(first: int, last: int) -> Floats:
        return enlarged_rows(trained.target, wanted.height, wanted.width, first, last)

    return _errors(painted(trained, wanted, job.report), target)


def _of_many(trained: Trained, side: int, job: Job) -> Iterator[Floats]:
    return _errors(montage_bands(trained, side, job), partial(target_rows, trained, side))


def _errors(bands: Iterator[Floats], target: Callable[[int, int], Floats]) -> Iterator[Floats]:
    """The colours of what was painted; `target` gives some of the target's rows."""
    first = 0
    for band in bands:
        yield error_colours((band - target(first, first + len(band))).mean(axis=2))
        first += len(band)


def error_colours(error: NDArray[np.floating]) -> NDArray[np.float32]:
    """The colours (..., 3), 0 to 255, of errors (...): orange where too little was painted, blue where too
    much."""
    share = np.minimum(np.abs(np.nan_to_num(error)) / ERROR_REACH, 1.0)[..., np.newaxis] ** SIGN_ROOT
    orange, middle, blue = (
        np.array([*bytes.fromhex(colour[1:])], np.float64)
        for colour in (LIGHT.orange, LIGHT.neutral, LIGHT.blue)
    )
    ends = np.where((error > 0)[..., np.newaxis], blue, orange)
    colours: NDArray[np.float32] = (middle + (ends - middle) * share).astype(np.float32)
    return colours
