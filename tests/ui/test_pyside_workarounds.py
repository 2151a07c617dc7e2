"""Workarounds for PySide: errors in overridden methods, which crash it, and reading of imported sources."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import cadl_desktop.ui
from PySide6.QtWidgets import QApplication, QWidget

class Broken(QWidget):
    def resizeEvent(self, event):
        [][0]

class Beside:
    def resizeEvent(self, event):
        [][0]

class BrokenBeside(Beside, QWidget):
    pass

app = QApplication([])
for broken in (Broken(), BrokenBeside()):
    try:
        broken.show()
    except IndexError as error:
        print("raised", error)
"""


def test_an_error_in_an_override_is_raised_where_qt_was_called() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    output = done.stdout.splitlines()
    assert len(output) == 2
    assert all("list index out of range" in line for line in output)


SCANNED = """
import linecache
import sys
from pathlib import Path

import PySide6.QtCore
from cadl_desktop.ui.window.pyside_workarounds import skip_source_scanning

sys.path.insert(0, sys.argv[1])
import imported_before
skip_source_scanning()
import imported_after
print(*(Path(path).stem for path in linecache.cache))
"""


def test_the_sources_of_imports_are_not_read(tmp_path: Path) -> None:
    for name in ("imported_before", "imported_after"):
        (tmp_path / f"{name}.py").write_text("from PySide6.QtCore import QObject\n", encoding="utf-8")
    arguments = [sys.executable, "-c", SCANNED, str(tmp_path)]
    kept = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.split()
    assert "imported_before" in kept
    assert "imported_after" not in kept
