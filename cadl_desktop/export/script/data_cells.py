"""Cells of a script that define its samples, the split into training and validation, and their scaling.

The catalog names the functions of datasets (`Entry.script` in `experiment/catalog/dataset_entries.py`) and
those of scalings (in `experiment/catalog/shipped.py`) by strings.
"""

import zlib
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.samples import Samples
from cadl_desktop.data.subsets import MOST_MEASURED
from cadl_desktop.experiment.model import Experiment, identity_of
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import entry, load_reference
from cadl_desktop.export.entry_writers import script_writer
from cadl_desktop.export.script.cell import Cell, Snippet, base64_constant, code, join_passages, literal

MOST_LISTED = 200
"""Numbers up to which an array is written as literals; larger ones are written as base64."""
_NONZERO = """\
def nonzero(width):
    return np.where(np.equal(width, 0), 1.0, width)  # values that are all alike have no width"""


_SUBSAMPLE = f"""
    looked_at = seen  # of many pixels one at random out of every few in a row
    if len(seen) > {MOST_MEASURED}:
        ends = np.arange({MOST_MEASURED} + 1) * len(seen) // {MOST_MEASURED}
        looked_at = seen[np.random.default_rng(0).integers(ends[:-1], ends[1:])]
    """


def data_cells(experiment: Experiment, samples: Samples) -> list[Cell]:
    """Cells that define `positions`, `targets` (float64), `x`, `y` (float32, scaled), `training` and
    `validation`; for a picture also `height` and `width`, for many of them `side`."""
    known = entry("dataset", experiment.data.kind)
    write = load_reference(known.script) if known.script else samples_as_numbers
    snippet: Snippet = write(experiment.data, samples)
    return [
        Cell("What is learned", snippet.about, snippet.code),
        Cell("Training and validation", _about_rows(experiment, samples), _rows(experiment, samples)),
        Cell(
            "Scaling",
            "Positions and targets as the network sees them; computed in float64 and only then cut.",
            _scaling(experiment, samples),
        ),
    ]


def sine(data: Part, samples: Samples) -> Snippet:
    low, high, noise = (literal(float(data[name])) for name in ("low", "high", "noise"))
    made = f"""
        low, high = np.array([{low}]), np.array([{high}])
        positions = np.linspace({low}, {high}, {data["observations"]})[:, np.newaxis]
        noise = np.random.default_rng({data["seed"]}).uniform(-{noise}, {noise}, positions.shape)
        targets = np.sin(positions) + noise
        target_low, target_high = targets.min(), targets.max()
        """
    return Snippet("Points on a sine wave with uniform noise.", code(made))


def function(data: Part, samples: Samples) -> Snippet:
    about = f"Points on y = {data['expression']}, with uniform noise."
    return Snippet(about, samples_as_numbers(data, samples).code)


def picture(data: Part, samples: Samples) -> Snippet:
    height, width = samples.picture_shape or (0, 0)
    pixels = samples.targets.reshape(height, width, 3).astype(np.uint8)
    made = """
        picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(PICTURE))).convert("RGB"))
        height, width = picture.shape[:2]
        row, column = np.indices((height, width)).reshape(2, -1)
        positions = np.stack([row, column], axis=1).astype(np.float64)
        targets = picture.reshape(-1, 3).astype(np.float64)
        low, high = np.zeros(2), np.array([height, width], np.float64)
        target_low, target_high = 0.0, 255.0
        """
    about = f"From the row and column of a pixel to its colour: a picture of {width} x {height} pixels."
    return Snippet(about, join_passages([base64_constant("PICTURE", _png(pixels)), code(made)]))


def pictures(data: Part, samples: Samples) -> Snippet:
    side = int(samples.high[0])
    stack = samples.targets.reshape(-1, side, 3).astype(np.uint8)
    made = """
        # The pictures are squares, one below the other.
        sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(PICTURES))).convert("RGB"))
        side = sheet.shape[1]
        pictures = sheet.reshape(-1, side, side, 3)
        which, row, column = np.indices(pictures.shape[:3]).reshape(3, -1)
        positions = np.stack([row, column, which], axis=1).astype(np.float64)
        targets = pictures.reshape(-1, 3).astype(np.float64)
        low = np.array([0.0, 0.0, -0.5])
        high = np.array([side, side, len(pictures) - 0.5])
        target_low, target_high = 0.0, 255.0
        """
    about = "From the row and column of a pixel, and the number of its picture, to its colour."
    return Snippet(about, join_passages([base64_constant("PICTURES", _png(stack)), code(made)]))


def samples_as_numbers(data: Part, samples: Samples) -> Snippet:
    """Samples of any dataset as numbers."""
    made = f"""
        low, high = np.array({samples.low.tolist()}), np.array({samples.high.tolist()})
        target_low, target_high = {literal(samples.target_low)}, {literal(samples.target_high)}
        """
    dates = [f" {column.letter} counts {column.counts}." for column in samples.columns if column.counts]
    return Snippet(
        f"From inputs to targets: {len(samples.inputs):,} samples.{''.join(dates)}",
        join_passages(
            [
                _array("positions", samples.inputs),
                _array("targets", samples.targets),
                code(made) + _edges(samples),
            ]
        ),
    )


