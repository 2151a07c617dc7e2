"""An error in a method that Qt calls, which is a segmentation fault of PySide's own."""

import subprocess
import sys

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
    said = done.stdout.splitlines()
    assert len(said) == 2
    assert all("list index out of range" in line for line in said)
