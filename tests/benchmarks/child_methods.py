"""A child that paints a picture as `train PICTURE` does, and says how near it came."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from cadl_desktop.cli.arguments import repeat_option_names, train_parser
from cadl_desktop.cli.experiments import task_of
from cadl_desktop.data.frames import WHOLE
from cadl_desktop.data.scores import psnr
from cadl_desktop.engine import Control, train
from cadl_desktop.engine.evaluation.render import render_rows
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Finished
from tests.benchmarks.pictures import Bytes, square


def paint(name: str, size: str, seconds: str, times: str, *options: str) -> dict[str, float]:
    """PSNR in dB after a run of so many seconds with these further options of the command line.

    'seen' of the pixels; with `times` above 1 also 'between' them, painted so many times as large against the
    picture of that size, and what 'bicubic' enlargement makes of the pixels.
    """
    pixels, factor = square(name, int(size)), int(times)
    experiment = experiment_of(pixels, seconds, options)
    finished = _trained(experiment)
    painted = finished.progress.prediction
    assert painted is not None
    found = {"seen": psnr(painted.reshape(-1, 3), pixels.reshape(-1, 3)), "steps": finished.state.step}
    if factor > 1:
        truth = square(name, int(size) * factor)
        side = len(truth)
        bands = render_rows(experiment, finished.state.weights, WHOLE, side, side)
        found["between"] = _near(np.concatenate(list(bands)), truth)
        larger = Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
        found["bicubic"] = _near(np.asarray(larger, np.float32), truth)
    return found


def experiment_of(pixels: Bytes, seconds: str, options: Sequence[str]) -> Experiment:
    """Experiment of `train PICTURE` with a limit in seconds and further options."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "picture.png")
        Image.fromarray(pixels).save(path)
        words = [str(path), "--out", folder, "--seconds", seconds, "--set", f"data.longest={len(pixels)}"]
        return task_of(train_parser().parse_args(repeat_option_names([*words, *options]))).experiment


def _trained(experiment: Experiment) -> Finished:
    for event in train(experiment, Control(picture_seconds=None)):
        if isinstance(event, Finished):
            return event
    raise RuntimeError("training ended without an end")


def _near(painted: np.ndarray, truth: Bytes) -> float:
    return psnr(painted.reshape(-1, 3), truth.reshape(-1, 3))
