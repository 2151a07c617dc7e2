"""The montage of many pictures, each rendered by the network at any size."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cadl_desktop.data.frames import WHOLE
from cadl_desktop.data.pictures.many_pictures import montage_grid
from cadl_desktop.experiment.model import picture_count
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.pictures.painted import painted
from cadl_desktop.export.pictures.pictures import FILE_OPTIONS, PREVIEW, preview_of, write_bands
from cadl_desktop.export.pictures.resampling import enlarged_rows
from cadl_desktop.export.pictures.sizes import SCALE, Extent, own_size, refuse_too_large
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats

OPTIONS = (SCALE, *FILE_OPTIONS)


def montage_bands(trained: Trained, side: int, job: Job) -> Iterator[Floats]:
    """Rows of the montage from top to bottom, (rows, width, 3), each picture `side` pixels high and wide."""
    count = picture_count(trained.experiment.data)
    rows, columns = montage_grid(count)
    cell = Extent(side, side, WHOLE)
    for row in range(rows):
        numbers = range(row * columns + 1, min(count, (row + 1) * columns) + 1)
        pictures = [painted(trained, cell, number=float(number)) for number in numbers]
        done = row * side
        for bands in zip(*pictures, strict=True):
            across = np.concatenate(bands, axis=1)
            empty = columns * side - across.shape[1]
            yield np.pad(across, ((0, 0), (0, empty), (0, 0)))
            done += len(across)
            job.report(done / (rows * side))


def target_rows(trained: Trained, side: int, first: int, last: int) -> Floats:
    """Some of the rows of one row of pictures, (last - first, width, 3), as they were to be painted; each is
    enlarged apart, so that none shines into its neighbours."""
    own, row = own_size(trained)[0], first // side
    strip = trained.target[row * own : (row + 1) * own]
    cells = np.split(strip, strip.shape[1] // own, axis=1)
    top = row * side
    return np.concatenate([enlarged_rows(it, side, side, first - top, last - top) for it in cells], axis=1)


@dataclass(frozen=True)
class SideBySide:
    """All pictures side by side: `bands` as those of `montage_bands`."""

    bands: Callable[[Trained, int, Job], Iterator[Floats]]

    def write(self, path: Path, trained: Trained, job: Job) -> None:
        """Writes the job's format. Raises FileError for what it can't hold."""
        side = _side(trained, float(job["scale"]))
        height, width = _size(trained, side)
        refuse_too_large(job.ending, height, width)
        write_bands(path, job, height, width, self.bands(trained, side, job))

    def preview(self, trained: Trained, job: Job) -> Preview:
        """The same, small."""
        side = _side(trained, float(job["scale"]))
        height, width = _size(trained, side)
        smaller = max(1, min(side, PREVIEW * side // max(height, width)))
        size = f"{width:,} × {height:,}"
        return preview_of(self.bands(trained, smaller, job), size)


def _side(trained: Trained, scale: float) -> int:
    return max(1, round(own_size(trained)[0] * scale))


def _size(trained: Trained, side: int) -> tuple[int, int]:
    rows, columns = montage_grid(picture_count(trained.experiment.data))
    return rows * side, columns * side


MONTAGE = SideBySide(montage_bands)
