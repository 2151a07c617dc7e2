"""Import of weights: before and during training, undone, and refused."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.engine import initial_weights
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.history import History
from cadl_desktop.runs.network_weights import named_weights
from cadl_desktop.runs.record import record_of
from cadl_desktop.session.run_commands import reopen
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.weight_edits import import_weights
from tests.engine.runs import epochs, small_painting
from tests.session.test_session import train
from tests.settling import until

OTHER = replace(small_painting(), seed=99)


@pytest.fixture
def experiment() -> Experiment:
    return epochs(small_painting(optimizer=part("optimizer", "adagrad", rate=1e-6)), 100_000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "other.npz"
    np.savez(path, **named_weights(OTHER, tuple(initial_weights(OTHER))))
    return path


def take(qtbot: QtBot, session: Session, path: Path) -> list[str]:
    """Imports the file and returns the messages; empty on success."""
    answers: list[str] = []
    import_weights(session, path, lambda: answers.append(""), lambda error: answers.append(str(error)))
    until(qtbot, lambda: bool(answers))
    return [answer for answer in answers if answer]


def is_others(session: Session) -> bool:
    state = session.result.state
    pairs = zip(state.weights if state else (), initial_weights(OTHER), strict=True)
    return all(np.abs(ours - theirs).max() < 1e-3 for ours, theirs in pairs)


def marks(session: Session) -> list[str | float]:
    return [change.value for change in session.result.history.changes if change.setting == "structure"]


def test_before_training(qtbot: QtBot, session: Session, file: Path) -> None:
    assert take(qtbot, session, file) == []
    assert session.status is Status.RESULT
    assert is_others(session)
    assert marks(session) == ["weights from other.npz"]
    assert session.document.undo_stack.undoText() == "Import weights from other.npz"
    session.document.undo_stack.undo()
    assert session.status is Status.EMPTY
    assert session.result.state is None
    session.document.undo_stack.redo()
    assert is_others(session)


def test_while_training(qtbot: QtBot, session: Session, file: Path) -> None:
    train(qtbot, session)
    before = session.result.progress
    assert take(qtbot, session, file) == []
    until(qtbot, lambda: marks(session) == ["weights from other.npz"])
    until(qtbot, lambda: session.status is Status.TRAINING)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    assert before is not None
    assert session.result.state is not None
    assert session.result.state.step > before.step
    assert is_others(session)
    session.document.undo_stack.undo()
    until(qtbot, lambda: session.result.state is not None and not is_others(session))
    assert marks(session) == []


def test_the_optimizer_forgets(qtbot: QtBot, session: Session, file: Path) -> None:
    train(qtbot, session)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    assert take(qtbot, session, file) == []
    assert session.result.state is not None
    assert session.result.state.step > 0
    assert len(session.result.state.slots) == 0
    assert session.result.state.optimizer_since == session.result.state.step


def test_weights_that_do_not_fit_change_nothing(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    np.savez(tmp_path / "wide.npz", W1=np.zeros((2, 9)))
    said = take(qtbot, session, tmp_path / "wide.npz")
    assert said == ["'wide.npz' doesn't fit this network: it has no 'b1'."]
    assert not session.document.undo_stack.canUndo()
    assert session.status is Status.EMPTY


def test_an_equal_network_that_was_opened_meanwhile_is_left_alone(
    qtbot: QtBot, session: Session, file: Path
) -> None:
    answers: list[str] = []
    import_weights(session, file, lambda: answers.append(""), lambda error: answers.append(str(error)))
    session.document.open(session.document.experiment, None)
    until(qtbot, lambda: bool(answers))
    assert answers == ["'other.npz' was not imported: the network has changed since."]
    assert not session.document.undo_stack.canUndo()


def test_a_network_that_was_edited_meanwhile_is_left_alone(
    qtbot: QtBot, session: Session, file: Path
) -> None:
    answers: list[str] = []
    import_weights(session, file, lambda: answers.append(""), lambda error: answers.append(str(error)))
    session.document.edit("seed", replace(session.document.experiment, seed=7))
    until(qtbot, lambda: bool(answers))
    assert answers == ["'other.npz' was not imported: the network has changed since."]
    assert session.result.state is None


def test_untrained_imported_weights_return_when_a_reopening_is_undone(
    qtbot: QtBot, session: Session, file: Path
) -> None:
    """Untrained weights are in no list."""
    mine = session.document.experiment
    session.runs.put(record_of(1, replace(mine, seed=9), History(), None))
    assert take(qtbot, session, file) == []
    reopen(session, 1)
    assert session.result.state is None
    session.document.undo_stack.undo()
    assert session.document.experiment == mine
    assert is_others(session)
    session.document.undo_stack.undo()
    assert session.result.state is None
    session.document.undo_stack.redo()
    assert is_others(session)
    session.document.undo_stack.redo()
    assert session.result.run == 1
