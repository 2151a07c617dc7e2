"""Another optimizer chosen amid a training, or between two: what was learned stays."""

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.changes import OPTIMIZER_SINCE
from cadl_desktop.session.run_commands import branch
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from tests.engine.runs import epochs, small_painting
from tests.settling import until

MUON = part("optimizer", "muon", rate=0.01)


@pytest.fixture
def experiment() -> Experiment:
    return epochs(small_painting(target_scaling="unit"), 100_000)


def train(qtbot: QtBot, session: Session) -> None:
    step = session.result.step
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING and session.result.step > step + 20)


def stop(qtbot: QtBot, session: Session) -> None:
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)


def use(session: Session, experiment: Experiment) -> None:
    session.document.edit("optimizer", experiment)


def began(session: Session) -> list[int]:
    return [change.step for change in session.result.history.changes if change.setting == OPTIMIZER_SINCE]


def test_it_is_changed_amid_a_training(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    run, history = session.result.run, session.result.history
    use(session, replace(session.document.experiment, optimizer=MUON))
    until(qtbot, lambda: began(session))
    (step,) = began(session)
    until(qtbot, lambda: session.result.step > step)
    assert session.status is Status.TRAINING
    assert (session.result.run, session.result.history) == (run, history)
    stop(qtbot, session)
    state = session.result.state
    assert state is not None
    assert (state.settings.optimizer.kind, state.settings.rate) == ("muon", 0.01)
    assert state.optimizer_since == step > 0
    logged = [change.value for change in history.changes if change.setting == "optimizer"]
    assert [str(value).partition("(")[0] for value in logged] == ["adam", "muon"]
    # Moments from before it begin anew; a branch there has the optimizer of then.
    moment = session.result.snapshots.states[1]
    assert moment.lacks_memories
    said: list[str] = []
    session.message.connect(lambda kind, text: said.append(text))
    branch(session, moment)
    assert said[-1] == "Adam begins anew here, as the optimizer was changed later."
    assert session.document.experiment.optimizer.kind == "adam"
    train(qtbot, session)
    stop(qtbot, session)
    assert session.result.state is not None
    assert session.result.state.optimizer_since == moment.step


def test_it_is_changed_between_two_trainings(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    stop(qtbot, session)
    before = session.result.state
    assert before is not None
    # The log of an older version, which lacks the optimizer.
    changes = session.result.history.changes
    changes[:] = [change for change in changes if change.setting != "optimizer"]
    use(session, replace(session.document.experiment, optimizer=MUON))
    assert session.result.state is before
    train(qtbot, session)
    assert began(session) == [before.step]
    logged = [(change.step, change.value) for change in changes if change.setting == "optimizer"]
    assert logged[0] == (0, "adam(beta1=0.9, beta2=0.999)")
    assert [step for step, _ in logged] == [0, before.step]
    session.document.undo_stack.undo()
    until(qtbot, lambda: len(began(session)) == 2)
    stop(qtbot, session)
    state = session.result.state
    assert state is not None
    assert state.settings.optimizer.kind == "adam"
    assert state.optimizer_since > before.step
    assert all(np.isfinite(array).all() for array in state.slots)
