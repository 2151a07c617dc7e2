"""What is known when something has gone wrong, and what of it may leave the machine."""

import getpass
import logging
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.window.diagnostics.heartbeat import GAP_SECONDS, Heartbeat
from cadl_desktop.ui.window.diagnostics.private_paths import without_private_paths
from cadl_desktop.ui.window.diagnostics.report_dialog import ReportDialog
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until
from tests.ui.driving import unnamed_controls


@pytest.mark.parametrize(
    ("path", "shortened"),
    [
        ("{home}/pictures/me.png", "~/pictures/me.png"),
        ("'{home}' can't be opened", "'~' can't be opened"),
        ("{home}stead/me.png", "{home}stead/me.png"),
        ("/media/{name}/disk/me.png", "/media/~/disk/me.png"),
        ("/media/{name}s/disk/me.png", "/media/{name}s/disk/me.png"),
        ("/home/somebody/me.png and /Users/else", "~/me.png and ~"),
        (r"C:\Users\Somebody Else\me.png", r"~ Else\me.png"),
        ("no path, {name}", "no path, {name}"),
    ],
)
def test_private_paths_are_shortened(path: str, shortened: str) -> None:
    known = {"home": str(Path.home()), "name": getpass.getuser()}
    assert without_private_paths(path.format(**known)) == shortened.format(**known)


def stand_still(heartbeat: Heartbeat) -> None:
    """Until that has been seen, and for as long as counts."""
    began = time.monotonic()
    while not heartbeat._seen or time.monotonic() - began < 1.5 * GAP_SECONDS:
        time.sleep(0.01)


def test_a_window_that_stands_still_is_logged_with_what_ran(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(sys, "_current_frames")  # whoever holds a frame keeps its painters alive
    owner = QObject()
    heartbeat = Heartbeat(owner)
    QTimer.singleShot(0, owner, lambda: stand_still(heartbeat))
    until(qtbot, lambda: "stand_still" in caplog.text)
    (record,) = [record for record in caplog.records if "stood still" in record.message]
    assert record.levelno == logging.WARNING
    assert f"{__file__}:" in record.message
    heartbeat.stop()


@pytest.fixture
def dialog(qtbot: QtBot, window: MainWindow) -> ReportDialog:
    window.actions_.report.trigger()
    until(qtbot, lambda: window.findChildren(ReportDialog))
    (found,) = window.findChildren(ReportDialog)
    return found


def test_a_report_shows_all_that_it_contains_and_saves_it(
    qtbot: QtBot, dialog: ReportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = dialog.edit.toPlainText()
    assert all(word in shown for word in ("cadl_desktop 0", "tensorflow 2", "offscreen", "800 x 800"))
    assert str(Path.home()) not in shown
    dialog.edit.appendPlainText("It was I.")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    dialog.save.click()
    until(qtbot, dialog.outcome.isVisible)
    assert (tmp_path / "mine.txt").read_text() == dialog.edit.toPlainText() == f"{shown}\nIt was I."
    assert dialog.outcome.text() == "Saved as mine.txt."
    assert unnamed_controls(dialog) == []


def test_a_report_that_can_t_be_saved_is_told(qtbot: QtBot, dialog: ReportDialog, tmp_path: Path) -> None:
    dialog.save_to(tmp_path / "nowhere" / "mine.txt")
    until(qtbot, dialog.outcome.isVisible)
    assert "its folder does not exist" in dialog.outcome.text()
