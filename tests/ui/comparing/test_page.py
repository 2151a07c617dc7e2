"""The page of trainings in a window: a sweep opened, watched, adopted, runs compared, seeds and designs."""

import shutil
from dataclasses import replace as set_fields
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QInputDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from cadl_desktop.comparing.seeded_designs import Design, seeded_design
from cadl_desktop.experiment import Stop, preset
from cadl_desktop.project import Project, save_project
from cadl_desktop.runs.events import EpochEnded
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import record_of
from cadl_desktop.session.comparing.comparison import Comparison
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps.chosen_trial import read_trial
from cadl_desktop.session.training.result import Status
from cadl_desktop.sweeps import Length, Limit, experiment_of
from cadl_desktop.sweeps.plan.proposals import proposed
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogWriter, Notice, OwnerStopped
from cadl_desktop.ui.comparing.coordinates.view import CoordinatesView
from cadl_desktop.ui.comparing.page import (
    COORDINATES,
    COURSES,
    PICTURES,
    SETTING,
    SPREAD,
    ComparingPage,
    fitting_view,
)
from cadl_desktop.ui.comparing.pictures.view import PicturesView
from cadl_desktop.ui.comparing.spread.view import SpreadView
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.settings.settings_table import SWEEP_FOLDERS
from cadl_desktop.ui.window.main_window import MainWindow
from tests.comparing.sets import ACTIVATION, RATE, UNITS, a_set, replicated
from tests.engine.runs import epochs, finished, run, small_painting
from tests.settling import WAIT, process_events, until, wait_for_background
from tests.sweeps.quick_owner import in_place_of_processes
from tests.sweeps.sweep_folders import TWELVE, a_folder, a_sweep
from tests.ui.driving import pressed_tabs, show, type_over, unnamed_controls

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
PAINTING = preset("lecture-painting")


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = MainWindow(Session(Document(PAINTING)))
    made.resize(1440, 900)
    show(qtbot, made)
    return made


def opened(qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch) -> ComparingPage:
    """Page as a person sees it who has chosen a sweep's folder."""
    monkeypatch.setattr(file_dialogs, "folder_to_open", lambda *_: str(path))
    window.frame.actions["open_sweep"].trigger()
    until(qtbot, lambda: window.features.comparing.page.is_shown)
    page = window.features.comparing.widget
    assert page is not None
    return page


def test_a_set_opens_in_the_view_that_fits_what_varies() -> None:
    assert fitting_view(a_set(8, (RATE,)), paints=True) == SETTING
    assert fitting_view(a_set(8, (RATE, ACTIVATION)), paints=True) == PICTURES
    assert fitting_view(a_set(8, (RATE, ACTIVATION, UNITS)), paints=True) == COORDINATES
    assert fitting_view(a_set(8, (), kind="seeds"), paints=False) == SPREAD
    assert fitting_view(a_set(2, (), kind="seeds"), paints=False) == SPREAD
    assert fitting_view(a_set(2, (), kind="seeds"), paints=True) == PICTURES
    two_designs = replicated(a_set(4, (), kind="seeds"), 2)
    assert fitting_view(two_designs, paints=True) == PICTURES
    assert fitting_view(replicated(two_designs, 4), paints=True) == SPREAD


def test_the_page_is_left_when_training_begins_and_not_while_it_goes_on(
    qtbot: QtBot, window: MainWindow
) -> None:
    session, page = window.session, window.features.comparing.page
    page.show()
    until(qtbot, lambda: page.is_shown)
    session.train()
    assert not page.is_shown
    page.show()  # while it is made ready
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert page.is_shown
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    assert page.is_shown
    session.train()
    assert not page.is_shown
    window.close_without_asking()


