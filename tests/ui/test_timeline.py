"""Timeline in the window: clicks, keys, replay, branching and saving, and what the views show."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cadl_desktop.engine import render
from cadl_desktop.export.exports import exports_for
from cadl_desktop.project import open_project
from cadl_desktop.runs.events import RunState
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.export.export_dialog import ExportDialog
from cadl_desktop.ui.timeline.moment_marks import CostCursor, MomentBadge
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.test_patience import jumpy
from tests.settling import process_events, until, wait_for_worker
from tests.ui.driving import tab_walk, unnamed_controls

LEFT = Qt.MouseButton.LeftButton
KEY = Qt.Key


def record(qtbot: QtBot, window: MainWindow, moments: int = 5) -> list[RunState]:
    """Trains until there are `moments`, pauses, and waits until they are drawn."""
    session = window.session
    session.load_samples()
    session.train()
    until(qtbot, lambda: len(session.result.snapshots.states) >= moments)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED and session.samples is not None)
    states = list(session.result.snapshots.states)
    until(qtbot, lambda: window.features.timeline.slider.isVisible())
    until(qtbot, lambda: window.features.timeline.slider.maximum() == states[-1].step)
    return states


def painted(window: MainWindow) -> bytes:
    window.features.views.output.painting.copy_picture()
    return bytes(QGuiApplication.clipboard().image().constBits())


def colours(window: MainWindow, state: RunState) -> bytes:
    prediction, _ = render(window.document.experiment, state.weights)
    pixels = (np.clip(prediction, 0, 255) + np.float32(0.5)).astype(np.uint8)
    opaque = np.full((*pixels.shape[:2], 1), 255, np.uint8)
    return np.concatenate([pixels[..., ::-1], opaque], -1).tobytes()


def until_painted(qtbot: QtBot, window: MainWindow, state: RunState) -> None:
    expected = colours(window, state)
    until(qtbot, lambda: painted(window) == expected)


def click_at(qtbot: QtBot, window: MainWindow, step: int) -> None:
    """Clicks at a step. The first two moments may be less than a pixel apart, and cannot be distinguished."""
    slider = window.features.timeline.slider
    qtbot.mouseClick(slider, LEFT, pos=QPoint(round(slider.place_of(step)), slider.height() // 2 - 2))


def badges(window: MainWindow) -> list[str]:
    return [badge.text() for badge in window.findChildren(MomentBadge) if badge.isVisible()]


def test_best_and_final_are_one_click_apart(qtbot: QtBot, window: MainWindow) -> None:
    bar, session, machine = window.features.timeline, window.session, window.features.machine
    keeping = jumpy(patience=4, keep_best=True)
    window.document.open(keeping, None)
    session.load_samples()
    session.train()
    until(qtbot, lambda: session.result.finished is not None and session.samples is not None)
    best = session.result.state
    assert best is not None
    assert best.newest is not None
    until_painted(qtbot, window, best)
    until(qtbot, lambda: bar.final.isVisible() and bar.label.text().startswith("best"))
    assert bar.slider.value() == best.step
    assert session.runs.records[-1].state is best
    assert (bar.now.text(), bar.now.isEnabled(), bar.final.isEnabled()) == ("Best", False, True)
    qtbot.mouseClick(bar.final, LEFT)
    until_painted(qtbot, window, best.newest)
    assert badges(window)[0].startswith("Final")
    assert not bar.final.isEnabled()
    qtbot.mouseClick(bar.now, LEFT)
    until_painted(qtbot, window, best)
    machine.go_to_step(best.newest.step)
    assert machine.moment is machine.final
    window.frame.actions["train"].trigger()
    until(qtbot, lambda: session.result.step > best.newest.step)
    assert machine.final is None or session.status is Status.RESULT


def test_buttons_stay_where_they_are_while_moments_come(qtbot: QtBot, window: MainWindow) -> None:
    """Not even until the next layout: a hidden button would take its room for a moment."""
    bar = window.features.timeline
    record(qtbot, window)
    process_events(qtbot)
    process_events(qtbot)
    before = bar.now.geometry()
    window.session.status_changed.emit(window.session.status)
    assert bar.now.geometry() == before


def test_before_training_it_says_what_to_do(window: MainWindow) -> None:
    bar = window.features.timeline
    assert not bar.isVisible()
    bar.toggleViewAction().trigger()
    assert bar.empty.isVisible()
    assert "Train" in bar.empty.text()
    assert not bar.slider.isVisible()
    assert not window.frame.actions["replay"].isEnabled()
    assert not window.frame.actions["branch"].isEnabled()
    assert badges(window) == []


def test_a_click_shows_a_moment_everywhere_and_now_leads_back(qtbot: QtBot, window: MainWindow) -> None:
    states = record(qtbot, window)
    bar, moment = window.features.timeline, states[2]
    until_painted(qtbot, window, states[-1])
    assert bar.label.text() == f"{len(states)} moments"
    assert not bar.now.isEnabled()
    click_at(qtbot, window, moment.step)
    assert window.features.machine.moment is moment
    assert bar.label.text().startswith(f"step {moment.step} · epoch {moment.epoch} · cost ")
    assert bar.label.text().endswith(" s")
    assert badges(window) == [f"Step {moment.step}"] * 2
    signs = window.findChildren(MomentBadge)
    assert all(sign.height() == sign.sizeHint().height() for sign in signs if sign.isVisible())
    epoch = next(label for label in window.toolbar.findChildren(QLabel) if label.accessibleName() == "Epoch")
    assert epoch.text().startswith(f"{moment.epoch} / ")
    until_painted(qtbot, window, moment)
    neurons = window.features.neuron_gains.neurons
    until(qtbot, lambda: neurons.probed is not None and neurons.probed.step == moment.step)
    cursor = window.features.views.cost.findChild(CostCursor)
    assert cursor is not None
    assert cursor.line.isVisible()
    assert cursor.line.value() == pytest.approx(moment.epoch, abs=1)
    qtbot.mouseClick(bar.now, LEFT)
    assert epoch.text().startswith(f"{states[-1].epoch} / ")
    assert badges(window) == []
    assert not cursor.line.isVisible()
    until_painted(qtbot, window, states[-1])


def test_a_run_that_has_ended_fills_the_scale(qtbot: QtBot, window: MainWindow) -> None:
    states = record(qtbot, window)
    slider, machine = window.features.timeline.slider, window.features.machine
    right = slider.width() - slider.place_of(0)
    assert slider.place_of(states[-1].step) == pytest.approx(right)
    click_at(qtbot, window, states[-2].step)
    assert machine.moment is states[-2]
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() - 1, slider.height() // 2))
    assert machine.moment is None
    window.session.train()
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    until(qtbot, lambda: slider.place_of(slider.maximum()) < right)


def test_the_handle_stands_where_the_run_stands(qtbot: QtBot, window: MainWindow) -> None:
    states = record(qtbot, window)
    session, slider = window.session, window.features.timeline.slider
    session.result.snapshots.states[-1:] = []  # as if the newest were too recent to be kept
    window.features.machine.recorded.emit()
    until(qtbot, lambda: slider.value() == states[-1].step)


def test_export_of_a_moment_ends_there(qtbot: QtBot, window: MainWindow) -> None:
    moment = record(qtbot, window)[-2]
    window.features.machine.go_to_step(moment.step)
    window.features.exports.open_at("weights")
    until(qtbot, lambda: bool(window.findChildren(ExportDialog)))
    (dialog,) = window.findChildren(ExportDialog)
    trained = dialog.chosen.trained
    steps = window.session.result.history.column("step")
    assert trained.state is moment
    assert trained.history.column("step").tolist() == steps[steps <= moment.step].tolist()
    assert trained.snapshots.states[-1] is moment
    dialog.reject()


def test_what_shows_the_course_takes_the_whole_run_unless_it_shall_end_at_the_moment(
    qtbot: QtBot, window: MainWindow
) -> None:
    states = record(qtbot, window, moments=8)
    window.features.machine.go_to_step(states[3].step)
    window.features.exports.open_at("film")
    until(qtbot, lambda: bool(window.findChildren(ExportDialog)))
    (dialog,) = window.findChildren(ExportDialog)

    def says(text: str) -> None:
        until(qtbot, lambda: dialog.preview.caption.text().endswith(text))

    assert dialog.chosen.trained.states == states
    assert unnamed_controls(dialog.end) == []
    assert dialog.moment.text() == f"The whole run, to epoch {states[-1].epoch:,}, step {states[-1].step:,}"
    says(f", 10 s, {len(states)} of {len(states)} moments")
    assert dialog.up_to_here.text() == f"epoch {states[3].epoch:,}, step {states[3].step:,}"
    qtbot.mouseClick(dialog.up_to_here, LEFT, pos=QPoint(8, dialog.up_to_here.height() // 2))
    assert dialog.chosen.trained.states == states[:4]
    says(", 10 s, 4 of 4 moments")
    film = dialog.kinds.currentRow()
    dialog.kinds.setCurrentRow(0)  # the painting
    assert not dialog.end.isVisible()
    assert dialog.chosen.trained.state is states[3]
    whole = set()
    for row in range(dialog.kinds.count()):
        dialog.kinds.setCurrentRow(row)
        whole |= {dialog.chosen.export.name} if dialog.end.isVisible() else set()
        assert (dialog.chosen.trained.states == states) == dialog.end.isVisible() or row == film
    assert whole >= {"film", "cost"}
    assert whole == {each.name for each in exports_for(window.document.experiment) if each.spans_run}
    dialog.reject()


def test_edit_while_training_keeps_the_timeline_and_its_focus(qtbot: QtBot, window: MainWindow) -> None:
    session, timeline, document = window.session, window.features.timeline, window.document
    session.train()
    until(qtbot, lambda: len(session.result.snapshots.states) > 5 and timeline.slider.isVisible())
    timeline.slider.setFocus()
    document.edit("Another network", replace(document.experiment, layers=document.experiment.layers[1:]))
    until(qtbot, lambda: not timeline.slider.isVisible() or len(session.result.snapshots.states) < 2)
    assert window.focusWidget() is timeline.slider
    assert timeline.empty.isHidden()
    until(qtbot, lambda: len(session.result.snapshots.states) > 5)
    session.stop()
    until(qtbot, lambda: not session.status.live)
    assert window.focusWidget() is timeline.slider
    session.reset()
    assert timeline.empty.isVisible()


def test_dragging_goes_through_the_moments(qtbot: QtBot, window: MainWindow) -> None:
    states = record(qtbot, window, 8)
    slider = window.features.timeline.slider
    height = slider.height() // 2 - 2
    places = [QPoint(round(slider.place_of(state.step)), height) for state in states]
    QTest.mousePress(slider, LEFT, pos=places[0])
    seen = [window.features.machine.moment]
    for place in places[1:]:
        QTest.mouseMove(slider, place)
        seen.append(window.features.machine.moment)
    QTest.mouseRelease(slider, LEFT, pos=places[-1])
    steps = [state.step for state in seen if state]
    assert steps == sorted(steps)
    assert len(set(steps)) > 2
    assert window.features.machine.moment is None


def test_keys_go_from_moment_to_moment(qtbot: QtBot, window: MainWindow) -> None:
    states = record(qtbot, window)
    slider, machine = window.features.timeline.slider, window.features.machine
    slider.setFocus()
    qtbot.keyClick(slider, KEY.Key_Left)
    assert machine.moment is states[-2]
    assert slider.value() == states[-2].step
    qtbot.keyClick(slider, KEY.Key_Home)
    assert machine.moment is states[0]
    qtbot.keyClick(slider, KEY.Key_Right)
    assert machine.moment is states[1]
    qtbot.keyClick(slider, KEY.Key_PageUp)
    assert machine.moment is None or machine.moment.step > states[1].step
    qtbot.keyClick(slider, KEY.Key_Home)
    qtbot.keyClick(slider, KEY.Key_End)
    assert machine.moment is None
    window.frame.actions["earlier"].trigger()
    assert machine.moment is states[-2]
    qtbot.keyClick(slider, KEY.Key_Escape)
    assert machine.moment is None


def test_replay_by_its_button(qtbot: QtBot, window: MainWindow) -> None:
    states = record(qtbot, window)
    bar = window.features.timeline
    assert bar.play.accessibleName() == "Replay"
    bar.speed.setFocus()
    qtbot.keyClick(bar.speed, KEY.Key_Up)
    assert window.features.machine.speed == 0.5
    qtbot.mouseClick(bar.play, LEFT)
    assert window.features.machine.moment is states[0]
    assert bar.play.accessibleName() == "Hold"
    until(qtbot, lambda: window.features.machine.moment is not states[0])
    qtbot.mouseClick(bar.play, LEFT)
    assert bar.play.accessibleName() == "Replay"
    held = window.features.machine.moment
    wait_for_worker(qtbot, window.session)
    assert not any(timer.isActive() for timer in window.features.machine.findChildren(QTimer))
    assert window.features.machine.moment is held


def test_branch_from_here_by_its_button(qtbot: QtBot, window: MainWindow) -> None:
    states = record(qtbot, window)
    click_at(qtbot, window, states[2].step)
    qtbot.mouseClick(window.features.timeline.branch, LEFT)
    session = window.session
    assert session.status is Status.RESULT
    assert session.result.state is states[2]
    assert badges(window) == []
    assert [record.number for record in session.runs.records] == [1, 2]
    assert window.document.undo_stack.undoText() == f"Branch from step {states[2].step:,}"
    assert window.document.modified
    qtbot.mouseClick(window.toolbar.train_button, LEFT)
    until(qtbot, lambda: session.status is Status.TRAINING)
    until(qtbot, lambda: len(session.result.snapshots.states) > 3)
    assert session.result.snapshots.states[3] is not states[3]


def test_moments_are_saved_and_scrubbed_after_reopening(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    states = record(qtbot, window)
    path = tmp_path / "run.cadl"
    window.features.intake.saving._save_to(path, lambda: None)
    until(qtbot, lambda: path.exists() and not window.document.modified)
    saved = open_project(path).snapshots
    assert saved is not None
    assert [state.step for state in saved.states] == [state.step for state in states]
    window.features.intake.projects.begin_curve()
    until(qtbot, lambda: not window.features.timeline.slider.isVisible())
    window.features.intake.take([path])
    until(qtbot, lambda: window.features.timeline.slider.isVisible() and window.session.samples is not None)
    until(qtbot, lambda: window.features.views.output.is_painting)
    click_at(qtbot, window, states[2].step)
    until_painted(qtbot, window, states[2])


def test_every_control_has_a_name_and_a_place_in_the_tab_order(qtbot: QtBot, window: MainWindow) -> None:
    states = record(qtbot, window)
    window.features.machine.go_to_step(states[1].step)
    bar = window.features.timeline
    assert unnamed_controls(bar) == []
    walk = tab_walk(window)
    ours = [bar.earlier, bar.play, bar.later, bar.speed, bar.slider, bar.branch, bar.now]
    places = [walk.index(control) for control in ours]
    assert places == sorted(places)


def test_the_window_follows_a_training_that_is_looked_back_at(qtbot: QtBot, window: MainWindow) -> None:
    states = record(qtbot, window)
    click_at(qtbot, window, states[2].step)
    window.session.train()
    until(qtbot, lambda: window.features.timeline.slider.maximum() > states[-1].step)
    assert window.features.machine.moment is states[2]
    until(qtbot, lambda: badges(window) == [f"Step {states[2].step}"] * 2)
    until_painted(qtbot, window, states[2])


def test_the_branch_button_keeps_its_words_or_shows_its_icon(window: MainWindow) -> None:
    bar = window.features.timeline
    bar.toggleViewAction().trigger()
    found = set()
    for width in (1400, 900, 500):
        bar.resize(width, bar.height())
        found.add(bar.branch.text())
        assert bar.branch.accessibleName() == "Branch from here"
    assert found == {"Branch", ""}
    assert not bar.branch.icon().isNull()
