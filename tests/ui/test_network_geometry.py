"""Layout of the network's columns and tiles in any room, and the camera on them."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF

from cadl_desktop.drawing.drawn_network import DrawnColumn, Role
from cadl_desktop.ui.network.camera import Camera, camera_on
from cadl_desktop.ui.network.layout import arrange_columns, wanted_height
from cadl_desktop.ui.network.mosaic import Mosaic, fitted_mosaic, visible_tiles

PAINTING = DrawnColumn(Role.OUTPUT, 3, names=("red", "green", "blue"), has_result=True)
CURVE = DrawnColumn(Role.OUTPUT, 1, names=("y",))


@pytest.mark.parametrize("size", [(30, 80), (60, 200), (150, 150), (200, 60), (400, 300)])
@pytest.mark.parametrize("count", [1, 2, 3, 10, 64, 128, 1024])
def test_every_neuron_has_its_tile_in_any_room(size: tuple[int, int], count: int) -> None:
    room = QRectF(8, 4, *size)
    mosaic = fitted_mosaic(count, room, 1.0)
    assert room.adjusted(-0.01, -0.01, 0.01, 0.01).contains(mosaic.area)
    tiles = [mosaic.tile(neuron) for neuron in range(count)]
    assert all(tile.width() <= 96 and mosaic.area.contains(tile.center()) for tile in tiles)
    assert [mosaic.neuron_at(tile.center()) for tile in tiles] == list(range(count))
    assert mosaic.is_band == (mosaic.pitch.width() < 4)
    corners = {(tile.left(), tile.top()) for tile in tiles}
    assert len(corners) == count
    heights = mosaic.line_heights(np.arange(count))
    assert len(set(heights.round(3).tolist())) == count
    assert all(tile.top() < height < tile.bottom() for tile, height in zip(tiles, heights, strict=True))


def test_64_neurons_stand_as_8_by_8_and_a_prime_number_without_hiding_one() -> None:
    assert fitted_mosaic(64, QRectF(0, 0, 160, 190), 1.0).columns == 8
    mosaic = fitted_mosaic(7, QRectF(0, 0, 100, 100), 1.0)
    assert mosaic.columns * mosaic.rows >= 7


PLACE = DrawnColumn(Role.INPUT, 2, names=("row", "column"))


def network(count: int, units: int, output: DrawnColumn = PAINTING) -> list[DrawnColumn]:
    return [PLACE, *(DrawnColumn(Role.LAYER, units),) * count, output]


@pytest.mark.parametrize("width", [880, 1000, 1300])
@pytest.mark.parametrize(("count", "units", "side"), [(6, 64, 12), (2, 128, 20), (10, 30, 16)])
@pytest.mark.parametrize("with_readouts", [False, True])
def test_tiles_can_be_told_apart_in_the_height_that_the_drawing_asks_for(
    width: int, count: int, units: int, side: int, with_readouts: bool
) -> None:
    columns = network(count, units)
    height = wanted_height(columns, width, (64, 64), with_readouts=with_readouts)
    assert 0 < height <= (300 if with_readouts else 224)
    placed = arrange_columns(columns, QSizeF(width, height), (64, 64), with_readouts=with_readouts)
    layers = placed[1:-1]
    assert len({one.mosaic.columns for one in layers}) == 1
    for one in layers:
        seen = visible_tiles(one.mosaic, QRectF(0, 0, width, height), 1.0)
        assert seen is not None
        assert min(seen.size) >= side
        assert set(np.diff(seen.across.starts)) == {one.mosaic.pitch.width()}
        assert not with_readouts or min(one.readout.size().toTuple()) >= 64
    assert 64 <= placed[-1].result.width() <= 0.2 * width


@pytest.mark.parametrize("width", [400, 592])
def test_a_network_that_no_height_makes_legible_asks_for_none(width: int) -> None:
    assert wanted_height(network(12, 128), width, (64, 64)) == 0


def test_a_higher_drawing_gives_its_room_to_tiles() -> None:
    columns, sides, results = network(6, 64), [], []
    for height in (150, 250, 350, 450):
        placed = arrange_columns(columns, QSizeF(880, height), (64, 64))
        sides.append(placed[1].mosaic.side)
        results.append(placed[-1].result.width())
    assert sides == sorted(sides)
    assert sides[-1] > 1.6 * sides[0]
    assert max(results) <= 0.2 * 880


def test_an_order_moves_neurons_and_not_tiles() -> None:
    plain = fitted_mosaic(4, QRectF(0, 0, 80, 80), 1.0)
    ordered = Mosaic(plain.area, 4, plain.columns, order=(2, 0, 3, 1))
    assert [ordered.tile(neuron) for neuron in (2, 0, 3, 1)] == [plain.tile(n) for n in range(4)]
    heights = ordered.line_heights(np.array([2, 0, 3, 1]))
    assert heights.tolist() == plain.line_heights(np.arange(4)).tolist()
    assert ordered.neighbour(2, 1, 0) == 0
    assert ordered.neighbour(2, -1, 0) == 1


def test_only_visible_tiles_are_composed() -> None:
    mosaic = Mosaic(QRectF(-500, -500, 1000, 1000), 100, 10)
    seen = visible_tiles(mosaic, QRectF(0, 0, 150, 90), 1.0)
    assert seen is not None
    assert seen.neurons.tolist() == [[55, 56]]
    assert visible_tiles(mosaic, QRectF(600, 0, 50, 50), 1.0) is None


@pytest.mark.parametrize("size", [(320, 80), (560, 120), (880, 230), (1250, 360)])
@pytest.mark.parametrize("layers", [(), (1,), (10, 64), (64,) * 12, (1024, 128, 1024)])
@pytest.mark.parametrize(("output", "shape"), [(PAINTING, (24, 16)), (PAINTING, (12, 24)), (CURVE, None)])
def test_the_whole_network_always_fits(
    size: tuple[int, int], layers: tuple[int, ...], output: DrawnColumn, shape: tuple[int, int] | None
) -> None:
    between = [DrawnColumn(Role.LAYER, count) for count in layers]
    placed = arrange_columns([PLACE, *between, output], QSizeF(*size), shape)
    room = QRectF(0, 0, *size)
    assert all(room.contains(one.extent) for one in placed)
    edges = [round(edge, 6) for one in placed for edge in (one.extent.left(), one.extent.right())]
    assert edges == sorted(edges)
    slots = [round(edge, 6) for one in placed for edge in (one.slot.left(), one.slot.right())]
    assert slots == sorted(slots)
    apart = [after.mosaic.area.left() - before.extent.right() for before, after in pairwise(placed)]
    assert min(apart) >= (11 if size[0] > 500 else 4)
    copy = placed[-1].extent if shape is None else placed[-1].result
    assert copy.width() <= 0.2 * room.width()
    assert copy.width() >= 64 or copy.height() > 0.85 * room.height()


@pytest.mark.parametrize("shape", [(6, 64), (64, 6)])
def test_a_long_picture_has_tiles_that_can_be_seen_and_names_apart(shape: tuple[int, int]) -> None:
    placed = arrange_columns([PLACE, DrawnColumn(Role.LAYER, 12), PAINTING], QSizeF(880, 230), shape)
    for one in placed:
        tile = one.mosaic.tile(0)
        assert min(tile.width(), tile.height()) >= 16
    assert placed[0].mosaic.columns == placed[-1].mosaic.columns == 1


def test_nothing_moves_when_the_first_picture_comes() -> None:
    columns = [DrawnColumn(Role.INPUT, 2), DrawnColumn(Role.LAYER, 64), PAINTING]
    size = QSizeF(880, 230)
    assert arrange_columns(columns, size, None) == arrange_columns(columns, size, (64, 64))


def test_a_camera_stays_on_the_drawing() -> None:
    size, point = QSizeF(800, 300), QPointF(200, 100)
    camera = Camera().zoomed(3.0, point, size)
    assert camera.to_drawing(point) == point
    assert camera.moved(QPointF(1e4, 1e4), size) == Camera(3.0, 0, 0)
    assert camera.moved(QPointF(-1e4, -1e4), size) == Camera(3.0, -1600, -600)
    assert camera.zoomed(0.2, point, size) == Camera()
    tile = QRectF(700, 250, 10, 10)
    close = camera_on(tile, size, 0.5)
    assert QRectF(QPointF(0, 0), size).contains(close.to_view(tile))
    assert close.to_view(tile).height() == pytest.approx(150)
    assert camera.showing(tile, size).to_view(tile).right() == pytest.approx(800)
