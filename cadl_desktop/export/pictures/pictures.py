"""The painting, its target and what it fills in, as pictures of any size."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.frames import WHOLE
from cadl_desktop.data.pictures.masks import composite
from cadl_desktop.data.pictures.picture_dataset import unchanged_png
from cadl_desktop.data.samples import as_pixels
from cadl_desktop.experiment.model import Experiment, has_many_pictures
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.pictures.painted import painted
from cadl_desktop.export.pictures.picture_files import DEEP, LOSSY, Picture, write_picture
from cadl_desktop.export.pictures.resampling import enlarged, enlarged_rows, nearest
from cadl_desktop.export.pictures.sizes import AROUND, SIZE, Extent, extent, on_screen, own_size
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats

PREVIEW = 360
"""Pixels along the longer side of a preview at most."""
_BAND = 128
"""Rows of a band of a picture that is only enlarged."""

BITS = Parameter(
    "bits",
    "Bits",
    "choice",
    "8",
    "Bits of each colour: 8 as screens show, 16 for further editing.",
    choices=("8", "16"),
)
QUALITY = Parameter(
    "quality",
    "Quality",
    "int",
    90,
    "How little is lost: of 100 almost nothing, of 50 one sees it.",
    minimum=1,
    maximum=100,
)
LOSSLESS = Parameter("lossless", "Lossless", "bool", False, "Loses nothing, in a larger file.")
NUMBER = Parameter(
    "number",
    "Picture",
    "float",
    1.0,
    "Which of several pictures, counted from 1; 1.5 lies halfway between the first two.",
    minimum=1.0,
)
"""The set says how many there are."""
FILE_OPTIONS = (BITS, QUALITY, LOSSLESS)
ONLY_FOR = {"bits": DEEP, "quality": LOSSY, "lossless": (".webp",)}
PAINTING_OPTIONS = (*SIZE, AROUND, NUMBER, *FILE_OPTIONS)
COMPOSITE_OPTIONS = (*SIZE, AROUND, *FILE_OPTIONS)
TARGET_OPTIONS = (*SIZE, *FILE_OPTIONS)


def only_of(experiment: Experiment, name: str) -> str | None:
    """What an option of a painting is for where it isn't for that of an experiment."""
    if name == NUMBER.name and not has_many_pictures(experiment.data):
        return "several pictures"
    return None


def begin_painting(trained: Trained) -> dict[str, Value]:
    """A painting has no size of its own: it begins with one that suits a screen."""
    return {"scale": on_screen(trained)}


@dataclass(frozen=True)
class OfAnySize:
    """A picture of the size that a job comes to. `bands` are its rows from top to bottom, (rows, width, 3), 0
    to 255 but not clipped, of any extent."""

    bands: Callable[[Trained, Extent, Job], Iterator[Floats]]

    def write(self, path: Path, trained: Trained, job: Job) -> None:
        """Writes the job's format. Raises FileError for what it can't hold."""
        wanted = extent(trained, job)
        write_bands(path, job, wanted.height, wanted.width, self.bands(trained, wanted, job))

    def preview(self, trained: Trained, job: Job) -> Preview:
        """The same, small."""
        wanted = extent(trained, job)
        size = f"{wanted.width:,} × {wanted.height:,} pixels"
        return preview_of(self.bands(trained, smaller(wanted), job), size)


def write_bands(path: Path, job: Job, height: int, width: int, bands: Iterator[Floats]) -> None:
    """A picture that comes from top to bottom, as the job's options want it."""
    bits, quality, lossless = int(job["bits"]), int(job["quality"]), bool(job["lossless"])
    picture = Picture(height, width, bands, bits=bits, quality=quality, lossless=lossless)
    write_picture(path, job.ending, picture)


def smaller(wanted: Extent, longest: int = PREVIEW) -> Extent:
    """The same part of the plane with at most so many pixels a side."""
    share = min(1.0, longest / max(wanted.height, wanted.width))
    return Extent(max(1, round(wanted.height * share)), max(1, round(wanted.width * share)), wanted.frame)


