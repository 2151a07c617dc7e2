"""Remedies of the doctor: where a training begins with one, undo, and that none is offered twice."""

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.diagnosis.doctor import Remedy
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.treating import treat
from cadl_desktop.session.views.checkup import Checkup
from tests.engine.runs import epochs, small_painting
from tests.settling import process_events, until

GOOD_RATE, RUINOUS_RATE = 0.01, 0.3
LEARNED, COLLAPSED = 0.01, 0.04
"""Costs, of which a painting in one colour has 0.048."""


@pytest.fixture
def experiment() -> Experiment:
    able = small_painting(
        layers=(part("layer", "dense", units=32),) * 2,
        optimizer=part("optimizer", "adam", rate=GOOD_RATE),
        cost="l2",
        target_scaling="unit",
    )
    return epochs(able, 1_000_000)


def rate_of(session: Session) -> float:
    return float(session.document.experiment.optimizer["rate"])


def cost_of(session: Session) -> float:
    cost = session.result.history.newest_cost
    return 0.02 if cost is None else cost


def set_rate(session: Session, rate: float) -> None:
    experiment = session.document.experiment
    session.document.edit("rate", replace(experiment, optimizer=experiment.optimizer.has(rate=rate)))


def labelled(checkup: Checkup) -> dict[str, Remedy]:
    return {remedy.label: remedy for finding in checkup.findings for remedy in finding.remedies}


def collapsed(qtbot: QtBot, session: Session, checkup: Checkup) -> None:
    """Trains until a network has learned something, then ruins it by its rate."""
    session.load_samples()
    session.train()
    until(qtbot, lambda: session.samples is not None and cost_of(session) < LEARNED)
    until(qtbot, lambda: len(session.result.snapshots.states) > 3)
    set_rate(session, RUINOUS_RATE)
    until(qtbot, lambda: cost_of(session) > COLLAPSED)
    until(qtbot, lambda: any(finding.kind == "dead" for finding in checkup.findings))


def test_a_remedy_goes_back_to_before_the_damage_with_its_change(qtbot: QtBot, session: Session) -> None:
    checkup = Checkup(session)
    collapsed(qtbot, session, checkup)
    label = "Learning rate 0.001"
    remedy = labelled(checkup)[label]
    moment = remedy.moment
    assert moment is not None
    index = session.document.undo_stack.index()
    treat(session, label, remedy)
    assert session.document.undo_stack.index() == index + 1
    assert rate_of(session) == 0.001
    assert session.result.step == moment.step > 0
    assert session.status.live  # as it was
    until(qtbot, lambda: session.result.step > moment.step + 500)
    assert cost_of(session) < LEARNED
    assert label in session.result.tried
    session.document.undo_stack.undo()
    assert (rate_of(session), session.result.tried) == (RUINOUS_RATE, frozenset())
    assert cost_of(session) > COLLAPSED
    assert [run.experiment.optimizer["rate"] for run in session.runs.records] == [RUINOUS_RATE, 0.001]


def test_without_a_moment_a_remedy_begins_anew(qtbot: QtBot, session: Session) -> None:
    checkup = Checkup(session)
    sick = part("layer", "dense", units=8, bias_start=-100.0)
    session.document.edit("sick", replace(session.document.experiment, layers=(sick,)))
    session.train()
    until(qtbot, lambda: any(finding.kind == "dead" for finding in checkup.findings))
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    remedy = labelled(checkup)["Biases of layer 1 start at 0"]
    dead = session.result.step
    treat(session, "Biases start at 0", remedy)
    assert (session.result.step, session.status) == (0, Status.EMPTY)  # it was paused, and isn't trained on
    assert [run.steps for run in session.runs.records] == [dead]
    session.document.undo_stack.undo()
    assert session.result.step == dead
    session.document.undo_stack.redo()
    assert session.result.step == 0
    assert session.result.tried == {remedy.label}


def test_no_remedy_is_offered_twice(qtbot: QtBot, session: Session) -> None:
    checkup, taken = Checkup(session), list[str]()
    collapsed(qtbot, session, checkup)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    while offered := labelled(checkup):
        label = next(iter(offered))
        assert label not in taken
        taken.append(label)
        session.note_tried(session.result.tried | {label})  # as if it had been taken without success
        session.document.edit("name", replace(session.document.experiment, name=label))
        process_events(qtbot)
    assert taken
    assert "can't help" in checkup.findings[0].words
    session.reset()
    process_events(qtbot)
    assert session.result.tried == frozenset()
