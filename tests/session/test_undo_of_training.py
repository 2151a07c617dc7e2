"""Undo and redo that lead away from what trains: to another picture, or to a run that has ended."""

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from tests.engine.runs import epochs, small_painting
from tests.session.test_session import train
from tests.settling import until, wait_for_timers


def test_an_undo_to_another_picture_trains_nothing_and_loses_nothing(qtbot: QtBot, session: Session) -> None:
    document, first = session.document, epochs(small_painting(), 3)
    document.edit("short", first)
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT and session.result.finished is not None)
    ended = session.result.step
    document.edit("longer", epochs(first, 100_000))
    document.edit_data("Picture", first.data.has(source="coffee"))
    train(qtbot, session)
    document.undo_stack.undo()
    assert not session.going
    until(qtbot, lambda: session.status is Status.RESULT)
    assert (session.result.step, document.experiment.data) == (ended, first.data)
    other = session.runs.others()[0]
    assert other.steps > 0
    wait_for_timers(qtbot, session)
    assert session.status is Status.RESULT
    document.undo_stack.redo()
    assert session.status is Status.RESULT
    assert session.result.step == other.steps


def test_an_undo_to_a_network_that_was_trained_to_its_end_trains_it_no_further(
    qtbot: QtBot, session: Session
) -> None:
    session.keep_learned = False
    document, experiment = session.document, epochs(small_painting(), 3)
    document.edit("short", experiment)
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT and session.result.finished is not None)
    ended = session.result.step
    document.edit("seed", replace(epochs(experiment, 100_000), seed=5))
    train(qtbot, session)
    document.undo_stack.undo()
    wait_for_timers(qtbot, session)
    assert (session.status, session.result.step) == (Status.RESULT, ended)
