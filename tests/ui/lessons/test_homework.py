"""Page 16 in the window: an own picture is trained, and exported as homework."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.data.pictures.picture_dataset import load_picture
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.lessons.page_list import HOMEWORK_EPOCHS
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.export.export_dialog import ExportDialog
from cadl_desktop.ui.settings.recent_paths import remember_folder
from cadl_desktop.ui.settings.settings_table import REACHED_LESSONS
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import epochs
from tests.settling import WAIT

LONG = {"timeout": WAIT}
PAGE = "16-homework"


@pytest.fixture
def own(tmp_path: Path) -> Experiment:
    """Experiment with an own picture, six layers of 6 units, and one step per epoch."""
    pixels = np.random.default_rng(0).integers(0, 255, (8, 8, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "own.png")
    known = preset("homework-painting")
    data = known.data.has(source="own", image=load_picture(tmp_path / "own.png"), longest=8)
    layers = tuple(layer.has(units=6) for layer in known.layers)
    return epochs(replace(known, data=data, layers=layers, batch_size=64), HOMEWORK_EPOCHS)


@pytest.fixture
def window(qtbot: QtBot, own: Experiment, tmp_path: Path) -> Iterator[MainWindow]:
    remember_folder(tmp_path / "any")
    window = MainWindow(Session(Document(own)))
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close_without_asking()
    window.deleteLater()


def export(qtbot: QtBot, window: MainWindow, title: str) -> None:
    """Exports one kind with the dialog, and closes it."""
    window.frame.actions["export"].trigger()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ExportDialog), **LONG)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ExportDialog)
    kinds = [dialog.kinds.item(row).text() for row in range(dialog.kinds.count())]
    dialog.kinds.setCurrentRow(kinds.index(title))
    qtbot.waitUntil(dialog.buttons.export.isEnabled, **LONG)
    qtbot.mouseClick(dialog.buttons.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.buttons.show_folder.isVisible, **LONG)
    dialog.close()


def test_the_homework_is_done_when_it_is_handed_in(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.features.lessons.page.show()
    assert window.features.lessons.reading.open_named(PAGE)
    window.features.lessons.show_beside()
    window.session.train()
    qtbot.waitUntil(lambda: window.session.status is Status.RESULT, **LONG)
    assert window.features.lessons.reading.progress.studio.epochs == HOMEWORK_EPOCHS
    export(qtbot, window, "Target")
    assert REACHED_LESSONS.get() == []
    export(qtbot, window, "Homework")
    assert REACHED_LESSONS.get() == [PAGE]
    with zipfile.ZipFile(next(tmp_path.glob("*-homework.zip"))) as file:
        assert {"reference.png", "single.gif"} <= set(file.namelist())
