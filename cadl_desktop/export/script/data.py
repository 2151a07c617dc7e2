"""The samples of a script: what is learned, what is kept from training, and scaling."""

import zlib
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.samples import Samples
from cadl_desktop.experiment.identity import identity_of
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.export.script.cell import Cell, as_text, code, joined, written

MOST_LISTED = 200
"""Points that are written as numbers; of more the bytes are."""
_NONZERO = """\
def nonzero(width):
    return np.where(np.equal(width, 0), 1.0, width)  # values that are all alike have no width"""


def data_cells(experiment: Experiment, samples: Samples) -> list[Cell]:
    """Defines `positions`, `targets` (float64), `x`, `y` (float32, scaled), `training`, `validation`."""
    return [
        Cell("What is learned", _about(experiment, samples), _samples(experiment, samples)),
        Cell("Training and validation", _about_rows(experiment, samples), _rows(experiment, samples)),
        Cell(
            "Scaling",
            "Positions and targets as the network sees them; computed in float64 and only then cut.",
            _scaling(experiment),
        ),
    ]


def _about(experiment: Experiment, samples: Samples) -> str:
    match experiment.data.kind:
        case "sine":
            return "Points on a sine wave with uniform noise."
        case "picture":
            height, width = samples.picture_shape or (0, 0)
            return (
                f"From the row and column of a pixel to its colour: a picture of {width} x {height} pixels."
            )
        case "pictures":
            return "From the row and column of a pixel, and the number of its picture, to its colour."
        case "function":
            return f"Points on y = {experiment.data['expression']}, with uniform noise."
    return f"From inputs to targets: {len(samples.inputs):,} samples."


def _samples(experiment: Experiment, samples: Samples) -> str:
    match experiment.data.kind:
        case "sine":
            return _sine(experiment)
        case "picture":
            return _picture(samples)
        case "pictures":
            return _pictures(samples)
    return _points(samples)


def _sine(experiment: Experiment) -> str:
    data = experiment.data
    low, high, noise = (written(float(data[name])) for name in ("low", "high", "noise"))
    return code(
        f"""
        low, high = np.array([{low}]), np.array([{high}])
        positions = np.linspace({low}, {high}, {data["observations"]})[:, np.newaxis]
        noise = np.random.default_rng({data["seed"]}).uniform(-{noise}, {noise}, positions.shape)
        targets = np.sin(positions) + noise
        target_low, target_high = targets.min(), targets.max()
        """
    )


def _picture(samples: Samples) -> str:
    height, width = samples.picture_shape or (0, 0)
    pixels = samples.targets.reshape(height, width, 3).astype(np.uint8)
    return joined(
        [
            as_text("PICTURE", _png(pixels)),
            code(
                """
                picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(PICTURE))).convert("RGB"))
                height, width = picture.shape[:2]
                row, column = np.indices((height, width)).reshape(2, -1)
                positions = np.stack([row, column], axis=1).astype(np.float64)
                targets = picture.reshape(-1, 3).astype(np.float64)
                low, high = np.zeros(2), np.array([height, width], np.float64)
                target_low, target_high = 0.0, 255.0
                """
            ),
        ]
    )


def _pictures(samples: Samples) -> str:
    side = int(samples.high[0])
    stack = samples.targets.reshape(-1, side, 3).astype(np.uint8)
    return joined(
        [
            as_text("PICTURES", _png(stack)),
            code(
                """
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
            ),
        ]
    )


def _points(samples: Samples) -> str:
    return joined(
        [
            _array("positions", samples.inputs),
            _array("targets", samples.targets),
            code(
                f"""
                low, high = np.array({samples.low.tolist()}), np.array({samples.high.tolist()})
                target_low, target_high = {written(samples.target_low)}, {written(samples.target_high)}
                """
            ),
        ]
    )


def _array(name: str, values: NDArray[np.float64]) -> str:
    if values.size <= MOST_LISTED:
        return f"{name} = np.array({values.tolist()})"
    packed = as_text(name.upper(), zlib.compress(np.ascontiguousarray(values, "<f8").tobytes()))
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
        seen = f"{as_text('HIDDEN', packed)}\n{code(unpack)}"
    if experiment.validation == 0:
        return f"{seen}\ntraining = seen"
    chosen = f"""
        kept = min(round({written(experiment.validation)} * len(seen)), len(seen) - 1)
        order = np.random.default_rng([SEED, 1]).permutation(len(seen))
        training, validation = seen[np.sort(order[kept:])], seen[np.sort(order[:kept])]
        """
    return f"{seen}\n{code(chosen)}"


def _scaling(experiment: Experiment) -> str:
    identity = identity_of(experiment.data)
    where = "positions" if identity is None else "places"
    offset, scale = _affine(experiment.input_scaling, where, "low", "high")
    lines = [f"input_offset, input_scale = {offset}, {scale}"]
    scaled = f"({where} - input_offset) / input_scale"
    if identity is None:
        lines.append(f"x = ({scaled}).astype(np.float32)")
    else:
        lines.insert(0, "places, low, high = positions[:, :-1], low[:-1], high[:-1]")
        lines.append("# The number of a picture stays as it is.")
        lines.append(f"x = np.column_stack([{scaled}, positions[:, -1:]]).astype(np.float32)")
    seen = "targets[seen]"
    offset, scale = _affine(experiment.target_scaling, seen, "target_low", "target_high")
    lines += [
        "",
        f"target_offset, target_scale = {offset}, {scale}",
        "y = ((targets - target_offset) / target_scale).astype(np.float32)",
    ]
    text = "\n".join(lines)
    return f"{_NONZERO}\n\n\n{text}" if "nonzero(" in text else text


def _affine(kind: str, values: str, low: str, high: str) -> tuple[str, str]:
    """The code for an offset and a scale. Raises KeyError for a scaling of another package."""
    return {
        "none": ("0.0", "1.0"),
        "standardised": (f"{values}.mean()", f"nonzero({values}.std())"),
        "standardised per column": (f"{values}.mean(axis=0)", f"nonzero({values}.std(axis=0))"),
        "centred": (f"({low} + {high}) / 2", f"nonzero({high} - {low})"),
        "unit": (low, f"nonzero({high} - {low})"),
        "signed": (f"({low} + {high}) / 2", f"nonzero(({high} - {low}) / 2)"),
    }[kind]


def _png(pixels: NDArray[np.uint8]) -> bytes:
    written = BytesIO()
    Image.fromarray(pixels).save(written, "PNG", optimize=True)
    return written.getvalue()
