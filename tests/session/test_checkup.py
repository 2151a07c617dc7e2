"""Checkup of a session: during training, soon after edits, and reset for another run."""

from typing import Any

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.computing.failure import Failure
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.diagnosis.doctor import Doctor, Finding
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.checkup import Checkup
from tests.computing.trouble import raising
from tests.settling import process_events, until, wait_for_timers


def kinds(checkup: Checkup) -> set[str]:
    return {finding.kind for finding in checkup.findings}


def visits_of(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Collects every examination from now on."""
    visits: list[object] = []
    visit = Doctor.visit

    def counted(doctor: Doctor, *arguments: Any) -> tuple[Finding, ...]:
        visits.append(arguments)
        return visit(doctor, *arguments)

    monkeypatch.setattr(Doctor, "visit", counted)
    return visits


def test_every_run_has_its_own_histograms(qtbot: QtBot, session: Session) -> None:
    session.train()
    until(qtbot, lambda: len(session.result.histograms["gradients"].steps) > 2)
    before = session.result.histograms
    session.reset()
    assert session.result.histograms is not before
    assert not len(session.result.histograms["weights"].steps)


def test_a_problem_is_found_and_reexamined_soon_after_an_edit(qtbot: QtBot, session: Session) -> None:
    checkup = Checkup(session)
    sick = part("layer", "dense", units=8, bias_start=-100.0)
    session.document.edit("sick", replace(session.document.experiment, layers=(sick,)))
    assert not checkup.examined
    session.train()
    until(qtbot, lambda: "dead" in kinds(checkup))
    assert checkup.examined
    session.document.undo_stack.undo()
    process_events(qtbot)
    assert "dead" not in kinds(checkup)


def test_a_network_is_not_judged_by_the_probe_of_the_previous_one(qtbot: QtBot, session: Session) -> None:
    checkup = Checkup(session)
    sick = part("layer", "dense", units=8, bias_start=-100.0)
    session.document.edit("sick", replace(session.document.experiment, layers=(sick,)))
    session.train()
    until(qtbot, lambda: "dead" in kinds(checkup))
    session.keep_learned = True  # until the run has delivered its weights, its probe is the newest
    session.document.edit("deeper", replace(session.document.experiment, layers=(sick,) * 4))
    process_events(qtbot)
    assert "dead" not in kinds(checkup)


def test_a_run_that_fits_its_points_is_well(qtbot: QtBot, session: Session) -> None:
    checkup = Checkup(session)
    sine = part("dataset", "function", expression="sin(x)", noise=0.0)
    session.document.edit("sine", replace(preset("lecture-tanh"), data=sine))
    session.load_samples()
    until(qtbot, lambda: session.samples is not None)
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT)
    process_events(qtbot)
    assert session.result.r2 is not None
    assert session.result.r2 > 0.95
    assert (kinds(checkup), checkup.verdict) == (set(), "well")
    other = preset("own-curve").data  # whose points are fewer: their error is unknown until they are read
    session.document.edit("other", replace(session.document.experiment, data=other))
    process_events(qtbot)
    assert checkup.verdict != "well"


def test_an_unreachable_target_is_found_before_training(qtbot: QtBot, session: Session) -> None:
    checkup = Checkup(session)
    session.load_samples()
    until(qtbot, lambda: session.samples is not None)
    assert checkup.findings == ()
    sigmoid = part("output", "dense", activation="sigmoid")
    session.document.edit("sigmoid", replace(session.document.experiment, output=sigmoid))
    process_events(qtbot)
    assert kinds(checkup) == {"reach"}
    session.document.edit("unit", replace(session.document.experiment, target_scaling="unit"))
    process_events(qtbot)
    assert checkup.findings == ()
    session.document.undo_stack.undo()
    process_events(qtbot)
    assert kinds(checkup) == {"reach"}


def test_divergence_is_found_until_the_rate_is_changed(qtbot: QtBot, session: Session) -> None:
    checkup = Checkup(session)
    huge = part("optimizer", "gradient descent", rate=1000.0)
    session.document.edit("huge", replace(session.document.experiment, optimizer=huge, cost="l2-sum"))
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT)
    process_events(qtbot)
    (finding,) = [finding for finding in checkup.findings if finding.kind == "rate too large"]
    experiment = session.document.experiment
    session.document.edit("slower", finding.remedies[0].change(experiment))
    process_events(qtbot)
    assert "rate too large" not in kinds(checkup)


def test_an_invalid_experiment_has_no_findings(qtbot: QtBot, session: Session) -> None:
    checkup = Checkup(session)
    session.load_samples()
    until(qtbot, lambda: session.samples is not None)
    sigmoid = part("output", "dense", activation="sigmoid")
    session.document.edit("sigmoid", replace(session.document.experiment, output=sigmoid))
    process_events(qtbot)
    session.document.edit("no batch", replace(session.document.experiment, batch_size=0))
    process_events(qtbot)
    assert checkup.findings == ()


def test_an_edit_that_ends_a_run_causes_one_examination(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkup = Checkup(session)
    session.load_samples()
    session.train()
    until(qtbot, lambda: session.samples is not None and session.status is Status.TRAINING)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    wait_for_timers(qtbot, session)
    visits = visits_of(monkeypatch)
    layers = (part("layer", "dense", units=9),)
    session.document.edit("wider", replace(session.document.experiment, layers=layers))
    process_events(qtbot)
    assert not checkup.examined
    assert len(visits) == 1


def test_several_edits_in_one_event_loop_iteration_cause_one_examination(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkup = Checkup(session)
    session.load_samples()
    until(qtbot, lambda: session.samples is not None)
    wait_for_timers(qtbot, session)
    visits = visits_of(monkeypatch)
    for units in (7, 8, 9):
        layers = (part("layer", "dense", units=units),)
        session.document.edit("wider", replace(session.document.experiment, layers=layers))
    process_events(qtbot)
    assert len(visits) == 1
    assert not checkup.examined


def test_a_run_that_has_failed_is_not_called_well(qtbot: QtBot, session: Session) -> None:
    checkup, failures = Checkup(session), list[Failure]()
    session.failed.connect(failures.append)
    session.train()
    until(qtbot, lambda: checkup.examined)
    with raising(qtbot, session, RuntimeError("broken")):
        until(qtbot, lambda: bool(failures))
    wait_for_timers(qtbot, checkup)
    assert not checkup.examined
