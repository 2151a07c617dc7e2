"""The whole window in use: keys, clicks, drops and files, with TensorFlow running in its process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QToolButton,
    QWidgetItem,
)
from pytestqt.qtbot import QtBot
from shiboken6 import getAllValidWrappers

from cadl_desktop.engine import initial_weights
from cadl_desktop.experiment import Stop, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.runs.network_weights import named_weights
from cadl_desktop.runs.record import record_of
from cadl_desktop.session import project_file
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.designer.designer_header import KeepSwitch
from cadl_desktop.ui.export.export_dialog import ExportDialog
from cadl_desktop.ui.intake import picture_reader, project_reader
from cadl_desktop.ui.painting.morph_pane import MorphPane
from cadl_desktop.ui.panels.gallery_tile import Tile
from cadl_desktop.ui.theme.theme import SMALL, text_font
from cadl_desktop.ui.window.main_window import MainWindow
from cadl_desktop.ui.window.shortcuts_dialog import shortcuts_dialog
from tests.engine.runs import epochs, small_painting
from tests.settling import until, wait_for_background, wait_for_timers
from tests.ui.driving import type_over

LEFT = Qt.MouseButton.LeftButton


def train(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(window.toolbar.train_button, LEFT)
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    until(qtbot, lambda: len(window.session.result.history.rows) > 2)


def painted(window: MainWindow) -> bytes:
    window.features.views.output.painting.copy_picture()
    image = QGuiApplication.clipboard().image()
    return b"" if image.isNull() else bytes(image.constBits())


def choose_export(dialog: ExportDialog, title: str) -> None:
    (item,) = dialog.kinds.findItems(title, Qt.MatchFlag.MatchExactly)
    dialog.kinds.setCurrentItem(item)


def fits(tile: Tile, letters: QFontMetrics) -> bool:
    return letters.horizontalAdvance(tile.text()) <= tile.width()


def drop(window: MainWindow, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where = QPoint(400, 300)
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, copy, mime, LEFT, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(where), copy, mime, LEFT, none))


def picture_file(folder: Path, name: str = "mine.png", size: tuple[int, int] = (30, 20)) -> Path:
    path = folder / name
    Image.new("RGB", size, (200, 40, 90)).save(path)
    return path


def test_train_to_a_moving_picture_and_pause(qtbot: QtBot, window: MainWindow) -> None:
    button = window.toolbar.train_button
    assert (button.text(), button.accessibleName()) == ("Train", "Train")
    train(qtbot, window)
    assert (button.text(), button.accessibleName()) == ("Pause", "Pause")
    until(qtbot, lambda: painted(window))
    first = painted(window)
    until(qtbot, lambda: painted(window) != first)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    until(qtbot, lambda: window.session.status is Status.PAUSED)
    assert (button.text(), button.accessibleName()) == ("Continue", "Continue")
    assert window.frame.messages.line.device.text()


def test_news_stay_when_tensorflow_is_loaded(qtbot: QtBot, window: MainWindow) -> None:
    words = window.frame.messages.line.words
    until(qtbot, lambda: window.session.device)
    window.frame.messages.say("info", "The sweep goes on.")
    window.session.device_changed.emit("CPU")
    assert words.text() == "The sweep goes on."
    window.frame.messages.line.show_status()
    window.session.device_changed.emit("CPU")
    assert words.text() == "Ready"


def test_step_moves_by_one_and_reset_forgets(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F10)
    until(qtbot, lambda: window.session.status is Status.PAUSED)
    state = window.session.result.state
    assert state is not None
    assert state.step == 1
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert window.session.status is Status.EMPTY
    assert window.session.result.prediction is None


def test_the_empty_cost_plot_says_how_to_get_a_cost(qtbot: QtBot, window: MainWindow) -> None:
    cost = window.features.views.cost
    assert cost.empty_text == "Press Train to see the cost fall."
    experiment = window.document.experiment
    window.document.edit("Batch size 0", replace(experiment, batch_size=0))
    assert not window.frame.actions["train"].isEnabled()
    assert cost.empty_text.startswith("Nothing can be trained yet")
    window.document.undo_stack.undo()
    assert cost.empty_text == "Press Train to see the cost fall."
    window.session.step()
    assert cost.empty_text == "Not measured yet."
    until(qtbot, lambda: cost.empty_text == "")
    until(qtbot, lambda: window.session.status is Status.PAUSED)  # stopped earlier it would have no result
    window.session.stop()
    until(qtbot, lambda: window.session.status is Status.RESULT)
    assert window.frame.actions["train"].text() == "Continue"
    assert cost.empty_text == ""


def test_an_edit_in_the_designer_while_training_starts_again(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    layers = window.document.experiment.layers
    window.features.designer.add_layer(1)
    assert len(window.document.experiment.layers) == len(layers) + 1
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.experiment.layers == layers
    until(qtbot, lambda: window.session.status is Status.TRAINING)


def test_both_common_keys_redo_wherever_the_focus_is(qtbot: QtBot, window: MainWindow) -> None:
    before, control = window.document.experiment, Qt.KeyboardModifier.ControlModifier
    window.features.designer.add_layer(1)
    after = window.document.experiment
    for widget in (window, window.features.side.run.note, window.features.side.training.kind):
        widget.setFocus()
        for key, modifiers in (
            (Qt.Key.Key_Y, control),
            (Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier),
        ):
            qtbot.keyClick(widget, Qt.Key.Key_Z, control)
            assert window.document.experiment == before
            qtbot.keyClick(widget, key, modifiers)
            assert window.document.experiment == after


def test_new_seed_by_key_is_an_edit_that_can_be_undone(qtbot: QtBot, window: MainWindow) -> None:
    before = window.document.experiment
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_R, both)
    assert window.document.experiment.seed != before.seed
    window.frame.actions["undo"].trigger()
    assert window.document.experiment == before


def test_save_open_and_go_on_exactly(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.cadl"
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *_: str(path))
    train(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, path.exists)
    window.session.stop()
    until(qtbot, lambda: window.session.status is Status.RESULT)
    saved = open_project(path)
    assert saved.state is not None
    assert saved.history is not None
    window.document.mark_saved(path)
    window.features.intake.take([path])
    step, weights = saved.state.step, saved.state.weights[0]
    until(qtbot, lambda: bool(window.session.result.state and window.session.result.state.step == step))
    until(qtbot, lambda: window.session.result.prediction is not None)
    assert not window.document.modified
    assert window.session.result.state is not None
    assert np.array_equal(window.session.result.state.weights[0], weights)
    assert window.windowTitle().startswith("mine.cadl")
    painting = window.features.views.output.painting.painting
    window.session.show_run(record_of(1, saved.experiment, saved.history, saved.state))
    window.features.views.draw()  # before the worker has painted it
    assert painting.empty_text == "The network paints here in a moment."


@pytest.mark.parametrize(
    ("answer", "closed"),
    [
        (QMessageBox.StandardButton.Cancel, False),
        (QMessageBox.StandardButton.Discard, True),
    ],
)
def test_closing_during_training_asks_first(
    qtbot: QtBot,
    window: MainWindow,
    monkeypatch: pytest.MonkeyPatch,
    answer: QMessageBox.StandardButton,
    closed: bool,
) -> None:
    train(qtbot, window)
    monkeypatch.setattr(QMessageBox, "exec", lambda _: answer)
    window.close()
    assert window.isHidden() is closed


def test_save_on_closing_saves_and_closes(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "last.cadl"
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Save)
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *_: str(path))
    train(qtbot, window)
    window.close()
    until(qtbot, window.isHidden)
    assert open_project(path).state is not None


def test_a_dropped_picture_becomes_the_target_and_can_be_undone(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    before = window.document.experiment
    drop(window, picture_file(tmp_path))
    until(qtbot, lambda: window.features.intake.pictures.dialog is not None)
    assert window.features.intake.pictures.dialog is not None
    qtbot.keyClick(window.features.intake.pictures.dialog, Qt.Key.Key_Return)
    until(qtbot, lambda: window.document.experiment.data["source"] == "own")
    until(qtbot, lambda: bool(window.session.samples and window.session.samples.picture_shape == (20, 30)))
    window.frame.actions["undo"].trigger()
    assert window.document.experiment == before


@pytest.mark.parametrize("as_folder", [True, False])
def test_several_dropped_pictures_become_a_set(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, as_folder: bool
) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(3)]
    for path in paths:
        picture_file(tmp_path).replace(path)
    drop(window, *([tmp_path] if as_folder else paths))
    until(qtbot, lambda: window.document.experiment.data.kind == "pictures")
    assert window.document.experiment.data["count"] == 3


def test_weights_come_in_by_menu_and_by_drop(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = initial_weights(replace(window.document.experiment, seed=5))
    path = tmp_path / "mine.npz"
    np.savez(path, **named_weights(window.document.experiment, tuple(weights)))
    monkeypatch.setattr(file_dialogs, "file_to_open", lambda *_: str(path))
    window.frame.actions["import_weights"].trigger()
    until(qtbot, lambda: window.session.result.state is not None)
    assert window.frame.messages.line.words.text() == "Weights taken from mine.npz."
    assert window.session.result.state is not None
    np.testing.assert_array_equal(window.session.result.state.weights[0], weights[0])
    window.document.undo_stack.undo()
    assert window.session.result.state is None
    drop(window, path)
    until(qtbot, lambda: window.session.result.state is not None)


def test_a_dropped_project_opens(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "curve.cadl"
    save_project(path, Project(preset("lecture-tanh")))
    drop(window, path)
    until(qtbot, lambda: window.document.path == path)
    until(qtbot, lambda: not window.features.views.output.is_painting)
    menu = QMenu()
    window.features.file_menu.fill_recent(menu)
    assert menu.actions()[0].text() == "curve.cadl"


@pytest.mark.parametrize(
    ("answer", "opened"),
    [
        (QMessageBox.StandardButton.Cancel, False),
        (QMessageBox.StandardButton.Discard, True),
    ],
)
def test_an_edit_while_a_project_is_read_is_asked_about(
    qtbot: QtBot,
    window: MainWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: QMessageBox.StandardButton,
    opened: bool,
) -> None:
    asked = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()) or answer)
    path = tmp_path / "curve.cadl"
    save_project(path, Project(preset("lecture-tanh")))
    window.features.intake.take([path])
    assert not asked
    edited = replace(window.document.experiment, seed=99)
    window.document.edit("Seed", edited)
    until(qtbot, lambda: asked and window.document.path == (path if opened else None))
    assert window.document.experiment == (preset("lecture-tanh") if opened else edited)
    assert len(asked) == 1


@pytest.mark.parametrize("name", ["broken.cadl", "broken.png", "missing.cadl"])
def test_an_unreadable_file_is_reported_in_one_sentence_and_changes_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    if not name.startswith("missing"):
        path.write_bytes(b"nothing of the kind")
    before = window.document.experiment
    window.features.intake.take([path])
    until(qtbot, lambda: name in window.frame.messages.bar.text)
    assert name not in window.frame.messages.line.words.text()
    assert window.document.experiment == before
    assert "\n" not in window.frame.messages.bar.text


def test_the_export_menu_opens_the_dialog_at_its_entry(qtbot: QtBot, window: MainWindow) -> None:
    menu = QMenu()
    window.features.exports.fill(menu)
    *usual, more = menu.actions()
    rare = more.menu()
    assert isinstance(rare, QMenu)
    assert [action.text() for action in rare.actions()] == [
        "Error…",
        "Target…",
        "Learning rate…",
        "PSNR…",
        "Homework…",
    ]
    assert not any(action.isEnabled() for action in (*usual, *rare.actions()))
    assert not window.frame.actions["export"].isEnabled()
    train(qtbot, window)
    assert window.frame.actions["export"].isEnabled()
    window.features.exports.fill(menu)
    next(action for action in menu.actions() if action.text() == "Cost…").trigger()
    until(qtbot, lambda: window.findChild(ExportDialog) is not None)
    dialog = window.findChild(ExportDialog)
    assert dialog.kinds.currentItem().text() == "Cost"
    dialog.reject()


def test_an_export_asked_for_twice_while_training_opens_one_dialog(qtbot: QtBot, window: MainWindow) -> None:
    endless = replace(window.document.experiment, stop=Stop(epochs=None))
    window.document.edit("No end", endless)
    window.session.train()
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    window.frame.actions["export"].trigger()
    window.frame.actions["export"].trigger()
    until(qtbot, lambda: window.findChild(ExportDialog) is not None)
    dialogs = window.findChildren(ExportDialog)
    for dialog in dialogs:
        dialog.reject()
    assert len(dialogs) == 1


def test_every_name_in_the_gallery_fits_under_its_tile(window: MainWindow) -> None:
    gallery = window.features.side.data.gallery
    gallery.more.setChecked(True)
    letters = QFontMetrics(text_font(SMALL))
    assert [tile.text() for tile in gallery.findChildren(Tile) if not fits(tile, letters)] == []


def test_an_export_that_ends_with_its_dialog_is_said_to_be_cancelled(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    train(qtbot, window)
    window.features.exports.open_at("painting")
    until(qtbot, lambda: window.findChild(ExportDialog) is not None)
    dialog = window.findChild(ExportDialog)
    type_over(qtbot, dialog.destination.name, str(tmp_path / "large.png"))
    width = dialog.form.field("width")
    assert width is not None
    type_over(qtbot, width.control, "9000")
    qtbot.mouseClick(dialog.buttons.export, LEFT)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    until(qtbot, lambda: window.frame.messages.line.words.text() == "Cancelled; nothing was written.")
    # The message comes at once; the writing thread removes the unfinished file.
    until(qtbot, lambda: not [path for path in tmp_path.iterdir() if path.is_file()])
    assert not (tmp_path / "large.png").exists()


def test_exporting_says_that_muted_neurons_are_not_in_the_file(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    for gain, is_said in ((0.0, True), (1.0, False)):
        window.features.neuron_gains.set_gain(1, 2, gain)
        window.features.exports.open_at("weights")
        until(qtbot, lambda: window.findChild(ExportDialog) is not None)
        dialog = window.findChild(ExportDialog)
        assert dialog.gains.isVisible() is is_said
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        until(qtbot, lambda: window.findChild(ExportDialog) is None)


def test_the_picture_on_display_is_exported(qtbot: QtBot, window: MainWindow) -> None:
    several = part("dataset", "pictures", count=3, longest=8, identity="embedding")
    scaled = {"input_scaling": "centred", "target_scaling": "signed"}
    window.document.edit("Pictures", epochs(small_painting(data=several, **scaled), 100_000))
    until(qtbot, lambda: window.findChild(MorphPane) is not None)
    slider = window.findChild(MorphPane).slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_End)
    train(qtbot, window)
    window.frame.actions["export"].trigger()
    until(qtbot, lambda: bool(window.findChildren(ExportDialog)))
    dialog = window.findChild(ExportDialog)
    for name in ("Painting", "Film"):
        choose_export(dialog, name)
        number = dialog.form.field("number")
        assert number is not None
        assert number.control.value == 3
    dialog.reject()


def test_the_moment_on_display_is_exported(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    window.session.stop()
    until(qtbot, lambda: window.session.status is Status.RESULT)
    first = window.session.result.snapshots.states[0]
    window.features.machine.go_to_step(first.step)
    window.frame.actions["export"].trigger()
    until(qtbot, lambda: window.findChild(ExportDialog) is not None)
    dialog = window.findChild(ExportDialog)
    assert dialog.chosen.trained.state is first
    dialog.reject()


def test_an_example_is_one_click_from_training(qtbot: QtBot, window: MainWindow) -> None:
    menu = QMenu()
    window.features.file_menu.fill_examples(menu)
    next(action for action in menu.actions() if action.text() == "10 tanh neurons").trigger()
    assert window.document.experiment == preset("lecture-tanh")
    qtbot.mouseClick(window.toolbar.train_button, LEFT)
    until(qtbot, lambda: window.session.status is Status.RESULT)
    assert window.session.result.cost is not None
    assert window.session.result.cost < 0.3


def test_theme_is_chosen_and_stored(qtbot: QtBot, window: MainWindow) -> None:
    from cadl_desktop.ui.settings.settings_table import THEME
    from cadl_desktop.ui.theme.theme import theme

    (menu,) = (menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "Theme")
    for choice, dark in (("dark", True), ("light", False)):
        menu.aboutToShow.emit()
        (action,) = (action for action in menu.actions() if action.data() == choice)
        action.trigger()
        until(qtbot, lambda dark=dark: theme().dark is dark)
        assert THEME.get() == choice


@pytest.mark.parametrize("close", [MainWindow.close, MainWindow.close_without_asking])
def test_window_and_docks_are_stored(
    qtbot: QtBot, window: MainWindow, close: Callable[[MainWindow], object]
) -> None:
    window.frame.docks["histograms"].toggleViewAction().trigger()
    window.features.side.fold(["data"])
    close(window)
    other = MainWindow(Session(Document(small_painting())))
    qtbot.addWidget(other, before_close_func=lambda w: w.close_without_asking())
    other.show()
    assert not other.frame.docks["histograms"].isHidden()
    assert other.features.side.folded() == ["data"]


def test_a_view_opened_from_the_menu_is_raised(qtbot: QtBot, window: MainWindow) -> None:
    for dock in (
        window.frame.docks["histograms"],
        window.frame.docks["operations"],
        window.frame.docks["landscape"],
    ):
        assert dock.isHidden()
        dock.toggleViewAction().trigger()
        until(qtbot, lambda dock=dock: not dock.visibleRegion().isEmpty())
    window.frame.docks["operations"].toggleViewAction().trigger()
    assert window.frame.docks["operations"].isHidden()


def test_every_shortcut_is_listed_and_unique(qtbot: QtBot, window: MainWindow) -> None:
    keys = [key.toString() for action in window.frame.actions for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    dialog = shortcuts_dialog(window.frame.actions, window)
    qtbot.addWidget(dialog)
    text = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert all(key in text for key in ("F5", "F10", "Ctrl+S", "Ctrl+Z", "Ctrl+Y"))
    assert dialog.sizeHint().height() < 700
    assert dialog.sizeHint().width() < 1100


def test_views_and_window_share_no_shortcut(qtbot: QtBot, window: MainWindow) -> None:
    assert window.features.views.output.painting.actions()  # created on first access
    of_window = window.frame.actions
    keys = {key.toString() for action in of_window for key in action.shortcuts()}
    parts = [action for action in window.findChildren(QAction) if action not in of_window]
    assert {action.text() for action in parts if action.shortcut().toString() in keys} == set()


@pytest.mark.parametrize("name", ["about", "report"])
def test_a_dialog_requested_twice_opens_once(qtbot: QtBot, window: MainWindow, name: str) -> None:
    for _ in range(2):
        window.frame.actions[name].trigger()
    wait_for_background(qtbot, window.session.background)
    (dialog,) = window.findChildren(QDialog)
    assert dialog.isVisible()
    dialog.close()


def test_every_button_of_the_window_has_a_name_and_a_tooltip(qtbot: QtBot, window: MainWindow) -> None:
    nameless = [
        button
        for button in window.findChildren(QAbstractButton)
        if button.isVisible() and not (button.accessibleName() or button.text())
    ]
    # Qt's own dock buttons are named by Qt.
    assert [b.objectName() for b in nameless if not b.objectName().startswith("qt_")] == []
    tools = [button for button in window.findChildren(QToolButton) if button.isVisible()]
    assert [b.text() for b in tools if not b.toolTip() and not b.objectName().startswith("qt_")] == []


def test_new_layers_have_all_their_icons(qtbot: QtBot, window: MainWindow) -> None:
    layers = window.document.experiment.layers
    window.document.edit("more", replace(window.document.experiment, layers=layers * 4))
    bare = [
        button.accessibleName()
        for button in window.features.designer.findChildren(QToolButton)
        if button.isVisibleTo(window) and button.icon().isNull() and not button.text()
    ]
    assert bare == []


def test_an_old_error_is_hidden_when_a_project_opens(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.features.intake.take([tmp_path / "missing.cadl"])
    until(qtbot, lambda: bool(window.frame.messages.bar.text))
    window.features.intake.take([picture_file(tmp_path)])
    until(qtbot, lambda: not window.frame.messages.bar.text)


def test_an_old_error_is_hidden_when_other_data_are_chosen(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.features.intake.take([tmp_path / "missing.cadl"])
    bar = window.frame.messages.bar
    until(qtbot, lambda: "missing.cadl" in bar.text)
    before = window.document.experiment
    window.document.edit("Seed", replace(before, seed=77))
    assert bar.text
    window.features.side.data.gallery.tile("picture:cat").click()
    assert not any("missing.cadl" in message.words.text() for message in bar.messages)


def test_validation_cost_is_drawn(qtbot: QtBot, window: MainWindow) -> None:
    window.document.edit("split", replace(window.document.experiment, validation=0.25))
    train(qtbot, window)
    assert np.isfinite(window.session.result.history.column("validation_cost")).all()


def test_the_switch_keeps_what_was_learned(qtbot: QtBot, window: MainWindow) -> None:
    keep = window.features.designer.keep
    assert keep.isChecked()
    assert window.session.keep_learned
    train(qtbot, window)
    step = window.session.result.progress.step if window.session.result.progress else 0
    window.features.designer.open_layer(0)
    type_over(qtbot, window.features.designer.beside.layer.units, "24")
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    history = window.session.result.history
    (mark,) = [change for change in history.changes if change.setting == "structure"]
    assert mark.step >= step
    assert mark.value == "8 → 24 neurons in layer 1"
    labels = window.features.views.cost.marks.labels
    until(qtbot, lambda: [m.text().replace("\n", " ") for m in labels if m.isVisible()] == [mark.value])
    qtbot.mouseClick(keep, LEFT)
    assert not window.session.keep_learned
    again = KeepSwitch()
    qtbot.addWidget(again)
    assert not again.isChecked()


@pytest.fixture
def slow_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Makes saving a project return only when the event is set."""
    go_on = Event()

    def save_slowly(path: Path, saved: Project, **options: bool) -> None:
        save_project(path, saved, **options)
        go_on.wait(20)

    monkeypatch.setattr(project_file, "save_project", save_slowly)
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *_: str(tmp_path / "slow.cadl"))
    yield go_on
    go_on.set()


