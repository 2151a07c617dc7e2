"""TensorFlow's libraries are there before Python holds the interpreter to load them."""

import subprocess
import sys

import pytest

from cadl_desktop.engine import start_up

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


ALONE = f"""
from importlib.util import module_from_spec, spec_from_file_location
known = spec_from_file_location("start_up", {start_up.__file__!r})
start = module_from_spec(known)
known.loader.exec_module(start)
"""
"""What goes before TensorFlow, as `start` and without it: loading it takes seconds."""

WHILE_LOADING = """
import os
with start.without_start_up_lines():
    os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\\n")
    os.write(2, b"I0000 00:00:1795628084.239004   21329 port.cc:153] oneDNN custom operations are on.\\n")
    os.write(2, b"E0000 00:00:1795628084.239271   21329 platform.cc:31] No such device.\\n")
    {then}
"""
ERROR = "E0000 00:00:1795628084.239271   21329 platform.cc:31] No such device."


@pytest.mark.parametrize(
    ("then", "last"),
    [("print(1)", ERROR), ("raise ImportError('no such library')", "ImportError: no such library")],
)
def test_remarks_while_loading_are_dropped_and_errors_are_not(then: str, last: str) -> None:
    said = stderr_of(WHILE_LOADING.format(then=then))
    assert said[0] == ERROR
    assert said[-1] == last


def test_a_crash_while_loading_says_where() -> None:
    assert stderr_of(WHILE_LOADING.format(then="os.abort()"))[0] == "Fatal Python error: Aborted"


def stderr_of(code: str) -> list[str]:
    command = [sys.executable, "-c", ALONE + code]
    return subprocess.run(command, capture_output=True, text=True).stderr.splitlines()


HEAPS = """
import ctypes
import sys

class Counts(ctypes.Structure):
    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in names.split()]

start.share_heaps()
start.give_back_memory()
counts = getattr(ctypes.CDLL(None), "mallinfo2", None)  # of glibc alone
if counts is None:
    sys.exit("as the system has it")
counts.restype = Counts
larger = bytearray(16 * 2**20)
del larger
before = counts().hblkhd
held = bytearray(4 * 2**20)
sys.exit("from the system" if counts().hblkhd >= before + 4 * 2**20 else "from a heap")
"""


def test_what_is_large_comes_from_the_system_even_after_something_larger() -> None:
    assert stderr_of(HEAPS)[-1] in ("from the system", "as the system has it")
