"""Bars of importance, computed once they are seen, or a sentence about what is missing."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from cadl_desktop.session.background import Background
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.ui.comparing.importance import ImportanceView
from tests.comparing.sets import ACTIVATION, RATE, UNITS, a_set
from tests.settling import until, wait_for_background
from tests.ui.driving import show, unnamed_controls

THREE = (RATE, ACTIVATION, UNITS)


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


def texts(view: ImportanceView) -> dict[str, str]:
    """Share of each setting, by its title."""
    items = [view.bars.topLevelItem(row) for row in range(view.bars.topLevelItemCount())]
    return {item.text(0): item.text(1) for item in items}


@pytest.mark.parametrize("kind", ["sweep", "runs"])
def test_importance_is_computed_once_it_is_seen(qtbot: QtBot, background: Background, kind: str) -> None:
    view = ImportanceView(Selection(), background)
    qtbot.addWidget(view)
    sixty = replace(a_set(60, THREE, live=4), kind=kind)
    view.show_trainings(sixty, None)
    wait_for_background(qtbot, background)
    assert not texts(view)
    show(qtbot, view)
    until(qtbot, lambda: len(texts(view)) == 3)
    assert texts(view).keys() == {"Learning rate", "Activation of layer 1", "Units of layer 1"}
    shares = [int(share.removesuffix(" %")) for share in texts(view).values()]
    assert shares == sorted(shares, reverse=True)
    assert "56 runs" in view.about.text()
    assert not unnamed_controls(view)
    view.grab()
    fifty = replace(a_set(50, THREE), kind=kind)
    view.show_trainings(fifty, None)
    until(qtbot, lambda: "50 runs" in view.about.text())


def test_importance_says_why_there_is_none(qtbot: QtBot, background: Background) -> None:
    view = ImportanceView(Selection(), background)
    show(qtbot, view)
    assert view.obstacle(a_set(20, (RATE, UNITS))).startswith("Two settings vary")
    assert "when ten runs are over" in view.obstacle(a_set(15, THREE, live=6))
    assert not view.obstacle(a_set(10, THREE))
    alike = a_set(12, THREE)
    alike = replace(alike, trainings=tuple(replace(each, value=1.0) for each in alike.trainings))
    view.show_trainings(alike, None)
    until(qtbot, lambda: "Importance needs 5 runs or more" in view.about.text())
    view.show_trainings(a_set(20, THREE, name="another"), None)
    until(qtbot, lambda: len(texts(view)) == 3)
