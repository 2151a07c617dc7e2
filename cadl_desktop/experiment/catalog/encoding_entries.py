"""Catalog entries of scalings and encodings, and the levels of a hash grid.

Together they turn inputs into what the first layer receives.
"""

import math
from typing import NamedTuple

from cadl_desktop.experiment.catalog.shipped import ship
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Entry, Parameter

ship(
    "input_scaling",
    Entry("none", "As they are", "Positions in pixels, or x as it was observed.", "none"),
    Entry(
        "standardised",
        "Standardised",
        "One mean and one deviation over all inputs together, as in the lecture.",
        "standardised",
    ),
    Entry(
        "standardised per column",
        "Per column",
        "Each input by its own mean and deviation.",
        "standardised_per_column",
    ),
    Entry("centred", "Centred", "Between −½ and ½, from edge to edge.", "centred"),
    Entry(
        "square",
        "Square pixels",
        "Between −½ and ½ along the longest side; a pixel is as wide as it is high.",
        "square",
    ),
)
ship(
    "target_scaling",
    Entry("none", "As they are", "Colours from 0 to 255, or y as it was observed.", "none"),
    Entry(
        "unit", "0 to 1", "The darkest to the brightest, or the lowest to the highest, become 0 to 1.", "unit"
    ),
    Entry(
        "signed",
        "−1 to 1",
        "The darkest to the brightest, or the lowest to the highest, become −1 to 1.",
        "signed",
    ),
    Entry("standardised", "Standardised", "By their mean and deviation.", "standardised"),
)


class GridLevel(NamedTuple):
    """Level of a hash grid: `cells` along a full side, `sides` (knots along each input's side), `first`
    (index of the first knot along each) and `entries` (size of its table)."""

    cells: int
    sides: tuple[int, ...]
    first: tuple[int, ...]
    entries: int


def grid_levels(inputs: int, encoding: Part) -> list[GridLevel]:
    """Returns the levels of a hash grid, the coarsest first. A level's table has an entry for each knot, but
    at most the table size."""
    levels, first, last = int(encoding["levels"]), int(encoding["coarsest"]), int(encoding["finest"])
    growth = (last / first) ** (1 / max(levels - 1, 1))
    shares = _side_shares(inputs, float(encoding["aspect"]))
    return [
        _grid_level(int(first * growth**level + 1e-6), shares, int(encoding["table"]))
        for level in range(levels)
    ]


def _side_shares(inputs: int, aspect: float) -> list[float]:
    """Returns each input's length relative to the longest side; all are 1 except for positions in a
    picture."""
    whole = [1.0] * inputs
    return whole if inputs < 2 else [min(1.0, aspect), min(1.0, 1 / aspect), *whole[2:]]


def _grid_level(cells: int, shares: list[float], most: int) -> GridLevel:
    sides = tuple(math.ceil(cells * share - 1e-6) for share in shares)
    first = tuple((cells - side) // 2 for side in sides)
    return GridLevel(cells, sides, first, min(math.prod(sides), most))


ship(
    "encoding",
    Entry("none", "None", "The inputs go into the first layer as they are.", "none"),
    Entry(
        "polynomial",
        "Polynomial",
        "The inputs' powers: 1, x, x², and so on up to the degree.",
        "polynomial",
        (
            Parameter("degree", "Degree", "int", 3, "The highest power.", 1, 16),
            Parameter(
                "basis",
                "Basis",
                "choice",
                "raw",
                "Raw powers, or Legendre's polynomials, which don't resemble one another.",
                choices=("raw", "orthogonal"),
            ),
        ),
        width=lambda inputs, encoding: 1 + inputs * int(encoding["degree"]),
    ),
    Entry(
        "fourier",
        "Fourier",
        "Waves of random directions and lengths: sines and cosines of the inputs (Tancik et al., 2020).",
        "fourier",
        (
            Parameter("features", "Waves", "int", 64, "How many waves, each a sine and a cosine.", 1, 2048),
            Parameter(
                "scale",
                "Scale",
                "float",
                4.0,
                "How fine the waves are: the deviation of how often they swing in one unit of the input.",
                0.001,
                1000.0,
                logarithmic=True,
            ),
            Parameter("seed", "Seed", "int", 1, "Another number draws other waves.", 0, 2**31 - 1),
        ),
        width=lambda inputs, encoding: 2 * int(encoding["features"]),
    ),
    Entry(
        "siren",
        "SIREN",
        "A first layer of learned sine waves; sine layers with SIREN weights go after it "
        "(Sitzmann et al., 2020).",
        "siren",
        (
            Parameter("features", "Waves", "int", 64, "How many sine neurons.", 1, 4096),
            Parameter(
                "w0",
                "Frequency ω₀",
                "float",
                30.0,
                "How often the waves swing at first.",
                0.01,
                1000.0,
                logarithmic=True,
            ),
        ),
        width=lambda inputs, encoding: int(encoding["features"]),
        shapes=lambda inputs, outputs, encoding: [(inputs, outputs), (outputs,)],
        starts="cadl_desktop.engine.network.encodings:siren_weights",
    ),
    Entry(
        "hash grid",
        "Hash grid",
        "Grids of learned numbers from coarse to fine, looked up at the input and blended; fine grids share "
        "their entries (Müller et al., 2022). Made for inputs that are centred or square pixels.",
        "cadl_desktop.engine.network.encodings:hash_grid",
        (
            Parameter("levels", "Levels", "int", 4, "How many grids.", 1, 16),
            Parameter("features", "Features", "int", 2, "How many numbers each knot of a grid holds.", 1, 8),
            Parameter(
                "table",
                "Table size",
                "int",
                4096,
                "How many entries a grid has at most; knots of finer grids share them.",
                16,
                2**24,
                logarithmic=True,
            ),
            Parameter(
                "coarsest", "Coarsest", "int", 8, "Knots of the coarsest grid along each side.", 1, 4096
            ),
            Parameter("finest", "Finest", "int", 64, "Knots of the finest grid along each side.", 1, 8192),
            Parameter(
                "interpolation",
                "Interpolation",
                "choice",
                "linear",
                "Linear blends the nearest two knots along each side; cubic the nearest four, smoothly.",
                choices=("linear", "cubic"),
                newer=True,
            ),
            Parameter(
                "aspect",
                "Aspect",
                "float",
                1.0,
                "Of square pixels: how high the picture is for its width. The shorter side has fewer knots.",
                1e-4,
                1e4,
                logarithmic=True,
                newer=True,
            ),
        ),
        width=lambda inputs, encoding: int(encoding["levels"]) * int(encoding["features"]),
        shapes=lambda inputs, outputs, encoding: [
            (sum(level.entries for level in grid_levels(inputs, encoding)), int(encoding["features"]))
        ],
        starts="cadl_desktop.engine.network.encodings:grid_weights",
        kinds=("table",),
    ),
)
