from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.model import picture_count
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.panels.gallery_tile import SIDE
from tests.ui.driving import data_panel, show


@pytest.fixture
def experiment() -> Experiment:
    return preset("lecture-painting")


def test_a_folder_becomes_one_dataset_and_can_be_undone(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two", "three"):
        Image.new("RGB", (8, 8), "red").save(tmp_path / f"{name}.png")
    (tmp_path / "notes.txt").write_text("no picture")
    panel = data_panel(session.document)
    show(qtbot, panel)
    sets = Intake(panel, session).picture_sets
    monkeypatch.setattr(file_dialogs, "folder_to_open", lambda *_: str(tmp_path))
    before = session.document.experiment

    with qtbot.waitSignal(sets.message) as said:
        next(action for action in sets.menu().actions() if "folder" in action.text()).trigger()

    data = session.document.experiment.data
    assert (data.kind, data["source"], picture_count(data)) == ("pictures", "own", 3)
    assert said.args == [
        "info",
        "Pictures taken: 3. Files left out, as they are no pictures that can be read: 1.",
    ]
    tile = panel.gallery.tile("pictures:own")
    assert tile.isChecked()
    in_it = QPoint(tile.width() // 4, SIDE // 4)
    qtbot.waitUntil(lambda: tile.grab().toImage().pixelColor(in_it) == QColor("red"))
    session.document.undo_stack.undo()
    assert session.document.experiment == before


def test_files_that_are_no_pictures_change_nothing(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    panel = data_panel(session.document)
    qtbot.addWidget(panel)
    sets = Intake(panel, session).picture_sets

    with qtbot.waitSignal(sets.message) as said:
        sets.read([tmp_path / "notes.txt"])

    assert said.args[0] == "error"
    assert "'notes.txt'" in said.args[1]
    assert session.document.experiment == preset("lecture-painting")


def test_pictures_that_come_too_late_leave_another_experiment_alone(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "one.png")
    panel = data_panel(session.document)
    qtbot.addWidget(panel)
    intake = Intake(panel, session)
    intake.take([tmp_path])
    intake.projects.begin("lecture-tanh")
    with qtbot.assertNotEmitted(session.document.changed, wait=400):
        pass
    assert session.document.experiment == preset("lecture-tanh")


def test_the_gallery_asks_for_several(qtbot: QtBot, session: Session) -> None:
    panel = data_panel(session.document)
    show(qtbot, panel)

    tile = panel.gallery.tile("pictures:own")
    with qtbot.waitSignal(panel.gallery.pictures_wanted) as asked:
        qtbot.keyClick(tile, Qt.Key.Key_Return)
    assert asked.args == [tile.mapToGlobal(QPoint(0, tile.height() - 1))]
    qtbot.mouseClick(panel.gallery.tile("pictures:faces"), Qt.MouseButton.LeftButton)
    assert picture_count(session.document.experiment.data) == 100
