"""A child that fills holes smoothly, by example and by the best guess, and says how near each comes."""

import io
import time
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.metrics import structural_similarity
from skimage.transform import resize

from cadl_desktop.data.pictures.example_guesses import guesses_by_example
from cadl_desktop.data.pictures.filling_choice import FillingChoice, filling_choice
from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.data.samples import samples_of
from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.edits import filled_in
from cadl_desktop.runs.events import Finished, Progressed
from tests.benchmarks.child_inpainting import HOLES, holes_of, own
from tests.benchmarks.memory import peak_megabytes

PICTURES = {
    "brick": "brick.png",
    "grass": "grass.png",
    "gravel": "gravel.png",
    "cloth": "",
    "page": "page.png",
    "coffee": "coffee.png",
    "rocket": "rocket.jpg",
    "cat": "chelsea.png",
}
"""Files of scikit-image by what they show; cloth is drawn."""
ALWAYS_BY_EXAMPLE = ("brick", "cloth", "page", "grass", "gravel")
SIDE, HOLE = 128, 22
Doubles = NDArray[np.float64]
Scores = dict[str, float]


def sixteen() -> dict[str, list[dict[str, Any]]]:
    """Scores of two holes of 22 x 22 in each of the pictures, at 128 pixels."""
    return {"cases": [_case(name, each) for name, each in _sixteen()]}


def twenty(side: str) -> dict[str, list[dict[str, Any]]]:
    """Scores of the holes that the inpainting presets are measured with."""
    return {"cases": [_case("", each) for each in holes_of(int(side))]}


def guesses(side: str, hole: str) -> Scores:
    """Seconds to the first and to the last guesses for a hole of so many pixels along each side in bricks,
    and the memory that they add, in MB."""
    hidden = np.zeros((int(side), int(side)), np.bool_)
    place = slice(int(side) // 3, int(side) // 3 + int(hole))
    hidden[place, place] = True
    picture = _picture("brick.png", int(side))
    for _ in guesses_by_example(picture[:32, :32], hidden[:32, :32], 1):  # loads SciPy
        pass
    before, began, found = peak_megabytes(), time.perf_counter(), []
    for _ in guesses_by_example(picture, hidden, 1):
        found.append(time.perf_counter() - began)
    return {"first": found[0], "last": found[-1], "megabytes": peak_megabytes() - before}


def _sixteen() -> Iterator[tuple[str, Experiment]]:
    for number, (name, file) in enumerate(PICTURES.items()):
        picture = _picture(file, SIDE) if file else _cloth()
        image, random = _png(picture), np.random.default_rng([39, number])
        for _ in range(HOLES):
            mask = np.zeros(picture.shape[:2], np.bool_)
            top, left = (int(random.integers(2, edge - HOLE - 1)) for edge in picture.shape[:2])
            mask[top : top + HOLE, left : left + HOLE] = True
            yield name, own("inpainting", image=image, longest=SIDE, mask=mask_to_png(mask))


def _case(name: str, experiment: Experiment) -> dict[str, Any]:
    """Scores of a painting that is filled in smoothly, by the best guess, and, for some, by example. Where
    the best guess is smooth, its experiment is the same one and isn't trained again."""
    *_, choice = filling_choice(experiment)
    assert isinstance(choice, FillingChoice)
    smooth = _scores(experiment)
    best = _scores(filled_in(experiment, choice.example)) if choice.example else smooth
    found = {"name": name, "example": choice.example, "smooth": smooth, "best": best}
    if name in ALWAYS_BY_EXAMPLE:
        found["by_example"] = _scores(filled_in(experiment, 1.0))
    return found


def _scores(experiment: Experiment) -> Scores:
    """PSNR in dB, SSIM, and the contrast relative to the true one, of the hidden pixels at the end."""
    for event in train(experiment, Control()):
        if isinstance(event, Finished) and isinstance(event.progress, Progressed):
            painted = event.progress.prediction
    samples = samples_of(experiment.data)
    assert samples.hidden is not None
    hidden = samples.as_picture(samples.hidden[:, np.newaxis])[..., 0]
    truth = samples.as_picture(samples.targets) / 255
    found = np.clip(np.asarray(painted, np.float64).reshape(truth.shape) / 255, 0, 1)
    error = np.square(found - truth)[hidden].mean()
    similarity = structural_similarity(found, truth, channel_axis=-1, data_range=1, full=True)[1]
    return {
        "psnr": float(-10 * np.log10(error)),
        "ssim": float(similarity[hidden].mean()),
        "contrast": _gradient(found, hidden) / _gradient(truth, hidden),
    }


def _gradient(picture: Doubles, hidden: NDArray[np.bool_]) -> float:
    squares = np.square(np.diff(picture, axis=0)[:, :-1]) + np.square(np.diff(picture, axis=1)[:-1])
    return float(np.sqrt(squares.sum(axis=2)[hidden[:-1, :-1]].mean()))


def _picture(name: str, side: int) -> Doubles:
    """A picture of scikit-image with colours between 0 and 1, whose longer side has so many pixels."""
    image = Image.open(io.BytesIO(files("skimage").joinpath("data", name).read_bytes())).convert("RGB")
    pixels = np.asarray(image) / 255
    scale = side / max(pixels.shape)
    size = round(pixels.shape[0] * scale), round(pixels.shape[1] * scale)
    return np.asarray(resize(pixels, size, anti_aliasing=True))


def _cloth() -> Doubles:
    """A drawn twill of threads four pixels wide, whose colours differ."""
    random = np.random.default_rng(5)
    rows, columns = np.indices((SIDE, SIDE))
    warp, weft = random.normal(0.55, 0.08, SIDE // 4), random.normal(0.35, 0.08, SIDE // 4)
    over = (rows // 4 + columns // 4) % 4 < 2
    across = np.where(over, columns, rows) % 4
    threads = np.where(over, warp[columns // 4], weft[rows // 4])
    light = threads * (0.6 + 0.4 * np.cos((across - 1.5) / 4 * 0.8 * np.pi))
    light += random.normal(0, 0.02, light.shape)
    return np.clip(light[..., np.newaxis] * [1.1, 0.9, 0.7], 0, 1)


def _png(picture: Doubles) -> bytes:
    written = io.BytesIO()
    Image.fromarray((255 * picture).round().astype(np.uint8)).save(written, "PNG")
    return written.getvalue()
