"""Guesses for hidden pixels from places of the same picture that look alike."""

import time
import tracemalloc
from importlib.resources import files

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import structural_similarity

from cadl_desktop.data.pictures.example_guesses import Guesses, guesses_by_example
from cadl_desktop.data.pictures.hole_filling import DEFAULT_SLOPES, fill_hole, window_side


def picture(name: str, longest: int) -> np.ndarray:
    """A picture of scikit-image, at most so large, colours between 0 and 1."""
    with files("skimage").joinpath("data", name).open("rb") as file:
        image = Image.open(file).convert("RGB")
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return np.asarray(image) / 255


def hole(shape: tuple[int, ...], top: int, left: int, height: int, width: int) -> np.ndarray:
    hidden = np.zeros(shape[:2], np.bool_)
    hidden[top : top + height, left : left + width] = True
    return hidden


def last_guesses(colours: np.ndarray, hidden: np.ndarray, seed: int = 0) -> Guesses:
    *_, last = guesses_by_example(colours, hidden, seed)
    return last


def likeness(found: np.ndarray, truth: np.ndarray, hidden: np.ndarray) -> float:
    _, places = structural_similarity(found, truth, channel_axis=-1, data_range=1, full=True)
    return float(places[hidden].mean())


def contrast(found: np.ndarray, truth: np.ndarray, hidden: np.ndarray) -> float:
    """The changes from pixel to pixel amid what is hidden, over the truth's."""
    along = hidden[:, 1:] & hidden[:, :-1]
    own, right = (np.square(np.diff(colours, axis=1)[along]).mean() for colours in (found, truth))
    return float(np.sqrt(own / right))


def test_a_pattern_that_repeats_is_continued_from_the_same_places_of_it() -> None:
    tile = np.random.default_rng(4).uniform(0.1, 0.9, size=(8, 6, 3))
    pattern = np.tile(tile, (13, 17, 1))
    hidden = hole(pattern.shape, 41, 30, 21, 25)

    found = last_guesses(pattern, hidden)
    np.testing.assert_array_equal((found.sources[hidden] - np.argwhere(hidden)) % [8, 6], 0)
    np.testing.assert_allclose(found.colours, pattern, atol=0.02)
    assert found.sure[hidden].min() > 0.98
    assert not found.partly


@pytest.mark.parametrize("name", ["brick.png", "page.png"])
def test_bricks_and_lines_of_text_go_on_where_smooth_filling_smears(name: str) -> None:
    truth = picture(name, 128)
    gains, contrasts = [], []
    for seed in range(3):
        random = np.random.default_rng([seed, 7])
        top, left = (random.integers(8, side - 30) for side in truth.shape[:2])
        hidden = hole(truth.shape, top, left, 22, 22)
        smooth = fill_hole(truth, hidden, DEFAULT_SLOPES, window_side(128))
        found = last_guesses(truth, hidden).colours
        gains.append(likeness(found, truth, hidden) - likeness(smooth, truth, hidden))
        contrasts.append(contrast(found, truth, hidden))

    assert np.mean(gains) >= 0.15
    assert 0.7 <= np.mean(contrasts) <= 1.2


@pytest.mark.parametrize("name", ["grass.png", "gravel.png"])
def test_grass_and_gravel_keep_their_contrast(name: str) -> None:
    truth = picture(name, 128)
    hidden = hole(truth.shape, 50, 40, 22, 22)

    assert 0.6 <= contrast(last_guesses(truth, hidden).colours, truth, hidden) <= 1.2


def test_a_sample_follows_the_seed_and_hidden_colours_do_not_matter() -> None:
    seen = picture("brick.png", 512)
    hidden = hole(seen.shape, 200, 300, 8, 8)
    unknown = np.where(hidden[..., np.newaxis], np.nan, seen)

    first, again = last_guesses(seen, hidden, 3), last_guesses(unknown, hidden, 3)
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)
    assert first.partly
    assert not np.array_equal(first.sources, last_guesses(seen, hidden, 4).sources)


@pytest.mark.parametrize("shape", [(60, 90, 3), (60, 90, 1), (8, 90, 3)])
@pytest.mark.parametrize("one_colour", [False, True])
def test_seen_pixels_stay_and_are_the_only_sources(shape: tuple[int, int, int], one_colour: bool) -> None:
    colours = np.full(shape, 0.4) if one_colour else np.random.default_rng(0).uniform(size=shape)
    hidden = hole(shape, 0, 30, shape[0], 10) | hole(shape, 3, 0, 2, 50) | hole(shape, 3, 66, 2, 24)

    count = 0
    for guesses in guesses_by_example(colours, hidden, 0):
        count += 1
        np.testing.assert_array_equal(guesses.colours[~hidden], colours[~hidden])
        assert guesses.colours.min() >= 0
        assert guesses.colours.max() <= 1
        assert (guesses.sources[~hidden] == -1).all()
        copied = guesses.sources[hidden & (guesses.sources[..., 0] >= 0)]
        assert not hidden[tuple(copied.T)].any()
        assert (guesses.sure[~hidden] == 1).all()
        assert ((guesses.sure >= 0) & (guesses.sure <= 1)).all()
        if one_colour:
            np.testing.assert_allclose(guesses.colours, colours, atol=1e-6)
    assert count
    assert (guesses.sources[hidden] >= 0).all()


@pytest.mark.parametrize(
    "hidden",
    [
        np.zeros((60, 60), np.bool_),
        np.ones((60, 60), np.bool_),
        hole((60, 60), 0, 0, 31, 60),
        np.arange(3600).reshape(60, 60) % 6 == 0,
        np.random.default_rng(0).uniform(size=(512, 512)) < 0.05,
        np.eye(5, dtype=np.bool_),
        hole((1, 1), 0, 0, 1, 1),
    ],
    ids=["nothing", "all", "more than half", "no seen patch", "sparse", "small", "one pixel"],
)
def test_nothing_is_guessed_where_there_is_no_example(hidden: np.ndarray) -> None:
    began = time.thread_time()

    assert not list(guesses_by_example(np.full((*hidden.shape, 3), 0.5), hidden, 0))
    assert time.thread_time() - began < 3


def test_a_hole_of_five_percent_in_a_large_picture_takes_little_memory() -> None:
    seen = picture("brick.png", 512)
    hidden = hole(seen.shape, 200, 200, 115, 115)
    tracemalloc.start()
    parts = [guesses.partly for guesses in guesses_by_example(seen, hidden, 0)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 300 * 2**20
    assert parts == sorted(parts, reverse=True)
    assert (parts[0], parts[-1]) == (True, False)


def test_of_a_hole_too_large_for_the_finest_copy_a_coarse_one_is_shown() -> None:
    seen = picture("brick.png", 420)
    hidden = hole(seen.shape, 100, 100, 205, 205)

    found = last_guesses(seen, hidden)
    assert found.partly
    assert (found.sources[hidden, 0] >= 0).mean() > 0.95
    assert contrast(found.colours, seen, hidden) > 0.7
