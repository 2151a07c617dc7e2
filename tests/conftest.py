"""Every test runs offscreen, in folders of its own, and leaves no thread, timer, window or file behind."""

import gc
import os
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.leftovers import Leftovers, delete_garbage
from tests.process_groups import restore_hangups

if TYPE_CHECKING:  # a test of the catalog waits neither for the engine nor for the window
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from cadl_desktop.experiment import Experiment
    from cadl_desktop.session.session import Session
    from cadl_desktop.ui.window.main_window import MainWindow

# As in the program: Python's collector may not run on the thread that trains, and destroy widgets from there.
gc.disable()
restore_hangups()
YOUNG, ALL, ALL_EVERY = 1, 2, 50
_tests = count(1)
# `--hypothesis-profile=many` has fifty times as many examples of what a test draws by a share of this number.
settings.register_profile("many", max_examples=50 * settings().max_examples)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew-snapshots",
        action="store_true",
        help="keep what is painted now; look at every picture after it",
    )


@pytest.fixture(autouse=True)
def isolated_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, recent files, logs and temporary files of a test go to a folder of its own."""
    home = tmp_path / "home"
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "TMPDIR"):
        folder = home / name.lower()
        folder.mkdir(parents=True)
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(home / "tmpdir"))
    return home


@pytest.fixture(autouse=True)
def nothing_left(isolated_home: Path) -> Iterator[None]:
    """Fails a test that leaves something behind. What it let go of is deleted first, on this thread."""
    leftovers = Leftovers(isolated_home / "tmpdir", Path.cwd())
    yield
    _let_go_of_what_the_test_made()
    if found := leftovers.found():
        pytest.fail(f"left behind: {', '.join(found)}")


def _let_go_of_what_the_test_made() -> None:
    if next(_tests) % ALL_EVERY:
        delete_garbage(YOUNG)
    else:
        delete_garbage(ALL)
        # What is left is TensorFlow's and what it traced: half a million things, to look through which again
        # and again was a tenth of the suite's time.
        gc.freeze()


@pytest.fixture
def experiment() -> "Experiment":
    """What `session` and `window` begin with: a small painting that trains for as long as it is let."""
    from tests.engine.runs import epochs, small_painting

    return epochs(small_painting(), 100_000)


@pytest.fixture
def session(qtbot: "QtBot", experiment: "Experiment") -> "Iterator[Session]":
    from cadl_desktop.session.document import Document
    from cadl_desktop.session.session import Session

    session = Session(Document(experiment))
    yield session
    session.close()
    session.deleteLater()


@pytest.fixture
def window(qtbot: "QtBot", session: "Session") -> "Iterator[MainWindow]":
    """A shown window."""
    from cadl_desktop.ui.window.main_window import MainWindow

    window = MainWindow(session)
    window.resize(1280, 800)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    yield window
    if not window._closing:
        window.close_without_asking()
    window.deleteLater()


@pytest.fixture
def light(qapp: "QApplication") -> Iterator[None]:
    """The light theme, whatever a test changes it to."""
    from cadl_desktop.ui.theme.theme_switch import set_theme

    set_theme("light")
    yield
    set_theme("light")
