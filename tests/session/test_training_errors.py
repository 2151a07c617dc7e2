"""Errors that end a run keep the weights of its last snapshot."""

import time
import warnings
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.computing.failure import Failure
from cadl_desktop.experiment.catalog import part
from cadl_desktop.session.session import Session
from cadl_desktop.session.training import run_notices
from cadl_desktop.session.training.result import Status
from tests.computing.trouble import (
    make_calls_raise,
    make_calls_raise_once_stopped,
    run_in_worker,
    undo_harm,
)
from tests.settling import until


@pytest.fixture(autouse=True)
def no_trouble_is_left(qtbot: QtBot, session: Session) -> Iterator[None]:
    yield
    session.stop()
    run_in_worker(qtbot, session, undo_harm)


def arm(session: Session, error: Exception) -> None:
    """Makes the next call of TensorFlow raise this error."""
    session.ask(make_calls_raise, (error,), lambda _: None, lambda error: None)


@pytest.fixture
def failures(session: Session) -> list[Failure]:
    told: list[Failure] = []
    session.failed.connect(told.append)
    return told


def step_of(session: Session) -> int:
    return session.result.progress.step if session.result.progress else 0


def test_an_error_ends_a_run_at_its_last_step_and_it_goes_on_from_there(
    qtbot: QtBot, session: Session, failures: list[Failure]
) -> None:
    session.train()
    until(qtbot, lambda: step_of(session) > 50)
    arm(session, MemoryError("out of memory"))
    until(qtbot, lambda: bool(failures))
    assert session.status is Status.RESULT
    assert session.result.state is not None
    reached = session.result.state.step
    assert reached >= step_of(session)
    assert [record.number for record in session.runs.records] == [session.result.run]
    assert "not enough memory" in failures[0].message
    assert "MemoryError: out of memory" in failures[0].details
    run_in_worker(qtbot, session, undo_harm)
    session.train()
    until(qtbot, lambda: step_of(session) > reached + 50)
    assert len(failures) == 1


def test_an_error_before_the_first_step_keeps_earlier_weights(
    qtbot: QtBot, session: Session, failures: list[Failure]
) -> None:
    session.train()
    until(qtbot, lambda: step_of(session) > 50)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    state = session.result.state
    assert state is not None
    arm(session, RuntimeError("broken"))
    session.train()
    until(qtbot, lambda: bool(failures))
    assert session.status is Status.RESULT
    assert session.result.state is not None
    assert session.result.state.step == state.step
    assert np.array_equal(session.result.state.weights[0], state.weights[0])
    assert "(RuntimeError)" in failures[0].message


def test_an_error_while_an_edit_waits_for_weights_loses_neither(
    qtbot: QtBot, session: Session, failures: list[Failure]
) -> None:
    session.keep_learned = True
    session.train()
    until(qtbot, lambda: step_of(session) > 50)
    experiment = session.document.experiment
    run_in_worker(qtbot, session, partial(make_calls_raise_once_stopped, RuntimeError("broken")))
    wider = (part("layer", "dense", units=9), *experiment.layers[1:])
    session.document.edit("wider", replace(experiment, layers=wider))
    until(qtbot, lambda: bool(failures))
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert session.result.state is not None
    assert session.result.state.weights[0].shape == (2, 9)
    assert session.result.state.step >= 50


def test_a_long_silence_and_its_end_are_reported(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    settled: list[str] = []
    session.message.connect(lambda kind, text: told.append((kind, text)))
    session.settled.connect(settled.append)
    session.train()
    until(qtbot, lambda: step_of(session) > 50)
    monkeypatch.setattr(run_notices, "SILENT_MS", 30)
    session.ask(time.sleep, (1.0,), lambda _: None, lambda error: None)
    until(qtbot, lambda: any(kind == "warning" for kind, _ in told))
    warning = told[-1][1]
    assert "told nothing for" in warning
    until(qtbot, lambda: ("info", "Training continues.") in told)
    assert warning in settled
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)


def test_warnings_in_the_worker_process_are_logged(
    qtbot: QtBot, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    run_in_worker(qtbot, session, partial(warnings.warn, "overflow encountered", stacklevel=1))
    until(qtbot, lambda: "overflow encountered" in caplog.text)
