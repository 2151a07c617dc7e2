"""Neuron pictures of known arrays: colours, scales, and symmetry about zero."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor

from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.runs.probed_columns import Column
from cadl_desktop.ui.network.mosaic import Mosaic, compose_tiles, visible_tiles
from cadl_desktop.ui.network.neuron_pictures import (
    Colours,
    bar_tiles,
    cell_tiles,
    channel_tiles,
    colour_picture,
    curve_tiles,
    flat_tiles,
    hatching,
    heat_tiles,
)
from cadl_desktop.ui.network.probe_pictures import ProbePictures
from cadl_desktop.ui.theme.theme import sign_colours, theme
from cadl_desktop.ui.theme.theme_switch import set_theme

RAMP = np.linspace(-2, 2, 9, dtype=np.float32)


@pytest.fixture(params=["light", "dark"], autouse=True)
def _themes(request: pytest.FixtureRequest, qapp: object) -> None:
    set_theme(request.param)


def limits(*values: float) -> np.typing.NDArray[np.float32]:
    return np.array(values, np.float32)


def colour(pixel: int) -> QColor:
    return QColor.fromRgb(int(pixel))


def colours_in(tile: Colours) -> set[str]:
    return {colour(pixel).name() for pixel in tile.ravel()}


def is_bluer(pixel: int) -> bool:
    return colour(pixel).blue() > colour(pixel).red()


def test_zero_is_neutral_and_the_ends_are_the_theme_s_pair() -> None:
    scale = [QColor.fromRgb(int(colour)) for colour in sign_colours(theme())]
    assert scale[len(scale) // 2] == QColor(theme().neutral)
    assert scale[-1] == QColor(theme().blue)
    assert scale[0] == QColor(theme().orange)


def test_a_heat_map_is_symmetric_about_zero() -> None:
    (rising,) = heat_tiles(RAMP[None], (3, 3), limits(2), (3, 3))
    (falling,) = heat_tiles(-RAMP[None], (3, 3), limits(2), (3, 3))
    assert np.array_equal(rising, falling[::-1, ::-1])
    assert colour(rising[1, 1]) == QColor(theme().neutral)
    assert is_bluer(rising[2, 2])
    assert not is_bluer(rising[0, 0])


def test_neurons_of_a_column_share_one_scale() -> None:
    tiles = heat_tiles(np.stack([RAMP / 4, RAMP]), (3, 3), limits(2, 2), (3, 3))
    assert tiles.shape == (2, 3, 3)
    assert colour(tiles[1, 2, 2]) == QColor(theme().blue)
    distance = [abs(colour(tile[2, 2]).red() - QColor(theme().neutral).red()) for tile in tiles]
    assert 0 < distance[0] < distance[1]


def test_rows_and_columns_are_not_exchanged() -> None:
    values = np.array([[1, 1, 1, -1, -1, -1]], np.float32)
    (tile,) = heat_tiles(values, (2, 3), limits(1), (2, 3))
    assert colours_in(tile[0]) == {theme().blue}
    assert colours_in(tile[1]) == {theme().orange}


def test_a_smaller_tile_averages_and_a_larger_one_interpolates() -> None:
    values = np.array([[0, 2, 0, 2, 4, 4, 0, 0, 4, 4, 0, 0, 0, 2, 0, 2]], np.float32)
    (small,) = heat_tiles(values, (4, 4), limits(4), (2, 2))
    (expected,) = heat_tiles(np.array([[2.5, 0.5, 2.5, 0.5]], np.float32), (2, 2), limits(4), (2, 2))
    assert np.array_equal(small, expected)
    (large,) = heat_tiles(np.array([[-1, 1]], np.float32), (1, 2), limits(1), (1, 4))
    (between,) = heat_tiles(np.array([[-1, -0.5, 0.5, 1]], np.float32), (1, 4), limits(1), (1, 4))
    assert np.array_equal(large, between)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_non_finite_values_are_drawn_as_zero(bad: float) -> None:
    values = np.array([[bad, 1, 0, -1]], np.float32)
    assert colour(heat_tiles(values, (2, 2), limits(1), (2, 2))[0, 0, 0]) == QColor(theme().neutral)
    zero = np.array([[0, 1, 0, -1]], np.float32)
    curves = [curve_tiles(each, limits(1), (20, 20), 1.0) for each in (values, zero)]
    assert np.array_equal(*curves)
    nothing = heat_tiles(np.zeros((1, 4), np.float32), (2, 2), limits(0), (2, 2))
    assert colours_in(nothing) == {theme().neutral}


@pytest.mark.parametrize(("value", "limit"), [(3e38, 1.0), (1.0, 1e-44), (3e38, 1e-44), (1e10, 1.0)])
def test_values_far_beyond_their_limit_have_the_full_colours(value: float, limit: float) -> None:
    values = np.array([[-value, value, value, -value]], np.float32)
    full = sign_colours(theme(), 255)
    tiles = heat_tiles(values, (2, 2), limits(limit), (2, 2))
    # A negligible limit makes everything zero.
    expected = (full[0], full[-1]) if limit > 1e-30 else (full[255], full[255])
    assert tuple(tiles[0, 0]) == expected
    assert tuple(flat_tiles(values[0, :2], limits(limit, limit)).ravel()) == expected
    assert len(colours_in(curve_tiles(values, limits(limit), (20, 20), 1.0))) > 1


def test_a_curve_is_blue_above_and_orange_below_zero() -> None:
    values = np.stack([np.linspace(-1, 1, 97), np.linspace(1, -1, 97)]).astype(np.float32)
    rising, falling = curve_tiles(values, limits(1, 1), (40, 40), 1.0)
    assert theme().blue in colours_in(rising[:10, 36])
    assert theme().orange in colours_in(rising[30:, 4])
    assert theme().orange in colours_in(falling[30:, 36])
    assert colour(rising[-1, 36]) == QColor(theme().plot_background)
    assert colours_in(rising[18:19, 36]).isdisjoint({theme().plot_background, theme().blue})  # filled


def test_curves_stand_alike_on_either_side_of_zero() -> None:
    values = np.linspace(-1, 1, 97, dtype=np.float32)[None] ** 3
    up, down = (curve_tiles(v, limits(1), (40, 60), 1.0, plain=True)[0] for v in (values, -values))
    assert np.array_equal(up, down[::-1])


def test_a_plain_curve_has_the_colour_of_the_output() -> None:
    (tile,) = curve_tiles(np.zeros((1, 97), np.float32), limits(1), (41, 41), 1.0, plain=True)
    assert {theme().series, theme().plot_background} <= colours_in(tile[:, 20])


def test_channels_have_their_own_colours_and_make_one_picture() -> None:
    values = np.array([[255, 0, 300, -9], [0, 255, 128, 0], [0, 0, 64, 0]], np.float32)
    tiles = channel_tiles(values, (2, 2), (2, 2))
    assert [colour(tile[0, 0]).getRgb()[:3] for tile in tiles] == [(255, 0, 0), (0, 0, 0), (0, 0, 0)]
    assert colour(tiles[1, 0, 1]).getRgb()[:3] == (0, 255, 0)
    image = colour_picture(values, (2, 2))
    assert [image.pixelColor(x, y).getRgb()[:3] for y in range(2) for x in range(2)] == [
        (255, 0, 0),
        (0, 255, 0),
        (255, 128, 64),
        (0, 0, 0),
    ]


def test_a_dead_neuron_is_hatched() -> None:
    tile = hatching((12, 12), 1.0)
    assert len(colours_in(tile)) == 2
    assert colour(tile[0, 1]) == QColor(theme().surface)


@pytest.mark.parametrize("grid", [None, (4, 6)])
def test_layers_rendered_together_look_as_alone(grid: tuple[int, int] | None) -> None:
    random = np.random.default_rng(0)
    relu = activation_of(part("layer", "dense", activation="relu"))
    columns = [
        Column(random.normal(size=(count, 24)).astype(np.float32) * scale, activation=relu)
        for count, scale in ((6, 1.0), (5, 3.0), (6, 0.1), (4, 1.0), (6, 1.0))
    ]
    columns[2].values[1] = 0
    areas = [(0, 120), (130, 120), (260, 120), (390, 180), (520, 120)]
    view = QRectF(0, 0, 700, 200)
    mosaics = [
        Mosaic(QRectF(x, 10, side, side), len(one.values), 3)
        for one, (x, side) in zip(columns, areas, strict=True)
    ]
    visible = [visible_tiles(each, view, 1.0) for each in mosaics]
    together, alone = (ProbePictures(columns, grid, 1.0) for _ in range(2))
    together.render_layers(visible, [False] * 5)
    for column, seen in enumerate(visible):
        assert seen is not None
        found, expected = (one.mosaic_image(column, seen, is_band=False) for one in (together, alone))
        assert found == expected


@pytest.mark.parametrize("grid", [None, (4, 6)])
@pytest.mark.parametrize("ratio", [1.0, 1.5])
def test_only_the_visible_part_of_tiles_larger_than_the_view_is_rendered(
    ratio: float, grid: tuple[int, int] | None
) -> None:
    values = np.random.default_rng(0).normal(size=(6, 24)).astype(np.float32)
    values[1] = 0
    relu = Column(values, activation=activation_of(part("layer", "dense", activation="relu")))
    pictures = ProbePictures([relu, relu], grid, ratio)
    mosaic = Mosaic(QRectF(-300, -500, 1200, 1400), 6, 2)
    view = QRectF(0, 0, 480, 320)  # where one tile ends and the next begins, in both directions
    whole, seen = visible_tiles(mosaic, mosaic.area, ratio), visible_tiles(mosaic, view, ratio)
    assert whole is not None
    assert seen is not None
    assert seen.part_size[0] * seen.part_size[1] <= 481 * 321 * ratio**2
    all_of_it, some = (pictures.mosaic_image(0, each, is_band=False) for each in (whole, seen))
    at = ((seen.corner - whole.corner) * ratio).toPoint()
    assert some == all_of_it.copy(QRect(at, some.size()))
    assert some.width() == round(480 * ratio)


def test_a_view_of_nothing_but_a_gap_shows_no_tile() -> None:
    mosaic = Mosaic(QRectF(0, 0, 200, 100), 2, 2)
    assert visible_tiles(mosaic, QRectF(97, 0, 2, 50), 1.0) is None


def test_a_view_of_nothing_but_an_empty_place_shows_no_tile() -> None:
    mosaic = Mosaic(QRectF(0, 0, 200, 200), 3, 2)
    assert visible_tiles(mosaic, QRectF(120, 120, 40, 40), 1.0) is None


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_tiles_are_put_where_they_belong_pixel_by_pixel(ratio: float) -> None:
    mosaic = Mosaic(QRectF(10, 20, 60, 40), 5, 3)
    seen = visible_tiles(mosaic, QRectF(0, 0, 200, 200), ratio)
    assert seen is not None
    assert seen.neurons.tolist() == [[0, 1, 2], [3, 4, -1]]
    tiles = flat_tiles(np.arange(1, 6, dtype=np.float32), limits(5, 5, 5, 5, 5))
    image = compose_tiles(tiles, seen)
    assert seen.corner == QPointF(10, 20)
    assert image.devicePixelRatio() == ratio
    found = []
    for neuron in range(5):
        middle = (mosaic.tile(neuron).center() - seen.corner) * ratio
        found.append(image.pixelColor(middle.toPoint()).name())
    assert len(set(found)) == 5
    assert found[4] == theme().blue
    empty = QPointF(55, 35) * ratio
    assert image.pixelColor(empty.toPoint()).alpha() == 0


def test_cells_have_one_colour_each_where_a_tile_is_larger_than_its_grid() -> None:
    values = np.array([[0, 2, -2, 0, 0, 0]], np.float32)
    (tile,) = cell_tiles(values, (2, 3), limits(2), (8, 9))
    assert colours_in(tile[:4, 3:6]) == {QColor(theme().blue).name()}
    assert colours_in(tile[:4, 6:]) == {QColor(theme().orange).name()}
    assert colours_in(tile[4:]) == {QColor(theme().neutral).name()}
    part = np.arange(2, 6), np.arange(4, 9)
    (seen,) = cell_tiles(values, (2, 3), limits(2), (8, 9), part)
    assert np.array_equal(seen, tile[np.ix_(*part)])
    assert cell_tiles(values, (2, 3), limits(2), (1, 1)).shape == (1, 1, 1)


def test_bars_reach_as_far_as_their_values() -> None:
    (tile,) = bar_tiles(np.array([[2, -1, 0]], np.float32), limits(2), (40, 30), 1.0)
    first, second, third = (tile[:, place] for place in (5, 15, 25))
    assert colour(first[2]) == QColor(theme().blue)
    assert colour(first[30]) == QColor(theme().plot_background)
    assert [colour(pixel) == QColor(theme().orange) for pixel in second[[22, 28, 31, 38]]] == [1, 1, 0, 0]
    assert colour(third[10]) == colour(third[30]) == QColor(theme().plot_background)
    part = np.arange(10, 30), np.arange(4, 20)
    (seen,) = bar_tiles(np.array([[2, -1, 0]], np.float32), limits(2), (40, 30), 1.0, part)
    assert np.array_equal(seen, tile[np.ix_(*part)])
