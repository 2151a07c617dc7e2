"""A picture as a table of samples: its pixels row by row, from where each lies to what colour it has. The
lecture's L15."""

from functools import cache

import numpy as np

from cadl_desktop.data.pictures.picture_dataset import picture
from cadl_desktop.data.samples import Samples
from cadl_desktop.data.scaling import Affine, standardised
from cadl_desktop.experiment.catalog import part
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.lecture import LECTURE

NAMES = ("astronaut", "cat", "coffee", "rocket")
"""Some of the pictures that come along, by their names in the catalog."""
_LONGEST: int = LECTURE["L15"]["pixels"]


@cache
def samples(name: str) -> Samples:
    """Positions (n, 2) as (row, column) and colours (n, 3), 0 to 255, of a picture whose longer side has 64
    pixels."""
    return picture(part("dataset", "picture", source=name, longest=_LONGEST))


@cache
def scaling(name: str) -> Affine:
    """One mean and one deviation over rows and columns together."""
    known = samples(name)
    return standardised(known.inputs, known.low, known.high)


@cache
def positions(name: str) -> Doubles:
    """What the network is told (n, 2): rows and columns, standardised."""
    return np.asarray(scaling(name).apply(samples(name).inputs), np.float64)


def size(name: str) -> tuple[int, int]:
    """Rows and columns."""
    rows, columns = samples(name).as_picture(samples(name).targets).shape[:2]
    return int(rows), int(columns)


def sample_at(name: str, row: int, column: int) -> int:
    """The number of a pixel's sample, counted from 0."""
    return row * size(name)[1] + column


def along_row(name: str, row: int) -> Doubles:
    """Colours (columns, 3) from left to right."""
    return np.asarray(samples(name).as_picture(samples(name).targets)[row], np.float64)
