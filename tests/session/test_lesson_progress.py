"""Progress of a lesson: trained epochs, costs, the loaded trial, and exports."""

import math
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.export.exports import export_named
from cadl_desktop.export.trained import Trained
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.lesson_progress import LessonProgress
from tests.engine.runs import epochs, small_painting
from tests.settling import WAIT

LONG = {"timeout": WAIT}


@pytest.fixture
def experiment() -> Experiment:
    return epochs(small_painting(), 5)


def test_a_lesson_begins_without_progress(session: Session) -> None:
    studio = LessonProgress(session).studio
    assert (studio.trial, studio.epochs, studio.exported) == ("", 0, frozenset())
    assert math.isnan(studio.cost)
    assert math.isnan(studio.first_cost)


def test_a_training_and_an_export_count_as_progress(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    progress = LessonProgress(session)
    with qtbot.waitSignal(progress.changed, **LONG):
        session.train()
    qtbot.waitUntil(lambda: session.status is Status.RESULT, **LONG)
    studio = progress.studio
    assert studio.epochs == 5
    assert studio.cost == session.result.history.newest_cost
    assert studio.first_cost == session.result.history.column("cost")[0]
    assert studio.cost < studio.first_cost

    result, over = session.result, []
    trained = Trained(session.document.experiment, result.state, result.history, compute=session.compute)
    session.exporter.export(
        export_named("painting"),
        tmp_path / "a.png",
        trained,
        {"width": 8},
        lambda: over.append(None),
        lambda error: over.append(error),
    )
    qtbot.waitUntil(lambda: bool(over), **LONG)
    assert over == [None]
    assert progress.studio.exported == {"painting"}
    progress.begin()
    assert progress.studio.exported == frozenset()


def test_a_trial_counts_until_it_is_undone_or_replaced(session: Session) -> None:
    progress = LessonProgress(session)
    before = session.document.experiment
    progress.try_on("line", "Lesson: line", preset("lecture-line"))
    assert session.document.experiment == preset("lecture-line")
    session.document.edit("Seed", replace(session.document.experiment, seed=5))
    assert progress.studio.trial == "line"  # edited, as trials are meant to be
    session.document.undo_stack.undo()
    assert progress.studio.trial == "line"
    session.document.undo_stack.undo()
    assert progress.studio.trial == ""
    assert session.document.experiment == before
    session.document.undo_stack.redo()
    progress.try_on("line", "Lesson: line", preset("lecture-tanh"))
    session.document.open(before, None)
    assert progress.studio.trial == ""
