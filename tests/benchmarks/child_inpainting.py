"""A child that hides a part of pictures, and says how near several ways come to what is there."""

from collections.abc import Iterator, Sequence
from importlib.resources import files

import numpy as np
from msgspec.structs import replace
from scipy.interpolate import griddata
from skimage.restoration import inpaint_biharmonic

from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.data.pictures.picture_dataset import load_picture
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.scores import psnr
from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.methods.following import followed
from cadl_desktop.experiment.part import Value
from cadl_desktop.runs.events import Finished, Progressed

PICTURES = (
    "chelsea.png",
    "camera.png",
    "moon.png",
    "ihc.png",
    "cell.png",
    "clock_motion.png",
    "coins.png",
    "horse.png",
    "logo.png",
    "microaneurysms.png",
)
TEXTURES = ("grass.png", "gravel.png", "brick.png")
HOLES = 2
"""Holes in each picture, each a quarter of its longer side wide and high."""


def fill_in(kind: str, side: str) -> dict[str, list[dict[str, float]]]:
    """PSNR of the hidden pixels in dB for each case: ours, the biharmonic equation's of scikit-image, and of
    a texture linear interpolation's and the mean colour's; and after how many seconds of training ours was
    within 1 dB of its end."""
    return {"cases": [_case(kind, experiment) for experiment in _experiments(kind, int(side))]}


def _experiments(kind: str, side: int) -> Iterator[Experiment]:
    if kind != "10 % kept":
        yield from holes_of(side, TEXTURES if kind == "textures" else PICTURES)
        return
    for number, name in enumerate(PICTURES):
        yield own("sparse-inpainting", image=_image(name), longest=side, keep=10.0, keep_seed=number)


def holes_of(side: int, names: Sequence[str] = PICTURES) -> Iterator[Experiment]:
    """Yields the inpainting preset with each picture, of so many pixels along its longer side, and each of
    its holes."""
    for number, name in enumerate(names):
        seen = own("inpainting", image=_image(name), longest=side)
        height, width = samples_of(seen.data).picture_shape or (side, side)
        random, hole = np.random.default_rng([11, number, side]), side // 4
        for _ in range(HOLES):
            mask = np.zeros((height, width), np.bool_)
            top, left = (random.integers(2, edge - hole - 1) for edge in (height, width))
            mask[top : top + hole, left : left + hole] = True
            yield own("inpainting", image=_image(name), longest=side, mask=mask_to_png(mask))


def _image(name: str) -> bytes:
    return load_picture(files("skimage").joinpath("data", name).read_bytes())


def own(name: str, **settings: Value) -> Experiment:
    """Returns a preset with another picture, and with what follows it."""
    before = preset(name)
    return followed(before, replace(before, data=before.data.has(source="own", **settings)))


def _case(kind: str, experiment: Experiment) -> dict[str, float]:
    samples = samples_of(experiment.data)
    assert samples.hidden is not None
    hidden, targets = samples.hidden, samples.targets
    ours, seconds = _painted(experiment, samples)
    found = {"ours": ours, "seconds": seconds}
    others = {"biharmonic": _biharmonic(samples)}
    if kind == "textures":
        others = {
            "linear": _linear(samples),
            "mean": np.broadcast_to(targets[~hidden].mean(axis=0), targets.shape),
        }
    return found | {name: psnr(other[hidden], targets[hidden]) for name, other in others.items()}


def _painted(experiment: Experiment, samples: Samples) -> tuple[float, float]:
    scores = []
    for event in train(experiment, Control(picture_seconds=0.1)):
        progress = event.progress if isinstance(event, Finished) else event
        if isinstance(progress, Progressed) and progress.prediction is not None:
            painted = progress.prediction.reshape(-1, 3)[samples.hidden]
            scores.append((progress.seconds, psnr(painted, samples.targets[samples.hidden])))
    end = scores[-1][1]
    return end, next(seconds for seconds, score in scores if score >= end - 1)


def _biharmonic(samples: Samples) -> np.ndarray:
    assert samples.hidden is not None
    # A copy: scikit-image refuses arrays that can't be written to.
    hidden = samples.as_picture(samples.hidden[:, np.newaxis])[..., 0].copy()
    seen = samples.as_picture(samples.targets) / 255
    seen[hidden] = 0
    filled = inpaint_biharmonic(seen, hidden, channel_axis=-1)
    return np.asarray(filled, np.float64).reshape(-1, 3) * 255


def _linear(samples: Samples) -> np.ndarray:
    assert samples.hidden is not None
    seen = ~samples.hidden
    return np.asarray(griddata(samples.inputs[seen], samples.targets[seen], samples.inputs))
