"""Choice between smooth filling and filling by example, by test holes in the same picture."""

import numpy as np
from PIL import Image

from cadl_desktop.data.pictures.cropping import image_to_png
from cadl_desktop.data.pictures.filling_choice import FillingChoice, filling_choice
from cadl_desktop.data.pictures.guessed_pixels import GuessesByNow
from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.experiment.catalog import part
from tests.data.test_hole_filling import a_hole, astronaut
from tests.engine.runs import small_painting


def chosen(picture: np.ndarray, hole: np.ndarray) -> FillingChoice:
    pixels = np.broadcast_to(np.rint(255 * picture), (*hole.shape, 3)).astype(np.uint8)
    image, mask = image_to_png(Image.fromarray(pixels)), mask_to_png(hole)
    data = part("dataset", "picture", source="own", image=image, longest=64, mask=mask)
    *parts, choice = filling_choice(small_painting(data=data))
    assert all(isinstance(part, GuessesByNow | None) for part in parts)
    assert isinstance(choice, FillingChoice)
    return choice


def test_a_pattern_is_copied_and_a_slope_is_not() -> None:
    rows, columns = np.indices((64, 64))
    checks = (0.5 + 0.4 * np.sign(np.sin(rows / 2) * np.sin(columns / 2)))[..., np.newaxis]
    slope = (rows / 70 + columns / 650)[..., np.newaxis]

    copied, smooth = (chosen(picture, a_hole(64, 64, 20, 24, 14)) for picture in (checks, slope))
    assert copied.example == 1
    assert copied.gain > 6
    assert 2 <= copied.holes <= 4
    assert (smooth.example, smooth.gain) == (0, 0)


def test_hidden_colours_and_where_there_is_no_room_for_a_test_hole() -> None:
    picture, hole = astronaut(), a_hole(64, 64, 9, 7, 13)
    other = np.where(hole[..., np.newaxis], 0.0, picture)
    assert chosen(picture, hole) == chosen(other, hole)
    scratch = np.zeros((64, 64), np.bool_)
    scratch[30, 5:50] = True
    for none in (a_hole(64, 64, 4, 4, 50), np.ones((64, 64), np.bool_), np.zeros_like(scratch), scratch):
        assert chosen(picture, none) == (0, 0, 0)


def test_a_large_hole_is_tried_on_as_few_as_leave_half_of_the_picture_to_copy_from() -> None:
    assert chosen(astronaut(), a_hole(64, 64, 4, 4, 24)).holes == 2
