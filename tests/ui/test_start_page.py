"""The start page: every preset as a picture, one click or key away."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QEnterEvent, QImageReader
from PySide6.QtWidgets import QApplication, QCheckBox, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Part, preset, preset_names
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import preset_of
from cadl_desktop.experiment.presets import PAINTERS, preset_groups
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.project import Project, save_project
from cadl_desktop.resources import resource
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.intake.examples import PICTURES, example
from cadl_desktop.ui.panels.thumbnails import thumbnail_file
from cadl_desktop.ui.preferences.preferences_dialog import PreferencesDialog
from cadl_desktop.ui.settings.recent_paths import add_recent_file
from cadl_desktop.ui.settings.settings_table import START_PAGE
from cadl_desktop.ui.start.page import BACK, FOLDED, FOLDERS, LESSONS, OWN_PICTURE, OWN_POINTS, StartPage
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import epochs, small_painting
from tests.settling import WAIT, process_events, until
from tests.ui.driving import tab_walk, unnamed_controls

WITH_TILES = [name for group in preset_groups() if group.title != PAINTERS for name in group.presets]
NO_PRESETS = (BACK, LESSONS, OWN_PICTURE, OWN_POINTS)
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window as a first start shows it."""
    window = MainWindow(Session(Document(epochs(small_painting(), 100_000))))
    window.resize(1280, 800)
    window.features.start.show()
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    if not window._closing:
        window.close_without_asking()
    window.deleteLater()


def focused() -> str:
    widget = QApplication.focusWidget()
    return getattr(widget, "key", "") if widget else ""


def test_every_preset_is_a_tile_with_its_sentence(qtbot: QtBot, window: MainWindow) -> None:
    page = window.features.start.page
    assert page.grid is not None
    shipped = [tile.key for tile in page.grid.tiles if tile.key not in NO_PRESETS]
    assert sorted(shipped) == sorted(set(WITH_TILES) - FOLDED)
    for name in set(shipped) - set(FOLDERS):
        assert page.tile(name).accessibleName() == preset(name).name
        assert page.tile(name).accessibleDescription() == preset(name).note


@pytest.mark.parametrize("key", FOLDERS)
def test_a_tile_of_several_presets_asks_which(qtbot: QtBot, window: MainWindow, key: str) -> None:
    page, (*_, names) = window.features.start.page, FOLDERS[key]
    tile = page.tile(key)
    qtbot.mouseClick(tile, LEFT)
    menu = tile.findChild(QMenu)
    assert menu is not None
    assert menu.isVisible()
    assert [action.text() for action in menu.actions()] == [preset(name).name for name in names]
    menu.actions()[-1].trigger()
    menu.close()
    assert window.document.experiment == example(names[-1])


def test_lines_fill_the_page_and_arrow_keys_go_to_what_is_nearest(qtbot: QtBot, window: MainWindow) -> None:
    page = window.features.start.page
    for size in ((1100, 700), (1440, 900), (1920, 1080)):
        window.resize(*size)
        until(qtbot, lambda size=size: window.width() == size[0])
        process_events(qtbot)
        assert page.grid is not None
        headings = [heading.text() for heading in page.grid._headings.values()]
        assert headings == [
            "Go on",
            "Begin here",
            *(group.title for group in preset_groups() if group.title != PAINTERS),
        ]
        for line in page.grid._lines:
            assert line.tiles()[0].x() == 0
            assert line.tiles()[-1].geometry().right() == page.grid.width() - 1
        assert page.grid.height() <= page._scroll.viewport().height()  # nothing has to be scrolled
    siren = page.tile("siren-painting")
    siren.setFocus()
    qtbot.keyClick(siren, Qt.Key.Key_Down)
    below = QApplication.focusWidget()
    assert below is not None
    assert abs(below.geometry().center().x() - siren.geometry().center().x()) <= below.width()
    assert focused() in preset_groups()[-1].presets


def test_what_a_tile_is_for_is_said_in_one_place(qtbot: QtBot, window: MainWindow) -> None:
    page = window.features.start.page
    said = page._purpose
    QCursor.setPos(window.mapToGlobal(QPoint(2, 2)))  # off the tile on which another test may have left it
    process_events(qtbot)
    page.setFocus()  # the way back has it where a test before has left something to go back to
    tile, other = page.tile("lecture-tanh"), page.tile("inpainting")
    tile.setFocus()
    assert said.text() == preset("lecture-tanh").note
    QApplication.sendEvent(other, QEnterEvent(QPointF(), QPointF(), QPointF()))
    assert said.text() == preset("inpainting").note
    QApplication.sendEvent(other, QEvent(QEvent.Type.Leave))
    assert said.text() == preset("lecture-tanh").note
    page.setFocus()
    assert said.text() not in (preset("lecture-tanh").note, preset("inpainting").note)
    window.resize(1100, 700)
    process_events(qtbot)
    for tile in page.grid.tiles if page.grid else ():
        assert said.fontMetrics().horizontalAdvance(tile.sentence) <= said.width()


