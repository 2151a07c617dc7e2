"""Painting minus target, the mean over the colours, in blue and orange, of one picture or of many.

At a larger size what was painted is rendered and its target interpolated (bicubic), of many each apart.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from cadl_desktop.experiment.identity import is_many
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Value
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.pictures import sizes
from cadl_desktop.export.pictures.montages import montage_bands, preview_montage, target_rows, write_montage
from cadl_desktop.export.pictures.painted import painted
from cadl_desktop.export.pictures.pictures import Told, preview_of_any_size, write_of_any_size
from cadl_desktop.export.pictures.resampling import enlarged_rows
from cadl_desktop.export.plots.colours import error_colours
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats


def has_option(experiment: Experiment, name: str) -> bool:
    """A montage has a scale alone: its pictures are squares of one size."""
    return not (is_many(experiment.data) and name in ("width", "height"))


def complete(trained: Trained, options: Mapping[str, Value]) -> dict[str, Value]:
    """The options with the size that they come to."""
    return dict(options) if is_many(trained.experiment.data) else sizes.complete(trained, options)


def write_error(path: Path, trained: Trained, job: Job) -> None:
    if is_many(trained.experiment.data):
        write_montage(path, trained, job, _of_many)
    else:
        write_of_any_size(path, trained, job, _of_one)


def preview_error(trained: Trained, job: Job) -> Preview:
    if is_many(trained.experiment.data):
        return preview_montage(trained, job, _of_many)
    return preview_of_any_size(trained, job, _of_one)


def _of_one(trained: Trained, wanted: sizes.Extent, job: Job, told: Told) -> Iterator[Floats]:
    first = 0
    for band in painted(trained, wanted, told):
        target = enlarged_rows(trained.target, wanted.height, wanted.width, first, first + len(band))
        yield error_colours((band - target).mean(axis=2))
        first += len(band)


def _of_many(trained: Trained, side: int, job: Job) -> Iterator[Floats]:
    first = 0
    for band in montage_bands(trained, side, job):
        target = target_rows(trained, side, first, first + len(band))
        yield error_colours((band - target).mean(axis=2))
        first += len(band)
