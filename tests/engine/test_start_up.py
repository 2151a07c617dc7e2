"""Messages of TensorFlow while it is loaded: information is dropped, errors are printed."""

import subprocess
import sys

import pytest

from cadl_desktop.engine import start_up
from cadl_desktop.system.libraries import LoadError

ALONE = f"""
from importlib.util import module_from_spec, spec_from_file_location
known = spec_from_file_location("start_up", {start_up.__file__!r})
start = module_from_spec(known)
known.loader.exec_module(start)
"""
"""Code that loads the start-up module as `start`, without TensorFlow, which takes seconds to load."""

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


def test_a_missing_library_of_windows_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = ImportError("Could not find the DLL(s) 'msvcp140_1.dll'. TensorFlow requires that")
    monkeypatch.setattr(start_up, "_import_error", missing)
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(
        LoadError, match=r"until Microsoft's Visual C\+\+ Redistributable for x64 is installed"
    ):
        start_up.load_tensorflow()