def _edges(samples: Samples) -> str:
    """Code that defines the size of a picture, or the side of many."""
    if samples.picture_shape is None:
        return ""
    return "\nheight, width = map(int, high)" if samples.places is None else "\nside = int(high[1])"


def _array(name: str, values: NDArray[np.float64]) -> str:
    if values.size <= MOST_LISTED:
        return f"{name} = np.array({values.tolist()})"
    packed = base64_constant(name.upper(), zlib.compress(np.ascontiguousarray(values, "<f8").tobytes()))
    load = f'np.frombuffer(zlib.decompress(base64.b64decode({name.upper()})), "<f8")'
    return f"{packed}\n{name} = {load}.reshape({values.shape})"


def _about_rows(experiment: Experiment, samples: Samples) -> str:
    sentences = []
    if samples.hidden is not None:
        sentences.append(f"{samples.hidden.sum():,} samples are hidden: the network never learns from them.")
    if experiment.validation > 0:
        sentences.append("Some samples are kept from training and only measured.")
    return " ".join(sentences) or "All samples are trained on."


def _rows(experiment: Experiment, samples: Samples) -> str:
    if samples.hidden is None:
        seen = "seen = np.arange(len(positions))"
    else:
        unpack = """
            hidden = np.frombuffer(zlib.decompress(base64.b64decode(HIDDEN)), np.uint8)
            seen = np.flatnonzero(np.unpackbits(hidden)[: len(positions)] == 0)
            """
        packed = zlib.compress(np.packbits(samples.hidden).tobytes())
        seen = f"{base64_constant('HIDDEN', packed)}\n{code(unpack)}"
    if experiment.validation == 0:
        return f"{seen}\ntraining = seen"
    chosen = f"""
        kept = min(round({literal(experiment.validation)} * len(seen)), len(seen) - 1)
        order = np.random.default_rng([SEED, 1]).permutation(len(seen))
        training, validation = seen[np.sort(order[kept:])], seen[np.sort(order[:kept])]
        """
    return f"{seen}\n{code(chosen)}"


def _scaling(experiment: Experiment, samples: Samples) -> str:
    identity = identity_of(experiment.data)
    where = "positions" if identity is None else "places"
    known = f"{where}[looked_at]" if samples.large else where
    offset, scale = script_writer("input_scaling", experiment.input_scaling)(known, "low", "high")
    lines = [f"input_offset, input_scale = {offset}, {scale}"]
    scaled = f"({where} - input_offset) / input_scale"
    if identity is None:
        lines.append(f"x = ({scaled}).astype(np.float32)")
    else:
        lines.insert(0, "places, low, high = positions[:, :-1], low[:-1], high[:-1]")
        lines.append("# The number of a picture stays as it is.")
        lines.append(f"x = np.column_stack([{scaled}, positions[:, -1:]]).astype(np.float32)")
    seen = "targets[looked_at]" if samples.large else "targets[seen]"
    scaling = script_writer("target_scaling", experiment.target_scaling)
    offset, scale = scaling(seen, "target_low", "target_high")
    lines += [
        "",
        f"target_offset, target_scale = {offset}, {scale}",
        "y = ((targets - target_offset) / target_scale).astype(np.float32)",
    ]
    text = "\n".join(lines)
    if "looked_at" in text:
        text = f"{code(_SUBSAMPLE)}\n{text}"
    return f"{_NONZERO}\n\n\n{text}" if "nonzero(" in text else text


def _png(pixels: NDArray[np.uint8]) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return file.getvalue()


# Scalings. Each takes the code of values and of the limits between which they lie, and returns the code of an
# offset and of a scale. The script defines `nonzero(width)`, which gives 1 for a width of 0.

Code = tuple[str, str]


def none(values: str, low: str, high: str) -> Code:
    return "0.0", "1.0"


def standardised(values: str, low: str, high: str) -> Code:
    return f"{values}.mean()", f"nonzero({values}.std())"


def standardised_per_column(values: str, low: str, high: str) -> Code:
    return f"{values}.mean(axis=0)", f"nonzero({values}.std(axis=0))"


def centred(values: str, low: str, high: str) -> Code:
    return f"({low} + {high}) / 2", f"nonzero({high} - {low})"


def square(values: str, low: str, high: str) -> Code:
    sides = f"({high} - {low})"
    longest = f"{sides}.max()"
    return f"({low} + {high} - 1.0) / 2 + ({longest} - {sides}) % 2 / 2", f"nonzero({longest})"


def unit(values: str, low: str, high: str) -> Code:
    return low, f"nonzero({high} - {low})"


def signed(values: str, low: str, high: str) -> Code:
    return f"({low} + {high}) / 2", f"nonzero(({high} - {low}) / 2)"
