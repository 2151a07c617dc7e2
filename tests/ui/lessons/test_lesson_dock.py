"""Lesson beside the studio: text in a dock, links to controls, trials, and own lessons."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextTable
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.methods.following import sizes_network
from cadl_desktop.experiment.presets import experiment_as_plain
from cadl_desktop.lessons.texts import shipped_text
from cadl_desktop.project import Project, save_project
from cadl_desktop.resources import resource
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.lessons.text_panel import CONTROL, TextPanel
from cadl_desktop.ui.settings.settings_table import LESSONS_FOLDER, REACHED_LESSONS
from cadl_desktop.ui.window.guide.parts import CONTROLS_BY_NAME, show_control
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import WAIT, until

NOTHING_TO_PRESS = ("backwards", "reset", "export", "runs", "timeline")
"""Controls that cannot be pressed before anything was trained."""


def open_page(qtbot: QtBot, studio: MainWindow, place: int) -> None:
    studio.features.lessons.page.show()
    until(qtbot, lambda: studio.features.lessons.page.is_shown)
    studio.features.lessons.reading.open(place)


def dock_panel(studio: MainWindow) -> TextPanel:
    panel = studio.frame.docks["lesson"].widget()
    assert isinstance(panel, TextPanel)
    return panel


def test_lesson_continues_beside_the_studio_and_back(qtbot: QtBot, studio: MainWindow) -> None:
    open_page(qtbot, studio, 2)
    studio.features.lessons.show_beside()
    assert not studio.features.lessons.page.is_shown
    assert studio.frame.docks["lesson"].isVisible()
    assert studio.frame.docks["settings"].isVisible()
    assert studio.features.designer.isVisible()
    panel = dock_panel(studio)
    assert panel.text.toPlainText().startswith("The first network")
    qtbot.keyClick(panel.text, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert panel.text.toPlainText().startswith("Painting")
    studio.features.lessons.page.show()
    until(qtbot, lambda: not studio.frame.docks["lesson"].isVisible())
    assert studio.features.lessons.reading.place == 1


def test_a_link_shows_the_control_it_names(qtbot: QtBot, studio: MainWindow) -> None:
    studio.features.side.fold(["data", "encoding", "training", "run"])
    studio.frame.docks["settings"].close()
    open_page(qtbot, studio, 2)
    text = studio.features.lessons.page.widget.text_panel.text
    text.setFocus()
    qtbot.keyClick(text, Qt.Key.Key_Tab)
    qtbot.keyClick(text, Qt.Key.Key_Return)
    rate = studio.features.side.training.rate
    qtbot.waitUntil(rate.hasFocus)
    assert rate.isVisible()
    assert not rate.visibleRegion().isEmpty()
    assert not studio.features.lessons.page.is_shown


@pytest.mark.parametrize("name", ["lecture-tanh", "learned-painting"])
def test_every_named_control_can_be_shown(qtbot: QtBot, studio: MainWindow, name: str) -> None:
    studio.document.open(preset(name), None)
    studio.features.side.fold(["data", "encoding", "training", "run"])
    studio.frame.docks["settings"].close()
    for control in CONTROLS_BY_NAME:
        shown = show_control(studio, control)
        if control == "network-size" and not sizes_network(studio.document.experiment):
            assert shown is None
            continue
        assert shown is not None, control
        assert shown.isVisible(), control
        focused = QApplication.focusWidget()
        assert focused is not None, control
        has_keys = shown is focused or shown.isAncestorOf(focused)
        assert has_keys or control in NOTHING_TO_PRESS, control
    studio.features.designer.beside.close_card()


def test_missing_control_is_reported(studio: MainWindow) -> None:
    studio.features.lessons.show_control("telescope")
    words = studio.frame.messages.line.words.text()
    assert words == "This experiment has no such setting; load what the lesson offers to try."


def test_trial_is_one_edit_that_can_be_undone(qtbot: QtBot, studio: MainWindow) -> None:
    studio.session.train()
    qtbot.waitUntil(lambda: studio.session.result.progress is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: studio.session.result.progress.epoch > 0, timeout=WAIT)
    studio.session.stop()
    qtbot.waitUntil(lambda: studio.session.status is Status.RESULT, timeout=WAIT)
    before, runs = studio.document.experiment, len(studio.session.runs.records)
    open_page(qtbot, studio, 2)
    studio.features.lessons.try_on("line")
    assert studio.document.experiment == preset("lecture-line")
    assert not studio.features.lessons.page.is_shown
    assert studio.frame.docks["lesson"].isVisible()
    assert studio.document.undo_stack.undoText() == "Lesson: One neuron"
    assert len(studio.session.runs.records) >= runs
    studio.document.undo_stack.undo()
    assert studio.document.experiment == before


def test_a_goal_in_the_studio_is_reached_by_training_there(qtbot: QtBot, studio: MainWindow) -> None:
    open_page(qtbot, studio, 2)
    studio.features.lessons.try_on("line")
    assert REACHED_LESSONS.get() == []
    studio.session.train()
    qtbot.waitUntil(lambda: bool(REACHED_LESSONS.get()), timeout=WAIT)
    assert studio.session.result.progress.epoch >= 10
    assert dock_panel(studio).tick.reached
    studio.session.stop()


def test_undone_trial_does_not_count(qtbot: QtBot, studio: MainWindow) -> None:
    open_page(qtbot, studio, 2)
    studio.features.lessons.try_on("line")
    progress = studio.features.lessons.reading.progress
    assert progress.studio.trial == "line"
    studio.document.undo_stack.undo()
    assert progress.studio.trial == ""
    studio.features.lessons.try_on("line")
    studio.document.open(preset("lecture-line"), None)
    assert progress.studio.trial == ""


# Own lessons


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "lessons"
    place.mkdir()
    (place / "1 waves.md").write_text("# Waves\n\nLook at them.\n", encoding="utf-8")
    save_project(place / "1 waves.cadl", Project(preset("lecture-tanh")))
    (place / "2 line.md").write_text("# A line\n\nAnd [try it](try:2).\n", encoding="utf-8")
    import msgspec

    plain = experiment_as_plain(preset("lecture-line"))
    (place / "2 line.json").write_bytes(msgspec.json.encode(plain))
    (place / "3 broken.md").write_bytes(b"\xff\xfe")
    return place


def test_folder_of_own_lessons_is_listed(qtbot: QtBot, studio: MainWindow, folder: Path) -> None:
    studio.features.lessons.page.show()
    until(qtbot, lambda: studio.features.lessons.page.is_shown)
    LESSONS_FOLDER.set(str(folder))
    contents = studio.features.lessons.page.widget.contents
    listed = [contents.item(row).text() for row in range(contents.count())]
    assert listed[-4:] == ["Own lessons", "Waves", "A line", "3 broken"]
    reading = studio.features.lessons.reading
    reading.open(3)
    assert reading.text.links() == ["try:1 waves"]
    assert not reading.is_reached
    studio.features.lessons.try_on("1 waves")
    assert studio.document.experiment == preset("lecture-tanh")
    reading.open(4)
    studio.features.lessons.try_on("2 line")
    assert studio.document.experiment == preset("lecture-line")
    reading.open(5)
    assert (
        dock_panel(studio).text.toPlainText().endswith("“3 broken.md” is no text in UTF-8; save it as such.")
    )
    stage = studio.features.lessons.page.widget.stage
    assert stage.about.text() == "Once its file has been mended, open it again: it is read anew."
    assert stage.studio_button.isHidden()
    (folder / "3 broken.md").write_text(
        "# Mended\n\n| a | b |\n|---|--:|\n| 1 | [2](control:rate) |\n", "utf-8"
    )
    reading.open(4)
    reading.open(5)
    assert not stage.studio_button.isHidden()
    document = dock_panel(studio).text.document()
    (table,) = document.rootFrame().childFrames()
    assert isinstance(table, QTextTable)
    assert (table.rows(), table.columns()) == (2, 2)
    assert reading.text.links() == ["control:rate"]
    LESSONS_FOLDER.set("")
    assert len(reading.chapters) == 3


def test_odd_files_in_the_folder_do_no_harm(qtbot: QtBot, studio: MainWindow, folder: Path) -> None:
    (folder / "4 empty.md").touch()
    (folder / "5 right to left.md").write_text("# \u05e9\u05dc\u05d5\u05dd\n\n\u05d0 $x^2$ \u05d1\n", "utf-8")
    (folder / "6 binary.md").write_bytes(bytes(range(256)))
    (folder / "7 large.md").write_bytes(b"# a\n" * 100_000)
    (folder / "8 no experiment.md").write_text("# Alone\n\n[Try it](try:telescope)\n", "utf-8")
    (folder / "9 folder.md").mkdir()
    LESSONS_FOLDER.set(str(folder))
    studio.features.lessons.page.show()
    until(qtbot, lambda: studio.features.lessons.page.is_shown)
    reading, page = studio.features.lessons.reading, studio.features.lessons.page.widget
    names = [chapter.page.name.removeprefix("own:") for chapter in reading.chapters[3:]]
    assert names[3:] == ["4 empty", "5 right to left", "6 binary", "7 large", "8 no experiment"]
    readable = []
    for place in range(3, len(reading.chapters)):
        reading.open(place)
        readable.append(reading.is_readable)
        assert page.text_panel.text.toPlainText()
    assert readable == [True, True, False, False, True, False, False, True]
    before = studio.document.experiment
    studio.features.lessons.try_on("telescope")
    assert studio.document.experiment == before
    assert "There is no “telescope” to try." in (
        studio.frame.messages.bar.text,
        studio.frame.messages.line.words.text(),
    )


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b'{"layers": 3}', b'{"optimizer": {"kind": "magic"}}']
)
def test_a_damaged_experiment_says_one_sentence(studio: MainWindow, folder: Path, content: bytes) -> None:
    (folder / "2 line.json").write_bytes(content)
    LESSONS_FOLDER.set(str(folder))
    before = studio.document.experiment
    studio.features.lessons.reading.open(4)
    studio.features.lessons.try_on("2 line")
    assert studio.document.experiment == before
    assert studio.frame.messages.bar.isVisible()
    assert studio.frame.messages.bar.text.startswith("'2 line.json' can't be opened: ")


# Names of controls


def test_every_control_that_a_shipped_text_names_is_there() -> None:
    texts = [shipped_text(path.stem) for path in resource("lessons").glob("*.md")]
    named = {link for text in texts for link in text.links() if link.startswith(CONTROL)}
    assert named <= {f"{CONTROL}{name}" for name in CONTROLS_BY_NAME}


def test_the_manual_lists_every_control_that_can_be_named() -> None:
    manual = resource("manual", "lessons.md").read_text(encoding="utf-8")
    _, _, listed = manual.partition("can be named:")
    assert re.findall(r"`([^`]+)`", listed) == list(CONTROLS_BY_NAME)
