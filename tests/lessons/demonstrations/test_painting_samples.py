"""Page 15: goal, and the table of a picture's samples."""

import numpy as np
import pytest
from skimage.data import astronaut

from cadl_desktop.lessons.demonstrations import painting_samples
from cadl_desktop.lessons.demonstrations.painting_samples import NAMES, WANTED, Painting
from cadl_desktop.lessons.figure import Line, Picture
from cadl_desktop.lessons.lecture import LECTURE
from tests.lessons.demonstration_driver import handle

CHOICES = list(NAMES)


def at_sample(page: Painting, number: int) -> Painting:
    """Clicks the pixel of a sample."""
    columns = painting_samples.picture_size(page.picture)[1]
    return page.after_move("pixel", number % columns + 0.5, number // columns + 0.5)


def test_the_longer_side_is_the_lecture_s() -> None:
    assert painting_samples.picture_size("astronaut") == (64, 64)
    longest = {max(painting_samples.picture_size(name)) for name in NAMES}
    assert longest == {LECTURE["L15"]["pixels"]}


def test_samples_are_the_picture_s_pixels_row_by_row() -> None:
    known, whole = painting_samples.picture_samples("astronaut"), astronaut().astype(np.float64)
    means = whole.reshape(64, 8, 64, 8, 3).mean(axis=(1, 3))
    number = painting_samples.sample_index("astronaut", 31, 16)
    assert list(known.inputs[number]) == [31, 16]
    assert np.abs(known.targets.reshape(64, 64, 3) - means).mean() < 6
    np.testing.assert_array_equal(painting_samples.row_colours("astronaut", 31)[16], known.targets[number])


@pytest.mark.parametrize("name", NAMES)
def test_positions_have_one_mean_and_one_deviation(name: str) -> None:
    positions = painting_samples.scaled_positions(name)
    assert positions.mean() == pytest.approx(0, abs=1e-6)
    assert positions.std() == pytest.approx(1, abs=1e-6)
    rows = painting_samples.picture_samples(name).inputs[:, 0]
    unscaled = positions[:, 0] * painting_samples.position_scaling(name).scale
    assert np.ptp(unscaled - rows) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("picture", CHOICES)
def test_the_goal_of_painting_is_reached_by_the_wanted_pixel(picture: str) -> None:
    page = at_sample(Painting().with_value("picture", picture), WANTED)
    assert not page.reached()
    assert page.after_press("claim").reached()
    assert at_sample(page.after_press("claim"), 5).reached()


@pytest.mark.parametrize(("away", "why"), [(-1, "1 later"), (64, "64 earlier")])
def test_another_pixel_does_not_reach_the_goal(away: int, why: str) -> None:
    page = at_sample(Painting(), WANTED + away).after_press("claim")
    assert not page.reached()
    assert why in page.words()[-1]


def test_a_pixel_is_a_row_of_the_table() -> None:
    page = Painting().after_move("pixel", 16.9, 31.1)
    (table,) = page.tables()
    (marked,) = table.marked
    colours = painting_samples.picture_samples("astronaut").targets[2000]
    colour_text = ", ".join(f"{colour:.0f}" for colour in colours)
    assert table.rows[marked] == (2000, "31, 16", "-0.027, -0.839", colour_text)
    assert "$31 \\cdot 64 + 16 = 2000$" in page.words()[0]
    (whole,) = page.numbers()
    assert len(whole.rows) == 64
    assert whole.rows[16] == pytest.approx((2000, 31, 16, -0.027, -0.839, *colours), abs=1e-3)


def test_pixel_is_clipped_and_kept_for_another_picture() -> None:
    page = Painting().after_move("pixel", 1e3, 1e3)
    assert (page.row, page.column) == (63, 63)
    smaller = page.with_value("picture", "cat")
    assert (smaller.row, smaller.column) == (painting_samples.picture_size("cat")[0] - 1, 63)
    assert Painting().after_move("pixel", -5.0, -5.0).tables()[0].marked == {0}


def test_marked_row_is_drawn_as_three_curves() -> None:
    page = Painting().after_move("pixel", 10.5, 40.5)
    picture, row = page.figures()
    (drawn,) = [item for item in picture.items if isinstance(item, Picture)]
    assert (handle(page, "pixel").x, handle(page, "pixel").y) == (10.5, 40.5)
    curves = [item.y for item in row.items if isinstance(item, Line)]
    np.testing.assert_array_equal(np.stack(curves, axis=1), drawn.colours[40])
