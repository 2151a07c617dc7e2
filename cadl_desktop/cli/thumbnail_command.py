"""`cadl-desktop thumbnail`: writes the picture that a project was saved with, as file managers ask for it."""

import argparse
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from cadl_desktop.cli.arguments import PROGRAM, UsageError, make_parser, whole_number
from cadl_desktop.cli.output import Exit
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.project.file import ProjectError, open_thumbnail
from cadl_desktop.runs.record import Thumbnail
from cadl_desktop.sentences import sentence_of
from cadl_desktop.storage.atomic import FileError, write_bytes

_MOST_SIZE = 1024
_FINER = 4
"""Factor by which a curve is drawn larger at first, as Pillow's lines have no smooth edges."""
_MARGIN = 0.08


def thumbnail_parser() -> argparse.ArgumentParser:
    parser = make_parser(f"{PROGRAM} thumbnail", "Writes the picture that a project was saved with.", "")
    parser.add_argument("project", metavar="PROJECT", type=Path, help="a .cadl file")
    parser.add_argument("png", metavar="PNG", type=Path, help="the file for the picture")
    parser.add_argument(
        "--size",
        metavar="N",
        type=whole_number(1, _MOST_SIZE),
        default=256,
        help="pixels along the longer side; else 256",
    )
    return parser


def run_thumbnail(arguments: list[str]) -> int:
    """Writes the picture and returns the exit code. Raises UsageError. Named in `commands.py`."""
    options = thumbnail_parser().parse_args(arguments)
    try:
        thumbnail = open_thumbnail(options.project)
        if thumbnail is None:
            raise UsageError("'{name}' was saved without a picture of its run.", name=options.project.name)
        png = BytesIO()
        _picture(thumbnail, options.size).save(png, "PNG")
        write_bytes(options.png, png.getvalue())
    except ProjectError as error:
        raise UsageError(sentence_of(error)) from error
    except FileError as error:
        sys.stderr.write(f"{error}\n")
        return Exit.FAILED
    return Exit.DONE


def _picture(thumbnail: Thumbnail, size: int) -> Image.Image:
    """Painting or curve with a longer side of `size` pixels; a curve's ground is a square."""
    image = _drawn(thumbnail, size * _FINER) if thumbnail.ndim == 1 else Image.fromarray(thumbnail)
    width, height = (max(1, round(side * size / max(image.size))) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _drawn(curve: Thumbnail, size: int) -> Image.Image:
    """Drawing of the finite values of a curve, from the least to the largest."""
    image = Image.new("RGB", (size, size), LIGHT.plot_background)
    known = np.isfinite(curve)
    if known.any():
        places = np.column_stack([np.flatnonzero(known), -curve[known].astype(np.float64)])
        low, high = places.min(axis=0), places.max(axis=0)
        places = (places - (low + high) / 2) / np.where(high > low, high - low, 1.0)
        line = size * (0.5 + (1 - 2 * _MARGIN) * places)
        ImageDraw.Draw(image).line(line.ravel().tolist(), LIGHT.series, size // 40, joint="curve")
    return image
