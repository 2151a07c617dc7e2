"""Known arrays as pictures: which colour says what, and that it says it alike on either side of zero."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from cadl_desktop.ui.network.neuron_pictures import (
    Atlas,
    channel_maps,
    colour_picture,
    curves,
    heat_maps,
)
from cadl_desktop.ui.theme.choosing import set_theme
from cadl_desktop.ui.theme.sign_colours import sign_colours
from cadl_desktop.ui.theme.theme import theme

RAMP = np.linspace(-2, 2, 9, dtype=np.float32)


@pytest.fixture(params=["light", "dark"], autouse=True)
def _themes(request: pytest.FixtureRequest, qapp: object) -> None:
    set_theme(request.param)


def limits(*values: float) -> np.typing.NDArray[np.float32]:
    return np.array(values, np.float32)


def pixel(image: QImage, x: int, y: int) -> QColor:
    return image.pixelColor(x, y)


def is_bluer(colour: QColor) -> bool:
    return colour.blue() > colour.red()


def test_zero_is_neutral_and_the_ends_are_the_theme_s_pair() -> None:
    scale = [QColor.fromRgb(int(colour)) for colour in sign_colours(theme())]
    assert scale[len(scale) // 2] == QColor(theme().neutral)
    assert scale[-1] == QColor(theme().blue)
    assert scale[0] == QColor(theme().orange)


def test_a_heat_map_is_symmetric_about_zero() -> None:
    rising = heat_maps(RAMP[None], (3, 3), limits(2))
    falling = heat_maps(-RAMP[None], (3, 3), limits(2))
    for place in range(9):
        mirrored = pixel(falling.image, (8 - place) % 3, (8 - place) // 3)
        assert pixel(rising.image, place % 3, place // 3) == mirrored
    assert pixel(rising.image, 1, 1) == QColor(theme().neutral)
    assert is_bluer(pixel(rising.image, 2, 2))
    assert not is_bluer(pixel(rising.image, 0, 0))


def test_neurons_of_a_column_share_one_scale() -> None:
    weak, strong = RAMP / 4, RAMP
    atlas = heat_maps(np.stack([weak, strong]), (3, 3), limits(2, 2))
    assert (atlas.width, atlas.height, len(atlas)) == (3, 3, 2)
    last = [atlas.place(index).bottomRight() for index in range(2)]
    colours = [pixel(atlas.image, corner.x(), corner.y()) for corner in last]
    assert colours[1] == QColor(theme().blue)
    distance = [abs(colour.red() - QColor(theme().neutral).red()) for colour in colours]
    assert 0 < distance[0] < distance[1]


def test_rows_and_columns_are_not_exchanged() -> None:
    values = np.array([[1, 1, 1, -1, -1, -1]], np.float32)
    atlas = heat_maps(values, (2, 3), limits(1))
    assert (atlas.image.width(), atlas.image.height()) == (3, 2)
    assert all(pixel(atlas.image, x, 0) == QColor(theme().blue) for x in range(3))
    assert all(pixel(atlas.image, x, 1) == QColor(theme().orange) for x in range(3))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_drawn_as_nothing(bad: float) -> None:
    values = np.array([[bad, 1, 0, -1]], np.float32)
    atlas = heat_maps(values, (2, 2), limits(1))
    assert pixel(atlas.image, 0, 0) == QColor(theme().neutral)
    assert curves(values, limits(1), 20, 1.0).width == 20
    assert heat_maps(np.zeros((1, 4), np.float32), (2, 2), limits(0)).image.pixelColor(0, 0) == QColor(
        theme().neutral
    )


def column(atlas: Atlas, x: int, index: int = 0) -> list[QColor]:
    place = atlas.place(index)
    return [pixel(atlas.image, x, place.top() + y) for y in range(place.height())]


def test_a_curve_is_blue_above_and_orange_below_zero() -> None:
    values = np.stack([np.linspace(-1, 1, 97), np.linspace(1, -1, 97)]).astype(np.float32)
    atlas = curves(values, limits(1, 1), 40, 1.0)
    assert QColor(theme().blue) in column(atlas, 36)[:10]
    assert QColor(theme().orange) in column(atlas, 4)[30:]
    assert QColor(theme().orange) in column(atlas, 36, 1)[30:]
    ground = QColor(theme().plot_background)
    assert column(atlas, 36)[-1] == ground
    assert column(atlas, 36)[18] not in (ground, QColor(theme().blue))  # filled


def test_curves_stand_alike_on_either_side_of_zero() -> None:
    values = np.linspace(-1, 1, 97, dtype=np.float32)[None] ** 3
    up, down = (curves(v, limits(1), 40, 1.0, plain=True) for v in (values, -values))
    assert up.image.flipped() == down.image


def test_a_plain_curve_has_the_colour_of_what_the_network_makes() -> None:
    atlas = curves(np.zeros((1, 97), np.float32), limits(1), 41, 1.0, plain=True)
    colours = {colour.name() for colour in column(atlas, 20)}
    assert theme().series in colours
    assert theme().plot_background in colours


def test_channels_have_their_own_colours_and_make_one_picture() -> None:
    values = np.array([[255, 0, 300, -9], [0, 255, 128, 0], [0, 0, 64, 0]], np.float32)
    atlas = channel_maps(values, (2, 2))
    tops = [pixel(atlas.image, 0, atlas.place(index).top()).getRgb()[:3] for index in range(3)]
    assert tops == [(255, 0, 0), (0, 0, 0), (0, 0, 0)]
    assert pixel(atlas.image, 1, atlas.place(1).top()).getRgb()[:3] == (0, 255, 0)
    assert channel_maps(values, (2, 2), slice(1, 2)).image == atlas.image.copy(atlas.place(1))
    image = colour_picture(values, (2, 2))
    assert [pixel(image, x, y).getRgb()[:3] for y in range(2) for x in range(2)] == [
        (255, 0, 0),
        (0, 255, 0),
        (255, 128, 64),
        (0, 0, 0),
    ]
