"""Film of the training, made of the run's snapshots."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.frames import WHOLE
from cadl_desktop.data.samples import as_pixels
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.pictures import picture_exports, sizes
from cadl_desktop.export.pictures.film_files import Film, write_film_file
from cadl_desktop.export.pictures.picture_bands import painted_bands
from cadl_desktop.export.pictures.picture_exports import LOSSLESS, NUMBER, PREVIEW, QUALITY, scaled_down
from cadl_desktop.export.pictures.sizes import AROUND, HEIGHT, WIDTH, Extent, refuse_too_large
from cadl_desktop.export.plots.run_plots import curve_pictures
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import RunState
from cadl_desktop.storage.atomic import FileError

Pixels = NDArray[np.uint8]

SCALE = Parameter(
    "scale",
    "Scale",
    "float",
    0.0,
    "How many pixels stand for one of the target's; 0 takes as many as suit a screen.",
    minimum=0.0,
    maximum=1000.0,
    logarithmic=True,
)
SECONDS = Parameter(
    "seconds",
    "Length, in s",
    "float",
    8.0,
    "How long the film is, without its end.",
    minimum=0.1,
    maximum=3600.0,
)
RATE = Parameter(
    "fps",
    "Pictures/s",
    "float",
    20.0,
    "Pictures a second at most: there are no more than moments that were kept.",
    minimum=0.1,
    maximum=60.0,
)
HOLD = Parameter(
    "hold", "End, in s", "float", 2.0, "How many seconds the last picture stays.", minimum=0.0, maximum=600.0
)
PACE = Parameter(
    "pace",
    "Pace",
    "choice",
    "gradual",
    "How time goes: gradual shows the start slowly, where most happens; even is as it was.",
    choices=("gradual", "even"),
)
OPTIONS = (WIDTH, HEIGHT, SCALE, AROUND, NUMBER, SECONDS, RATE, HOLD, PACE, QUALITY, LOSSLESS)
ONLY_FOR = {"quality": (".webp", ".mp4"), "lossless": (".webp",)}

_CURVE_SIZE = 500, 800
_GRADUAL = 2.0
_PREVIEWED = 16


def restricted_to(experiment: Experiment, name: str) -> str | None:
    """Restriction of a film's option that doesn't apply to this experiment; see `Export.restricted_to`."""
    if name in ("scale", "around") and not is_painting(experiment):
        return "a painting"
    return picture_exports.restricted_to(experiment, name)


def complete(trained: Trained, options: Mapping[str, Value]) -> dict[str, Value]:
    """Options with the resulting size filled in."""
    if is_painting(trained.experiment):
        return sizes.complete(trained, _scaled(trained, options))
    height, width = _curve_size(options)
    return dict(options) | {"width": width, "height": height}


def write_film(path: Path, trained: Trained, job: Job) -> None:
    """Writes the network's output at each snapshot as .gif, .webp or .mp4. Raises FileError if there are no
    snapshots."""
    shown, beats = _schedule(trained, job)
    extent = _extent(trained, job)

    def with_progress() -> Iterator[Pixels]:
        for number, pixels in enumerate(_pictures(trained, job, extent, shown)):
            job.report(number / len(shown))
            yield pixels

    film = Film(
        extent.height,
        extent.width,
        with_progress(),
        beats,
        float(job["fps"]),
        int(job["quality"]),
        bool(job["lossless"]),
        job.recipe(),
    )
    write_film_file(path, film)


def preview_film(trained: Trained, job: Job) -> Preview:
    """Small version of the film with few frames, and its length."""
    shown, beats = _schedule(trained, job)
    extent = _extent(trained, job)
    small = scaled_down(extent, PREVIEW // 2 if is_painting(trained.experiment) else PREVIEW)
    chosen = _at_even_times(beats, _PREVIEWED)
    states = [shown[index] for index in dict.fromkeys(chosen)]
    pictures = dict(zip(dict.fromkeys(chosen), _pictures(trained, job, small, states), strict=True))
    seconds = sum(beats) / float(job["fps"])
    size = f"{extent.width:,} × {extent.height:,} pixels"
    caption = f"{size}, {seconds:.3g} s, {len(shown):,} of {len(trained.states):,} moments"
    if job.ending == ".mp4" and (extent.width % 2 or extent.height % 2):
        caption += ". Its last row or column is doubled: players want even sizes."
    film = tuple(pictures[index] for index in chosen)
    return Preview(film=film, every_ms=max(1, round(1000 * seconds / len(film))), caption=caption)


def _at_even_times(beats: Sequence[int], count: int) -> list[int]:
    """Indices of the pictures that are visible at `count` evenly spaced times."""
    ends = np.cumsum(beats)
    times = (np.arange(count) + 0.5) * ends[-1] / count
    return [int(index) for index in np.searchsorted(ends, times, side="right")]


def _schedule(trained: Trained, job: Job) -> tuple[list[RunState], tuple[int, ...]]:
    """States that are shown, and the number of frames that each is repeated."""
    states = trained.states
    if len(states) == 1:
        raise FileError(
            "No moments before this one were kept, so there is no film; train on, or look at a later one."
        )
    count = max(2, round(float(job["seconds"]) * float(job["fps"])))
    power = _GRADUAL if job["pace"] == "gradual" else 1.0
    places = np.linspace(0, 1, count) ** power * (len(states) - 1)
    chosen = [(index, len(list(same))) for index, same in groupby(np.rint(places).astype(int).tolist())]
    beats = [length for _, length in chosen]
    beats[-1] += round(float(job["hold"]) * float(job["fps"]))
    return [states[index] for index, _ in chosen], tuple(beats)


def _pictures(trained: Trained, job: Job, extent: Extent, states: Sequence[RunState]) -> Iterator[Pixels]:
    if not is_painting(trained.experiment):
        yield from curve_pictures(trained, states, extent.height, extent.width)
        return
    for state in states:
        # Checked at every band, so that Cancel works within a large picture.
        bands = painted_bands(
            trained,
            extent,
            lambda share: job.check(),
            weights=state.weights,
            number=float(job["number"]),
        )
        yield np.concatenate([as_pixels(band) for band in bands])


def _extent(trained: Trained, job: Job) -> Extent:
    if is_painting(trained.experiment):
        return sizes.requested_extent(trained, job, _scaled(trained, job.options))
    height, width = _curve_size(job.options)
    refuse_too_large(job.ending, height, width)
    return Extent(height, width, WHOLE)


def _scaled(trained: Trained, options: Mapping[str, Value]) -> dict[str, Value]:
    """Options with a scale that suits a screen, if none is chosen."""
    if float(options.get("scale", 0.0)) > 0:
        return dict(options)
    return dict(options) | {"scale": sizes.screen_scale(trained, float(options.get("around", 1.0)))}


def _curve_size(options: Mapping[str, Value]) -> tuple[int, int]:
    """(height, width) of a plot in pixels; plots have no scale."""
    return sizes.size(_CURVE_SIZE, {**options, "scale": 1.0})