def messages_of(window: MainWindow) -> list[str]:
    texts: list[str] = []
    window.features.intake.saving.message.connect(lambda kind, text: texts.append(text))
    return texts


@pytest.mark.parametrize("further", [False, True])
def test_a_step_during_a_save_is_not_saved(
    qtbot: QtBot, window: MainWindow, slow_save: Event, further: bool
) -> None:
    texts = messages_of(window)
    window.session.step()
    until(qtbot, lambda: window.session.status is Status.PAUSED)
    window.features.intake.saving.save()
    if further:
        window.session.step()
        until(qtbot, lambda: bool(window.session.result.state and window.session.result.state.step == 2))
    slow_save.set()
    until(qtbot, lambda: bool(texts))
    assert window.document.path is not None
    assert window.document.modified is further


def test_an_edit_while_saving_is_not_saved_and_undo_does_not_hide_it(
    qtbot: QtBot, window: MainWindow, slow_save: Event
) -> None:
    texts = messages_of(window)
    window.document.edit("Seed", replace(window.document.experiment, seed=98))
    window.features.intake.saving.save()
    window.document.edit("Seed", replace(window.document.experiment, seed=99))
    slow_save.set()
    until(qtbot, lambda: bool(texts))
    assert window.document.path is not None
    for _ in range(2):
        window.document.undo_stack.undo()
    assert window.document.modified


