"""A training that the program makes to show something, until somebody takes it over."""

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from tests.settling import until


def demonstrate(qtbot: QtBot, session: Session) -> None:
    session.demonstrate()
    until(qtbot, lambda: session.result.step > 0)
    assert not session.document.modified


def test_once_taken_over_it_is_a_training_like_any_other(qtbot: QtBot, session: Session) -> None:
    demonstrate(qtbot, session)
    session.take_over()
    assert session.document.modified
    assert session.status is Status.TRAINING
    step = session.result.step
    session.document.edit(
        "Rate",
        replace(session.document.experiment, optimizer=session.document.experiment.optimizer.has(rate=0.5)),
    )
    until(qtbot, lambda: session.result.step > step)


def test_an_edit_ends_it_without_a_trace(qtbot: QtBot, session: Session) -> None:
    demonstrate(qtbot, session)
    session.document.edit("Seed", replace(session.document.experiment, seed=9))
    assert (session.status, session.result.step, session.runs.records) == (Status.EMPTY, 0, ())
    session.document.undo_stack.undo()
    assert not session.document.modified
    assert session.result.step == 0


def test_what_is_opened_after_it_counts(qtbot: QtBot, session: Session) -> None:
    demonstrate(qtbot, session)
    session.document.open(session.document.experiment, None)
    session.open(None, None)
    assert session.status is Status.EMPTY
    session.train()
    until(qtbot, lambda: session.document.modified)
