"""Snapshots of a start page card and of the network."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor, QPixmap
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.runs.probed_columns import Column
from cadl_desktop.ui.designer.column_heads import HEIGHT
from cadl_desktop.ui.designer.network_canvas import NetworkCanvas
from cadl_desktop.ui.network.layout import wanted_height
from cadl_desktop.ui.start.start_tiles import StartTile
from cadl_desktop.ui.theme.theme import GRID
from tests.ui.snapshots.snapshots import Snapshots


def test_a_card_of_the_start_page(qtbot: QtBot, snapshots: Snapshots) -> None:
    card = StartTile("card", "A picture", "A network learns to paint it.", "picture", "From positions")
    card.large = True
    qtbot.addWidget(card)
    picture = QPixmap(64, 48)
    picture.fill(QColor("#804020"))
    card.set_picture(picture)
    assert not snapshots.difference(card, "start-card", (200, 180))


def columns(grid: tuple[int, int] | None, counts: tuple[int, ...]) -> tuple[Column, ...]:
    """Columns of wave-like neurons with decaying weights; every fourth neuron of the first layer is dead."""
    places = np.stack(np.meshgrid(*(np.linspace(-1, 1, n) for n in grid or (97,)), indexing="ij"), 0)
    places = places.reshape(len(places), -1)
    found = [Column(places.astype(np.float32))]
    relu = activation_of(part("layer", "dense"))
    for index, count in enumerate(counts):
        numbers = np.arange(count)[:, None] % 16 + 1
        waves = np.sin(numbers * (places[0] + places[-1] * (numbers % 3 - 1)) * 2)
        if index == 0:
            waves = np.where(numbers % 4, np.maximum(waves, 0), 0)
        if index == len(counts) - 1:
            waves = 127.5 * (1 + waves)
        before = len(found[-1].values)
        weights = np.cos(np.arange(before * count)).reshape(before, count)
        chosen = relu if index == 0 else None
        found.append(Column(waves.astype(np.float32), weights.astype(np.float32), None, chosen))
    return tuple(found)


@pytest.mark.parametrize("name", ["painting", "curve"])
def test_the_network(qtbot: QtBot, snapshots: Snapshots, name: str) -> None:
    grid = (12, 12) if name == "painting" else None
    experiment = preset("lecture-painting" if grid else "lecture-tanh")
    layer = part("layer", "dense")
    layers = (layer.has(units=16), layer.has(units=64), layer.has(units=3))
    canvas = NetworkCanvas()
    qtbot.addWidget(canvas)
    canvas.show_experiment(replace(experiment, layers=layers, output=part("output", "dense")))
    canvas.resize(880, 240)
    canvas.show_columns(columns(grid, (16, 64, 3, 3 if grid else 1)), grid)
    canvas._describe_layers()
    assert not snapshots.difference(canvas, f"network-{name}", (880, 240))


@pytest.mark.parametrize(("count", "units"), [(6, 64), (2, 128), (10, 30)])
def test_the_tiles_of_a_whole_network(qtbot: QtBot, snapshots: Snapshots, count: int, units: int) -> None:
    """As high as the drawing asks for beside the docks of a window of 1440 x 900."""
    experiment = preset("lecture-painting")
    canvas = NetworkCanvas()
    qtbot.addWidget(canvas)
    canvas.show_experiment(replace(experiment, layers=(experiment.layers[0].has(units=units),) * count))
    canvas.show_columns(columns((24, 24), (*(units,) * count, 3)), (24, 24))
    canvas._describe_layers()
    drawing = round(wanted_height(canvas.drawn_columns(), 893, (24, 24)))
    assert not snapshots.difference(canvas, f"network-{count}x{units}", (893, HEIGHT + GRID + drawing))


def test_another_look_is_noticed(qtbot: QtBot, snapshots: Snapshots) -> None:
    """The comparison fails for another text, and for another size."""
    card = StartTile("card", "Another", "With other words.", "picture")
    qtbot.addWidget(card)
    if not snapshots.renew:
        assert "looks otherwise now" in snapshots.difference(card, "start-card", (200, 180))
        assert "100.00 %" in snapshots.difference(card, "start-card", (208, 224))
        assert "isn't kept yet" in snapshots.difference(card, "nothing", (200, 224))
