"""Preferences apply at once and at the next start; the palette finds every command by some letters."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QToolButton, QWhatsThis
from pytestqt.qtbot import QtBot

from cadl_desktop.system.machine import cores, usable_cores
from cadl_desktop.ui.controls.fields import Chooser
from cadl_desktop.ui.preferences.command_palette import Command, CommandPalette, best_first
from cadl_desktop.ui.preferences.preferences_dialog import FolderEdit, PreferencesDialog
from cadl_desktop.ui.settings.recent_paths import last_folder
from cadl_desktop.ui.settings.settings_table import DEFAULT_FOLDER, DRAW_NEURONS, THEME, THREADS
from cadl_desktop.ui.theme.theme import theme
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import process_events
from tests.ui.driving import choose, pressed_tabs, tab_walk, unnamed_controls

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("CADL_DESKTOP_CORES", raising=False)
    yield
    set_theme("light")


def preferences(qtbot: QtBot, window: MainWindow) -> PreferencesDialog:
    qtbot.keyClick(window, Qt.Key.Key_Comma, CONTROL)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), PreferencesDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PreferencesDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def chooser(dialog: PreferencesDialog, title: str) -> Chooser:
    control = dialog.row(title).control
    assert isinstance(control, Chooser)
    return control


def test_preferences_apply_at_once_and_are_stored(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    dialog = preferences(qtbot, window)
    choose(qtbot, chooser(dialog, "Theme"), "dark")
    assert theme().dark
    assert THEME.get() == "dark"
    box = dialog.row("Draw neurons and lines").control
    assert isinstance(box, QCheckBox)
    box.click()
    assert not DRAW_NEURONS.get()
    assert not window.features.neuron_gains.neurons.follow_training
    folder = dialog.row("Folder").control
    assert isinstance(folder, FolderEdit)
    folder.edit.selectAll()
    qtbot.keyClicks(folder.edit, str(tmp_path / "none"))
    assert DEFAULT_FOLDER.get() != str(tmp_path / "none")
    assert folder.edit.property("problem")
    folder.edit.selectAll()
    qtbot.keyClicks(folder.edit, str(tmp_path))
    assert last_folder() == str(tmp_path)
    dialog.close()


@pytest.mark.parametrize("typed", ["/no/such/folder", "x" * 5000])
def test_a_missing_folder_is_reported_and_changes_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, typed: str
) -> None:
    DEFAULT_FOLDER.set(str(tmp_path))
    dialog = preferences(qtbot, window)
    folder = dialog.row("Folder").control
    assert isinstance(folder, FolderEdit)
    folder.edit.selectAll()
    QGuiApplication.clipboard().setText(typed)
    qtbot.keyClicks(folder.edit, "/")  # an existing folder, typed on the way to another
    folder.edit.selectAll()
    folder.edit.paste()
    assert folder.problem.text() == ""
    qtbot.keyClick(folder.edit, Qt.Key.Key_Return)
    assert folder.problem.text() == f"There is no folder “{typed}”; what was chosen before stays."
    assert folder.edit.text() == DEFAULT_FOLDER.get() == str(tmp_path)
    folder.edit.selectAll()
    qtbot.keyClicks(folder.edit, "~")
    assert folder.problem.text() == ""
    assert DEFAULT_FOLDER.get() == str(Path.home())
    dialog.close()


@pytest.mark.skipif(usable_cores() < 2, reason="there is nothing to choose on one core")
def test_a_training_uses_no_more_cores_than_are_wanted(window: MainWindow) -> None:
    assert cores() == usable_cores()
    THREADS.set(1)
    assert cores() == 1
    THREADS.set(0)
    assert cores() == usable_cores()


def test_a_search_shows_matching_preferences(qtbot: QtBot, window: MainWindow) -> None:
    dialog = preferences(qtbot, window)
    qtbot.keyClicks(dialog.search, "core")
    assert [row.title for row in dialog.rows if row.isVisible()] == ["Processor cores"]
    dialog.search.clear()
    qtbot.keyClicks(dialog.search, "qqq")
    assert not any(row.isVisible() for row in dialog.rows)
    assert "No preference is called that." in [label.text() for label in dialog.findChildren(QLabel)]
    dialog.search.clear()
    assert unnamed_controls(dialog) == []
    walk = tab_walk(dialog)
    assert len(walk) >= len(dialog.rows) + 2
    assert set(pressed_tabs(walk[0], len(walk))) == set(walk)
    dialog.close()


def test_switches_above_the_network_keep_their_words_or_show_icons(window: MainWindow) -> None:
    bar = window.features.designer.bar
    switches = bar.findChildren(QToolButton)
    said = [switch.text() for switch in switches]
    assert "What layers know" in said
    styles = []
    for width in range(1400, 200, -40):
        bar.resize(width, bar.height())
        assert [switch.text() for switch in switches] == said
        (style,) = {switch.toolButtonStyle() for switch in switches}
        styles.append(style)
    words, icons = Qt.ToolButtonStyle.ToolButtonTextOnly, Qt.ToolButtonStyle.ToolButtonIconOnly
    assert [style for style, _ in groupby(styles)] == [words, icons]


def test_a_command_is_found_by_some_letters_and_triggered_by_enter(qtbot: QtBot, window: MainWindow) -> None:
    window.session.load_samples()
    qtbot.waitUntil(lambda: window.features.views.output.is_painting)
    window.features.designer.canvas.setFocus()
    before = QApplication.focusWidget()
    qtbot.keyClick(window, Qt.Key.Key_P, CONTROL | SHIFT)
    for key in (Qt.Key.Key_T, Qt.Key.Key_R):
        QTest.keyClick(window.windowHandle(), key)  # at once, as a fast typist does
    palette = window.findChild(CommandPalette)
    assert palette is not None
    assert palette.search.text() == "tr"
    palette.search.clear()
    titles = [palette.list.item(row).text() for row in range(palette.list.count())]
    assert {"Train", "Save as", "Preferences", "Reset layout", "Examples: 10 tanh neurons", "Runs"} <= set(
        titles
    )
    assert {"Swipe", "Target or painting", "Invert mask"} <= set(titles)  # actions of the canvas alone
    assert "Export as: Learning rate" in titles  # though it stands under More
    assert len(titles) == len(set(titles))
    qtbot.keyClicks(palette.search, "new sd")
    assert palette.list.item(0).text() == "New seed"
    seed = window.document.experiment.seed
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert window.document.experiment.seed != seed
    assert palette.isHidden()
    assert QApplication.focusWidget() is before


def test_a_setting_is_found_by_its_name_and_gets_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    side, training = window.features.side, window.features.side.training
    assert training.more.folded
    for typed, title, control in (
        ("seconds", "Optimizer: Seconds", training.stop["seconds"].box),
        ("batch", "Optimizer: Batch size", training.batch),
        ("learning rate", "Optimizer: Learning rate", training.rate),
        ("method", "Data: Method", side.data.method.chooser),
        ("note", "Run: Note", side.run.note),
    ):
        qtbot.keyClick(window, Qt.Key.Key_P, CONTROL | SHIFT)
        search = QApplication.focusWidget()
        qtbot.keyClicks(search, typed)
        palette = search.parentWidget()
        assert isinstance(palette, CommandPalette)
        assert palette.list.item(0).text() == title
        qtbot.keyClick(search, Qt.Key.Key_Return)
        assert control.hasFocus()
        process_events(qtbot)
        assert not control.visibleRegion().isEmpty()  # scrolled to


def test_the_palette_is_walked_by_keys_and_left_by_escape(qtbot: QtBot, window: MainWindow) -> None:
    done: list[str] = []
    commands = []
    for title in ("Begin never", "Begin", "Begin again"):
        action = QAction(title, window)
        action.setEnabled(title != "Begin never")
        action.triggered.connect(lambda _=False, title=title: done.append(title))
        commands.append(Command(title, action))
    for leave in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        palette = CommandPalette(commands, window)
        palette.open()
        qtbot.keyClick(palette.search, Qt.Key.Key_Down)
        qtbot.keyClick(palette.search, leave)
        assert palette.isHidden()
    assert done == ["Begin again"]  # disabled ones are last


def test_the_palette_keeps_the_keys_until_somebody_clicks_elsewhere(qtbot: QtBot, window: MainWindow) -> None:
    palette = CommandPalette([Command("Begin", QAction("Begin", window))], window)
    palette.open()
    qtbot.keyClick(palette.search, Qt.Key.Key_Tab)
    assert palette.search.hasFocus()
    window.resize(window.width() - 100, window.height())
    assert palette.geometry().center().x() == pytest.approx(window.width() / 2, abs=2)
    qtbot.mouseClick(palette, Qt.MouseButton.LeftButton, pos=palette.rect().bottomRight())
    assert palette.isVisible()
    window.toolbar.train_button.setFocus(Qt.FocusReason.MouseFocusReason)
    assert palette.isHidden()
    assert window.toolbar.train_button.hasFocus()
    palette = CommandPalette([], window)
    palette.open()
    qtbot.mouseClick(window.statusBar(), Qt.MouseButton.LeftButton)  # it can't have the focus
    assert palette.isHidden()


@pytest.mark.parametrize(
    ("typed", "first"),
    [("", 0), ("save", 0), ("sas", 1), ("layout", 3), ("reset l", 3), ("trn", 2), ("zzz", None)],
)
def test_the_best_match_comes_first(typed: str, first: int | None) -> None:
    found = best_first(typed, ["Save", "Save as", "Train", "Reset layout"])
    assert (found[0] if found else None) == first


def test_what_is_this_answers_for_every_panel_and_control(qtbot: QtBot, window: MainWindow) -> None:
    for part in (
        window.features.designer,
        window.features.views.output,
        window.features.views.cost,
        window.features.comparing.pane,
        window.features.timeline,
    ):
        assert len(part.whatsThis()) > 80
    assert window.features.side.training.batch.whatsThis()
    painting = window.features.views.output.painting.painting
    for view, panel in (
        (painting, window.features.views.output),
        (window.features.views.cost.canvas, window.features.views.cost),
    ):
        answering = view
        while not answering.whatsThis():
            answering = answering.parentWidget()
        assert answering is panel
    qtbot.keyClick(window, Qt.Key.Key_F1, SHIFT)
    assert QWhatsThis.inWhatsThisMode()
    QWhatsThis.leaveWhatsThisMode()


def test_the_layout_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    window.features.start.leave()
    standard = window.frame.work.sizes()
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, window.frame.docks["settings"])
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.frame.docks["cost"])
    window.frame.docks["settings"].close()
    window.frame.docks["histograms"].show()
    window.frame.work.setSizes([100, 500])
    window.frame.actions["reset_layout"].trigger()
    assert window.frame.docks["settings"].isVisible()
    assert window.frame.docks["histograms"].isHidden()
    assert window.frame.docks["settings"].mapTo(window, window.rect().topLeft()).x() < window.width() // 2
    assert window.dockWidgetArea(window.frame.docks["cost"]) == Qt.DockWidgetArea.RightDockWidgetArea
    assert window.frame.work.sizes() == standard
