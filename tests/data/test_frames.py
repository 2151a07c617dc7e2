"""Positions of the pixels in a part of the plane."""

import numpy as np
import pytest

from cadl_desktop.data.frames import WHOLE, Frame, around, pixel_centres


@pytest.mark.parametrize("pixels", [1, 3, 64, 101, 2047])
def test_pixel_centres_at_the_pictures_size_are_whole_numbers(pixels: int) -> None:
    assert np.array_equal(pixel_centres(0.0, 1.0, pixels, pixels), np.arange(pixels))


def test_pixel_centres_at_a_multiple_of_the_size_are_those_of_subpixels() -> None:
    assert np.allclose(pixel_centres(0.0, 1.0, 10, 40), (np.arange(40) + 0.5) / 4 - 0.5)


def test_a_frame_of_twice_the_size_has_the_picture_in_its_middle() -> None:
    frame = around(2.0)
    assert frame == Frame(-0.5, -0.5, 2.0, 2.0)
    assert (frame.bottom, frame.right) == (1.5, 1.5)
    inner = pixel_centres(frame.top, frame.height, 10, 20)[5:15]
    assert np.allclose(inner, np.arange(10))
    assert around(1.0) == WHOLE


@pytest.mark.parametrize(
    "wrong", [(0, 0, 0, 1), (0, 0, 1, -1), (float("nan"), 0, 1, 1), (0, 0, 1, float("inf"))]
)
def test_a_frame_is_finite_and_has_an_extent(wrong: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="extent"):
        Frame(*wrong)


def test_a_picture_has_pixels() -> None:
    with pytest.raises(ValueError, match="at least one pixel"):
        pixel_centres(0.0, 1.0, 10, 0)
