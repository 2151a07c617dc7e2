"""Snapshots of the painting's canvas: pictures, divider, hidden pixels."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from cadl_desktop.data.scores import Scores
from cadl_desktop.experiment.catalog import part
from cadl_desktop.ui.masking.mask_strip import MaskStrip
from cadl_desktop.ui.masking.overlay import MaskOverlay
from cadl_desktop.ui.masking.tool import Tool
from cadl_desktop.ui.painting.painting_view import PaintingView
from tests.ui.driving import OF_THE_WINDOW
from tests.ui.snapshots.snapshots import Snapshots

SIZE = (640, 330)


@pytest.fixture
def view(qtbot: QtBot, snapshots: Snapshots) -> PaintingView:
    """Canvas with a painting that is too dark at the left and too bright at the right."""
    view = PaintingView()
    qtbot.addWidget(view)
    rows, columns = np.mgrid[0:18, 0:24]
    red, green, blue = 10 * columns, 14 * rows, np.where((rows // 3 + columns // 3) % 2, 40, 200)
    target = np.stack([red, green, blue], -1).astype(np.uint8)
    view.show_target(target)
    view.show_painting(target + 6.0 * (columns[..., np.newaxis] - 12), 14.2)
    view.show_scores(Scores(14.2, None, 0.61, None), 14.2)
    return view


def test_the_painting_is_large(view: PaintingView, snapshots: Snapshots) -> None:
    assert not snapshots.difference(view, "canvas", SIZE)


def test_a_divider_over_a_closer_look(view: PaintingView, snapshots: Snapshots) -> None:
    view.comparison.switch.setChecked(True)
    view.view.magnify(2.4, QPointF(0.3, 0.6))
    assert not snapshots.difference(view, "canvas-swipe", SIZE)


def test_what_is_hidden_is_hatched(view: PaintingView, snapshots: Snapshots) -> None:
    hidden = np.zeros((18, 24), bool)
    hidden[4:12, 6:15] = True
    tool = Tool(view)
    overlay = MaskOverlay(view.target, view.view, tool, lambda: hidden)
    overlay.show_hidden(hidden)
    view.show_hidden(hidden)
    view.show_tools(MaskStrip(tool, [[OF_THE_WINDOW]], part("dataset", "picture")), [])
    view.stage.make_large(view.target)
    assert not snapshots.difference(view, "canvas-hidden", SIZE)
