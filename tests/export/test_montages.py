from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.export_command import value_of
from cadl_desktop.data.frames import WHOLE
from cadl_desktop.engine import render_rows
from cadl_desktop.experiment import preset
from cadl_desktop.export.exports import export, export_named, exports_for, preview
from cadl_desktop.export.job import CancelledError
from cadl_desktop.export.pictures.picture_bands import resampled_rows
from cadl_desktop.export.pictures.picture_exports import error_colours
from cadl_desktop.export.trained import Trained
from cadl_desktop.storage.atomic import FileError
from tests.engine.test_many_pictures import few
from tests.export.networks import untrained


@pytest.fixture(scope="module")
def trained() -> Trained:
    return untrained(few("embedding"))


def test_a_montage_is_every_picture_as_the_network_paints_it(tmp_path: Path, trained: Trained) -> None:
    path = tmp_path / "montage.png"
    export("montage", path, trained, export_named("montage").job({"scale": 2.5}))

    with Image.open(path) as picture:
        pixels = np.asarray(picture).astype(int)
    assert pixels.shape == (40, 60, 3)
    for number in range(5):
        top, left = number // 3 * 20, number % 3 * 20
        bands = render_rows(trained.experiment, trained.state.weights, WHOLE, 20, 20, picture=float(number))
        expected = np.clip(np.concatenate(list(bands)), 0, 255)
        assert np.abs(pixels[top : top + 20, left : left + 20] - expected).max() <= 0.51
    assert not pixels[20:, 40:].any()


def test_a_montage_at_its_own_size_is_what_the_window_shows(tmp_path: Path, trained: Trained) -> None:
    path = tmp_path / "montage.png"
    export("montage", path, trained)

    with Image.open(path) as picture:
        assert np.abs(np.asarray(picture) - np.clip(trained.prediction, 0, 255)).max() <= 0.51


@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_the_error_of_a_montage_is_that_of_each_of_its_pictures(
    tmp_path: Path, trained: Trained, scale: float
) -> None:
    path, side = tmp_path / "error.png", round(8 * scale)
    export("error", path, trained, export_named("error").job({"scale": scale}))

    with Image.open(path) as picture:
        pixels = np.asarray(picture).astype(int)
    assert pixels.shape == (2 * side, 3 * side, 3)
    for number in range(5):
        row, column = divmod(number, 3)
        bands = render_rows(
            trained.experiment, trained.state.weights, WHOLE, side, side, picture=float(number)
        )
        own = trained.target[row * 8 : row * 8 + 8, column * 8 : column * 8 + 8]
        error = np.concatenate(list(bands)) - resampled_rows(own, side, side, 0, side)
        shown = pixels[row * side : (row + 1) * side, column * side : (column + 1) * side]
        assert np.abs(shown - error_colours(error.mean(axis=2))).max() <= 0.51
    assert (pixels[side:, 2 * side :] == 255).all()  # no picture, no error


def test_the_error_of_a_montage_has_only_a_scale(trained: Trained) -> None:
    wanted = export_named("error")
    names = [option.name for option in wanted.options_for(".png", trained.experiment)]
    assert names == ["scale", "bits", "recipe"]
    assert wanted.complete(trained, {"scale": 3.0}) == {"scale": 3.0}


def test_the_option_number_is_limited_to_the_pictures(trained: Trained) -> None:
    options = export_named("film").options_for(".gif", trained.experiment)
    number = next(option for option in options if option.name == "number")
    assert value_of(number, "4.5") == 4.5
    with pytest.raises(UsageError, match="--number: 6 is beyond the limits; it has to be at least 1 and at"):
        value_of(number, "6")


@pytest.mark.parametrize("name", ["montage", "error"])
def test_a_preview_is_small_and_says_how_large_the_file_will_be(trained: Trained, name: str) -> None:
    wanted = export_named(name)
    job = wanted.job({"scale": 100.0})
    job.ending = ".png"
    shown = preview(wanted, trained, job)

    assert shown.caption == "2,400 × 1,600"
    assert shown.picture is not None
    assert max(shown.picture.shape) <= 360


def test_cancelling_works_within_a_row_of_pictures(tmp_path: Path) -> None:
    pair = untrained(replace(few(), data=few().data.has(count=2)))
    progress: list[float] = []

    def cancel_soon(share: float) -> None:
        progress.append(share)
        if share > 0:
            job.cancel()

    job = export_named("montage").job({"scale": 100.0}, cancel_soon)
    with pytest.raises(CancelledError):
        export("montage", tmp_path / "m.png", pair, job)
    assert 0 < progress[-1] < 0.9
    assert not list(tmp_path.glob("*.png"))


def test_a_size_beyond_the_format_is_refused(tmp_path: Path, trained: Trained) -> None:
    with pytest.raises(FileError, match="at most 16,383 pixels a side"):
        export("montage", tmp_path / "m.webp", trained, export_named("montage").job({"scale": 1000.0}))


def test_one_picture_has_no_montage() -> None:
    assert "montage" in [entry.name for entry in exports_for(few())]
    assert "montage" not in [entry.name for entry in exports_for(preset("lecture-painting"))]
