"""Exports in the background: beside training, stopped, cancelled, and at the end of the program."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, Value
from cadl_desktop.experiment.model import Stop
from cadl_desktop.export.exports import export_named
from cadl_desktop.export.job import CancelledError
from cadl_desktop.export.trained import Trained
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from tests.engine.runs import small_painting
from tests.export.networks import untrained
from tests.settling import WAIT, until

LONG = {"timeout": WAIT}
PAINTING = export_named("painting")


@pytest.fixture
def experiment() -> Experiment:
    return replace(small_painting(), stop=Stop(epochs=None))


def trained_now(qtbot: QtBot, session: Session) -> Trained:
    """Returns the current state of a running training."""
    session.train()
    qtbot.waitUntil(lambda: session.status is Status.TRAINING, **LONG)
    found: list[Trained] = []

    def take(result: Any) -> None:
        found.append(
            Trained(session.document.experiment, result.state, result.history, compute=session.compute)
        )

    session.with_state(take)
    qtbot.waitUntil(lambda: bool(found), **LONG)
    return found[0]


class Outcome:
    """Outcome of an export."""

    def __init__(self) -> None:
        self.done = False
        self.error: Exception | None = None

    def start(self, session: Session, path: Path, trained: Trained, **options: Value) -> Callable[[], bool]:
        failed = self._failed
        session.exporter.export(PAINTING, path, trained, options, self._done, failed, over_others=True)
        return lambda: self.done or self.error is not None

    def _done(self) -> None:
        self.done = True

    def _failed(self, error: Exception) -> None:
        self.error = error


def test_an_export_is_written_while_training_goes_on(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    trained = trained_now(qtbot, session)
    shares: list[float] = []
    session.exporter.progressed.connect(shares.append)
    before = session.result.progress
    ended = Outcome()
    qtbot.waitUntil(ended.start(session, tmp_path / "a.png", trained, width=1500), **LONG)
    assert ended.done, ended.error
    assert session.status is Status.TRAINING
    assert before is not None
    assert session.result.progress is not None
    assert session.result.progress.step > before.step
    assert shares == sorted(shares)
    assert len(shares) > 2
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (1500, 1500)


def test_stop_does_not_wait_for_an_export(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    ended = Outcome()
    is_over = ended.start(session, tmp_path / "a.png", trained_now(qtbot, session), width=6000)
    session.stop()
    qtbot.waitUntil(lambda: session.status is Status.RESULT, timeout=5000)
    assert not is_over()
    session.exporter.cancel()
    qtbot.waitUntil(is_over, **LONG)


def test_cancel_removes_what_was_written(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"earlier")
    ended = Outcome()
    is_over = ended.start(session, path, trained_now(qtbot, session), width=6000)
    with qtbot.waitSignal(session.exporter.progressed, **LONG):
        pass
    session.exporter.cancel()
    assert is_over()
    assert isinstance(ended.error, CancelledError)
    assert not session.exporter.busy
    assert path.read_bytes() == b"earlier"
    until(qtbot, lambda: files(tmp_path) == ["a.png"])
    assert path.read_bytes() == b"earlier"


def files(folder: Path) -> list[str]:
    return [found.name for found in folder.iterdir() if found.is_file()]


def test_cancel_does_not_wait_for_a_library(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    begun, goes_on = Event(), Event()

    def compute(work: Callable[[], Any]) -> Any:
        begun.set()
        assert goes_on.wait(30)
        return work()

    trained = dataclasses.replace(untrained(small_painting()), compute=compute)
    ended = Outcome()
    is_over = ended.start(session, tmp_path / "a.png", trained)
    assert begun.wait(30)
    session.exporter.cancel()
    assert is_over()
    goes_on.set()
    session.exporter.close()
    qtbot.wait(0)
    assert not ended.done
    assert files(tmp_path) == []


def test_an_export_after_a_cancelled_one_can_be_cancelled(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    trained = trained_now(qtbot, session)
    first, second = Outcome(), Outcome()
    first_is_over = first.start(session, tmp_path / "a.png", trained, width=6000)
    session.exporter.cancel_all()
    second_is_over = second.start(session, tmp_path / "b.png", trained, width=6000)
    qtbot.waitUntil(first_is_over, **LONG)
    assert session.exporter.busy
    session.exporter.cancel()
    qtbot.waitUntil(second_is_over, **LONG)
    assert isinstance(second.error, CancelledError)
    assert not session.exporter.busy


def test_closing_ends_an_export(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    ended = Outcome()
    ended.start(session, tmp_path / "a.png", trained_now(qtbot, session), width=20_000)
    session.close()
    assert not ended.done
    assert not [found for found in tmp_path.iterdir() if found.is_file()]


def test_a_preview_is_made_of_the_newest_request(qtbot: QtBot, session: Session) -> None:
    trained = trained_now(qtbot, session)
    shown: list[Any] = []
    failed: list[Exception] = []
    for width in (50, 60, 70):
        session.exporter.preview(PAINTING, ".png", trained, {"width": width}, shown.append, failed.append)
    qtbot.waitUntil(lambda: bool(shown), **LONG)
    assert [preview.caption for preview in shown] == ["70 × 70 pixels"]
    assert shown[0].picture.shape == (70, 70, 3)
    assert not failed
