"""Page 15, played as a person would, and the table that a picture is."""

import numpy as np
import pytest
from skimage.data import astronaut

from cadl_desktop.lessons.demonstrations.pictures.painting import TITLES, WANTED, Painting
from cadl_desktop.lessons.figure import Line, Picture
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.samples import pixels
from tests.lessons.playing import handle

CHOICES = list(TITLES)


def at_sample(page: Painting, number: int) -> Painting:
    """Clicked in the middle of the pixel that is so many pixels from the first, counted row by row."""
    columns = pixels.size(page.picture)[1]
    return page.moved("pixel", number % columns + 0.5, number // columns + 0.5)


def test_the_longer_side_is_the_lecture_s() -> None:
    assert pixels.size("astronaut") == (64, 64)
    assert all(max(pixels.size(name)) == LECTURE["L15"]["pixels"] for name in pixels.NAMES)
    assert tuple(TITLES) == pixels.NAMES


def test_samples_are_the_picture_s_pixels_row_by_row() -> None:
    known, whole = pixels.samples("astronaut"), astronaut().astype(np.float64)
    means = whole.reshape(64, 8, 64, 8, 3).mean(axis=(1, 3))
    number = pixels.sample_at("astronaut", 31, 16)
    assert list(known.inputs[number]) == [31, 16]
    assert np.abs(known.targets.reshape(64, 64, 3) - means).mean() < 6
    np.testing.assert_array_equal(pixels.along_row("astronaut", 31)[16], known.targets[number])


@pytest.mark.parametrize("name", pixels.NAMES)
def test_positions_have_one_mean_and_one_deviation(name: str) -> None:
    positions = pixels.positions(name)
    assert positions.mean() == pytest.approx(0, abs=1e-6)
    assert positions.std() == pytest.approx(1, abs=1e-6)
    rows = pixels.samples(name).inputs[:, 0]
    assert np.ptp(positions[:, 0] * pixels.scaling(name).scale - rows) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("picture", CHOICES)
def test_the_goal_of_painting_is_reached_by_the_wanted_pixel(picture: str) -> None:
    page = at_sample(Painting().turned("picture", picture), WANTED)
    assert not page.reached()
    assert page.pressed("claim").reached()
    assert at_sample(page.pressed("claim"), 5).reached()


@pytest.mark.parametrize(("away", "why"), [(-1, "1 later"), (64, "64 earlier")])
def test_another_pixel_reaches_nothing(away: int, why: str) -> None:
    page = at_sample(Painting(), WANTED + away).pressed("claim")
    assert not page.reached()
    assert why in page.words()[-1]


def test_a_pixel_is_a_row_of_the_table() -> None:
    page = Painting().moved("pixel", 16.9, 31.1)
    (table,) = page.tables()
    (marked,) = table.marked
    colours = pixels.samples("astronaut").targets[2000]
    told = ", ".join(f"{colour:.0f}" for colour in colours)
    assert table.rows[marked] == (2000, "31, 16", "-0.027, -0.839", told)
    assert "$31 \\cdot 64 + 16 = 2000$" in page.words()[0]
    (whole,) = page.numbers()
    assert len(whole.rows) == 64
    assert whole.rows[16] == pytest.approx((2000, 31, 16, -0.027, -0.839, *colours), abs=1e-3)


def test_a_hand_stays_inside_the_picture_and_keeps_its_place_in_another() -> None:
    page = Painting().moved("pixel", 1e3, 1e3)
    assert (page.row, page.column) == (63, 63)
    smaller = page.turned("picture", "cat")
    assert (smaller.row, smaller.column) == (pixels.size("cat")[0] - 1, 63)
    assert Painting().moved("pixel", -5.0, -5.0).tables()[0].marked == {0}


def test_the_row_that_is_looked_at_is_drawn_as_three_curves() -> None:
    page = Painting().moved("pixel", 10.5, 40.5)
    picture, row = page.figures()
    (drawn,) = [item for item in picture.items if isinstance(item, Picture)]
    assert (handle(page, "pixel").x, handle(page, "pixel").y) == (10.5, 40.5)
    curves = [item.y for item in row.items if isinstance(item, Line)]
    np.testing.assert_array_equal(np.stack(curves, axis=1), drawn.colours[40])
