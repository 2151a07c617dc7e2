"""Filling of a hole without a network, and tuning on test holes in the same picture."""

import time

import numpy as np
import pytest

from cadl_desktop.data.pictures.hole_filling import DEFAULT_SLOPES, fill_hole, tune_slopes
from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment import preset
from tests.engine.runs import small_painting


def a_hole(height: int, width: int, top: int, left: int, side: int) -> np.ndarray:
    hole = np.zeros((height, width), np.bool_)
    hole[top : top + side, left : left + side] = True
    return hole


def astronaut(longest: int = 64) -> np.ndarray:
    samples = samples_of(small_painting(data=preset("inpainting").data.has(longest=longest)).data)
    assert samples.picture_shape is not None
    return samples.targets.reshape(*samples.picture_shape, 3) / 255


@pytest.mark.parametrize("slopes", [0.05, 0.4, 1.0])
def test_a_slanted_plane_is_continued_exactly_and_visible_pixels_stay(slopes: float) -> None:
    rows, columns = np.indices((20, 24))
    plane = (0.3 + rows / 50 - columns / 90)[..., np.newaxis] * [1.0, 0.5, 0.8]
    hole = a_hole(20, 24, 5, 8, 6)
    filled = fill_hole(np.where(hole[..., np.newaxis], 0.9, plane), hole, slopes, 7)

    np.testing.assert_array_equal(filled[~hole], plane[~hole])
    if slopes < 1:
        np.testing.assert_allclose(filled, plane, atol=2e-3 if slopes == 0.05 else 0.02)


def test_a_photograph_keeps_the_default_slopes_and_stripes_get_more() -> None:
    rows, columns = np.indices((64, 64))
    noise = np.random.default_rng(3).normal(0, 0.04, (64, 64))
    stripes = np.repeat(
        (0.5 + 0.3 * np.sign(np.sin((2 * columns + rows) / 3)) + noise)[..., np.newaxis], 3, 2
    )
    hole = a_hole(64, 64, 20, 30, 16)

    assert tune_slopes(astronaut(), hole).slopes == DEFAULT_SLOPES
    assert tune_slopes(stripes, hole).slopes == 1.0
    assert 2 <= tune_slopes(stripes, hole).holes <= 6


def test_tuning_ignores_hidden_colours() -> None:
    picture, hole = astronaut(), a_hole(64, 64, 9, 7, 13)
    other = np.where(hole[..., np.newaxis], np.random.default_rng(1).uniform(size=(64, 64, 3)), picture)

    assert tune_slopes(picture, hole) == tune_slopes(other, hole)


def test_slopes_are_the_default_without_room_for_a_test_hole() -> None:
    for hole in (
        a_hole(64, 64, 4, 4, 50),
        a_hole(64, 64, 0, 0, 64),
        a_hole(2, 64, 0, 5, 2),
        np.ones((1, 1), np.bool_),
    ):
        assert tune_slopes(np.full((*hole.shape, 3), 0.5), hole) == (DEFAULT_SLOPES, 0)


def test_slopes_are_tuned_on_reduced_pictures() -> None:
    picture = np.random.default_rng(2).uniform(size=(700, 1000, 3))
    strokes = np.random.default_rng(4).uniform(size=(700, 1000)) < 0.4
    strokes[:, 300:] = False
    began = time.thread_time()

    tune_slopes(picture, strokes)
    assert tune_slopes(picture, a_hole(700, 1000, 30, 0, 250)).holes
    assert time.thread_time() - began < 10