def test_a_late_save_does_not_concern_an_equal_document_opened_since(
    qtbot: QtBot, window: MainWindow, slow_save: Event
) -> None:
    window.features.intake.projects.begin_curve()
    texts = messages_of(window)
    window.features.intake.saving.save()
    window.features.intake.projects.begin_curve()
    slow_save.set()
    until(qtbot, lambda: bool(texts))
    assert window.document.path is None


def test_the_last_of_two_projects_opened_quickly_is_shown(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, last = tmp_path / "first.cadl", tmp_path / "last.cadl"
    save_project(first, Project(preset("lecture-tanh")))
    save_project(last, Project(preset("lecture-painting")))
    go_on = Event()

    def open_slowly(path: Path) -> Project:
        if path == first:
            go_on.wait(20)
        return open_project(path)

    monkeypatch.setattr(project_reader, "open_project", open_slowly)
    window.features.intake.take([first])
    window.features.intake.take([last])
    until(qtbot, lambda: window.document.path == last)
    go_on.set()
    wait_for_background(qtbot, window.session.background)
    assert window.document.path == last
    assert window.document.experiment == preset("lecture-painting")


@pytest.mark.parametrize("name", ["late.cadl", "late.png"])
def test_new_after_something_slow_stays_new(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    go_on, path = Event(), picture_file(tmp_path)
    monkeypatch.setattr(
        project_reader, "open_project", lambda _: go_on.wait(20) and Project(preset("lecture-tanh"))
    )
    read_frame = picture_reader.read_frame
    monkeypatch.setattr(picture_reader, "read_frame", lambda *_: go_on.wait(20) and read_frame(path))
    window.features.intake.take([tmp_path / name])
    window.features.intake.projects.begin_curve()
    fresh = window.document.experiment
    go_on.set()
    wait_for_background(qtbot, window.session.background)
    assert window.document.experiment == fresh
    assert window.document.path is None
    assert window.features.intake.pictures.dialog is None


def test_closing_while_a_file_is_opened_drops_it(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "curve.cadl"
    save_project(path, Project(preset("lecture-tanh")))
    window.features.intake.take([path])
    window.close()
    qtbot.wait(50)
    assert window.document.path is None


@pytest.mark.parametrize(
    ("answer", "replaced"),
    [(QMessageBox.StandardButton.Cancel, False), (QMessageBox.StandardButton.Yes, True)],
)
def test_a_file_whose_ending_was_not_typed_is_replaced_only_when_wanted(
    qtbot: QtBot,
    window: MainWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: QMessageBox.StandardButton,
    replaced: bool,
) -> None:
    path = tmp_path / "run 0.01.cadl"
    path.write_bytes(b"precious")
    asked: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()) or answer)
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *_: str(tmp_path / "run 0.01"))
    window.features.intake.saving.save_as()
    if replaced:
        until(qtbot, lambda: window.document.path == path)
        assert open_project(path).experiment == window.document.experiment
    assert len(asked) == 1
    assert path.name in asked[0]
    assert (path.read_bytes() == b"precious") is not replaced


def test_the_suggested_file_is_in_the_last_folder_whatever_the_name(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggested: list[str] = []
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *given: suggested.append(given[2]) or "")
    window.document.edit("Name", replace(window.document.experiment, name="train/val"))
    window.features.intake.saving.save_as()
    assert Path(suggested[0]).name == "train-val.cadl"


def test_python_keeps_no_layout_items_of_a_window(qtbot: QtBot, window: MainWindow) -> None:
    """Once they are deleted their addresses are reused, and a stale reference crashes the program."""
    wait_for_timers(qtbot, window)
    held = [item.widget() for item in getAllValidWrappers() if isinstance(item, QWidgetItem)]
    assert [widget for widget in held if widget.window() is window] == []
