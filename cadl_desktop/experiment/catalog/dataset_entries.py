"""Catalog entries of datasets, and the sizes and numbers of their pictures."""

import struct
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from cadl_desktop.experiment.catalog.shipped import ship
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Entry, Parameter, load_reference

MOST_SIDE = 8192
MOST_PIXELS = 24 * 2**20
"""Most pixels of a picture, as cameras make them: 6048 x 4024 pixels are a little more than 24 million."""
LARGE = 2**20
"""Pixels above which a picture is large: held as bytes, with other arrays computed when they are needed."""
SCREEN = 1024
"""Pixels along the longer side of the view of a large picture."""


def is_large(height: int, width: int) -> bool:
    return height * width > LARGE


def reduced_size(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Returns a width and height reduced by one factor until the longer one is at most `longest` and there
    are at most `MOST_PIXELS`; neither becomes 0."""
    width, height = size
    share = min(1.0, longest / max(width, height, 1))
    width, height = max(1, round(width * share)), max(1, round(height * share))
    share = (MOST_PIXELS / (width * height)) ** 0.5
    # Rounding down, since rounding up could exceed the limit again.
    return (width, height) if share >= 1 else (max(1, int(width * share)), max(1, int(height * share)))


def screen_size(height: int, width: int) -> tuple[int, int]:
    """Returns height and width of a picture's view during training: its own size unless it is large."""
    if not is_large(height, width):
        return height, width
    columns, rows = reduced_size((width, height), SCREEN)
    return rows, columns


class BuiltIn(NamedTuple):
    """Shipped picture: scikit-image's file, its width and height, and the numbers of a pixel."""

    file: str
    width: int
    height: int
    colours: int = 3


PICTURES = {
    "astronaut": BuiltIn("astronaut.png", 512, 512),
    "cat": BuiltIn("chelsea.png", 451, 300),
    "coffee": BuiltIn("coffee.png", 600, 400),
    "rocket": BuiltIn("rocket.jpg", 640, 427),
    "hubble deep field": BuiltIn("hubble_deep_field.jpg", 1000, 872),
    "retina": BuiltIn("retina.jpg", 1411, 1411),
    "camera": BuiltIn("camera.png", 512, 512, 1),
    "coins": BuiltIn("coins.png", 384, 303, 1),
    "moon": BuiltIn("moon.png", 512, 512, 1),
    "motorcycle": BuiltIn("motorcycle_left.png", 741, 500),
    "clock": BuiltIn("clock_motion.png", 400, 300, 1),
    "tissue": BuiltIn("ihc.png", 512, 512),
    "brick": BuiltIn("brick.png", 512, 512, 1),
    "grass": BuiltIn("grass.png", 512, 512, 1),
    "gravel": BuiltIn("gravel.png", 512, 512, 1),
}
FACES = 100
"""Number of faces in scikit-image's patches."""
MOST_PICTURES = 1000
"""Limit on the number of pictures in one network."""


def _pixels(data: Part) -> int:
    height, width = trained_size(data)
    return height * width


def trained_size(data: Part) -> tuple[int, int]:
    """Returns height and width of a picture dataset's picture after its reduction."""
    width, height = reduced_size(picture_size(data), int(data["longest"]))
    return height, width


def picture_size(data: Part) -> tuple[int, int]:
    """Returns width and height of a dataset's picture before its reduction. An own picture is a PNG file."""
    if data["source"] != "own":
        return PICTURES[data["source"]][1:3]
    return _png_size(data["image"])


def colour_count(data: Part) -> int:
    """Returns how many numbers each pixel of a picture dataset has: 1 of a grey picture, else 3."""
    if data["source"] != "own":
        return PICTURES[data["source"]].colours
    return 1 if data["image"][_PNG_COLOURS : _PNG_COLOURS + 1] == _GREY else 3


def pictures_learned(data: Part) -> int:
    """Returns how many pictures of a set are learned: the number that is set, as far as there are as many."""
    return min(int(data["count"]), _pictures_available(data))


def _pictures_available(data: Part) -> int:
    """Returns how many pictures a set has. Own ones are squares, one below the other in a PNG file."""
    if data["source"] != "own":
        return FACES
    width, height = _png_size(data["image"])
    return max(1, height // max(width, 1))


def picture_numbers(data: Part) -> int:
    """Returns how many numbers a dataset's picture has after its reduction: pixels, hidden ones too, times
    colours."""
    return _pixels(data) * colour_count(data)


_PNG_COLOURS, _GREY = 25, b"\0"
"""Offset in a PNG file of the byte that tells how pixels are coloured, and its value where they are grey."""


def _png_size(png: bytes) -> tuple[int, int]:
    """Returns width and height from the header of a PNG file; 0 of empty bytes."""
    width, height = struct.unpack(">II", png[16:24].rjust(8, b"\0"))
    return int(width), int(height)


_POINTS_HEADER, _POINT_BYTES = 128, 16
"""Bytes of the header and of each point in own points, an .npy file of two float64 numbers each."""


def _hiding_problems(data: Part) -> Iterator[tuple[str, str]]:
    if round(_pixels(data) * data["keep"] / 100) < 1:
        yield "keep", "is too little to keep a single pixel; keep more."
    elif data["mask"]:
        # Loaded here, since a picture without a mask doesn't need the imports for decoding one.
        problem = load_reference("cadl_desktop.data.pictures.masks:mask_problem")(data, *trained_size(data))
        if problem:
            yield "mask", problem


def _observation_parameters(noise: float) -> tuple[Parameter, ...]:
    """Returns the parameters of a curve that is observed with noise."""
    return (
        Parameter("observations", "Observations", "int", 1000, "How many points are observed.", 2, 100_000),
        Parameter("low", "From", "float", -3.0, "The smallest x that is observed.", -1000.0, 1000.0),
        Parameter("high", "To", "float", 3.0, "The largest x that is observed.", -1000.0, 1000.0),
        Parameter(
            "noise", "Noise", "float", noise, "Every y is off by up to this much, up or down.", 0.0, 10.0
        ),
        Parameter("seed", "Seed", "int", 1, "Another number draws other noise.", 0, 2**31 - 1),
    )


def _column(letter: str) -> tuple[Parameter, Parameter]:
    """Returns the settings that say what the numbers of a column are."""
    parameter = partial(Parameter, kind="text", default="", maximum=200, newer=True, describes=True)
    name = f"What {letter} is, with its unit in brackets: for axes and files."
    counts = "What its numbers count where they are dates, such as 'days since 2024-03-01'; empty: nothing."
    return (
        parameter(f"{letter}_name", f"Name of {letter}", help=name),
        parameter(f"{letter}_counts", f"Dates of {letter}", help=counts),
    )


ship(
    "dataset",
    Entry(
        "sine",
        "Noisy sine",
        "Points on a sine wave with uniform noise: the lecture's first thing to learn.",
        "cadl_desktop.data.curves.curve_datasets:sine",
        _observation_parameters(noise=0.5),
        script="cadl_desktop.export.script.data_cells:sine",
        columns=(1, 1),
        samples=lambda data: int(data["observations"]),
    ),
    Entry(
        "function",
        "Function",
        "Points on a function that you type, with uniform noise.",
        "cadl_desktop.data.curves.curve_datasets:function",
        (
            Parameter(
                "expression",
                "y =",
                "text",
                "sin(x) + x/3",
                "A function of x as you would write it, such as 2x^2 - |x| or sin 3x; also exp, sqrt ...",
                maximum=200,
            ),
            *_observation_parameters(noise=0.2),
        ),
        script="cadl_desktop.export.script.data_cells:function",
        columns=(1, 1),
        samples=lambda data: int(data["observations"]),
        problems=lambda data: load_reference("cadl_desktop.data.curves.curve_datasets:problems_of_function")(
            data
        ),
    ),
    Entry(
        "points",
        "Points",
        "Your own points: x and y from a table, or drawn on the plot.",
        "cadl_desktop.data.curves.curve_datasets:points",
        (
            Parameter("points", "Points", "points", b"", "Your own points."),
            *_column("x"),
            *_column("y"),
        ),
        columns=(1, 1),
        samples=lambda data: max(0, (len(data["points"]) - _POINTS_HEADER) // _POINT_BYTES),
        problems=lambda data: load_reference("cadl_desktop.data.curves.curve_datasets:problems_of_points")(
            data
        ),
    ),
    Entry(
        "picture",
        "Picture",
        "A picture to paint: from a pixel's position the network learns its colour.",
        "cadl_desktop.data.pictures.picture_dataset:picture",
        (
            Parameter(
                "source",
                "Picture",
                "choice",
                "astronaut",
                "One of the pictures that come along, or your own.",
                choices=(*PICTURES, "own"),
            ),
            Parameter(
                "image", "Own picture", "picture", b"", "Your own picture.", only_when=("source", "own")
            ),
            Parameter(
                "longest",
                "Longest side",
                "int",
                64,
                "The picture is reduced to this many pixels along its longer side; its shape is kept.",
                2,
                MOST_SIDE,
            ),
            Parameter(
                "mask",
                "Mask",
                "mask",
                b"",
                "Hides pixels: the network never learns from them and has to guess what is there.",
            ),
            Parameter(
                "keep",
                "Pixels used",
                "float",
                100.0,
                "Which share of the pixels, chosen at random, is learned from.",
                0.001,
                100.0,
                hundred=100.0,
            ),
            Parameter("keep_seed", "Choice", "int", 0, "Another number keeps other pixels.", 0, 2**31 - 1),
        ),
        columns=(2, 3),
        makes="picture",
        script="cadl_desktop.export.script.data_cells:picture",
        samples=_pixels,
        problems=_hiding_problems,
    ),
    Entry(
        "pictures",
        "Many pictures",
        "Many pictures in one network: from a pixel's place and the picture's number it learns the colour.",
        "cadl_desktop.data.pictures.many_pictures:pictures",
        (
            Parameter(
                "source",
                "Pictures",
                "choice",
                "faces",
                "Faces that come along, or your own pictures.",
                choices=("faces", "own"),
            ),
            Parameter(
                "image",
                "Own pictures",
                "picture",
                b"",
                "Your own pictures, one below the other.",
                only_when=("source", "own"),
            ),
            Parameter(
                "count",
                "How many",
                "int",
                100,
                "How many of the pictures are learned, from the first on.",
                1,
                MOST_PICTURES,
            ),
            Parameter(
                "longest", "Side", "int", 25, "Each picture is reduced to a square of so many pixels.", 2, 256
            ),
            Parameter(
                "identity",
                "Told by",
                "choice",
                "number",
                "How the network is told which picture: by its number, by an input for each picture, "
                "or by a few learned numbers.",
                choices=("number", "one-hot", "embedding"),
            ),
            Parameter(
                "dimensions",
                "Learned numbers",
                "int",
                2,
                "How many numbers are learned for each picture.",
                1,
                64,
                only_when=("identity", "embedding"),
            ),
        ),
        columns=(3, 3),
        makes="pictures",
        pictures=pictures_learned,
        script="cadl_desktop.export.script.data_cells:pictures",
        samples=lambda data: pictures_learned(data) * int(data["longest"]) ** 2,
    ),
)