def test_a_sweep_is_opened_watched_and_a_trial_adopted_and_undone(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = a_sweep(trials=20)
    folder = a_folder(tmp_path / "sweep", sweep, 12, training=2)
    folder.write_preview(3, np.full((8, 8, 3), 200, np.uint8))
    trial = proposed(sweep, 3)
    assert trial is not None
    save_project(folder.project(3), Project(experiment_of(sweep, trial)))
    page = opened(qtbot, window, folder.path, monkeypatch)
    selection = window.features.comparing.sets.selection
    until(qtbot, lambda: page.views.view(PICTURES) is not None)
    assert unnamed_controls(page) == []
    assert window.frame.docks["settings"].isHidden()
    assert "10 of 20 are over" in page.standing.text()
    # Its process is gone without a word, and two trials were training.
    assert page.standing.text().startswith("Interrupted")
    assert "ended from outside" in page.news.text()
    page.views.turn_to(COURSES)
    until(qtbot, lambda: page.views.view(COURSES) is not None)
    selection.select(12)
    page.table.open_wanted.emit(12)
    until(qtbot, lambda: "nothing to adopt yet" in window.frame.messages.line.words.text())
    page.views.open_wanted.emit(10)
    until(qtbot, lambda: "ended before anything was kept" in window.frame.messages.line.words.text())
    assert window.features.comparing.page.is_shown
    selection.select(3)
    assert "Trial 3" in page.chosen.text()
    qtbot.mouseClick(page.adopt_buttons[0], LEFT)
    until(qtbot, lambda: not window.features.comparing.page.is_shown)
    assert window.document.experiment == experiment_of(sweep, trial)
    assert not window.frame.docks["settings"].isHidden()
    window.document.undo_stack.undo()
    assert window.document.experiment == PAINTING
    window.frame.actions["compare"].trigger()
    process_events(qtbot)
    assert page.chooser.currentText() == "sweep"
    page.views.open_wanted.emit(3)
    until(qtbot, lambda: window.document.experiment == experiment_of(sweep, trial))
    window.close_without_asking()


def test_trials_that_end_by_the_clock_say_so_and_are_adopted_without_its_limit(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = replace(a_sweep(trials=3), limit=Limit(trials=3, length=Length(30.0, "seconds")))
    folder = a_folder(tmp_path / "sweep", sweep, 3)
    trial = proposed(sweep, 3)
    assert trial is not None
    timed = experiment_of(sweep, trial)
    assert timed.stop.seconds == 30.0
    save_project(folder.project(3), Project(timed))
    page = opened(qtbot, window, folder.path, monkeypatch)
    assert "depends on what else ran" in page.standing.toolTip() + page.standing.text()
    window.features.sweeps.comparison.adopt(3)
    until(qtbot, lambda: window.document.experiment == replace(timed, stop=sweep.base.stop))
    window.close_without_asking()


def test_a_trial_that_was_asked_for_is_not_put_into_another_project(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = a_sweep(trials=3)
    folder = a_folder(tmp_path / "sweep", sweep, 3)
    trial = proposed(sweep, 3)
    assert trial is not None
    save_project(folder.project(3), Project(experiment_of(sweep, trial)))
    save_project(tmp_path / "other.cadl", Project(preset("lecture-line")))
    opened(qtbot, window, folder.path, monkeypatch)
    has_opened = Event()

    def wait_and_read(folder: SweepFolder, number: int) -> Project | None:
        has_opened.wait(WAIT / 1000)
        return read_trial(folder, number)

    monkeypatch.setattr("cadl_desktop.session.comparing.sweep_comparison.read_trial", wait_and_read)
    window.features.sweeps.comparison.adopt(3)
    window.features.intake.projects.read(tmp_path / "other.cadl")
    until(qtbot, lambda: window.document.path == tmp_path / "other.cadl")
    has_opened.set()
    wait_for_background(qtbot, window.session.background)
    assert window.document.experiment == preset("lecture-line")


def test_a_running_sweep_is_stopped_is_found_again_and_its_folder_may_go(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_folder(tmp_path / "sweep", a_sweep(trials=20), 5, training=2)
    hold = folder.own()
    assert hold is not None
    ended = a_folder(tmp_path / "ended", a_sweep(trials=3), 3)
    SWEEP_FOLDERS.set([str(tmp_path / "gone"), str(ended.path), str(folder.path)])
    window.features.sweeps.find_again()
    until(qtbot, lambda: "goes on" in window.frame.messages.line.words.text())
    assert window.features.comparing.sets.shown is window.features.sweeps.comparison
    marker = window.features.sweeps.marker
    assert marker.isVisible()
    assert marker.text() == "Sweep 3 of 20"
    assert SWEEP_FOLDERS.get() == [str(folder.path), str(ended.path)]
    qtbot.mouseClick(marker, LEFT)
    until(qtbot, lambda: not marker.isVisible())
    page = window.features.comparing.widget
    assert page is not None
    opened(qtbot, window, tmp_path, monkeypatch)
    until(qtbot, lambda: "no sweep" in window.frame.messages.bar.text)
    opened(qtbot, window, ended.path, monkeypatch)
    until(qtbot, lambda: page.chooser.currentText() == "ended")
    opened(qtbot, window, folder.path, monkeypatch)
    until(qtbot, lambda: page.chooser.currentText() == "sweep")
    assert page.stop.isVisible()
    assert not page.resume.isVisible()
    qtbot.mouseClick(page.stop, LEFT)
    assert folder.heard() == {"stop"}
    assert not page.stop.isEnabled()
    log = LogWriter(folder.log)
    log.add(Notice(8.0, "The workers have started, and train."))
    until(qtbot, lambda: "and train" in page.news.text())
    log.add(OwnerStopped(9.0, "stopped"))
    log.close()
    hold.unlock()
    until(qtbot, lambda: page.resume.isVisible())
    assert page.news.isHidden()
    assert not page.stop.isVisible()
    assert SWEEP_FOLDERS.get() == []
    moved = folder.path.rename(tmp_path / "moved")
    until(qtbot, lambda: not page.resume.isVisible())
    assert "is gone" in window.frame.messages.bar.text
    opened(qtbot, window, moved, monkeypatch)
    until(qtbot, lambda: page.resume.isVisible())
    assert window.frame.messages.bar.isHidden()
    shutil.rmtree(moved)
    until(qtbot, lambda: not page.resume.isVisible())
    assert "is gone" in window.frame.messages.bar.text
    window.frame.messages.bar.clear()
    page.views.open_wanted.emit(2)
    until(qtbot, lambda: "is gone" in window.frame.messages.bar.text)


def test_brushes_end_with_another_set_in_the_coordinates_and_hide_nothing_afterwards(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, sets = a_folder(tmp_path / "sweep", a_sweep(TWELVE, 12), 12), window.features.comparing.sets
    page = opened(qtbot, window, folder.path, monkeypatch)
    until(qtbot, lambda: isinstance(page.views.view("Coordinates"), CoordinatesView))
    coordinates, sweep = page.views.view("Coordinates"), sets.shown
    assert isinstance(coordinates, CoordinatesView)
    coordinates.brush(0, (0.0, 0.4))
    assert 0 < len(page.table.model.listed) < 12
    page.views.turn_to("Pictures")
    until(qtbot, lambda: isinstance(page.views.view("Pictures"), PicturesView))
    pictures = page.views.view("Pictures")
    assert isinstance(pictures, PicturesView)
    listed = sorted(it.number for it in page.table.model.listed)
    until(qtbot, lambda: sorted(pictures.sheet.tiles.order) == listed)
    page.views.turn_to("Coordinates")
    sets.show(sets.sets[0])  # too few settings for the coordinates, which aren't shown
    sets.show(sweep)
    assert not coordinates.spans
    assert len(page.table.model.listed) == 12
    coordinates.brush(0, (0.0, 0.4))
    sets.show(Comparison(a_set(8, (RATE, ACTIVATION, UNITS), name="another"), window))
    assert len(page.table.model.listed) == 8
    assert not coordinates.spans
    sets.show(sweep)
    assert len(page.table.model.listed) == 12


def test_the_line_of_the_chosen_one_begins_with_its_result_and_speaks_of_weights_at_the_end(
    qtbot: QtBot, window: MainWindow
) -> None:
    several = a_set(8, (RATE, ACTIVATION, UNITS), live=1)
    *others, last = several.trainings
    begun = set_fields(last, value=None, has_weights=False)
    comparing = window.features.comparing
    comparing.show(Comparison(set_fields(several, trainings=(*others, begun)), window))
    until(qtbot, lambda: comparing.page.is_shown)
    page, selection = comparing.widget, comparing.sets.selection
    assert page is not None
    selection.select(1)
    page.chosen.setFixedWidth(160)
    assert page.chosen.text().startswith("Trial 1 · Cost ")
    assert page.chosen.text().endswith("…")
    page.chosen.setFixedWidth(900)
    selection.select(8)
    assert "State training" in page.chosen.text()
    assert "weights" not in page.chosen.text()
    assert not page.adopt_buttons[0].isEnabled()


def test_tab_visits_the_page_and_escape_leaves_it(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_folder(tmp_path / "sweep", a_sweep(trials=20), 5)
    page = opened(qtbot, window, folder.path, monkeypatch)
    window.activateWindow()
    until(qtbot, lambda: page.chooser.isVisible() and window.isActiveWindow())
    wanted = [page.resume, page.seeds, page.against, page.sweep, page.open, page.back]
    visited = pressed_tabs(page.chooser, len(wanted))
    assert [each.accessibleName() for each in visited] == [each.accessibleName() for each in wanted]
    qtbot.keyClick(page.chooser, Qt.Key.Key_Escape)
    process_events(qtbot)
    assert not window.features.comparing.page.is_shown


def test_its_key_shows_the_runs_chosen_in_the_dock_and_gives_the_table_the_keys(
    qtbot: QtBot, window: MainWindow
) -> None:
    comparing, selection = window.features.comparing, window.features.comparing.sets.selection
    for number in (1, 2, 3):
        history = History()
        history.add(EpochEnded(1, 10, 65.0, 2.0, None, 0.01))
        window.session.runs.put(record_of(number, PAINTING, history, None))
    comparing.runs.read()
    comparing.pane.selection.select(2, 3)
    qtbot.keyClick(window, Qt.Key.Key_F7, SHIFT)
    until(qtbot, lambda: comparing.page.is_shown)
    assert comparing.widget is not None
    grid = comparing.widget.table.grid
    assert grid.hasFocus()
    assert selection.numbers == (2, 3)
    qtbot.keyClick(grid, Qt.Key.Key_F7, SHIFT)
    assert not comparing.page.is_shown
    comparing.pane.selection.select()
    qtbot.keyClick(window, Qt.Key.Key_F7, SHIFT)
    assert grid.hasFocus()
    assert selection.numbers == (2, 3)  # as it was left, where nothing is chosen in the dock


def test_two_designs_are_watched_on_the_page_and_one_kept_by_its_name(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = in_place_of_processes(monkeypatch).began
    designs = small_painting(), small_painting(batch_size=8)
    window.document.open(designs[0], None)
    comparing, session = window.features.comparing, window.session
    comparing.train_designs([Design("Narrow", designs[0]), Design("Wide", designs[1])], 1)
    until(qtbot, lambda: comparing.page.is_shown)
    page, pair = comparing.widget, comparing.sets.shown
    assert page is not None
    assert "Starting" in page.standing.text()
    assert comparing.trains_beside
    assert page.chooser.currentText() == "“Narrow” against “Wide”"
    names = ["Adopt “Narrow”", "Adopt “Wide”"]
    until(qtbot, lambda: [button.text() for button in page.adopt_buttons] == names)
    assert page.adopt_buttons[1].isEnabled()
    until(qtbot, lambda: pair.trainings.over == 2 and pair.trainings.best is not None)
    better = pair.trainings.best
    until(
        qtbot,
        lambda: (
            [bool(button.property("primary")) for button in page.adopt_buttons]
            == [training is better for training in pair.trainings.trainings]
        ),
    )
    until(qtbot, lambda: isinstance(page.views.view(PICTURES), PicturesView))
    pictures = page.views.view(PICTURES)
    assert isinstance(pictures, PicturesView)
    assert pictures.overlay.isVisible()
    assert session.runs.records == ()
    save_project(began[0].folder.project(2), Project(designs[1], finished(run(designs[1])).state))
    qtbot.mouseClick(page.adopt_buttons[1], LEFT)
    until(qtbot, lambda: not comparing.page.is_shown)
    assert session.document.experiment.batch_size == 8
    assert len(session.runs.records) == 1
    comparing.show(pair)
    qtbot.mouseClick(page.close_set, LEFT)
    assert comparing.sets.sets == (comparing.runs,)
    assert page.chooser.count() == 1
    window.close_without_asking()


def test_seeds_are_announced_at_once_and_go_with_the_window(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_place_of_processes(monkeypatch)
    comparing = window.features.comparing
    comparing.train_designs([seeded_design("Sine", epochs(preset("lecture-tanh"), 3))], 3)
    until(qtbot, lambda: comparing.page.is_shown)
    page = comparing.widget
    assert page is not None
    assert page.standing.text().startswith("Starting ")
    seeds = comparing.sets.shown
    until(qtbot, lambda: seeds.trainings.over == 3)
    until(qtbot, lambda: isinstance(page.views.view(SPREAD), SpreadView))
    until(qtbot, lambda: "in the median" in page.views.view(SPREAD).words.text())
    comparing.train_designs([seeded_design("Sine", epochs(preset("lecture-tanh"), 3))], 2)
    names = [page.chooser.itemText(place) for place in range(page.chooser.count())]
    assert names == ["Runs of this project", "Seeds of “Sine”", "Seeds of “Sine” (2)"]
    until(qtbot, lambda: comparing.sets.shown.trainings.over == 2)
    assert window.session.runs.records == ()
    window.close_without_asking()
    assert not comparing.trains_beside


def test_seeds_are_asked_for_by_keyboard_unless_nothing_would_end(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_place_of_processes(monkeypatch)
    curve, ask = preset("lecture-tanh"), window.frame.actions["seeds"].trigger
    window.document.open(replace(curve, stop=Stop(epochs=None)), None)
    ask()
    assert "Nothing ends a run of" in window.frame.messages.bar.text
    window.document.open(epochs(curve, 3), None)
    ask()
    (dialog,) = window.findChildren(QInputDialog)
    (edit,) = dialog.findChildren(QLineEdit)
    assert unnamed_controls(dialog) == []
    assert edit.text() == "8"
    sets = window.features.comparing.sets
    for typed, can_train in (("0", False), ("1", False), ("999", True), ("101", True)):
        type_over(qtbot, edit, typed)
        assert dialog.findChildren(QPushButton)[0].isEnabled() == can_train
        assert int(edit.text()) <= 100
    qtbot.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(edit, Qt.Key.Key_Delete)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == "10"
    type_over(qtbot, edit, "4")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert (sets.shown.trainings.kind, sets.shown.trainings.wanted) == ("seeds", 4)
    until(qtbot, lambda: sets.shown.trainings.over == 4)
    window.close_without_asking()


def test_two_trainings_of_one_design_are_not_compared_over_seeds(qtbot: QtBot, window: MainWindow) -> None:
    comparing = window.features.comparing
    comparing.show(Comparison(a_set(2)))
    until(qtbot, lambda: comparing.page.is_shown)
    comparing.sets.selection.select(1, 2)
    assert comparing.widget is not None
    qtbot.mouseClick(comparing.widget.seeds, LEFT)
    bar, page = window.frame.messages.bar, comparing.widget
    assert bar.text.startswith("Two runs are compared over seeds if")
    until(qtbot, lambda: bar.mapToGlobal(bar.rect().bottomLeft()).y() < page.mapToGlobal(QPoint()).y())
    comparing.page.leave()
    assert bar.geometry().intersects(window.frame.pages.geometry())  # where nothing moves
    assert window.findChildren(QDialog) == []
