"""Exported pictures of any size: painting, target, composite, montage and error."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.frames import WHOLE
from cadl_desktop.data.pictures.many_pictures import montage_grid
from cadl_desktop.data.pictures.masks import composite
from cadl_desktop.data.pictures.picture_dataset import unchanged_png
from cadl_desktop.data.samples import as_pixels
from cadl_desktop.drawing.palette import ERROR_REACH, LIGHT, SIGN_ROOT
from cadl_desktop.experiment.model import Experiment, has_many_pictures, picture_count
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.pictures.picture_bands import (
    painted_bands,
    resampled_bands,
    resampled_mask_rows,
    resampled_rows,
)
from cadl_desktop.export.pictures.picture_writers import DEEP, LOSSY, Picture, png_with, write_picture
from cadl_desktop.export.pictures.sizes import (
    AROUND,
    SCALE,
    SIZE,
    Extent,
    refuse_too_large,
    requested_extent,
    screen_scale,
    target_size,
)
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats

PREVIEW = 360
"""Most pixels along the longer side of a preview."""
_BAND = 128
"""Rows of a band of a picture that isn't rendered."""

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
"""The experiment limits it to the number of its pictures."""
FILE_OPTIONS = (BITS, QUALITY, LOSSLESS)
ONLY_FOR = {"bits": DEEP, "quality": LOSSY, "lossless": (".webp",)}
PAINTING_OPTIONS = (*SIZE, AROUND, NUMBER, *FILE_OPTIONS)
COMPOSITE_OPTIONS = (*SIZE, AROUND, *FILE_OPTIONS)
TARGET_OPTIONS = (*SIZE, *FILE_OPTIONS)


def restricted_to(experiment: Experiment, name: str) -> str | None:
    """Restriction of a painting's option that doesn't apply to an experiment; see `Export.restricted_to`."""
    if name == NUMBER.name and not has_many_pictures(experiment.data):
        return "several pictures"
    return None


def begin_painting(trained: Trained) -> dict[str, Value]:
    """Initial scale in the dialog, one that suits a screen: a painting has no size of its own."""
    return {"scale": screen_scale(trained)}


@dataclass(frozen=True)
class SizedPicture:
    """Picture of the size that a job asks for. `bands` makes its rows from top to bottom, (rows, width, 3),
    0 to 255 but not clipped, for any extent."""

    bands: Callable[[Trained, Extent, Job], Iterator[Floats]]

    def write(self, path: Path, trained: Trained, job: Job) -> None:
        """Writes the job's format. Raises FileError for what it can't hold."""
        extent = requested_extent(trained, job)
        write_bands(path, job, extent.height, extent.width, self.bands(trained, extent, job))

    def preview(self, trained: Trained, job: Job) -> Preview:
        extent = requested_extent(trained, job)
        size = f"{extent.width:,} × {extent.height:,} pixels"
        return bands_preview(self.bands(trained, scaled_down(extent), job), size)


def write_bands(path: Path, job: Job, height: int, width: int, bands: Iterator[Floats]) -> None:
    """Writes bands from top to bottom in the format and quality of the job."""
    bits, quality, lossless = int(job["bits"]), int(job["quality"]), bool(job["lossless"])
    picture = Picture(height, width, bands, bits, quality, lossless, job.recipe())
    write_picture(path, job.ending, picture)


def scaled_down(extent: Extent, longest: int = PREVIEW) -> Extent:
    """Same part of the plane with at most `longest` pixels a side."""
    share = min(1.0, longest / max(extent.height, extent.width))
    return Extent(max(1, round(extent.height * share)), max(1, round(extent.width * share)), extent.frame)


def bands_preview(bands: Iterator[Floats], caption: str) -> Preview:
    return Preview(as_pixels(np.concatenate(list(bands))), caption=caption)


def _painting(trained: Trained, extent: Extent, job: Job) -> Iterator[Floats]:
    """Painting, rendered by the network unless it is known already."""
    known = trained.known_painting
    if (
        known is not None
        and _has_wanted_size(known, extent)
        and (known.dtype != np.uint8 or job["bits"] == "8")
    ):
        return _in_bands(known, job)
    return painted_bands(trained, extent, job.report, number=float(job["number"]))


