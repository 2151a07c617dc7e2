"""Snapshots of trainings side by side: parallel coordinates, and the spread of curves and of paintings."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from cadl_desktop.session.background import Background
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.ui.comparing.coordinates.view import CoordinatesView
from cadl_desktop.ui.comparing.spread.view import SpreadView
from tests.comparing.sets import ACTIVATION, RATE, UNITS, a_set
from tests.settling import until
from tests.ui.comparing.test_spread import SAMPLES, designs
from tests.ui.driving import show
from tests.ui.snapshots.snapshots import Snapshots


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


def test_parallel_coordinates_with_chosen_lines_and_a_brush(qtbot: QtBot, snapshots: Snapshots) -> None:
    view = CoordinatesView(Selection())
    qtbot.addWidget(view)
    view.show_trainings(a_set(24, (RATE, ACTIVATION, UNITS), live=2), None)
    view.selection.select(8, 15)
    view.selection.set_baseline(4)
    view.brush(0, (0.1, 0.8))
    assert not snapshots.difference(view, "coordinates", (560, 320))


def test_the_spread_of_two_designs_of_a_curve(
    qtbot: QtBot, snapshots: Snapshots, background: Background
) -> None:
    view = SpreadView(Selection(), background)
    show(qtbot, view)
    view.show_trainings(designs([0.1, 0.5, 0.12, 0.6, 0.21, None, 0.15, 0.4, 0.16, 0.41]), SAMPLES)
    until(qtbot, lambda: "Mann-Whitney" in view.words.text())
    assert not snapshots.difference(view, "spread-curves", (640, 480))


def test_the_deviations_of_paintings(qtbot: QtBot, snapshots: Snapshots, background: Background) -> None:
    view = SpreadView(Selection(), background)
    show(qtbot, view)
    view.show_trainings(designs([0.0, 1.0, 1.0, 2.0, 3.0, 2.5, 7.5, 2.2], paints=True), None)
    until(qtbot, lambda: "Mann-Whitney" in view.words.text() and view.paintings.panes[1].isVisible())
    assert not snapshots.difference(view, "spread-paintings", (640, 440))
