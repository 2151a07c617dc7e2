"""What shows the data of a new window is made before they come, and in turns of its own."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from cadl_desktop.data.samples import Samples
from cadl_desktop.experiment import Experiment, Part, preset
from cadl_desktop.session.worker import sample_loading
from cadl_desktop.ui.frame.first_views import FirstViews
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until

SECONDS = 60


@pytest.fixture(params=["inpainting", "lecture-tanh"])
def experiment(request: pytest.FixtureRequest) -> Experiment:
    return preset(request.param)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], object]]:
    """Lets the data be read, which until then takes its time."""
    may_read, do_read = Event(), sample_loading._read

    def read_later(data: Part) -> tuple[Samples, Samples]:
        may_read.wait(SECONDS)
        return do_read(data)

    monkeypatch.setattr(sample_loading, "_read", read_later)
    yield may_read.set
    may_read.set()


def test_views_are_made_before_their_data_come(
    qtbot: QtBot, read: Callable[[], object], window: MainWindow
) -> None:
    output = window.features.views.output
    until(qtbot, lambda: window.features.masking.strip or window.features.views.editing)
    made = window.features.masking.strip, window.features.views.editing
    assert (window.session.samples, output.shown) == (None, None)
    read()
    until(qtbot, lambda: output.shown)
    assert (window.features.masking.strip, window.features.views.editing) == made


def test_a_window_that_waited_makes_one_part_in_each_turn(qtbot: QtBot) -> None:
    turns, made = list[int](), list[int]()
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: turns.append(len(turns)))

    def parts() -> Iterator[None]:
        for _ in range(4):
            made.append(len(turns))
            yield

    owner = QObject()
    beat.start()
    FirstViews(parts(), owner).make_next()
    until(qtbot, lambda: len(made) == 4)
    beat.stop()
    assert len(set(made)) == 4
