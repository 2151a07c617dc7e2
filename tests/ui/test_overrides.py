"""An error in a method that Qt calls, which is a segmentation fault of PySide's own."""

import subprocess
import sys

PROGRAM = """
import cadl_desktop.ui
from PySide6.QtWidgets import QApplication, QWidget

class Broken(QWidget):
    def resizeEvent(self, event):
        [][0]

app = QApplication([])
broken = Broken()
try:
    broken.show()
except IndexError as error:
    print("raised", error)
"""


def test_an_error_in_an_override_is_raised_where_qt_was_called() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("raised ")
    assert "list index out of range" in done.stdout
