"""TensorFlow's libraries are there before Python holds the interpreter to load them."""

import subprocess
import sys

LOOK = """
import sys
from pathlib import Path

class Look:
    def find_spec(self, name, path=None, target=None):
        if name == "tensorflow.python":
            sys.exit("libtensorflow_cc" in Path("/proc/self/maps").read_text() and "loaded")

sys.meta_path.insert(0, Look())
import cadl_desktop.engine
"""


def test_the_libraries_are_loaded_before_the_import_begins() -> None:
    ended = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True)
    assert ended.stderr.splitlines()[-1:] == ["loaded"]
