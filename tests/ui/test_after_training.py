"""Messages and offers after a training, and the doctor's chip beside Train."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.computing.failure import Failure
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.methods.rules import sharper_methods
from cadl_desktop.runs.changes import in_words
from cadl_desktop.session.run_commands import reopen
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.window.main_window import MainWindow
from cadl_desktop.ui.window.notices import LONG_SECONDS, DesktopNotice
from tests.computing.trouble import raising
from tests.engine.runs import epochs, small_painting
from tests.settling import until
from tests.ui.driving import choose, unnamed_controls

LEFT = Qt.MouseButton.LeftButton
GOOD_RATE = 0.01
LINEAR = (part("layer", "dense", units=8, activation="linear"),)


@pytest.fixture
def experiment() -> Experiment:
    diverging = small_painting(optimizer=part("optimizer", "adam", rate=1000.0), layers=LINEAR * 4)
    return epochs(diverging, 3)


def train(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(window.toolbar.train_button, LEFT)
    ended(qtbot, window)


def epoch_of(window: MainWindow) -> int:
    state = window.session.result.state
    assert state is not None
    return state.epoch


def ended(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    until(qtbot, lambda: session.status is Status.RESULT and session.result.finished is not None)


def test_a_run_that_diverged_is_begun_anew_by_a_button(qtbot: QtBot, window: MainWindow) -> None:
    chip, bar = window.toolbar.doctor, window.frame.messages.bar
    assert chip.text() == "Doctor"
    train(qtbot, window)
    assert bar.text.startswith("Diverged: the cost had grown to")
    until(qtbot, lambda: chip.text() == "Diverged")
    assert "beyond all bounds" in chip.accessibleDescription()
    assert unnamed_controls(bar) == []
    assert chip.accessibleName() == "Doctor: Diverged"
    (button,) = bar.buttons
    assert button.text() == "Train again with rate 0.001"
    qtbot.mouseClick(button, LEFT)
    assert bar.isHidden()
    ended(qtbot, window)
    assert window.document.experiment.optimizer["rate"] == 0.001
    assert [run.experiment.optimizer["rate"] for run in window.session.runs.records] == [1000.0, 0.001]
    assert chip.text() != "Diverged"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.experiment.optimizer["rate"] == 1000.0


def test_the_message_about_an_end_is_hidden_when_training_begins(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    assert window.frame.messages.bar.text.startswith("Diverged")
    window.session.train()
    assert window.frame.messages.bar.isHidden()
    ended(qtbot, window)


def test_other_messages_stay_when_training_begins(window: MainWindow) -> None:
    window.frame.messages.bar.say("error", "The disk is full.")
    window.session.train()
    assert window.frame.messages.bar.text == "The disk is full."


def test_the_message_about_a_rate_is_hidden_once_it_is_changed(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    window.document.edit("name", replace(window.document.experiment, name="Another"))
    assert window.frame.messages.bar.text.startswith("Diverged")
    set_rate(window, GOOD_RATE)
    assert window.frame.messages.bar.isHidden()
    window.frame.messages.bar.say("error", "The disk is full.")
    set_rate(window, 1000.0)
    assert window.frame.messages.bar.text == "The disk is full."


def test_the_message_about_a_run_is_hidden_with_it(qtbot: QtBot, window: MainWindow) -> None:
    """The buttons of the message would apply to another network."""
    train(qtbot, window)
    document, bar = window.document, window.frame.messages.bar
    document.edit("layer", replace(document.experiment, layers=LINEAR))
    assert bar.isHidden()
    train(qtbot, window)
    assert bar.buttons
    bar.say("error", "The disk is full.")
    window.session.reset()
    assert bar.text == "The disk is full."
    train(qtbot, window)
    assert bar.buttons
    reopen(window.session, 1)
    assert bar.text == "The disk is full."


def test_a_run_that_ended_worse_than_it_began_says_so(qtbot: QtBot, window: MainWindow) -> None:
    diverging = window.document.experiment
    worse = replace(diverging, layers=LINEAR, optimizer=diverging.optimizer.has(rate=100.0))
    window.document.edit("worse", worse)
    train(qtbot, window)
    assert "before the first step" in window.frame.messages.bar.text
    assert window.frame.messages.bar.buttons[0].text() == "Train again with rate 0.001"
    until(qtbot, lambda: window.toolbar.doctor.text() == "Got worse")


def learned(qtbot: QtBot, window: MainWindow) -> None:
    """Trains a painting until it has learned something."""
    session, layers = window.session, (part("layer", "dense", units=64),) * 2
    able = small_painting(layers=layers, optimizer=part("optimizer", "adam", rate=GOOD_RATE))
    window.document.edit("able", epochs(able, 1_000_000))
    session.train()
    until(qtbot, lambda: (session.result.history.newest_cost or 100.0) < 80.0)
    until(qtbot, lambda: len(session.result.snapshots.states) > 3)


def set_rate(window: MainWindow, rate: float) -> None:
    experiment = window.document.experiment
    window.document.edit("rate", replace(experiment, optimizer=experiment.optimizer.has(rate=rate)))


def test_a_ruined_run_can_be_returned_to_the_moment_before_its_rate(qtbot: QtBot, window: MainWindow) -> None:
    learned(qtbot, window)
    set_rate(window, 1e9)
    ended(qtbot, window)
    back, again = window.frame.messages.bar.buttons
    assert back.text().startswith("Go back to step ")
    assert again.text().startswith("Train again with rate ")
    qtbot.mouseClick(back, LEFT)
    session = window.session
    assert window.document.experiment.optimizer["rate"] == GOOD_RATE
    assert session.result.step == int(back.text().split()[-1].replace(",", "")) > 0
    assert session.status is Status.RESULT
    window.document.undo_stack.undo()
    assert window.document.experiment.optimizer["rate"] == 1e9
    window.document.undo_stack.redo()
    began = session.result.step
    session.train()
    until(qtbot, lambda: session.result.step > began + 100)
    assert (session.result.history.newest_cost or 1e9) < 100.0


def test_the_doctor_finds_a_setting_that_ruined_a_run_even_if_it_was_reverted(
    qtbot: QtBot, window: MainWindow
) -> None:
    learned(qtbot, window)
    session, chip = window.session, window.toolbar.doctor
    window.document.edit("penalty", replace(window.document.experiment, l2=100.0))
    until(qtbot, lambda: chip.text() == "Got worse")
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    window.document.undo_stack.undo()
    assert window.document.experiment.l2 == 0.0
    worse = session.result.step
    chip.click()
    assert chip.list is not None
    (card, *_) = chip.list.findings.cards()
    assert card.buttons[0].text().startswith("Go back to step ")
    card.buttons[0].click()
    assert 0 < session.result.step < worse
    until(qtbot, lambda: chip.text() != "Got worse")


def test_the_chip_opens_the_list_and_a_remedy_is_an_edit(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    chip = window.toolbar.doctor
    until(qtbot, lambda: chip.text() == "Diverged")
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_Space)
    popup = chip.list
    assert popup is not None
    assert popup.isVisible()
    (card, *_) = popup.findings.cards()
    assert card.buttons[0].text() == "Learning rate 0.001"
    assert QApplication.focusWidget() is card.buttons[0]
    qtbot.keyClick(card.buttons[0], Qt.Key.Key_Space)
    assert window.document.experiment.optimizer["rate"] == 0.001
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_a_blurred_painting_offers_sharper_methods_once(qtbot: QtBot, window: MainWindow) -> None:
    blurred = epochs(small_painting(), 2)
    window.document.edit("blurred", blurred)
    train(qtbot, window)
    bar = window.frame.messages.bar
    assert "stayed blurred" in bar.text
    names = ("learned-painting", "sharp-painting", "siren-painting")
    assert [button.text() for button in bar.buttons] == [preset(name).name for name in names]
    bar.clear()
    train(qtbot, window)
    assert bar.isHidden()
    window.document.edit("another", replace(blurred, data=blurred.data.has(longest=10)))
    train(qtbot, window)
    qtbot.mouseClick(bar.buttons[1], LEFT)
    assert window.document.experiment.method == "sharp-painting"
    assert window.document.experiment.data["longest"] == 10
    window.session.stop()
    window.document.undo_stack.undo()
    assert window.document.experiment.method == ""


def test_an_error_is_not_replaced_by_the_offer_of_a_sharper_method(qtbot: QtBot, window: MainWindow) -> None:
    session, bar = window.session, window.frame.messages.bar
    window.document.edit("blurred", epochs(small_painting(), 100_000))
    session.train()
    until(qtbot, lambda: session.result.step > 50)
    with raising(qtbot, session, RuntimeError("broken")):
        until(qtbot, lambda: session.status is Status.RESULT)
    assert "(RuntimeError)" in bar.text
    window.document.edit("shorter", epochs(small_painting(), epoch_of(window) + 2))
    window.frame.messages.say("error", "The disk is full.")
    train(qtbot, window)
    assert bar.text == "The disk is full."
    bar.clear()
    window.document.edit("longer", epochs(small_painting(), epoch_of(window) + 2))
    train(qtbot, window)
    assert "stayed blurred" in bar.text


def test_only_the_lecture_network_is_offered_a_sharper_method() -> None:
    lecture = preset("lecture-painting")
    assert sharper_methods(lecture, 21.0) == ("learned-painting", "sharp-painting", "siren-painting")
    assert sharper_methods(lecture, 40.0) == sharper_methods(lecture, None) == ()
    assert sharper_methods(preset("fourier-painting"), 21.0) == ()
    assert sharper_methods(preset("lecture-tanh"), 21.0) == ()
    own = replace(lecture, data=lecture.data.has(source="own"))
    assert sharper_methods(own, 21.0)[:2] == ("learned-painting", "own-painting")


@pytest.mark.skipif(os.name != "posix", reason="other desktops are asked by Qt")
def test_without_a_tray_notify_send_shows_the_notification(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, written = QWidget(), tmp_path / "written"
    qtbot.addWidget(window)
    assert not QSystemTrayIcon.isSystemTrayAvailable()
    monkeypatch.setenv("PATH", str(tmp_path))
    notice = DesktopNotice(window)
    notice("Nobody", "is asked.")  # without effect
    program = tmp_path / "notify-send"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {written}.part\n/bin/mv {written}.part {written}\n')
    program.chmod(0o755)
    notice("-Mine & yours", "Finished: 1 < 2.")
    until(qtbot, written.exists)
    assert written.read_text().splitlines()[-3:] == ["--", "-Mine & yours", "Finished: 1 &lt; 2."]


def test_a_long_training_notifies_a_user_in_another_window(qtbot: QtBot, window: MainWindow) -> None:
    after, notified, now = window.features.after_training, list[str](), 0.0
    after.notify, after.clock = lambda title, text: notified.append(text), lambda: now
    train(qtbot, window)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    until(qtbot, lambda: not window.isActiveWindow())
    window.session.reset()
    window.session.train()
    ended(qtbot, window)
    assert notified == []  # the training was short
    window.session.reset()
    window.session.train()
    now = LONG_SECONDS + 1
    ended(qtbot, window)
    assert notified[0].startswith("Diverged")


def test_another_optimizer_says_its_rate_and_is_undone_by_a_button(qtbot: QtBot, window: MainWindow) -> None:
    session, bar = window.session, window.frame.messages.bar
    session.document.edit("calm", epochs(small_painting(), 2))
    kind = window.features.side.training.kind
    choose(qtbot, kind, "momentum")
    assert bar.text == ""  # nothing has been learned yet
    choose(qtbot, kind, "adam")
    train(qtbot, window)
    learned = session.result
    choose(qtbot, kind, "momentum")
    assert bar.text == "Momentum takes over what was learned, with learning rate 0.01 in place of 0.001."
    assert unnamed_controls(bar) == []
    (undo,) = bar.buttons
    qtbot.mouseClick(undo, LEFT)
    assert session.document.experiment.optimizer == part("optimizer", "adam")
    assert "takes over" not in bar.text
    assert session.result is learned
    choose(qtbot, kind, "muon")
    assert bar.text.startswith("Muon takes over")
    window.features.side.training.slider.setValue(80)
    assert "takes over" not in bar.text


def test_the_first_edit_of_what_is_opened_is_not_compared_with_what_was_open_before(
    qtbot: QtBot, window: MainWindow
) -> None:
    document, bar = window.document, window.frame.messages.bar
    document.open(preset("own-curve"), None)
    assert document.experiment.optimizer.kind == "adam"
    document.edit("slow", replace(document.experiment, optimizer=part("optimizer", "adam", rate=0.5)))
    momentum = part("optimizer", "momentum")
    document.open(replace(epochs(small_painting(), 2), optimizer=momentum), None)
    train(qtbot, window)
    document.edit("slower", replace(document.experiment, optimizer=momentum.has(rate=0.001)))
    assert "takes over" not in bar.text


def test_a_network_that_begins_anew_says_why_and_is_undone_by_a_button(
    qtbot: QtBot, window: MainWindow
) -> None:
    session, bar, document = window.session, window.frame.messages.bar, window.document
    document.edit("calm", epochs(small_painting(), 2))
    document.edit("centred", replace(document.experiment, input_scaling="centred"))
    qtbot.wait(0)
    assert bar.text == ""  # nothing has been learned yet
    train(qtbot, window)
    learned = session.result
    document.edit("plain", replace(document.experiment, input_scaling="none"))
    until(qtbot, lambda: "scaling" in bar.text)
    assert session.result.state is None
    assert unnamed_controls(bar) == []
    (undo,) = bar.buttons
    qtbot.mouseClick(undo, LEFT)
    assert session.result is learned
    assert bar.text == ""
    window.features.designer.keep.click()
    document.edit("plain", replace(document.experiment, input_scaling="none"))
    qtbot.wait(0)
    assert bar.text == ""  # every edit starts over, as chosen


def test_a_run_whose_rate_fell_to_0_goes_on_at_a_tenth_which_its_button_says(
    qtbot: QtBot, window: MainWindow
) -> None:
    session, button = window.session, window.toolbar.train_button

    def names() -> list[str]:
        return [label.text() for label in window.toolbar.findChildren(QLabel)]

    falling = part("schedule", "cosine", over="run", floor=0.0)
    session.document.edit("calm", epochs(small_painting(schedule=falling), 2))
    assert "0.0001" not in button.accessibleDescription()
    train(qtbot, window)
    assert "0.0001" in button.accessibleDescription()
    assert "0.0001" in button.toolTip()
    assert "Goes on at rate 0.0001" in names()
    ended_with = session.result.state
    session.document.edit("longer", epochs(session.document.experiment, 1_000_000))
    qtbot.mouseClick(button, LEFT)
    until(qtbot, lambda: session.result.step > 2 * 18)
    assert "0.0001" not in button.accessibleDescription()
    assert "Goes on at rate 0.0001" not in names()
    assert session.result.snapshots.nearest(18).step == ended_with.step == 18
    assert any("of the rate" in in_words(each, str) for each in session.result.history.changes)


def test_what_was_said_of_a_run_ends_with_it(qtbot: QtBot, window: MainWindow) -> None:
    session, line = window.session, window.frame.messages.line
    session.document.edit("calm", epochs(small_painting(), 2))
    train(qtbot, window)
    assert line.words.text().startswith("Finished after")
    session.reset()
    assert not line.words.text().startswith("Finished after")
    train(qtbot, window)
    session.document.edit("longer", epochs(session.document.experiment, 1_000_000))
    session.train()
    assert not line.words.text().startswith("Finished after")
    session.failed.emit(Failure("The process that trains has ended."))
    assert window.frame.messages.bar.text
    until(qtbot, lambda: session.status is Status.TRAINING)
    session.reset()
    assert not window.frame.messages.bar.text
