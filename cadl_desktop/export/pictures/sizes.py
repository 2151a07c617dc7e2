"""Size of an exported picture, and the part of the plane that it shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from cadl_desktop.data.frames import Frame, around
from cadl_desktop.experiment.effort import format_bytes
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.job import Job
from cadl_desktop.export.trained import Trained
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.system.machine import free_memory

MOST_PIXELS_A_SIDE = 1_000_000
_MOST_TIMES = 1000.0
_SCREEN = 384
"""Pixels along the longer side, to which a small target is enlarged."""

SCALE = Parameter(
    "scale",
    "Scale",
    "float",
    1.0,
    "How many pixels stand for one of the target's, in both directions.",
    minimum=0.01,
    maximum=_MOST_TIMES,
    logarithmic=True,
)
WIDTH = Parameter(
    "width",
    "Width",
    "int",
    0,
    "Pixels across; 0 takes what the height or the scale makes of it.",
    minimum=0,
    maximum=MOST_PIXELS_A_SIDE,
)
HEIGHT = Parameter(
    "height",
    "Height",
    "int",
    0,
    "Pixels down; 0 takes what the width or the scale makes of it.",
    minimum=0,
    maximum=MOST_PIXELS_A_SIDE,
)
AROUND = Parameter(
    "around",
    "Zoom out",
    "float",
    1.0,
    "How many times as wide and high as the target the part of the plane is; 1 is the target's own.",
    minimum=0.01,
    maximum=100.0,
    logarithmic=True,
)
SIZE = (WIDTH, HEIGHT, SCALE)
LINKED = tuple(option.name for option in SIZE)

MOST_SIDE: Mapping[str, int] = {
    ".png": 2**31 - 1,
    ".tif": 2**31 - 1,
    ".tiff": 2**31 - 1,
    ".jpg": 65_535,
    ".jpeg": 65_535,
    ".gif": 65_535,
    ".webp": 16_383,
    ".mp4": 8_192,
}
"""Most pixels a side that a format allows; for films, that common players can show."""

_BYTES_OF_A_PIXEL: Mapping[str, int] = {".jpg": 5, ".jpeg": 5, ".webp": 16, ".gif": 12, ".mp4": 8}
"""Memory for a pixel, in formats whose libraries need the whole picture in memory."""


@dataclass(frozen=True)
class Extent:
    """Size of a picture in pixels, and the part of the plane that it shows."""

    height: int
    width: int
    frame: Frame


def target_size(trained: Trained) -> tuple[int, int]:
    """(height, width) of the target in pixels; of many, of each."""
    height, width = trained.samples.high[:2]
    return int(height), int(width)


def requested_extent(trained: Trained, job: Job, options: Mapping[str, Value] | None = None) -> Extent:
    """Extent that a job's options ask for, or `options` in their place. Raises FileError if the format or the
    machine's memory can't hold it."""
    options = options or job.options
    height, width = size(target_size(trained), options)
    refuse_too_large(job.ending, height, width)
    return Extent(height, width, around(float(options.get("around", 1.0))))


def complete(trained: Trained, options: Mapping[str, Value]) -> dict[str, Value]:
    """Options with width, height and scale computed from one another; a montage has a scale only."""
    if "width" not in options:
        return dict(options)
    height, width = size(target_size(trained), options)
    own_width = target_size(trained)[1] * float(options.get("around", 1.0))
    scale = float(f"{width / own_width:.6g}")
    return dict(options) | {"width": width, "height": height, "scale": scale}


def screen_scale(trained: Trained, times: float = 1.0) -> float:
    """Scale at which a small target, or `times` as much of the plane, suits a screen."""
    return max(1.0, float(round(_SCREEN / (max(target_size(trained)) * times))))


def size(own: tuple[int, int], options: Mapping[str, Value]) -> tuple[int, int]:
    """(height, width) in pixels: one given side determines the other; without one, the scale decides."""
    times = float(options.get("around", 1.0))
    height, width = own[0] * times, own[1] * times
    wanted_height, wanted_width = int(options.get("height", 0)), int(options.get("width", 0))
    if not wanted_height and not wanted_width:
        scale = float(options.get("scale", 1.0))
        return _pixels(height * scale), _pixels(width * scale)
    return (
        wanted_height or _pixels(height * wanted_width / width),
        wanted_width or _pixels(width * wanted_height / height),
    )


def _pixels(length: float) -> int:
    return max(1, round(length))


def refuse_too_large(ending: str, height: int, width: int) -> None:
    """Raises FileError if a format, or the memory that it needs, can't hold a picture of this size."""
    most = MOST_SIDE.get(ending, MOST_PIXELS_A_SIDE)
    if max(height, width) > most:
        raise FileError(
            "A {ending} file has at most {most:,} pixels a side, and this one would have {side:,}; "
            "choose a smaller size, or .png or .tiff.",
            ending=ending,
            most=most,
            side=max(height, width),
        )
    needed, free = height * width * _BYTES_OF_A_PIXEL.get(ending, 0), free_memory()
    if free is not None and needed > free:
        raise FileError(
            "A {ending} file of {width:,} × {height:,} pixels needs {needed} of memory, and the "
            "machine has {free} free; choose a smaller size, or .png or .tiff.",
            ending=ending,
            width=width,
            height=height,
            needed=format_bytes(needed),
            free=format_bytes(free),
        )