def _target(trained: Trained, extent: Extent, job: Job) -> Iterator[Floats]:
    """Target as the network was shown it; resampled (bicubic) for other sizes."""
    if _has_wanted_size(trained.target, extent):
        yield from _in_bands(trained.target, job)
        return
    done = 0
    for band in resampled_bands(trained.target, extent.height, extent.width, _BAND):
        yield band
        done += len(band)
        job.report(done / extent.height)


def _has_wanted_size(picture: NDArray[Any], extent: Extent) -> bool:
    """Whether a picture of the whole target already has this size and part of the plane."""
    return (extent.height, extent.width) == picture.shape[:2] and extent.frame == WHOLE


def _in_bands(picture: NDArray[Any], job: Job) -> Iterator[NDArray[Any]]:
    for first in range(0, len(picture), _BAND):
        yield picture[first : first + _BAND]
        job.report(min(1.0, (first + _BAND) / len(picture)))


def _composite(trained: Trained, extent: Extent, job: Job) -> Iterator[Floats]:
    """Target where it was visible, and the network's painting where it was hidden and around it.

    At larger sizes the visible part is interpolated (bicubic). Hidden pixels never contribute, not even at
    the edges.
    """
    height, width = target_size(trained)
    hidden = trained.samples.hidden
    mask = np.zeros((height, width), np.bool_) if hidden is None else hidden.reshape(height, width)
    # Hidden pixels are filled in before resampling, as interpolation would carry them over the edges.
    filled = composite(np.clip(trained.prediction, 0, 255), trained.target, mask)
    placement = _TargetPlacement(extent)
    first = 0
    for band in painted_bands(trained, extent, job.report):
        yield placement.with_target(band, first, filled, mask)
        first += len(band)


class _TargetPlacement:
    """Position and size of the target in a picture of a larger part of the plane."""

    def __init__(self, extent: Extent) -> None:
        frame = extent.frame
        self._top = round(-frame.top / frame.height * extent.height)
        self._left = round(-frame.left / frame.width * extent.width)
        self._height = max(1, round(extent.height / frame.height))
        self._width = max(1, round(extent.width / frame.width))

    def with_target(
        self, band: Floats, first: int, filled: NDArray[np.float64], mask: NDArray[np.bool_]
    ) -> Floats:
        """Band that begins at row `first`, with the visible part of the target drawn over it."""
        top, bottom = max(0, first - self._top), min(self._height, first + len(band) - self._top)
        left, right = max(0, -self._left), min(self._width, band.shape[1] - self._left)
        if bottom <= top or right <= left:
            return band
        seen = resampled_rows(filled, self._height, self._width, top, bottom)[:, left:right]
        hidden = resampled_mask_rows(mask, self._height, self._width, top, bottom)[:, left:right]
        combined = band.copy()
        region = combined[
            top + self._top - first : bottom + self._top - first, left + self._left : right + self._left
        ]
        region[~hidden] = seen[~hidden]
        return combined


class _Target(SizedPicture):
    """Target, copied from the experiment if it carries the requested picture as PNG already."""

    def write(self, path: Path, trained: Trained, job: Job) -> None:
        carried = unchanged_png(trained.experiment.data)
        plain = job.ending == ".png" and job["bits"] == "8"
        if carried is not None and plain and _has_wanted_size(trained.target, requested_extent(trained, job)):
            path.write_bytes(png_with(job.recipe(), carried))
            job.report(1.0)
        else:
            super().write(path, trained, job)


PAINTING = SizedPicture(_painting)
TARGET = _Target(_target)
COMPOSITE = SizedPicture(_composite)


MONTAGE_OPTIONS = (SCALE, *FILE_OPTIONS)


def montage_bands(trained: Trained, side: int, job: Job) -> Iterator[Floats]:
    """Bands of the montage from top to bottom, (rows, width, 3), each picture `side` pixels square."""
    count = picture_count(trained.experiment.data)
    rows, columns = montage_grid(count)
    cell = Extent(side, side, WHOLE)
    for row in range(rows):
        numbers = range(row * columns + 1, min(count, (row + 1) * columns) + 1)
        pictures = [painted_bands(trained, cell, number=float(number)) for number in numbers]
        done = row * side
        for bands in zip(*pictures, strict=True):
            across = np.concatenate(bands, axis=1)
            empty = columns * side - across.shape[1]
            yield np.pad(across, ((0, 0), (0, empty), (0, 0)))
            done += len(across)
            job.report(done / (rows * side))