def preview_of(bands: Iterator[Floats], caption: str) -> Preview:
    """A picture that comes from top to bottom, as a dialog shows it."""
    return Preview(as_pixels(np.concatenate(list(bands))), caption=caption)


def _painting(trained: Trained, wanted: Extent, job: Job) -> Iterator[Floats]:
    """What the network paints, rendered by the network itself unless it is known already."""
    known = trained.known_painting
    if known is not None and _is_as_it_is(known, wanted) and (known.dtype != np.uint8 or job["bits"] == "8"):
        return _banded(known, job)
    return painted(trained, wanted, job.report, number=float(job["number"]))


def _target(trained: Trained, wanted: Extent, job: Job) -> Iterator[Floats]:
    """The picture that was to be painted, as the network was shown it; larger by bicubic interpolation."""
    if _is_as_it_is(trained.target, wanted):
        yield from _banded(trained.target, job)
        return
    done = 0
    for band in enlarged(trained.target, wanted.height, wanted.width, _BAND):
        yield band
        done += len(band)
        job.report(done / wanted.height)


def _is_as_it_is(picture: NDArray[Any], wanted: Extent) -> bool:
    """Whether a picture of all that the target shows has the wanted size and part of the plane."""
    return (wanted.height, wanted.width) == picture.shape[:2] and wanted.frame == WHOLE


def _banded(picture: NDArray[Any], job: Job) -> Iterator[NDArray[Any]]:
    """A picture that is there already."""
    for first in range(0, len(picture), _BAND):
        yield picture[first : first + _BAND]
        job.report(min(1.0, (first + _BAND) / len(picture)))


def _composite(trained: Trained, wanted: Extent, job: Job) -> Iterator[Floats]:
    """The target where it was seen, and around it and where it was hidden what the network paints there.

    At a larger size what was seen is interpolated (bicubic); what the network knows nothing of is never
    taken from the target, not even at the edges.
    """
    height, width = own_size(trained)
    hidden = trained.samples.hidden
    mask = np.zeros((height, width), np.bool_) if hidden is None else hidden.reshape(height, width)
    # Filled in before it is enlarged: interpolation would carry what is hidden over the edges.
    filled = composite(np.clip(trained.prediction, 0, 255), trained.target, mask)
    inside = _Inside(wanted)
    first = 0
    for band in painted(trained, wanted, job.report):
        yield inside.laid_over(band, first, filled, mask)
        first += len(band)


class _Inside:
    """Where the target lies in a picture of a larger part of the plane."""

    def __init__(self, wanted: Extent) -> None:
        frame = wanted.frame
        self._top = round(-frame.top / frame.height * wanted.height)
        self._left = round(-frame.left / frame.width * wanted.width)
        self._height = max(1, round(wanted.height / frame.height))
        self._width = max(1, round(wanted.width / frame.width))

    def laid_over(
        self, band: Floats, first: int, filled: NDArray[np.float64], mask: NDArray[np.bool_]
    ) -> Floats:
        """The band that begins at row `first`, with what was seen of the target over it."""
        top, bottom = max(0, first - self._top), min(self._height, first + len(band) - self._top)
        left, right = max(0, -self._left), min(self._width, band.shape[1] - self._left)
        if bottom <= top or right <= left:
            return band
        seen = enlarged_rows(filled, self._height, self._width, top, bottom)[:, left:right]
        hidden = nearest(mask, self._height, self._width, top, bottom)[:, left:right]
        laid = band.copy()
        there = laid[
            top + self._top - first : bottom + self._top - first, left + self._left : right + self._left
        ]
        there[~hidden] = seen[~hidden]
        return laid


class _Target(OfAnySize):
    """A picture that is carried as a PNG need not be compressed once more for one."""

    def write(self, path: Path, trained: Trained, job: Job) -> None:
        carried = unchanged_png(trained.experiment.data)
        plain = job.ending == ".png" and job["bits"] == "8"
        if carried is not None and plain and _is_as_it_is(trained.target, extent(trained, job)):
            path.write_bytes(carried)
            job.report(1.0)
        else:
            super().write(path, trained, job)


PAINTING = OfAnySize(_painting)
TARGET = _Target(_target)
COMPOSITE = OfAnySize(_composite)
