"""The step that comes next in a pause: computed while it is wanted, and the one that Step makes."""

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.runs.events import BackwardPass
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.next_step import NextStep
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.session.views.time_machine import TimeMachine
from tests.settling import until


@pytest.fixture
def next_step(qtbot: QtBot, session: Session) -> NextStep:
    """That of a run that is paused after its first step; not wanted yet."""
    next_step = NextStep(Neurons(session))
    session.load_samples()
    session.step()
    until(qtbot, lambda: session.status is Status.PAUSED)
    return next_step


def shown(qtbot: QtBot, next_step: NextStep, step: int) -> BackwardPass:
    until(qtbot, lambda: next_step.backward is not None and next_step.backward.step == step)
    assert next_step.backward is not None
    return next_step.backward


def step_to(qtbot: QtBot, session: Session, step: int) -> None:
    session.step()
    until(qtbot, lambda: session.result.state is not None and session.result.state.step == step)


def assert_step_is(session: Session, announced: BackwardPass) -> None:
    assert session.result.state is not None
    pairs = zip(announced.after, session.result.state.weights, strict=True)
    assert all(np.array_equal(after, came) for after, came in pairs)


def test_step_makes_the_step_that_was_shown_and_shows_the_next(
    qtbot: QtBot, session: Session, next_step: NextStep
) -> None:
    assert next_step.backward is None
    next_step.want(True)
    announced = shown(qtbot, next_step, 1)
    assert [column.values.shape[0] for column in next_step.columns] == [2, 8, 8, 3]
    assert np.array_equal(next_step.columns[1].weights, announced.gradients[0])
    step_to(qtbot, session, 2)
    assert_step_is(session, announced)
    shown(qtbot, next_step, 2)
    next_step.want(False)
    assert next_step.backward is None
    assert next_step.columns == ()


def test_a_changed_setting_takes_the_old_step_away_and_shows_that_with_it(
    qtbot: QtBot, session: Session, next_step: NextStep
) -> None:
    next_step.want(True)
    before = shown(qtbot, next_step, 1)
    experiment = session.document.experiment
    session.document.edit("batch", replace(experiment, batch_size=50, l2=0.1))
    assert next_step.backward is None
    announced = shown(qtbot, next_step, 1)
    assert announced.settings.batch_size == 50
    assert announced.penalties is not None
    assert not np.array_equal(announced.after[0], before.after[0])
    step_to(qtbot, session, 2)
    assert_step_is(session, announced)
    session.document.edit("name", replace(session.document.experiment, name="Another"))
    shown(qtbot, next_step, 2)


def test_a_training_shows_none_until_its_next_pause(
    qtbot: QtBot, session: Session, next_step: NextStep
) -> None:
    next_step.want(True)
    shown(qtbot, next_step, 1)
    session.train()
    assert next_step.backward is None
    until(qtbot, lambda: session.result.step > 20)
    session.pause()
    until(qtbot, lambda: next_step.backward is not None)
    assert session.result.state is not None
    assert shown(qtbot, next_step, session.result.state.step).step == session.result.step


def test_a_backward_pass_that_comes_after_it_was_wanted_is_dropped(
    qtbot: QtBot, session: Session, next_step: NextStep
) -> None:
    next_step.want(True)
    late = shown(qtbot, next_step, 1)
    next_step.want(False)
    session._training._handle(late)
    session.updated.emit()
    assert next_step.backward is None


def test_another_network_and_an_earlier_moment_have_none(
    qtbot: QtBot, session: Session, next_step: NextStep
) -> None:
    next_step.want(True)
    shown(qtbot, next_step, 1)
    machine = TimeMachine(next_step.parent())
    step_to(qtbot, session, 2)
    shown(qtbot, next_step, 2)
    machine.go_to_step(0)
    until(qtbot, lambda: next_step.backward is None)
    machine.go_to_now()
    shown(qtbot, next_step, 2)
    experiment = session.document.experiment
    session.document.edit("narrow", replace(experiment, layers=experiment.layers[:1]))
    assert next_step.backward is None
