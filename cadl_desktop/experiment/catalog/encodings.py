"""What scaled inputs are turned into before the first layer."""

from cadl_desktop.experiment.catalog.shipped import ship
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Entry, Parameter


def grid_resolutions(encoding: Part) -> list[int]:
    """How many knots each level of a hash grid has along each input, the coarsest first."""
    levels, first, last = int(encoding["levels"]), int(encoding["coarsest"]), int(encoding["finest"])
    growth = (last / first) ** (1 / max(levels - 1, 1))
    return [int(first * growth**level + 1e-6) for level in range(levels)]


def grid_rows(inputs: int, encoding: Part) -> list[int]:
    """How many entries each level's table has: one for each knot, or the table size where that is less."""
    most = int(encoding["table"])
    return [min(cells**inputs, most) for cells in grid_resolutions(encoding)]


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
                "Frequency w₀",
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
        "their entries (Müller et al., 2022). Made for centred inputs.",
        "cadl_desktop.engine.network.hash_grid:hash_grid",
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
        ),
        width=lambda inputs, encoding: int(encoding["levels"]) * int(encoding["features"]),
        shapes=lambda inputs, outputs, encoding: [
            (sum(grid_rows(inputs, encoding)), int(encoding["features"]))
        ],
        starts="cadl_desktop.engine.network.hash_grid:grid_weights",
        kinds=("table",),
    ),
)
