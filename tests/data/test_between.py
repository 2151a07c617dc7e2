"""References for measuring a painting between its pixels, made without any network."""

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.pictures.cropping import image_to_png
from cadl_desktop.data.pictures.masks import hidden_pixels
from cadl_desktop.data.pictures.masks import mask_to_png as as_mask
from cadl_desktop.data.pictures.picture_dataset import thumbnail
from cadl_desktop.data.pictures.picture_reading import PictureError
from cadl_desktop.data.pictures.pixel_references import (
    TRAINING_SECONDS,
    leave_out_pixels,
    load_original,
    original_longest,
)
from cadl_desktop.data.scores import psnr
from cadl_desktop.experiment import Experiment, Stop, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.part import Part


def own(height: int, width: int, longest: int, **settings: object) -> Part:
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    image = image_to_png(Image.fromarray(pixels))
    return part("dataset", "picture", source="own", image=image, longest=longest, **settings)


def painting(data: Part, **changes: object) -> Experiment:
    return replace(preset("lecture-painting"), data=data, **changes)


@pytest.mark.parametrize(
    ("longest", "found"),
    [(10, 40), (30, 120), (80, 120), (81, None), (120, None), (300, None)],
)
def test_an_original_is_up_to_four_times_as_large_and_clearly_larger(longest: int, found: int | None) -> None:
    assert original_longest(own(90, 120, longest)) == found


def test_an_original_that_would_take_long_to_paint_is_reduced() -> None:
    image = image_to_png(Image.new("L", (8000, 8)))
    data = part("dataset", "picture", source="own", image=image, longest=2000)
    assert original_longest(data) == 4096
    assert original_longest(data.has(longest=3000)) is None


def test_an_original_is_compared_with_bicubic_enlargement() -> None:
    data = own(32, 48, 12)
    original = load_original(data, 48)
    assert np.array_equal(original.pixels, thumbnail(data, 48))
    assert original.counts is None
    larger = Image.fromarray(thumbnail(data, 12)).resize((48, 32), Image.Resampling.BICUBIC)
    assert original.bicubic == psnr(np.asarray(larger), original.pixels)


def test_only_visible_pixels_of_an_original_count() -> None:
    mask = np.zeros((8, 12), np.bool_)
    mask[:3] = True
    original = load_original(own(32, 48, 12, mask=as_mask(mask)), 48)
    assert original.bicubic is None
    assert original.counts is not None
    assert np.array_equal(original.counts, ~mask.repeat(4, 0).repeat(4, 1))


def test_every_second_pixel_is_left_out_like_the_squares_of_a_chessboard() -> None:
    data = own(6, 8, 8)
    left_out = leave_out_pixels(painting(data))
    hidden = hidden_pixels(left_out.experiment.data, 6, 8)
    board = np.indices((6, 8)).sum(0) % 2 == 1
    assert hidden is not None
    assert np.array_equal(hidden, board)
    assert np.array_equal(left_out.counts, board)


def test_left_out_pixels_are_compared_with_the_mean_of_learned_neighbours() -> None:
    pixels = np.zeros((3, 3, 3), np.uint8)
    pixels[0, 0], pixels[0, 2], pixels[1, 1], pixels[0, 1] = 30, 60, 90, 50
    data = part("dataset", "picture", source="own", image=image_to_png(Image.fromarray(pixels)), longest=3)
    mask = np.ones((3, 3), np.bool_)
    mask[0, :2] = mask[0, 2] = mask[1, 1] = False

    left_out = leave_out_pixels(painting(data.has(mask=as_mask(mask))))

    assert np.argwhere(left_out.counts).tolist() == [[0, 1]]
    assert left_out.neighbours == pytest.approx(psnr(np.full(3, 60.0), np.full(3, 50.0)))


def test_hidden_pixels_stay_hidden_and_do_not_count() -> None:
    data = own(24, 24, 24, keep=50)
    left_out = leave_out_pixels(painting(data))
    was, hidden = (hidden_pixels(each, 24, 24) for each in (data, left_out.experiment.data))
    assert was is not None
    assert hidden is not None
    assert hidden[was].all()
    assert not left_out.counts[was].any()
    assert hidden[left_out.counts].all()


def test_the_training_on_left_out_pixels_is_short() -> None:
    data = own(8, 8, 8)
    for stop, seconds in (
        (Stop(epochs=6), TRAINING_SECONDS),
        (Stop(seconds=60), TRAINING_SECONDS),
        (Stop(seconds=2.0), 2.0),
    ):
        briefly = leave_out_pixels(painting(data, stop=stop)).experiment.stop
        assert (briefly.epochs, briefly.seconds) == (stop.epochs, seconds)


def test_too_few_visible_pixels_to_leave_some_out_are_refused() -> None:
    mask = np.ones((8, 8), np.bool_)
    mask[4, 4] = False
    with pytest.raises(PictureError, match="Too few pixels"):
        leave_out_pixels(painting(own(8, 8, 8, mask=as_mask(mask))))


def test_leaving_out_pixels_adds_no_penalty_and_no_guesses() -> None:
    experiment = replace(preset("own-painting"), example=1.0)
    left_out = leave_out_pixels(experiment).experiment
    assert left_out.method == experiment.method
    assert left_out.coherence == experiment.coherence == 0
    assert left_out.example == 0
