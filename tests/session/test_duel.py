"""Duels: updates of both designs, what stops a duel, and keeping one design."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.comparing.contenders import Contender
from cadl_desktop.comparing.duel_trainings import Sides
from cadl_desktop.engine import Control
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import open_project, save_project
from cadl_desktop.runs.events import EpochEnded
from cadl_desktop.runs.race_standing import LEFT, RIGHT, Goal
from cadl_desktop.session.comparing.duel import Duel
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
def duel(session: Session, messages: list[str]) -> Iterator[Duel]:
    duel = Duel(session, session)
    for teller in (duel, session):
        teller.message.connect(lambda _, text: messages.append(text))
    yield duel
    duel.stop()


def begin(duel: Duel, left: Experiment = SLOW, right: Experiment = FAST, goal: Goal = LONG) -> None:
    duel.begin(Contender("Slow", left), Contender("Fast", right), goal)


def sides(duel: Duel) -> Sides:
    assert duel.sides is not None
    return duel.sides


def train_to_the_end(qtbot: QtBot, duel: Duel, right: Experiment = FAST) -> None:
    begin(duel, right=right, goal=Goal("step", 54))
    until(qtbot, lambda: not duel.can_stop)


def train_for_long(qtbot: QtBot, duel: Duel) -> None:
    begin(duel)
    until(qtbot, lambda: not duel.preparing and sides(duel).verdict())


def can_keep(duel: Duel, place: int) -> bool:
    return duel.can_adopt(duel.trainings.trainings[place])


def test_a_duel_ends_at_its_goal_and_names_the_leader(qtbot: QtBot, session: Session, duel: Duel) -> None:
    assert duel.trainings.kind == "duel"
    assert not duel.trainings.trainings
    session.speed = "slow"  # which slows no duel
    begin(duel, right=replace(FAST, seed=7), goal=Goal("step", 54))
    assert duel.trainings.name == "“Slow” against “Fast”"
    assert duel.trainings.is_live
    assert duel.headline.words == ("Preparing both networks",)
    until(qtbot, lambda: not duel.can_stop)
    left, right = sides(duel).racers
    assert same_bits(left.state, finished(run(SLOW)).state)
    # With the seed of the left one: the same samples in the same order.
    assert same_bits(right.state, finished(run(epochs(FAST, 99), Control(last_step=54))).state)
    whole, short, shortest = duel.headline.words
    assert whole.startswith("After 54 steps each: “Fast” leads, cost ")
    assert short.startswith("“Fast” leads, cost ")
    assert shortest == "“Fast” leads"
    assert not any(racer.progress.slowed for racer in (left, right))
    assert duel.share_done == 1.0
    assert session.status is Status.EMPTY
    assert not session.runs.records


def test_both_sides_are_trainings_of_one_set(qtbot: QtBot, duel: Duel) -> None:
    changes: list[object] = []
    duel.changed.connect(lambda: changes.append(duel.trainings))
    train_to_the_end(qtbot, duel)
    one, other = duel.trainings.trainings
    assert [(each.number, each.name, each.group) for each in (one, other)] == [
        (1, "Slow", "Slow"),
        (2, "Fast", "Fast"),
    ]
    assert [each.differs for each in (one, other)] == ["batch size 16", "batch size 36"]
    assert [each.state for each in (one, other)] == ["reached", "reached"]
    assert duel.trainings.over == duel.trainings.wanted == 2
    assert duel.trainings.best is other
    assert [setting.title for setting in duel.trainings.settings] == ["Design"]
    for training, racer in zip((one, other), sides(duel).racers, strict=True):
        assert training.made is not None
        assert (training.made.dtype, training.made.shape) == (np.uint8, (12, 12, 3))
        assert training.course.steps[-1] == training.step == 54
        assert training.course.costs[-1] == training.value == racer.cost
        assert training.course.epochs[-1] == pytest.approx(54 * racer.experiment.batch_size / 144)
    assert duel.adopting(other) == "Keep “Fast”"
    whole: list[object] = []
    duel.ask_whole(one, whole.append)
    assert len(whole) == 1
    assert len(changes) >= 2


def test_a_picture_stays_the_same_object_until_there_is_another_one(qtbot: QtBot, duel: Duel) -> None:
    train_to_the_end(qtbot, duel)
    before = duel.trainings.trainings[LEFT].made
    again = sides(duel).read("", is_live=False)
    assert again.trainings[LEFT].made is before


def test_a_design_against_itself_is_level(qtbot: QtBot, duel: Duel) -> None:
    duel.begin(Contender("Same", SLOW), Contender("Same", SLOW), Goal("step", 54))
    until(qtbot, lambda: not duel.can_stop)
    assert [training.name for training in duel.trainings.trainings] == ["Same (1)", "Same (2)"]
    assert duel.headline.words[0].startswith("After 54 steps each: level, cost ")
    assert duel.headline.words[-1] == "Level"


def test_divergence_of_one_design_is_the_verdict(qtbot: QtBot, duel: Duel) -> None:
    broken = replace(FAST, optimizer=part("optimizer", "gradient descent", rate=1000.0), cost="l2-sum")
    train_to_the_end(qtbot, duel, broken)
    assert "the errors of their paintings are compared" in duel.headline.news
    assert sides(duel).racers[LEFT].track.costs[-1] < 1.0
    whole, short = duel.headline.words
    assert "“Fast” diverged, and its last good weights are those of step" in whole
    assert "“Slow” leads" in whole
    assert short == "“Fast” diverged"
    one, other = duel.trainings.trainings
    assert other.failed
    assert other.value is None
    assert duel.trainings.objective.measure == "seen_psnr"
    assert one.value == sides(duel).racers[LEFT].psnr


def test_without_a_common_step_nobody_leads() -> None:
    of_two = Sides(Contender("Slow", SLOW), Contender("Fast", FAST), Goal("step", 54))
    assert of_two.verdict() == ()
    of_two.racers[LEFT].apply(EpochEnded(1, 9, 0.1, 0.5, None, 0.001))
    assert of_two.verdict() == ()
    assert not of_two.have_begun


def test_a_duel_stops_the_training_and_a_training_the_duel(
    qtbot: QtBot, session: Session, duel: Duel, messages: list[str]
) -> None:
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    train_for_long(qtbot, duel)
    assert session.status is Status.RESULT
    assert session.result.step > 0
    assert any("Training was stopped for the duel" in text for text in messages)
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING and not duel.can_stop)
    assert duel.headline.news == "The duel was stopped: the network trains now."
    assert [training.state for training in duel.trainings.trainings] == ["stopped", "stopped"]


def test_a_duel_in_preparation_is_stopped_at_once(duel: Duel) -> None:
    begin(duel)
    duel.stop()
    assert not duel.trainings.is_live
    assert not can_keep(duel, LEFT)


def test_the_kept_design_becomes_the_documents_run_with_its_snapshots(
    qtbot: QtBot, session: Session, duel: Duel, messages: list[str]
) -> None:
    before = session.document.experiment
    train_to_the_end(qtbot, duel)
    duel.adopt(2)
    assert session.document.experiment == FAST
    assert messages == ["Kept “Fast” as run 1, with all that it learned in the duel."]
    kept = sides(duel).racers[RIGHT]
    assert session.result.state is kept.state
    assert [state.step for state in session.result.snapshots.states] == [
        state.step for state in kept.snapshots.states
    ]
    assert session.result.snapshots.states[-1].step == 54
    assert session.runs.current == 1
    assert not can_keep(duel, RIGHT)
    assert can_keep(duel, LEFT)
    session.document.undo_stack.undo()
    assert session.document.experiment == before
    assert session.result.state is None
    assert not session.runs.records
    assert can_keep(duel, RIGHT)
    session.document.undo_stack.redo()
    assert session.document.experiment == FAST
    assert session.result.state is kept.state
    session.train()
    until(qtbot, lambda: session.result.step > 54)


@pytest.mark.parametrize("closes", [False, True])
def test_keeping_one_amid_the_duel_ends_it(qtbot: QtBot, session: Session, duel: Duel, closes: bool) -> None:
    train_for_long(qtbot, duel)
    duel.adopt(1)
    if closes:
        duel.end()
    until(qtbot, lambda: not duel.can_stop)
    assert session.document.experiment == SLOW
    assert session.result.step > 0
    assert len(session.runs.records) == 1
    assert bool(duel.trainings.trainings) is not closes


def test_a_kept_design_is_not_put_into_a_project_opened_meanwhile(
    qtbot: QtBot, session: Session, duel: Duel
) -> None:
    train_for_long(qtbot, duel)
    duel.adopt(2)
    session.document.open(preset("lecture-line"), None)
    until(qtbot, lambda: not duel.can_stop)
    assert session.document.experiment == preset("lecture-line")
    assert not session.runs.records


def test_results_of_a_duel_are_in_the_file_and_recovery_copies(
    qtbot: QtBot, session: Session, duel: Duel, tmp_path: Path
) -> None:
    train_for_long(qtbot, duel)
    until(qtbot, lambda: len(project_now(session).runs) == 2)
    assert session.document.modified
    amid = project_now(session)
    save_project(tmp_path / "duel.cadl", amid)
    for mine, read in zip(amid.runs, open_project(tmp_path / "duel.cadl").runs, strict=True):
        assert read.state is not None
        assert same_bits(read.state, mine.state)
        assert read.experiment == mine.experiment
    duel.stop()
    until(qtbot, lambda: not duel.can_stop)
    left, right = project_now(session).runs
    assert [left.state, right.state] == [racer.state for racer in sides(duel).racers]
    assert [left.number, right.number] == [1, 2]
    assert project_now(session).runs[0] is left  # an unchanged project isn't written again

    duel.adopt(1)
    assert [(run.number, run.state is right.state) for run in project_now(session).runs] == [(2, True)]
    session.document.undo_stack.undo()
    assert len(project_now(session).runs) == 2
    session.document.open(session.document.experiment, None)
    assert project_now(session).runs == ()


def test_an_unkept_duel_goes_with_its_page(qtbot: QtBot, session: Session, duel: Duel) -> None:
    train_for_long(qtbot, duel)
    until(qtbot, lambda: len(project_now(session).runs) == 2)
    duel.end()
    assert not duel.can_stop
    assert not duel.trainings.trainings
    assert project_now(session).runs == ()
    assert not session.runs.records
    replaced: list[str] = []
    duel.replaced.connect(lambda: replaced.append(duel.trainings.name))
    train_to_the_end(qtbot, duel)
    assert replaced == ["“Slow” against “Fast”"]
    assert duel.trainings.over == 2


def test_a_curve_comes_with_its_samples(qtbot: QtBot, duel: Duel) -> None:
    curve = preset("lecture-tanh")
    begin(duel, curve, curve, Goal("step", 20))
    assert not duel.paints
    until(qtbot, lambda: not duel.can_stop and duel.samples is not None)
    made = [training.made for training in duel.trainings.trainings]
    assert all(each is not None and (each.ndim, each.dtype) == (1, np.float32) for each in made)


def test_an_error_of_a_duel_is_shown_as_a_sentence(qtbot: QtBot, duel: Duel) -> None:
    begin(duel, SLOW, replace(FAST, batch_size=0))
    until(qtbot, lambda: not duel.can_stop)
    assert "batch" in duel.headline.news
    assert [training.state for training in duel.trainings.trainings] == ["failed", "failed"]
    assert not can_keep(duel, RIGHT)


def test_closing_the_window_ends_a_duel(qtbot: QtBot, session: Session, duel: Duel) -> None:
    train_for_long(qtbot, duel)
    session.close()  # which waits for the worker's thread
