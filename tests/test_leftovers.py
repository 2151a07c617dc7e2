"""Leftovers of a test make it fail, with their names."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

TESTS = """
import tempfile, threading, time
from pathlib import Path
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget
from tests import leftovers

leftovers.PATIENCE = 0.1  # two threads here never end

kept = []

def test_nothing(qapp, tmp_path):
    (tmp_path / "mine.txt").touch()
    with tempfile.TemporaryFile():
        QTimer(qapp, singleShot=True, interval=60_000)
        QWidget().show()

def test_timer(qapp):
    timer = QTimer(qapp, interval=60_000)
    timer.start()

def test_timer_without_a_name(qapp):
    QTimer(qapp, interval=50_000).start()

def test_thread():
    threading.Thread(target=threading.Event().wait, name="waits", daemon=True).start()

def test_threads_that_end():
    def second():
        time.sleep(0.05)
    def first():
        time.sleep(0.05)
        threading.Thread(target=second).start()
    threading.Thread(target=first).start()

def test_qt_thread(qapp):
    class Worker(QThread):
        pass
    thread = Worker(qapp)
    thread.start()

def test_window(qapp):
    kept.append(QWidget())
    kept[-1].setWindowTitle("forgotten")

def test_temporary_file():
    tempfile.mkdtemp(prefix="forgotten")

def test_file_where_it_runs():
    Path("result.txt").touch()

def test_after_all_of_them(qapp):
    for thread in qapp.findChildren(QThread):
        thread.quit()
        thread.wait()
"""

OPTIONS = ["-q", "-rE", "--tb=no", "--basetemp=its", "-p", "tests.conftest"]
TOLD = {
    "test_timer": "timer of 60000 ms in QApplication",
    "test_timer_without_a_name": "timer of 50000 ms in QApplication",
    "test_thread": "thread 'waits'",
    "test_qt_thread": "thread Worker",
    "test_window": "window QWidget 'forgotten'",
    "test_temporary_file": "/tmpdir/forgotten",
    "test_file_where_it_runs": "/result.txt",
}


def test_what_a_test_leaves_behind_is_named(tmp_path: Path) -> None:
    (tmp_path / "test_them.py").write_text(TESTS)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *OPTIONS, "test_them.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_QT_API": "pyside6", "COLUMNS": "300"},
        capture_output=True,
        text=True,
    )
    errors = [line for line in ended.stdout.splitlines() if line.startswith("ERROR")]
    assert len(errors) == len(TOLD), ended.stdout
    for line, (name, told) in zip(errors, TOLD.items(), strict=True):
        assert line.startswith(f"ERROR test_them.py::{name} - Failed: left behind: ")
        assert told in line
        assert "," not in line
    assert "10 passed, 7 errors" in ended.stdout