def target_rows(trained: Trained, side: int, first: int, last: int) -> Floats:
    """Rows `first` to `last` of the montage of targets, (last - first, width, 3), within one row of pictures.
    Each picture is resampled separately, so that none bleeds into its neighbours."""
    own, row = target_size(trained)[0], first // side
    strip = trained.target[row * own : (row + 1) * own]
    cells = np.split(strip, strip.shape[1] // own, axis=1)
    top = row * side
    return np.concatenate(
        [resampled_rows(cell, side, side, first - top, last - top) for cell in cells], axis=1
    )


@dataclass(frozen=True)
class SizedMontage:
    """Montage of the size that a job asks for; `bands` makes its rows as `montage_bands` does."""

    bands: Callable[[Trained, int, Job], Iterator[Floats]]

    def write(self, path: Path, trained: Trained, job: Job) -> None:
        """Writes the job's format. Raises FileError for what it can't hold."""
        side = _side(trained, float(job["scale"]))
        height, width = _size(trained, side)
        refuse_too_large(job.ending, height, width)
        write_bands(path, job, height, width, self.bands(trained, side, job))

    def preview(self, trained: Trained, job: Job) -> Preview:
        side = _side(trained, float(job["scale"]))
        height, width = _size(trained, side)
        preview_side = max(1, min(side, PREVIEW * side // max(height, width)))
        size = f"{width:,} × {height:,}"
        return bands_preview(self.bands(trained, preview_side, job), size)


def _side(trained: Trained, scale: float) -> int:
    return max(1, round(target_size(trained)[0] * scale))


def _size(trained: Trained, side: int) -> tuple[int, int]:
    rows, columns = montage_grid(picture_count(trained.experiment.data))
    return rows * side, columns * side


MONTAGE = SizedMontage(montage_bands)


def error_restricted_to(experiment: Experiment, name: str) -> str | None:
    """Restriction of an option that doesn't apply to an experiment: a montage has only a scale."""
    if has_many_pictures(experiment.data) and name in ("width", "height"):
        return "a single picture"
    return None


def write_error(path: Path, trained: Trained, job: Job) -> None:
    """Writes painting minus target, averaged over the channels, in blue (too bright) and orange (too dark).

    At larger sizes the painting is rendered and the target resampled (bicubic), each of many separately.
    """
    _error_picture(trained).write(path, trained, job)


def preview_error(trained: Trained, job: Job) -> Preview:
    return _error_picture(trained).preview(trained, job)


def _error_picture(trained: Trained) -> SizedPicture | SizedMontage:
    return (
        SizedMontage(_montage_errors)
        if has_many_pictures(trained.experiment.data)
        else SizedPicture(_single_errors)
    )


def _single_errors(trained: Trained, extent: Extent, job: Job) -> Iterator[Floats]:
    def target(first: int, last: int) -> Floats:
        return resampled_rows(trained.target, extent.height, extent.width, first, last)

    return _errors(painted_bands(trained, extent, job.report), target)


def _montage_errors(trained: Trained, side: int, job: Job) -> Iterator[Floats]:
    return _errors(montage_bands(trained, side, job), partial(target_rows, trained, side))


def _errors(bands: Iterator[Floats], target: Callable[[int, int], Floats]) -> Iterator[Floats]:
    """Bands of error colours; `target(first, last)` returns rows of the target."""
    first = 0
    for band in bands:
        yield error_colours((band - target(first, first + len(band))).mean(axis=2))
        first += len(band)


def error_colours(error: NDArray[np.floating]) -> NDArray[np.float32]:
    """Colours (..., 3), 0 to 255, of errors (...): orange for negative ones, blue for positive ones."""
    share = np.minimum(np.abs(np.nan_to_num(error)) / ERROR_REACH, 1.0)[..., np.newaxis] ** SIGN_ROOT
    orange, middle, blue = (
        np.array([*bytes.fromhex(colour[1:])], np.float64)
        for colour in (LIGHT.orange, LIGHT.neutral, LIGHT.blue)
    )
    ends = np.where((error > 0)[..., np.newaxis], blue, orange)
    colours: NDArray[np.float32] = (middle + (ends - middle) * share).astype(np.float32)
    return colours
