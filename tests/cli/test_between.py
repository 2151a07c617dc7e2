"""`train --between`, where the picture has no larger original, and where there is nothing between."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.train import run_training
from tests.cli.commands import Result, result_of

SMALL = ["--preset", "lecture-painting", "--epochs", "1", "--between"]


def picture(folder: Path, side: int) -> str:
    """Of one colour."""
    Image.new("RGB", (side, side), (90, 20, 20)).save(folder / "own.png")
    return str(folder / "own.png")


def test_without_a_larger_original_it_trains_on_every_second_pixel(
    here: Callable[..., Result], tmp_path: Path
) -> None:
    settings = ["--set", "layers.0.units=8", "batch_size=16", "data.longest=12"]
    completed = here("train", picture(tmp_path, 12), *SMALL, "--json", "--out", tmp_path / "out", *settings)
    between = result_of(completed)["between"]
    assert between["psnr"] > 0
    assert between["seconds"] > 0
    assert between["longest"] is None
    assert between["neighbours"] is None  # neighbours of one colour have no error, and JSON no infinity


@pytest.mark.parametrize(
    ("preset", "message"),
    [
        ("lecture-tanh", "--between: '10 tanh neurons' doesn't paint one picture; leave it out."),
        ("homework-many-pictures", "doesn't paint one picture"),
    ],
)
def test_what_paints_no_single_picture_is_refused(tmp_path: Path, preset: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run_training([preset, "--between", "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_a_picture_that_is_too_large_for_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too large for it, unless it is learned at less"):
        run_training(
            [picture(tmp_path, 1100), *SMALL, "--out", str(tmp_path / "out"), "--set", "data.longest=1100"]
        )
