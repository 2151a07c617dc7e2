"""Races: updates of both designs, what stops a race, and keeping one design."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.engine import Control
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import open_project, save_project
from cadl_desktop.runs.race_standing import LEFT, RIGHT, Goal
from cadl_desktop.session.design_race import Contender, Race
from cadl_desktop.session.project_file import project_now
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from tests.engine.runs import epochs, finished, run, same_bits, small_painting
from tests.settling import until

SLOW, FAST = small_painting(), small_painting(batch_size=36)
LONG = Goal("step", 10**9)


@pytest.fixture
def messages(session: Session) -> list[str]:
    """Collects the messages."""
    return []


@pytest.fixture
def race(session: Session, messages: list[str]) -> Iterator[Race]:
    race = Race(session)
    for teller in (race, session):
        teller.message.connect(lambda _, text: messages.append(text))
    yield race
    race.stop()


def begin(race: Race, left: Experiment = SLOW, right: Experiment = FAST, goal: Goal = LONG) -> None:
    race.begin(Contender("Slow", left), Contender("Fast", right), goal)


def race_to_the_end(qtbot: QtBot, race: Race) -> None:
    begin(race, goal=Goal("step", 54))
    until(qtbot, lambda: not race.going)


def race_for_long(qtbot: QtBot, race: Race) -> None:
    begin(race)
    until(qtbot, lambda: not race.preparing and race.verdict())


def test_a_race_ends_at_its_goal_and_says_who_leads(qtbot: QtBot, session: Session, race: Race) -> None:
    session.speed = "slow"  # which slows no race
    begin(race, right=replace(FAST, seed=7), goal=Goal("step", 54))
    assert race.preparing
    assert race.verdict() is None
    until(qtbot, lambda: not race.going)
    assert race.racers is not None
    left, right = race.racers
    assert same_bits(left.result.state, finished(run(SLOW)).state)
    # With the seed of the left one: the same samples in the same order.
    assert same_bits(right.result.state, finished(run(epochs(FAST, 99), Control(last_step=54))).state)
    assert str(race.verdict()).startswith("After 54 steps each: “Fast” leads, cost ")
    assert not any(racer.result.progress.slowed for racer in race.racers)
    assert session.status is Status.EMPTY
    assert not session.runs.records


def test_a_design_racing_itself_is_level(qtbot: QtBot, race: Race) -> None:
    race.begin(Contender("Same", SLOW), Contender("Same", SLOW), Goal("step", 54))
    until(qtbot, lambda: not race.going)
    assert race.names == ("Same (left)", "Same (right)")
    assert str(race.verdict()).startswith("After 54 steps each: level, cost ")


def test_divergence_of_one_design_is_the_verdict(qtbot: QtBot, race: Race) -> None:
    broken = replace(FAST, optimizer=part("optimizer", "gradient descent", rate=1000.0))
    begin(race, SLOW, replace(broken, cost="l2-sum"), Goal("step", 54))
    until(qtbot, lambda: not race.going)
    assert race.by_error  # as their cost functions differ
    assert race.racers is not None
    assert race.racers[LEFT].track.costs[-1] < 1.0
    assert "“Fast” diverged, and its last good weights are those of step" in str(race.verdict())
    assert "“Slow” leads" in str(race.verdict())


def test_a_race_stops_the_training_and_a_training_the_race(
    qtbot: QtBot, session: Session, race: Race, messages: list[str]
) -> None:
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    race_for_long(qtbot, race)
    assert session.status is Status.RESULT
    assert session.result.step > 0
    assert any("Training was stopped for the race" in text for text in messages)
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING and not race.going)
    assert race.problem == "The race was stopped: the network trains now."
    assert race.racers is not None
    assert all(racer.result.finished.reason == "stopped" for racer in race.racers)


def test_a_race_in_preparation_is_stopped_at_once(race: Race, session: Session) -> None:
    begin(race)
    race.stop()
    assert not race.going
    assert not race.can_keep(LEFT)


def test_the_kept_design_becomes_the_documents_run_with_its_snapshots(
    qtbot: QtBot, session: Session, race: Race, messages: list[str]
) -> None:
    before = session.document.experiment
    race_to_the_end(qtbot, race)
    race.keep(RIGHT)
    assert session.document.experiment == FAST
    assert messages == ["Kept “Fast” as run 1, with all that it learned in the race."]
    assert race.racers is not None
    kept = race.racers[RIGHT].result
    assert session.result.state is kept.state
    assert [state.step for state in session.result.snapshots.states] == [
        state.step for state in kept.snapshots.states
    ]
    assert session.result.snapshots.states[-1].step == 54
    assert session.runs.current == 1
    assert not race.can_keep(RIGHT)
    assert race.can_keep(LEFT)
    session.document.undo_stack.undo()
    assert session.document.experiment == before
    assert session.result.state is None
    assert not session.runs.records
    assert race.can_keep(RIGHT)
    session.document.undo_stack.redo()
    assert session.document.experiment == FAST
    assert session.result.state is kept.state
    session.train()
    until(qtbot, lambda: session.result.step > 54)


def test_keeping_one_during_the_race_ends_it(qtbot: QtBot, session: Session, race: Race) -> None:
    race_for_long(qtbot, race)
    race.keep(LEFT)
    until(qtbot, lambda: not race.going)
    assert session.document.experiment == SLOW
    assert session.result.step > 0
    assert len(session.runs.records) == 1


def test_a_kept_design_is_not_put_into_a_project_opened_meanwhile(
    qtbot: QtBot, session: Session, race: Race
) -> None:
    race_for_long(qtbot, race)
    race.keep(RIGHT)
    session.document.open(preset("lecture-line"), None)
    until(qtbot, lambda: not race.going)
    assert session.document.experiment == preset("lecture-line")
    assert not session.runs.records


def test_results_of_a_race_are_in_the_file_and_recovery_copies(
    qtbot: QtBot, session: Session, race: Race, tmp_path: Path
) -> None:
    race_for_long(qtbot, race)
    until(qtbot, lambda: len(project_now(session).runs) == 2)
    assert session.document.modified
    amid = project_now(session)
    save_project(tmp_path / "raced.cadl", amid)
    for mine, read in zip(amid.runs, open_project(tmp_path / "raced.cadl").runs, strict=True):
        assert read.state is not None
        assert same_bits(read.state, mine.state)
        assert read.experiment == mine.experiment
    race.stop()
    until(qtbot, lambda: not race.going)
    left, right = project_now(session).runs
    assert race.racers is not None
    assert [left.state, right.state] == [racer.result.state for racer in race.racers]
    assert [left.number, right.number] == [1, 2]
    assert project_now(session).runs[0] is left  # an unchanged project isn't written again

    race.keep(LEFT)
    assert [(run.number, run.state is right.state) for run in project_now(session).runs] == [(2, True)]
    session.document.undo_stack.undo()
    assert len(project_now(session).runs) == 2
    session.document.open(session.document.experiment, None)
    assert project_now(session).runs == ()


def test_a_curve_comes_with_its_samples(qtbot: QtBot, race: Race) -> None:
    curve = preset("lecture-tanh")
    begin(race, curve, curve, Goal("step", 20))
    until(qtbot, lambda: not race.going and race.samples is not None)
    assert race.racers is not None
    assert all(racer.result.prediction.ndim == 1 for racer in race.racers)


def test_an_error_of_a_race_is_shown_as_a_sentence(qtbot: QtBot, race: Race) -> None:
    begin(race, SLOW, replace(FAST, batch_size=0))
    until(qtbot, lambda: not race.going)
    assert "batch" in race.problem
    assert race.verdict() is None
    assert not race.can_keep(RIGHT)


def test_closing_the_window_ends_a_race(qtbot: QtBot, session: Session, race: Race) -> None:
    race_for_long(qtbot, race)
    session.close()  # which waits for the worker's thread
