"""The runs of a project as a set to compare: R² of curves, and bytes where they are asked for."""

from pathlib import Path

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, Stop, preset
from cadl_desktop.session.comparing.compared_sets import ComparedSets
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.session.comparing.run_comparison import RunComparison
from cadl_desktop.session.run_commands import branch
from cadl_desktop.session.saved_project import project_with
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from tests.engine.runs import epochs, small_painting
from tests.settling import until


def trained(qtbot: QtBot, session: Session, experiment: Experiment) -> RunComparison:
    """Set of a session that has trained an experiment to its end."""
    session.document.open(experiment, None)
    comparison = RunComparison(session, session)
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT and comparison.trainings.trainings)
    return comparison


def test_curves_have_r2_and_no_bytes(qtbot: QtBot, session: Session) -> None:
    comparison = trained(qtbot, session, replace(preset("lecture-tanh"), stop=Stop(epochs=20)))
    (run,) = comparison.trainings.trainings
    assert isinstance(run.measures["r2"], float)
    assert run.measures["r2"] <= 1
    assert not comparison.can_count_bytes(run)


def test_the_run_that_goes_on_is_compared_with_its_cost_and_state(qtbot: QtBot, session: Session) -> None:
    comparison = trained(qtbot, session, epochs(small_painting(), 4))
    session.document.edit("other", epochs(small_painting(seed=7), 100_000))
    session.reset()
    session.train()
    until(qtbot, lambda: [each.state for each in comparison.trainings.trainings] == ["ended", "training"])
    shown = comparison.trainings.trainings[1]
    assert (shown.is_shown, shown.is_over, comparison.trainings.is_live) == (True, False, True)
    assert shown.seed == 7
    session.pause()
    until(qtbot, lambda: comparison.trainings.trainings[1].state == "paused")
    assert comparison.trainings.trainings[1].measures["cost"] == session.result.cost
    branch(session, session.result.snapshots.states[0])
    until(qtbot, lambda: [each.state for each in comparison.trainings.trainings] == ["ended"] * 3)
    session.train()
    until(qtbot, lambda: comparison.trainings.trainings[2].state == "training")
    assert [each.is_shown for each in comparison.trainings.trainings] == [False, False, True]


def test_list_and_page_have_one_baseline_which_is_undone_and_saved(qtbot: QtBot, session: Session) -> None:
    comparison = trained(qtbot, session, epochs(small_painting(), 4))
    branch(session, session.result.snapshots.states[0])
    sets, in_list, stack = ComparedSets(comparison, session), Selection(session), session.document.undo_stack
    in_list.share(comparison.baseline)
    session.document.mark_saved(Path("saved.cadl"))
    for choose, number in ((in_list.set_baseline, 1), (sets.selection.set_baseline, 2)):
        choose(number)
        assert in_list.baseline == sets.selection.baseline == number
    assert session.document.edited
    stack.undo()
    assert in_list.baseline == sets.selection.baseline == 1
    project = project_with(session, session.result)
    assert project.baseline == 1
    comparison.remove((1,))
    assert project_with(session, session.result).baseline is None  # its number may become that of another
    stack.undo()
    assert sets.selection.baseline == 1
    stack.undo()
    assert sets.selection.baseline is None
    session.document.open(project.experiment, None)
    session.open(project.state, project.history, project.runs, project.number, baseline=project.baseline)
    assert in_list.baseline == sets.selection.baseline == 1
    session.document.open(project.experiment, None)
    session.open(None, None)
    assert sets.selection.baseline is None


def test_bytes_are_counted_where_they_are_asked_for(qtbot: QtBot, session: Session) -> None:
    comparison = trained(qtbot, session, epochs(small_painting(), 4))
    told: list[str] = []
    comparison.message.connect(lambda kind, sentence: told.append(f"{kind}: {sentence}"))
    (run,) = comparison.trainings.trainings
    assert run.measures["r2"] is None
    assert "bytes" not in run.measures
    assert comparison.can_count_bytes(run)
    comparison.count_bytes(run.number)
    until(qtbot, lambda: "bytes" in comparison.trainings.trainings[0].measures)
    counted = comparison.trainings.trainings[0].measures["bytes"]
    assert counted is not None
    assert counted > 0
    assert [words.split(":")[0] for words in told] == ["info", "info"]
    # Other weights have other bytes.
    session.document.edit("more", epochs(small_painting(), 8))
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT and comparison.trainings.trainings[0].epoch == 8)
    assert "bytes" not in comparison.trainings.trainings[0].measures
