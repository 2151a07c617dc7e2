"""Intake: files that are opened, dropped or pasted reach the reader of their kind."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from zipfile import ZipFile

import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.model import picture_count
from cadl_desktop.project import Project, save_project
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.intake import picture_reader
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.intake.table_dialog import TableDialog
from tests.engine.runs import small_painting
from tests.settling import until

Way = Callable[[Intake, list[Path], pytest.MonkeyPatch], None]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def session(window: QWidget) -> Iterator[Session]:
    session = Session(Document(replace(small_painting(), data=part("dataset", "picture"))))
    yield session
    session.close()


@pytest.fixture
def intake(window: QWidget, session: Session) -> Intake:
    return Intake(window, session)


@pytest.fixture
def said(intake: Intake) -> list[str]:
    """Every warning and error."""
    said: list[str] = []
    for teller in (intake, *intake.readers):
        teller.message.connect(lambda kind, text: said.append(text) if kind != "info" else None)
    return said


def by_dialog(intake: Intake, paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_dialogs, "file_to_open", lambda *_: str(paths[0]))
    intake.choose()


def by_drop(intake: Intake, paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    data = files(paths)  # an event doesn't keep it alive
    assert drag(intake, data).isAccepted()
    where, copy = QPointF(400, 300), Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(intake.parent(), QDropEvent(where, copy, data, left, none))


def by_paste(intake: Intake, paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    QGuiApplication.clipboard().setMimeData(files(paths))
    intake.paste()


def by_command_line(intake: Intake, paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    intake.take(paths)


every_way = pytest.mark.parametrize("way", [by_dialog, by_drop, by_paste, by_command_line])


def files(paths: list[Path]) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag(intake: Intake, data: QMimeData) -> QDragEnterEvent:
    where, copy = QPoint(400, 300), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(where, copy, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter.ignore()
    QApplication.sendEvent(intake.parent(), enter)
    return enter


def picture(path: Path) -> Path:
    Image.new("RGB", (8, 6), "red").save(path, "PNG")
    return path


def table(path: Path) -> Path:
    path.write_text("x,y\n0,1\n1,2\n")
    return path


@every_way
@pytest.mark.parametrize("name", ["mine.cadl", "MINE.CADL"])
def test_a_project_opens(
    qtbot: QtBot,
    intake: Intake,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: Way,
    name: str,
) -> None:
    path = tmp_path / name
    save_project(path, Project(preset("lecture-tanh")))
    way(intake, [path], monkeypatch)
    until(qtbot, lambda: session.document.path == path)
    assert session.document.experiment == preset("lecture-tanh")


@every_way
@pytest.mark.parametrize("name", ["mine.png", "MINE.JPEG", "without an ending", "mine.picture"])
def test_a_picture_is_cropped_and_sized(
    qtbot: QtBot, intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Way, name: str
) -> None:
    way(intake, [picture(tmp_path / name)], monkeypatch)
    until(qtbot, lambda: intake.pictures.dialog)
    dialog = intake.pictures.dialog
    assert dialog is not None
    assert dialog.choices.picture == (8, 6)
    until(qtbot, lambda: dialog.settled)


@every_way
@pytest.mark.parametrize("name", ["mine.csv", "MINE.TXT"])
def test_a_table_is_asked_about(
    qtbot: QtBot, intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Way, name: str
) -> None:
    way(intake, [table(tmp_path / name)], monkeypatch)
    until(qtbot, lambda: intake.parent().findChildren(TableDialog))
    (dialog,) = intake.parent().findChildren(TableDialog)
    until(qtbot, lambda: dialog.isVisible() and dialog.use_button.isEnabled())
    assert name in dialog.windowTitle()
    dialog.reject()


def test_of_tables_that_are_opened_one_after_the_other_only_the_last_is_asked_about(
    qtbot: QtBot, intake: Intake, window: QWidget, tmp_path: Path
) -> None:
    asked: list[str] = []

    def are_asked(name: str) -> bool:
        dialogs = window.findChildren(TableDialog)
        asked[:] = [dialog.windowTitle() for dialog in dialogs if dialog.isVisible()]
        return any(name in title for title in asked)

    for name in ("a.csv", "b.csv"):
        intake.take([table(tmp_path / name)])
        until(qtbot, lambda name=name: are_asked(name))
    assert len(asked) == 1
    intake.take([table(tmp_path / "c.csv")])
    intake.take([table(tmp_path / "d.csv")])
    until(qtbot, lambda: are_asked("d.csv"))
    assert len(asked) == 1
    for dialog in window.findChildren(TableDialog):
        dialog.reject()


@every_way
@pytest.mark.parametrize("name", ["mine.npz", "MINE.SAFETENSORS", "mine.weights.h5"])
def test_weights_are_read_as_weights(
    qtbot: QtBot,
    intake: Intake,
    said: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: Way,
    name: str,
) -> None:
    (tmp_path / name).write_bytes(b"no weights")
    way(intake, [tmp_path / name], monkeypatch)
    until(qtbot, lambda: said)
    assert f"'{name}'" in said[0]


@pytest.mark.parametrize("way", [by_drop, by_paste, by_command_line])
@pytest.mark.parametrize("name", ["pictures", "pictures.png"])
def test_a_folder_of_pictures_becomes_a_set(
    qtbot: QtBot,
    intake: Intake,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: Way,
    name: str,
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    picture(folder / "one.png")
    picture(folder / "two.png")
    way(intake, [folder], monkeypatch)
    until(qtbot, lambda: session.document.experiment.data.kind == "pictures")
    assert picture_count(session.document.experiment.data) == 2


@pytest.mark.parametrize("way", [by_drop, by_paste, by_command_line])
def test_several_files_are_a_set_and_what_is_no_picture_is_left_out(
    qtbot: QtBot, intake: Intake, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    project = tmp_path / "mine.cadl"
    save_project(project, Project(preset("lecture-tanh")))
    paths = [picture(tmp_path / "one.png"), project, table(tmp_path / "t.csv"), picture(tmp_path / "two.png")]
    with qtbot.waitSignal(intake.picture_sets.message) as told:
        way(intake, paths, monkeypatch)
    assert "Files left out, as they are no pictures that can be read: 2." in told.args[1]
    assert picture_count(session.document.experiment.data) == 2
    assert session.document.path is None


def empty_folder(path: Path) -> None:
    path.mkdir()


def nothing(path: Path) -> None:
    pass


def words(path: Path) -> None:
    path.write_text("some words")


@pytest.mark.parametrize("way", [by_drop, by_paste, by_command_line])
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("notes.xyz", words),
        ("words.png", words),
        ("words.csv", words),
        ("words.cadl", words),
        ("gone.cadl", nothing),
        ("gone.png", nothing),
        ("gone.csv", nothing),
        ("gone.npz", nothing),
        ("gone", nothing),
        ("empty", empty_folder),
        ("folder.cadl", empty_folder),
        ("folder.csv", empty_folder),
    ],
)
def test_what_can_not_be_read_is_refused_by_name_and_changes_nothing(
    qtbot: QtBot,
    intake: Intake,
    said: list[str],
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: Way,
    name: str,
    make: Callable[[Path], None],
) -> None:
    before = session.document.experiment
    make(tmp_path / name)
    way(intake, [tmp_path / name], monkeypatch)
    until(qtbot, lambda: said)
    assert f"'{name}'" in said[0]
    assert session.document.experiment == before
    assert intake.pictures.dialog is None
    assert not session.document.undo_stack.canUndo()


@pytest.mark.parametrize(
    "name", ["mine.cadl", "mine.png", "mine.csv", "mine.xlsx", "mine.npz", "mine.zip", "mine"]
)
def test_what_lies_where_nobody_may_look_is_refused_by_name(
    qtbot: QtBot, intake: Intake, said: list[str], tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0)
    if os.access(folder, os.X_OK):
        return  # nothing is forbidden to root
    intake.take([folder / name])
    until(qtbot, lambda: said)
    folder.chmod(0o700)
    assert said[0].startswith(f"'{name}' can't be ")
    assert "permission denied" in said[0]


@pytest.mark.parametrize("ending", [".cadl", ".png", ".csv", ".xlsx", ".npz", ".zip", ""])
@pytest.mark.parametrize("count", [1, 2])
def test_a_name_that_is_too_long_is_refused(
    qtbot: QtBot, intake: Intake, said: list[str], tmp_path: Path, ending: str, count: int
) -> None:
    intake.take([tmp_path / f"{'n' * 300}{ending}"] * count)
    until(qtbot, lambda: said)
    together = "Only pictures are opened together", "None of these files is a picture"
    assert "nnn" in said[0] or said[0].startswith(together)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("data.xlsx", "'data.xlsx' is no table of text; save it as CSV and open that."),
        ("all.zip", "“all.zip” is a zip archive: unpack it, with its password if it has one, and open it."),
    ],
)
def test_what_other_programs_pack_is_refused_with_a_way_out(
    qtbot: QtBot, intake: Intake, said: list[str], tmp_path: Path, name: str, sentence: str
) -> None:
    with ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("sheet.xml", "<x/>")
    intake.take([tmp_path / name])
    until(qtbot, lambda: said)
    assert said == [sentence]


def test_several_files_of_which_none_is_a_picture_are_opened_one_by_one(
    intake: Intake, session: Session, said: list[str], tmp_path: Path
) -> None:
    before = session.document.experiment
    intake.take([table(tmp_path / "one.csv"), tmp_path / "two.cadl"])
    assert said == ["Only pictures are opened together: open one of these files."]
    assert session.document.experiment == before


def test_words_are_not_taken(intake: Intake) -> None:
    data = QMimeData()
    data.setText("some words")
    assert not drag(intake, data).isAccepted()


def test_the_open_dialog_offers_every_ending(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(file_dialogs, "file_to_open", lambda *given: asked.append(given[3]) or "")
    intake.choose()
    assert asked == [
        "Projects, pictures and tables (*.cadl *.png *.jpg *.jpeg *.gif *.webp *.tif *.tiff *.bmp *.ppm "
        "*.pgm *.avif *.csv *.tsv *.txt *.dat)"
    ]


def test_of_files_of_two_kinds_opened_quickly_the_last_one_counts(
    qtbot: QtBot, intake: Intake, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, read = Event(), Event()
    read_frame = picture_reader.read_frame

    def read_slowly(*args: object) -> object:
        go_on.wait(20)
        frame = read_frame(*args)
        read.set()
        return frame

    monkeypatch.setattr(picture_reader, "read_frame", read_slowly)
    intake.take([picture(tmp_path / "slow.png")])
    intake.take([table(tmp_path / "quick.csv")])
    until(qtbot, lambda: intake.parent().findChildren(TableDialog))
    go_on.set()
    until(qtbot, read.is_set)
    last: list[bool] = []
    session.background.do(lambda: True, last.append, lambda error: None)
    until(qtbot, lambda: last)
    assert intake.pictures.dialog is None
    (dialog,) = intake.parent().findChildren(TableDialog)
    until(qtbot, dialog.isVisible)
    dialog.reject()


def test_a_clipboard_without_any_data_is_told(
    intake: Intake, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empties the clipboard's data, as when another program holds it."""
    clipboard = type("Held", (), {"mimeData": lambda self: None})()
    monkeypatch.setattr(QGuiApplication, "clipboard", lambda: clipboard)
    intake.paste()
    assert "no picture on the clipboard" in said[0]