def test_every_title_fits_on_its_tile(qtbot: QtBot, window: MainWindow) -> None:
    page = window.features.start.page
    window.resize(1100, 700)
    process_events(qtbot)
    assert page.grid is not None
    for tile in page.grid.tiles:
        assert " ".join(tile.title_lines(tile.width())) == tile.text()


def test_a_click_opens_a_preset_ready_to_train(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(window.features.start.page.tile("lecture-tanh"), LEFT)
    assert window.document.experiment == preset("lecture-tanh")
    assert not window.features.start.is_shown
    assert window.features.designer.isVisible()
    assert QApplication.focusWidget() is window.toolbar.train_button
    qtbot.keyClick(window.toolbar.train_button, Qt.Key.Key_Space)
    assert window.session.status is Status.PREPARING
    qtbot.waitUntil(lambda: window.session.status is Status.RESULT, timeout=WAIT)


def test_arrow_keys_walk_and_enter_opens(qtbot: QtBot, window: MainWindow) -> None:
    page = window.features.start.page
    assert page.grid is not None
    tiles = [tile.key for tile in page.grid.tiles]
    assert page.hasFocus()
    qtbot.keyClick(page, Qt.Key.Key_Down)
    assert focused() == tiles[0]
    walked = []
    for _ in range(len(tiles)):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
        walked.append(focused())
    assert walked == [*tiles[1:], tiles[-1]]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert focused() == tiles[-2]
    for _ in range(len(tiles)):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up)
    row = [tile for tile in page.grid.tiles if tile.y() == page.grid.tiles[0].y()]
    assert focused() in [tile.key for tile in row]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    below = QApplication.focusWidget()
    assert below is not None
    assert below.y() > row[0].y()
    name = focused()
    qtbot.keyClick(below, Qt.Key.Key_Return)
    assert window.document.experiment == example(name)


def test_a_tile_that_is_walked_to_can_be_seen(qtbot: QtBot, window: MainWindow) -> None:
    window.setMinimumSize(1, 1)
    window.resize(960, 500)
    page = window.features.start.page
    qtbot.keyClick(page, Qt.Key.Key_Down)
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    tile, shown = QApplication.focusWidget(), page._scroll.viewport()
    assert tile is not None
    assert page._scroll.verticalScrollBar().value() > 0
    assert shown.rect().contains(tile.mapTo(shown, tile.rect().bottomLeft()))
    assert page.rect().contains(page.open_button.geometry())  # what is above and below stays


@pytest.mark.parametrize("by", ["escape", "tile", "menu"])
def test_it_can_be_left_and_shown_again(qtbot: QtBot, window: MainWindow, by: str) -> None:
    before = window.document.experiment
    page, action = window.features.start.page, window.frame.actions["start_page"]
    assert action.isChecked()
    if by == "escape":
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    elif by == "tile":
        qtbot.mouseClick(page.tile(BACK), LEFT)
    else:
        action.trigger()
    assert not window.features.start.is_shown
    assert not action.isChecked()
    assert window.document.experiment == before
    if by == "menu":
        action.trigger()
    else:
        qtbot.keyClick(window, Qt.Key.Key_N, CONTROL)
    assert window.features.start.is_shown
    assert action.isChecked()
    assert page.hasFocus()


def test_escape_leaves_from_a_tile_too(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.features.start.page, Qt.Key.Key_Right)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not window.features.start.is_shown


