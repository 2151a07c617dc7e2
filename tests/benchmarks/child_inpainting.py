"""A child that hides a part of a picture, and says how near two ways come to what is there."""

import numpy as np
from msgspec.structs import replace
from skimage.restoration import inpaint_biharmonic

from cadl_desktop.data.pictures.masks import as_png
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.scores import psnr
from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.runs.events import Finished

HOLE = slice(24, 40)
"""Rows and columns that are hidden."""


def fill_in(name: str) -> dict[str, float]:
    """PSNR on the hidden pixels in dB: of the preset of this name, of scikit-image's biharmonic equation on
    the same mask, and of the mean colour of what is seen."""
    experiment = _masked(preset(name))
    samples = samples_of(experiment.data)
    assert samples.hidden is not None
    hidden, targets = samples.hidden, samples.targets
    mean = np.broadcast_to(targets[~hidden].mean(axis=0), targets[hidden].shape)
    return {
        "preset": psnr(_painted(experiment)[hidden], targets[hidden]),
        "biharmonic": psnr(_biharmonic(samples)[hidden], targets[hidden]),
        "mean": psnr(mean, targets[hidden]),
    }


def _masked(experiment: Experiment) -> Experiment:
    """The hole, in a preset that hides nothing itself."""
    if experiment.data["keep"] < 100:
        return experiment
    mask = np.zeros((64, 64), np.bool_)
    mask[HOLE, HOLE] = True
    return replace(experiment, data=experiment.data.has(mask=as_png(mask)))


def _painted(experiment: Experiment) -> np.ndarray:
    for event in train(experiment, Control(picture_seconds=None)):
        if isinstance(event, Finished) and event.progress.prediction is not None:
            return event.progress.prediction.reshape(-1, 3)
    raise RuntimeError("training ended without a painting")


def _biharmonic(samples: Samples) -> np.ndarray:
    assert samples.hidden is not None
    # A copy: scikit-image refuses arrays that can't be written to.
    hidden = samples.as_picture(samples.hidden[:, np.newaxis])[..., 0].copy()
    seen = samples.as_picture(samples.targets) / 255
    seen[hidden] = 0
    filled = inpaint_biharmonic(seen, hidden, channel_axis=-1)
    return np.asarray(filled, np.float64).reshape(-1, 3) * 255
