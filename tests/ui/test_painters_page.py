"""The page of six painters: when it is shown, and what a person does there."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment.painters import painters
from cadl_desktop.session import painting_six
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.painters.painters_page import PaintersPage
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until
from tests.ui.driving import type_over, unnamed_controls

Key = Qt.Key


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting_six, "STEPS", 20)


@pytest.fixture
def nothing_computes(window: MainWindow) -> None:
    """The six wait for their turn for ever."""
    window.session.race = lambda request: None


def bring(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    """Opens a picture, and confirms the dialog."""
    path = folder / "boat.png"
    Image.linear_gradient("L").resize((48, 30)).convert("RGB").save(path)
    window.features.intake.take([path])
    until(qtbot, lambda: window.features.intake.pictures.dialog)
    confirm(qtbot, window)


def confirm(qtbot: QtBot, window: MainWindow) -> None:
    dialog = window.features.intake.pictures.dialog
    assert dialog is not None
    until(qtbot, lambda: dialog.settled)
    before = window.document.experiment
    qtbot.keyClick(dialog, Key.Key_Return)
    until(qtbot, lambda: window.document.experiment != before)


def shown_page(qtbot: QtBot, window: MainWindow) -> PaintersPage:
    page = window.features.painters.page
    until(qtbot, lambda: page.is_shown)
    assert isinstance(page.widget, PaintersPage)
    until(qtbot, lambda: page.widget.tiles and all(tile.isVisible() for tile in page.widget.tiles))
    return page.widget


def test_a_brought_picture_is_painted_and_one_is_gone_on_with(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    bring(qtbot, window, tmp_path)
    brought = window.document.experiment
    page = shown_page(qtbot, window)
    assert [tile.text() for tile in page.tiles] == [painter.name for painter in painters()]
    until(qtbot, lambda: page.keep.isEnabled())
    assert all(tile.isEnabled() for tile in page.tiles)
    page.keep.click()
    assert len(window.session.runs.records) == len(page.tiles)
    page.beyond.click()
    until(qtbot, lambda: all(work.beyond is not None for work in window.features.painters.six.works))
    page.tiles[1].click()
    assert not window.features.painters.page.is_shown
    assert window.document.experiment.data == brought.data
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    assert not window.frame.actions["painters"].isEnabled()
    window.frame.actions["undo"].trigger()
    until(qtbot, lambda: window.document.experiment == brought)


@pytest.mark.usefixtures("nothing_computes")
def test_the_keyboard_moves_among_them_and_escape_leaves(qtbot: QtBot, window: MainWindow) -> None:
    window.frame.actions["painters"].trigger()
    page = shown_page(qtbot, window)
    assert unnamed_controls(page) == []
    assert window.features.painters.six.is_painting
    assert not any(tile.isEnabled() for tile in page.tiles)
    for tile in page.tiles:
        tile.setEnabled(True)
    page.tiles[0].setFocus()
    for key, place in ((Key.Key_Right, 1), (Key.Key_Down, 4), (Key.Key_Down, 4), (Key.Key_Left, 3)):
        qtbot.keyClick(QApplication.focusWidget(), key)
        assert QApplication.focusWidget() is page.tiles[place]
    qtbot.keyClick(page, Key.Key_Escape)
    assert not window.features.painters.page.is_shown
    assert not window.features.painters.six.is_painting


@pytest.mark.usefixtures("nothing_computes")
def test_they_are_not_shown_for_another_part_of_the_same_picture(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    bring(qtbot, window, tmp_path)
    page = window.features.painters.page
    until(qtbot, lambda: page.is_shown)
    page.leave()
    window.frame.actions["crop"].trigger()
    until(qtbot, lambda: window.features.intake.pictures.dialog)
    dialog = window.features.intake.pictures.dialog
    assert dialog is not None
    type_over(qtbot, dialog.controls.longest, "16")
    confirm(qtbot, window)
    assert not page.is_shown


def test_a_curve_has_no_painters(window: MainWindow) -> None:
    window.features.intake.projects.begin("lecture-tanh")
    assert not window.frame.actions["painters"].isEnabled()
    assert not window.features.side.data.six_painters.isVisible()
