"""The log and the problem report, and the private paths removed from them."""

import logging
import subprocess
import sys
import threading
from pathlib import Path

import numpy
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cadl_desktop.storage.atomic import FileError, write_bytes
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.manual.reader import Reader
from cadl_desktop.ui.window import diagnostics
from cadl_desktop.ui.window.diagnostics import log
from cadl_desktop.ui.window.diagnostics.log import redact_paths
from cadl_desktop.ui.window.diagnostics.report_dialog import ReportDialog
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until
from tests.ui.driving import unnamed_controls


@pytest.mark.parametrize(
    ("path", "shortened"),
    [
        (f"{Path.home()}/pictures/me.png", "….png"),
        (f"'{Path.home()}' can't be opened", "'…' can't be opened"),
        ('No such file: "/media/usb/Anna\'s letters/to me.cadl"', 'No such file: "….cadl"'),
        ("/media/usb/My letters/to me.cadl was not written", "….cadl was not written"),
        ("/srv/anna:/mnt/share", "…:…"),
        (r"C:\Users\Somebody Else\me.png", "….png"),
        (r"\\server\anna\me.png", "….png"),
        ("file:///srv/anna/me.png", "….png"),
        (f'File "{threading.__file__}", line 1', 'File "…/threading.py", line 1'),
        (f"{diagnostics.__file__}:7", "…/cadl_desktop/ui/window/diagnostics/__init__.py:7"),
        (f"{numpy.__file__}:7", "…/numpy/__init__.py:7"),
        ("3 m/s, 1 / 2, https://server.org/a/b", "3 m/s, 1 / 2, https://server.org/a/b"),
        ("/job:localhost/device:CPU:0", "/job:localhost/device:CPU:0"),
    ],
)
def test_private_paths_are_shortened(path: str, shortened: str) -> None:
    assert redact_paths(path) == shortened
    assert redact_paths(shortened) == shortened  # the report shortens lines of the log again


def test_a_home_folder_of_any_name_is_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, "/home/Anna O'Hara")
    assert redact_paths("/home/Anna O'Hara can't be used") == "… can't be used"
    assert redact_paths("in /home/Anna O'Hara/me.png:7") == "in ….png:7"


def test_an_endless_crash_report_is_shortened_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "user_log_path", lambda *_, **__: tmp_path)
    monkeypatch.setattr(log.faulthandler, "enable", lambda crash: crash.close())
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    (tmp_path / "crash.txt").write_text("Fatal Python error\n" * 200_000)
    assert log.start_log() is None
    for handler in logging.root.handlers:
        handler.close()
    assert "crashed before:\nFatal Python error" in (tmp_path / "cadl_desktop.log").read_text()
    assert (tmp_path / "cadl_desktop.log").stat().st_size < 1_000_000
    assert (tmp_path / "crash.txt").stat().st_size == 0


def test_no_file_of_a_person_is_named_in_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "user_log_path", lambda *_, **__: tmp_path)
    monkeypatch.setattr(log, "_log_crashes", lambda crash: crash.close())
    monkeypatch.setattr(logging, "raiseExceptions", True)
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    assert log.start_log() is None
    (handler,) = logging.root.handlers
    try:
        write_bytes(tmp_path / "Anna" / 'Anna\'s letters to "Bob"', b"")
    except FileError:
        logging.getLogger("somebody").warning("no letter", exc_info=True, stack_info=True)
    handler.close()
    written = (tmp_path / "cadl_desktop.log").read_text()
    assert "no letter\nTraceback" in written
    assert "in write_bytes" in written
    assert "FileError: {path} was not written" in written
    logged = "".join(line for line in written.splitlines() if "tmp_path /" not in line)  # the line of code
    assert not [word for word in ("Anna", "letters", "Bob") if word in logged]
    assert str(tmp_path) not in written
    assert str(Path(__file__).parent) not in written


def test_warnings_of_python_go_to_the_log_and_not_to_the_terminal(isolated_home: Path) -> None:
    program = (
        "import warnings\n"
        "from cadl_desktop.ui.window.diagnostics.log import start_log\n"
        "start_log()\n"
        "warnings.warn('overflow encountered')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    (written,) = isolated_home.rglob("cadl_desktop.log")
    assert "overflow encountered" in written.read_text()


@pytest.fixture
def dialog(qtbot: QtBot, window: MainWindow) -> ReportDialog:
    window.frame.actions["report"].trigger()
    until(qtbot, lambda: window.findChildren(ReportDialog))
    (found,) = window.findChildren(ReportDialog)
    return found


def test_a_report_is_saved_as_shown(
    qtbot: QtBot, dialog: ReportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = dialog.edit.toPlainText()
    assert all(word in shown for word in ("cadl_desktop 0", "numpy 2", "offscreen", "800 x 800"))
    assert str(Path.home()) not in shown
    dialog.edit.appendPlainText("It was I.")
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *_: str(tmp_path / "mine"))
    dialog.save.click()
    until(qtbot, dialog.outcome.isVisible)
    assert (tmp_path / "mine.txt").read_text() == dialog.edit.toPlainText() == f"{shown}\nIt was I."
    assert dialog.outcome.text() == "Saved as mine.txt."
    assert unnamed_controls(dialog) == []


def test_the_manual_opens_where_it_tells_of_reports(qtbot: QtBot, dialog: ReportDialog) -> None:
    until(qtbot, dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    (reader,) = dialog.findChildren(Reader)
    assert reader.text.textCursor().block().text() == "Report a problem"


def test_a_report_that_cannot_be_saved_says_so(qtbot: QtBot, dialog: ReportDialog, tmp_path: Path) -> None:
    dialog.save_to(tmp_path / "nowhere" / "mine.txt")
    until(qtbot, dialog.outcome.isVisible)
    assert "its folder does not exist" in dialog.outcome.text()
