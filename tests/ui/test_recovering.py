"""After a crash: what was kept is offered, by keys alone, and nothing of it is lost by another crash."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace as replace_settings
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.project.listed_runs import thumbnail_content
from cadl_desktop.project.recovery_copy import open_recovery, read_recovery_list
from cadl_desktop.project.recovery_folders import RecoveryFolder, offers
from cadl_desktop.storage.shared_files import stamp_of
from cadl_desktop.system.safe_start import SAFE
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.start.recovering import Recovering
from cadl_desktop.ui.window.main_window import MainWindow
from tests.project.test_project import trained
from tests.project.test_recovery import left_behind
from tests.settling import until, wait_for_background
from tests.ui.test_saving import pressed_when_asked


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "mine.cadl"
    save_project(path, crashed())
    return path


def crashed(seed: int = 1, steps: int = 0) -> Project:
    project = trained(preset("lecture-tanh"))
    assert project.state is not None
    return replace(
        project,
        experiment=replace_settings(project.experiment, seed=seed),
        state=replace(project.state, step=project.state.step + steps),
    )


def recovering(qtbot: QtBot, window: MainWindow, root: Path) -> Recovering:
    found = Recovering(window.frame, window.features.intake, root)
    wait_for_background(qtbot, window.session.background)
    return found


def offering_two(qtbot: QtBot, window: MainWindow, root: Path) -> Recovering:
    for seed in (5, 6):
        left_behind(root, crashed(seed=seed))
    return recovering(qtbot, window, root)


def press(qtbot: QtBot, button: "object") -> None:
    button.setFocus()
    assert button.hasFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)


def test_a_copy_is_recovered_and_stays_until_it_is_saved(
    qtbot: QtBot, window: MainWindow, root: Path, saved: Path
) -> None:
    picture = np.full((9, 16, 3), 128, np.uint8)
    folder = left_behind(root, crashed(seed=5, steps=1200), saved, thumbnail_content(picture))
    left_behind(root, crashed(seed=6))
    (folder.parent / "no folder").write_bytes(b"")
    found = recovering(qtbot, window, root)
    card = found.card
    assert card.isVisible()
    assert "Hyperbolic" in card.title.text() or "and 1 more" in card.title.text()
    assert "It was in no file." in card.text.text()
    assert not card.open_saved.isVisible()
    press(qtbot, card.skip)
    assert card.title.text() == "“mine.cadl” was not saved when the program ended"
    assert card.text.text().endswith("what is newer: edits and 1,200 training steps.")
    for _ in range(3):  # whoever is impatient reads it again, and no more
        card.recover.click()
    until(qtbot, lambda: window.document.experiment.seed == 5)
    assert not card.isVisible()
    assert (window.document.path, window.document.modified) == (saved, True)
    assert window.isWindowModified()
    assert "no file until you save it" in window.frame.messages.bar.text
    assert [button.text() for button in window.frame.messages.bar.buttons] == ["Save"]
    assert offers(root) == []
    window.document.edit("seed", replace_settings(window.document.experiment, seed=7))
    window.close_without_asking()  # as a signal does
    (offer,) = offers(root)
    assert offer.folder == folder
    assert open_recovery(folder).experiment.seed == 7


def test_that_the_file_of_a_copy_is_gone_is_said(
    qtbot: QtBot, window: MainWindow, root: Path, saved: Path
) -> None:
    left_behind(root, crashed(seed=5), saved)
    saved.rename(saved.with_name("moved.cadl"))
    card = recovering(qtbot, window, root).card
    assert "Its file “mine.cadl” is not there any more, or can't be read." in card.text.text()
    card.recover.click()
    until(qtbot, lambda: window.document.experiment.seed == 5)
    assert (window.document.path, window.document.modified) == (None, True)


def test_that_others_have_changed_the_file_since_is_said(
    qtbot: QtBot, window: MainWindow, root: Path, saved: Path
) -> None:
    seen = stamp_of(saved)
    save_project(saved, crashed(steps=3000))
    folder = RecoveryFolder(root)
    folder.write(crashed(seed=5), saved, b"", seen=seen)
    folder.unlock()
    text = recovering(qtbot, window, root).card.text.text()
    assert "Others have changed the file since it was read: it is of" in text
    assert text.endswith("trained for 3,027.")


def test_what_another_network_has_learned_in_fewer_steps_counts_as_newer(
    qtbot: QtBot, window: MainWindow, root: Path, tmp_path: Path
) -> None:
    save_project(tmp_path / "mine.cadl", crashed(steps=1200))
    project = crashed(seed=5)
    assert project.state is not None
    left_behind(root, project, tmp_path / "mine.cadl")
    found = recovering(qtbot, window, root)
    assert found.card.text.text().endswith(f"newer: edits, trained for {project.state.step} steps.")


def test_what_is_recovered_and_lost_again_at_once_is_offered_with_its_picture(
    qtbot: QtBot, window: MainWindow, root: Path
) -> None:
    picture = np.full((9, 16, 3), 128, np.uint8)
    folder = left_behind(root, crashed(seed=5), None, thumbnail_content(picture))
    found = recovering(qtbot, window, root)
    press(qtbot, found.card.recover)
    written: list[int] = []
    found.autosave.written.connect(written.append)  # first before anything of it is drawn
    until(qtbot, lambda: written)
    listed = read_recovery_list(folder)
    assert listed is not None
    assert listed.picture


def test_a_recovered_copy_is_saved_over_its_file_and_gone_then(
    qtbot: QtBot, window: MainWindow, root: Path, saved: Path
) -> None:
    left_behind(root, crashed(seed=5, steps=1200), saved)
    found = recovering(qtbot, window, root)
    press(qtbot, found.card.recover)
    until(qtbot, lambda: window.document.experiment.seed == 5)
    (save,) = window.frame.messages.bar.buttons
    press(qtbot, save)
    until(qtbot, lambda: not window.document.modified)
    assert open_project(saved).experiment.seed == 5
    until(qtbot, lambda: not list(root.iterdir()))
    assert window.document.path == saved


@pytest.mark.parametrize("by", ["save", "save_as"])
def test_that_it_is_in_no_file_is_said_until_it_is_saved_by_whatever_command(
    qtbot: QtBot, window: MainWindow, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    path = tmp_path / "new.cadl"
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *about: str(path))
    left_behind(root, crashed(seed=5))
    found = recovering(qtbot, window, root)
    press(qtbot, found.card.recover)
    until(qtbot, lambda: window.document.experiment.seed == 5)
    assert "no file until you save it" in window.frame.messages.bar.text
    window.frame.actions[by].trigger()
    window.document.edit("seed", replace_settings(window.document.experiment, seed=7))  # while it is written
    until(qtbot, lambda: window.document.path == path)
    assert window.document.modified
    assert "no file" not in window.frame.messages.bar.text


def test_that_nothing_can_be_kept_is_said_until_it_can(qtbot: QtBot, window: MainWindow, root: Path) -> None:
    found = recovering(qtbot, window, root)
    root.rmdir()
    root.write_bytes(b"a file where the folder would be")
    window.document.edit("seed", replace_settings(window.document.experiment, seed=7))
    found.autosave.look()
    until(qtbot, lambda: "Your work isn’t kept" in window.frame.messages.bar.text)
    root.unlink()
    found.autosave.look()
    until(qtbot, lambda: not window.frame.messages.bar.text)
    assert offers(root) == []  # it is held here
    assert list(root.iterdir())


def test_what_was_said_since_a_recovery_stays_when_it_is_saved(
    qtbot: QtBot, window: MainWindow, root: Path, saved: Path
) -> None:
    left_behind(root, crashed(seed=5), saved)
    found = recovering(qtbot, window, root)
    press(qtbot, found.card.recover)
    until(qtbot, lambda: window.document.experiment.seed == 5)
    window.frame.messages.say("error", "The disk is full.")
    window.frame.actions["save"].trigger()
    until(qtbot, lambda: not window.document.modified)
    assert window.frame.messages.bar.text == "The disk is full."


def test_the_saved_one_is_opened_and_the_copy_is_not_offered_again(
    qtbot: QtBot, window: MainWindow, root: Path, saved: Path
) -> None:
    left_behind(root, crashed(seed=5), saved)
    found = recovering(qtbot, window, root)
    press(qtbot, found.card.open_saved)
    until(qtbot, lambda: window.document.path == saved)
    assert window.document.experiment.seed == 1
    assert not window.document.modified
    assert not found.card.isVisible()
    until(qtbot, lambda: offers(root) == [])
    until(qtbot, lambda: offers(root, skipped=True))
    window.frame.actions["recover"].trigger()
    until(qtbot, found.card.isVisible)
    press(qtbot, found.card.recover)
    until(qtbot, lambda: window.document.experiment.seed == 5)
    window.frame.actions["recover"].trigger()
    until(qtbot, lambda: "No copy" in window.frame.messages.line.words.text())
    assert len(list(root.iterdir())) == 1


def test_a_copy_is_offered_on_where_the_saved_one_is_not_opened_in_the_end(
    qtbot: QtBot, window: MainWindow, root: Path, saved: Path
) -> None:
    left_behind(root, crashed(seed=5), saved)
    found = recovering(qtbot, window, root)
    window.document.edit("seed", replace_settings(window.document.experiment, seed=7))
    titles = pressed_when_asked(qtbot, Qt.Key.Key_C)
    press(qtbot, found.card.open_saved)
    until(qtbot, lambda: bool(titles))
    wait_for_background(qtbot, window.session.background)
    assert found.card.isVisible()
    assert window.document.experiment.seed == 7
    saved.write_bytes(b"")
    found.card.open_saved.click()
    until(qtbot, lambda: "can't be opened" in window.frame.messages.bar.text)
    assert found.card.isVisible()
    assert len(offers(root)) == 1


def test_a_copy_that_cannot_be_read_is_told_of_and_can_be_skipped(
    qtbot: QtBot, window: MainWindow, root: Path
) -> None:
    folder = left_behind(root, crashed())
    for part in folder.glob("*.part"):
        part.write_bytes(b"")
    before = window.document.experiment
    found = recovering(qtbot, window, root)
    for _ in range(2):  # the second time it is this process that has it
        press(qtbot, found.card.recover)
        until(qtbot, lambda: "can't be read" in window.frame.messages.bar.text)
        window.frame.messages.bar.clear()
    assert window.document.experiment is before
    press(qtbot, found.card.skip)
    assert not found.card.isVisible()
    until(qtbot, lambda: offers(root, skipped=True))
    assert offers(root) == []


def test_a_copy_that_another_window_has_recovered_by_then_is_offered_no_more(
    qtbot: QtBot, window: MainWindow, root: Path
) -> None:
    found = offering_two(qtbot, window, root)
    first, second = found.offers
    theirs = RecoveryFolder.taken_over(first.folder)
    assert theirs is not None
    press(qtbot, found.card.recover)
    until(qtbot, lambda: "Another window has recovered" in window.frame.messages.bar.text)
    until(qtbot, lambda: found.offers == [second])
    assert found.card.isVisible()
    theirs.unlock()


def test_who_skips_a_copy_that_is_being_recovered_keeps_the_next_offer(
    qtbot: QtBot, window: MainWindow, root: Path
) -> None:
    found = offering_two(qtbot, window, root)
    _, second = found.offers
    found.card.recover.click()
    found.card.skip.click()
    until(qtbot, lambda: window.document.experiment.seed in (5, 6))
    assert found.offers == [second]
    assert found.card.isVisible()


def test_a_log_out_keeps_everything_and_asks_nothing(qtbot: QtBot, window: MainWindow, root: Path) -> None:
    found = recovering(qtbot, window, root)
    window.document.edit("seed", replace_settings(window.document.experiment, seed=7))
    found.keep_for_log_out()
    assert len(list(root.iterdir())) == 1
    window.close()
    assert not window.isVisible()
    (offer,) = offers(root)
    assert open_recovery(offer.folder).experiment.seed == 7


def test_a_safe_start_offers_nothing_until_it_is_asked(
    qtbot: QtBot, window: MainWindow, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SAFE, "1")
    left_behind(root, crashed(seed=5))
    found = recovering(qtbot, window, root)
    assert not found.card.isVisible()
    window.frame.actions["recover"].trigger()
    until(qtbot, found.card.isVisible)
    press(qtbot, found.card.recover)
    until(qtbot, lambda: window.document.experiment.seed == 5)