def test_open_asks_for_a_file(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(file_dialogs, "file_to_open", lambda *_: asked.append(True) or "")
    qtbot.mouseClick(window.features.start.page.open_button, LEFT)
    assert asked
    assert window.features.start.is_shown  # nothing was opened


def test_training_and_edits_go_on_where_they_can_be_seen(qtbot: QtBot, window: MainWindow) -> None:
    window.session.train()
    assert not window.features.start.is_shown
    window.session.stop()
    window.features.start.show()
    window.features.side.run.seed.setFocus()
    window.document.edit("seed", replace(window.document.experiment, seed=9))
    assert not window.features.start.is_shown
    assert window.features.side.run.seed.hasFocus()  # a field that is being typed into keeps the keys


@pytest.mark.parametrize("answer", [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard])
def test_unsaved_work_is_asked_about(
    qtbot: QtBot,
    window: MainWindow,
    monkeypatch: pytest.MonkeyPatch,
    answer: QMessageBox.StandardButton,
) -> None:
    monkeypatch.setattr(QMessageBox, "exec", lambda _: answer)
    window.document.edit("seed", replace(window.document.experiment, seed=9))
    edited = window.document.experiment
    window.features.start.show()
    qtbot.mouseClick(window.features.start.page.tile("lecture-tanh"), LEFT)
    discarded = answer is QMessageBox.StandardButton.Discard
    assert window.document.experiment == (preset("lecture-tanh") if discarded else edited)
    assert window.features.start.is_shown is not discarded


def test_whether_it_comes_at_the_start_is_remembered(qtbot: QtBot, window: MainWindow) -> None:
    assert START_PAGE.get()
    switch = window.features.start.page.at_start_switch
    qtbot.mouseClick(switch, LEFT, pos=switch.rect().topLeft() + switch.rect().bottomLeft() / 2)
    assert not START_PAGE.get()


def test_its_switch_and_the_preference_are_one(qtbot: QtBot, window: MainWindow) -> None:
    switch = window.features.start.page.at_start_switch
    for wanted in (False, True):
        dialog = PreferencesDialog(window.features.preferences.restart, window)
        qtbot.addWidget(dialog)
        row = dialog.row("Show the start page at the start")
        assert isinstance(row.control, QCheckBox)
        assert row.control.isChecked() is switch.isChecked() is not wanted
        row.control.click()
        assert switch.isChecked() is START_PAGE.get() is wanted
        switch.click()
        assert row.control.isChecked() is START_PAGE.get() is not wanted
        switch.click()
        dialog.close()


def test_controls_have_names_and_one_tile_is_in_the_tab_order(qtbot: QtBot, window: MainWindow) -> None:
    page = window.features.start.page
    assert unnamed_controls(page) == []
    walk = [widget for widget in tab_walk(window) if page.isAncestorOf(widget)]
    assert page.grid is not None
    assert walk == [page.tour_button, page.open_button, page.grid.tiles[0], page.at_start_switch]


def test_pictures_come_after_the_window_and_follow_the_theme(qtbot: QtBot, window: MainWindow) -> None:
    page = window.features.start.page
    qtbot.waitUntil(
        lambda: all(tile.has_picture for tile in page.grid.tiles if tile.key not in (BACK, OWN_PICTURE))
    )
    tile = page.tile("lecture-tanh")
    set_theme("light")
    qtbot.waitUntil(lambda: not page._waiting)
    light = tile.grab().toImage()
    set_theme("dark")
    qtbot.waitUntil(lambda: not page._waiting)
    assert tile.grab().toImage() != light
    set_theme("light")


def test_a_start_without_a_page_makes_no_tiles(qtbot: QtBot) -> None:
    window = MainWindow(Session(Document(small_painting())))
    qtbot.addWidget(window, before_close_func=lambda window: window.close_without_asking())
    window.show()
    assert window.features.start.page.grid is None
    assert not window.features.start.is_shown


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_has_small_pictures(name: str) -> None:
    """Every preset has a thumbnail; python packaging/pictures/thumbnails.py NAME makes it."""
    files = {thumbnail_file(name, dark=dark) for dark in (False, True)}
    assert len(files) == (1 if is_painting(preset(name)) else 2)
    for file in files:
        assert file.is_file(), file
        assert file.stat().st_size < 100_000
        size = QImageReader(str(file)).size()
        assert 96 <= size.width() <= 400


def test_every_picture_is_of_a_preset() -> None:
    wanted = {thumbnail_file(name, dark=dark) for name in preset_names() for dark in (False, True)}
    assert set(resource("thumbnails").glob("*.png")) == wanted


def own_picture() -> Part:
    written = BytesIO()
    Image.new("RGB", (12, 9), "navy").save(written, "PNG")
    return part("dataset", "picture", source="own", image=written.getvalue(), longest=12)


def answer_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails where anything is asked."""
    monkeypatch.setattr(QMessageBox, "exec", lambda _: pytest.fail("nothing was to be asked"))


def test_what_is_ones_own_comes_first(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.features.start.leave()
    painted, curve = tmp_path / "mine.cadl", tmp_path / "waves.cadl"
    save_project(painted, Project(replace(preset("lecture-painting"), data=own_picture())))
    save_project(curve, Project(preset("lecture-tanh")))
    broken = tmp_path / "broken.cadl"
    broken.write_bytes(b"no project")
    for path in (broken, curve, painted):
        add_recent_file(path)
    window.features.start.show()
    page: StartPage = window.features.start.page
    assert page.grid is not None
    keys = [tile.key for tile in page.grid.tiles[:6]]
    assert keys == [BACK, str(painted), str(curve), OWN_PICTURE, OWN_POINTS, LESSONS]
    qtbot.waitUntil(lambda: page.tile(str(painted)).has_picture and page.tile(str(curve)).has_picture)
    qtbot.waitUntil(lambda: page.tile(BACK).has_picture)  # of its data, as nothing was learned
    qtbot.mouseClick(page.tile(str(painted)), LEFT)
    qtbot.waitUntil(lambda: window.document.path == painted)
    assert not window.features.start.is_shown
    window.features.start.show()
    keys = [tile.key for tile in page.grid.tiles[:3]]
    assert keys == [BACK, str(curve), str(broken)]  # what is open is no other project
    qtbot.waitUntil(lambda: page.tile(str(curve)).has_picture)
    assert not page.tile(str(broken)).has_picture  # an icon stands there


def test_an_own_picture_is_asked_for_first(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(file_dialogs, "file_to_open", lambda *given: asked.append(given[1]) or "")
    qtbot.keyClick(window.features.start.page, Qt.Key.Key_Right)
    assert focused() == BACK
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert focused() == OWN_PICTURE
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.mouseClick(window.features.start.page.tile(OWN_POINTS), LEFT)
    assert asked[0] == "Your own picture"
    assert len(asked) == 2


def test_an_example_is_tried_on_an_own_picture_without_a_question(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_nothing(monkeypatch)
    data = own_picture()
    window.document.edit_own("Picture", data)
    before = window.document.experiment
    window.features.start.show()
    page = window.features.start.page
    assert page.try_switch.isVisible()
    assert page.try_switch.text() == "Try on my picture"
    qtbot.mouseClick(page.tile("siren-painting"), LEFT)
    assert not window.features.start.is_shown
    assert window.document.experiment.data == data
    assert preset_of(window.document.experiment) == "siren-painting"
    assert "your runs are kept" in window.frame.messages.line.words.text()
    window.document.undo_stack.undo()
    assert window.document.experiment == before
    window.features.start.show()
    qtbot.mouseClick(page.tile("inpainting"), LEFT)
    tried = window.document.experiment.data
    assert (tried["image"], bool(tried["mask"])) == (data["image"], True)
    assert window.features.masking.tool.kind == "brush"


def test_an_example_is_opened_as_it_is_where_that_is_wanted(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Discard)
    window.document.edit_own("Picture", own_picture())
    window.features.start.show()
    page = window.features.start.page
    page.try_switch.click()
    qtbot.mouseClick(page.tile("siren-painting"), LEFT)
    assert window.document.experiment == example("siren-painting")


def test_an_example_that_nobody_has_changed_makes_room_without_a_question(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_nothing(monkeypatch)
    window.document.open(example("lecture-tanh"), None)
    window.document.mark_results_changed()
    window.features.start.show()
    assert window.features.start.page.try_switch.isHidden()
    qtbot.mouseClick(window.features.start.page.tile("inpainting"), LEFT)
    opened = window.document.experiment
    assert opened == example("inpainting")
    assert opened.data["mask"]
    assert window.features.masking.tool.kind == "brush"


@pytest.mark.parametrize("was", ["edited", "recovered"])
def test_an_example_that_has_come_to_more_than_its_own_training_is_asked_about(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, was: str
) -> None:
    asked: list[str] = []

    def cancel(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "exec", cancel)
    shown, tried = example("lecture-tanh"), list[bool]()
    if was == "edited":
        window.document.open(shown, None)
        window.document.edit("seed", replace(shown, seed=9))
        window.document.mark_results_changed()  # by a run that the list keeps
        window.document.undo_stack.undo()
    else:
        window.features.intake.projects.read_copy(
            lambda: Project(shown), None, None, lambda: tried.append(True)
        )
        until(qtbot, lambda: tried)
    window.features.intake.projects.begin("inpainting")
    assert len(asked) == 1
    assert window.document.experiment == shown


def test_the_paintings_are_told_apart_at_a_glance() -> None:
    paintings = [name for name in WITH_TILES if is_painting(preset(name))]
    shown = {(example(name).data["source"], example(name).data.as_dict().get("mask")) for name in paintings}
    assert len(shown) >= len(paintings) - 2
    assert PICTURES.keys() <= set(paintings)


def test_any_size_of_the_page_comes_to_rest(qtbot: QtBot, window: MainWindow) -> None:
    """Tiles that fit without a scroll bar only must not show and hide it for ever."""
    page = window.features.start.page
    window.setMinimumSize(1, 1)
    bars = set()
    for height in range(600, 760, 8):
        window.resize(1100, height)
        process_events(qtbot)
        assert page.grid is not None
        shown = page._scroll.viewport()
        bars.add(page._scroll.verticalScrollBar().isVisible())
        assert page.grid.width() == shown.width()
        assert page.grid.height() <= shown.height() or page._scroll.verticalScrollBar().isVisible()
    assert bars == {True, False}
