"""`train --between`: the score between a painting's pixels, and experiments without one."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.between_pixels import Between, in_words, measured_between
from cadl_desktop.cli.train_command import run_training
from cadl_desktop.data.frames import WHOLE
from cadl_desktop.data.pictures.cropping import image_to_png
from cadl_desktop.data.pictures.masks import mask_to_png as as_mask
from cadl_desktop.data.pictures.pixel_references import leave_out_pixels, load_original
from cadl_desktop.data.scores import psnr
from cadl_desktop.engine import render_rows
from cadl_desktop.experiment import Experiment
from tests.cli.commands import Result, result_of
from tests.engine.runs import epochs, finished, run, small_painting
from tests.export.networks import untrained

SMALL = ["--preset", "lecture-painting", "--epochs", "1", "--between"]


def picture(folder: Path, side: int) -> str:
    """Picture of one colour."""
    Image.new("RGB", (side, side), (90, 20, 20)).save(folder / "own.png")
    return str(folder / "own.png")


def without_larger_original(experiment: Experiment) -> Experiment:
    pixels = np.random.default_rng(3).integers(0, 256, (12, 12, 3), np.uint8)
    image = image_to_png(Image.fromarray(pixels).resize((4, 4)).resize((12, 12)))
    return replace(experiment, data=experiment.data.has(source="own", image=image))


@pytest.mark.parametrize("hidden", [0, 6])
def test_the_painting_is_compared_with_visible_pixels_of_the_original(hidden: int) -> None:
    experiment = small_painting()
    if hidden:
        mask = np.zeros((12, 12), np.bool_)
        mask[:hidden] = True
        experiment = replace(experiment, data=experiment.data.has(mask=as_mask(mask)))
    trained, original = untrained(experiment), load_original(experiment.data, 48)
    found = measured_between(trained, lambda: True)
    assert found is not None
    painted = np.concatenate(list(render_rows(experiment, trained.state.weights, WHOLE, 48, 48)))
    seen = slice(4 * hidden, None)
    assert found.psnr == pytest.approx(psnr(painted[seen], original.pixels[seen]), abs=1e-3)
    assert (found.longest, found.steps, found.bicubic) == (48, trained.state.step, original.bicubic)
    assert (found.bicubic is None) is bool(hidden)


def test_without_a_larger_original_another_training_is_scored() -> None:
    experiment = without_larger_original(small_painting())
    left_out, found = leave_out_pixels(experiment), measured_between(untrained(experiment), lambda: True)
    painted, counts = finished(run(left_out.experiment)).progress.prediction, left_out.counts
    assert found is not None
    assert painted is not None
    assert found.psnr == pytest.approx(psnr(painted[counts], left_out.pixels[counts]))
    assert (found.neighbours, found.longest) == (left_out.neighbours, None)


def test_an_interrupted_measurement_has_no_score() -> None:
    wanted = iter([True, True, False])
    experiment = without_larger_original(epochs(small_painting(), 100_000))
    assert measured_between(untrained(experiment), lambda: next(wanted)) is None


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            Between(25.91, longest=256, steps=1200, bicubic=25.52),
            "Between the pixels after 1,200 steps: 25.9 dB (bicubic 25.5), from the original at 256 pixels.",
        ),
        (
            Between(25.91, longest=2048, steps=7),
            "Between seen pixels after 7 steps: 25.9 dB, from the original at 2,048 pixels.",
        ),
        (
            Between(25.91, seconds=4.96, neighbours=27.04),
            "Between the pixels: 25.9 dB (mean of neighbours 27.0), "
            "after 5.0 s of training on every second pixel.",
        ),
    ],
)
def test_the_answer_is_one_sentence(found: Between, sentence: str) -> None:
    assert in_words(found) == sentence


def test_without_a_larger_original_it_trains_on_every_second_pixel(
    here: Callable[..., Result], tmp_path: Path
) -> None:
    settings = ["--set", "layers.0.units=8", "batch_size=16", "data.longest=12"]
    completed = here("train", picture(tmp_path, 12), *SMALL, "--json", "--out", tmp_path / "out", *settings)
    between = result_of(completed)["between"]
    assert between["psnr"] > 0
    assert between["seconds"] > 0
    assert between["longest"] is None
    assert between["neighbours"] is None  # no error, so an infinite PSNR, which JSON lacks


@pytest.mark.parametrize(
    ("preset", "message"),
    [
        ("lecture-tanh", "--between: '10 tanh neurons' doesn't paint one picture; leave it out."),
        ("homework-many-pictures", "doesn't paint one picture"),
    ],
)
def test_experiments_without_a_single_picture_are_refused(tmp_path: Path, preset: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run_training([preset, "--between", "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_a_picture_too_large_for_between_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too large for it, unless it is learned at less"):
        run_training(
            [picture(tmp_path, 1100), *SMALL, "--out", str(tmp_path / "out"), "--set", "data.longest=1100"]
        )
