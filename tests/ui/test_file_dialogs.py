"""The dialogs that ask for files and folders, answered as a person does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QFileInfo, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFileIconProvider,
    QFileSystemModel,
    QLineEdit,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.controls import file_dialogs

KINDS = "Pictures (*.png)"
ENTER, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape
SOON_MS = 50


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.show()
    return shown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("one.png", "two.png", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "more").mkdir()
    return tmp_path


def answer(with_keys: str, key: Qt.Key = ENTER) -> None:
    """Pastes into the dialog that is going to be there, and presses a key. Typed letter by letter, it would
    be completed meanwhile, on a slow machine otherwise than on a fast one."""
    modal = QApplication.activeModalWidget()
    typed = modal.focusWidget() if modal else None
    if modal is None or (isinstance(modal, QFileDialog) and not isinstance(typed, QLineEdit)):
        QTimer.singleShot(SOON_MS, lambda: answer(with_keys, key))
        return
    if with_keys:
        assert isinstance(typed, QLineEdit)
        typed.setText(with_keys)
    QTest.keyClick(typed or modal, key)


def soon(do: Callable[[], None]) -> None:
    QTimer.singleShot(SOON_MS, do)


def test_a_file_is_opened_by_its_name_in_the_folder_to_begin_in(window: QWidget, folder: Path) -> None:
    soon(lambda: answer("two.png"))
    assert file_dialogs.file_to_open(window, "Open", str(folder), KINDS) == str(folder / "two.png")


def test_nothing_is_chosen_by_escape(window: QWidget, folder: Path) -> None:
    soon(lambda: answer("", ESCAPE))
    assert file_dialogs.file_to_open(window, "Open", str(folder), KINDS) == ""
    soon(lambda: answer("", ESCAPE))
    assert file_dialogs.files_to_open(window, "Open", str(folder), KINDS) == []
    soon(lambda: answer("", ESCAPE))
    assert file_dialogs.folder_to_open(window, "Folder", str(folder)) == ""


def test_several_files_are_opened(window: QWidget, folder: Path) -> None:
    soon(lambda: answer('"one.png" "two.png"'))
    found = file_dialogs.files_to_open(window, "Open", str(folder), KINDS)
    assert found == [str(folder / "one.png"), str(folder / "two.png")]


def test_a_folder_is_opened(window: QWidget, folder: Path) -> None:
    soon(lambda: answer(str(folder / "more")))
    assert file_dialogs.folder_to_open(window, "Folder", str(folder)) == str(folder / "more")


def test_the_proposed_name_is_saved_under_by_enter(window: QWidget, folder: Path) -> None:
    soon(lambda: answer(""))
    assert file_dialogs.file_to_save(window, "Save", str(folder / "new.png"), KINDS) == str(
        folder / "new.png"
    )


def test_a_file_that_is_there_is_asked_about(window: QWidget, folder: Path) -> None:
    asked = []

    def refuse() -> None:
        box = QApplication.activeModalWidget()
        asked.append(isinstance(box, QMessageBox))
        QTest.keyClick(box, ESCAPE)
        soon(lambda: answer("", ESCAPE))

    soon(lambda: (soon(refuse), answer(""))[1])
    assert file_dialogs.file_to_save(window, "Save", str(folder / "one.png"), KINDS) == ""
    assert asked == [True]


def test_a_file_that_is_there_is_taken_where_somebody_else_asks(window: QWidget, folder: Path) -> None:
    soon(lambda: answer(""))
    path = str(folder / "one.png")
    assert file_dialogs.file_to_save(window, "Save", path, KINDS, confirmed=False) == path


def test_what_a_file_is_is_looked_up_once_for_each_ending(
    window: QWidget, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(100):
        (folder / f"{number}.many").write_bytes(b"")
    looked_up, listed = list[str](), list[object]()
    look_up = QFileIconProvider.type

    def noting(provider: QFileIconProvider, info: QFileInfo) -> str:
        looked_up.append(info.suffix())
        return look_up(provider, info)

    monkeypatch.setattr(QFileIconProvider, "type", noting)

    def see() -> None:
        dialog = window.findChild(QFileDialog)
        assert dialog is not None
        model = dialog.findChild(QFileSystemModel)
        assert model is not None
        names = {model.index(str(folder / f"{number}.many"), 2).data() for number in range(100)}
        listed.extend(names)
        answer("", ESCAPE)

    QTimer.singleShot(1000, see)
    file_dialogs.file_to_open(window, "Open", str(folder), "All files (*)")
    assert len(listed) == 1
    assert looked_up.count("many") == 1


def test_a_dialog_that_was_answered_is_gone(qtbot: QtBot, window: QWidget, folder: Path) -> None:
    soon(lambda: answer("", ESCAPE))
    file_dialogs.file_to_open(window, "Open", str(folder), KINDS)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None)
