"""An error ends a run at its last moment, and never at nothing."""

import threading

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.engine import tracing
from cadl_desktop.experiment.catalog import part
from cadl_desktop.session.session import Session
from cadl_desktop.session.training import silence
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.worker.training_request import Failed
from tests.settling import until


class Trouble:
    """Raises an error at a call of TensorFlow, once it is armed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error: Exception | None = None
        self.met = 0
        original = tracing.OfOneShape.__call__

        def call(compiled: tracing.OfOneShape, *arguments: object) -> object:
            if self.error is not None:
                self.met += 1
                raise self.error
            return original(compiled, *arguments)

        monkeypatch.setattr(tracing.OfOneShape, "__call__", call)


@pytest.fixture
def trouble(monkeypatch: pytest.MonkeyPatch) -> Trouble:
    return Trouble(monkeypatch)


@pytest.fixture
def failures(session: Session) -> list[Failed]:
    told: list[Failed] = []
    session.failed.connect(told.append)
    return told


def step_of(session: Session) -> int:
    return session.result.progress.step if session.result.progress else 0


def test_an_error_ends_a_run_at_its_last_step_and_it_goes_on_from_there(
    qtbot: QtBot, session: Session, trouble: Trouble, failures: list[Failed]
) -> None:
    session.train()
    until(qtbot, lambda: step_of(session) > 50)
    trouble.error = MemoryError("out of memory")
    until(qtbot, lambda: bool(failures))
    assert session.status is Status.RESULT
    assert session.result.state is not None
    reached = session.result.state.step
    assert reached >= step_of(session)
    assert [record.number for record in session.runs.records] == [session.result.run]
    assert "not enough memory" in failures[0].message
    assert "MemoryError: out of memory" in failures[0].details
    trouble.error = None
    session.train()
    until(qtbot, lambda: step_of(session) > reached + 50)
    assert len(failures) == 1


def test_an_error_before_the_first_step_keeps_what_was_learned_before(
    qtbot: QtBot, session: Session, trouble: Trouble, failures: list[Failed]
) -> None:
    session.train()
    until(qtbot, lambda: step_of(session) > 50)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    state = session.result.state
    assert state is not None
    trouble.error = RuntimeError("broken")
    session.train()
    until(qtbot, lambda: bool(failures))
    assert session.status is Status.RESULT
    assert session.result.state is not None
    assert session.result.state.step == state.step
    assert np.array_equal(session.result.state.weights[0], state.weights[0])
    assert "(RuntimeError)" in failures[0].message


def test_an_error_while_an_edit_waits_for_the_weights_costs_neither(
    qtbot: QtBot, session: Session, trouble: Trouble, failures: list[Failed]
) -> None:
    session.keep_learned = True
    session.train()
    until(qtbot, lambda: step_of(session) > 50)
    experiment = session.document.experiment
    trouble.error = RuntimeError("broken")
    wider = (part("layer", "dense", units=9), *experiment.layers[1:])
    session.document.edit("wider", replace(experiment, layers=wider))
    until(qtbot, lambda: bool(failures))
    trouble.error = None
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert session.result.state is not None
    assert session.result.state.weights[0].shape == (2, 9)
    assert session.result.state.step >= 50


def test_a_long_silence_is_told_and_so_is_its_end(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    session.message.connect(lambda kind, text: told.append((kind, text)))
    session.train()
    until(qtbot, lambda: step_of(session) > 50)
    monkeypatch.setattr(silence, "SILENT_MS", 30)
    go_on = threading.Event()
    session.do(go_on.wait, lambda _: None, lambda error: None)
    until(qtbot, lambda: any(kind == "warning" for kind, _ in told))
    assert "told nothing for" in told[-1][1]
    go_on.set()
    until(qtbot, lambda: ("info", "Training goes on.") in told)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
