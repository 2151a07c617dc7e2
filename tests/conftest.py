"""Every test runs offscreen, in folders of its own, and leaves no thread, timer or window behind."""

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

# As in the program: Python's collector may not run on the thread that trains, and destroy widgets from there.
gc.disable()
YOUNG, ALL, ALL_EVERY = 1, 2, 50
_tests = count(1)


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """What a test leaves behind is collected on this thread."""
    yield
    gc.collect(YOUNG if next(_tests) % ALL_EVERY else ALL)


@pytest.fixture(autouse=True)
def isolated_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, recent files and logs of a test go to a folder of its own."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        folder = tmp_path / "home" / name.lower()
        folder.mkdir(parents=True)
        monkeypatch.setenv(name, str(folder))
