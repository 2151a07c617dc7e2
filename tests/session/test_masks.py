"""Hiding and showing pixels while a session trains, and the scores of the result."""

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.data.scores import psnr, scores
from cadl_desktop.data.subsets import split
from cadl_desktop.experiment import Experiment
from cadl_desktop.session import run_list
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.scoring import Scoring
from cadl_desktop.session.weight_edits import set_weight
from tests.engine.runs import epochs, small_painting
from tests.settling import WAIT, wait_for_background


def rows_below(first: int) -> NDArray[np.bool_]:
    mask = np.zeros((12, 12), np.bool_)
    mask[first:] = True
    return mask


@pytest.fixture
def experiment() -> Experiment:
    experiment = epochs(small_painting(), 100_000)
    return replace(experiment, data=experiment.data.has(mask=mask_to_png(rows_below(6))))


@pytest.fixture
def session(session: Session) -> Session:
    session.load_samples()
    return session


def train(qtbot: QtBot, session: Session, beyond: int) -> None:
    session.train()
    wait_for_step(qtbot, session, beyond)


def wait_for_step(qtbot: QtBot, session: Session, beyond: int) -> None:
    def is_there() -> bool:
        progress = session.result.progress
        return session.status is Status.TRAINING and progress is not None and progress.step > beyond

    qtbot.waitUntil(is_there, timeout=WAIT)


def hide(session: Session, first: int) -> None:
    experiment = session.document.experiment
    session.document.edit(
        "Mask", replace(experiment, data=experiment.data.has(mask=mask_to_png(rows_below(first))))
    )


def messages_of(session: Session) -> list[str]:
    said: list[str] = []
    session.message.connect(lambda kind, text: said.append(text))
    return said


def steps_of(session: Session) -> list[int]:
    """Collects the steps reported from now on; they decrease when training restarts from the seed."""
    steps: list[int] = []

    def note_step() -> None:
        if session.result.progress is not None:
            steps.append(session.result.progress.step)

    session.updated.connect(note_step)
    return steps


def test_a_stroke_while_training_starts_from_the_seed_without_the_pixels(
    qtbot: QtBot, session: Session
) -> None:
    steps = steps_of(session)
    train(qtbot, session, 200)

    hide(session, 3)
    qtbot.waitUntil(lambda: steps != sorted(steps), timeout=WAIT)

    assert session.samples is not None
    assert session.samples.hidden is not None
    qtbot.waitUntil(lambda: session.samples.hidden.sum() == 108, timeout=WAIT)


def test_training_continues_when_pixels_are_shown(qtbot: QtBot, session: Session) -> None:
    session.keep_learned = True
    said = messages_of(session)
    train(qtbot, session, 200)

    hide(session, 9)
    wait_for_step(qtbot, session, 200)

    assert [change.value for change in session.result.history.changes][-1] == "pixels shown"
    assert said == []


def test_a_network_that_has_seen_the_hidden_pixels_is_not_kept(qtbot: QtBot, session: Session) -> None:
    session.keep_learned = True
    said = messages_of(session)
    steps = steps_of(session)
    train(qtbot, session, 200)

    hide(session, 3)
    qtbot.waitUntil(lambda: bool(said) and steps != sorted(steps), timeout=WAIT)
    assert said == ["Pixels were hidden that the network had seen: it begins anew."]


@pytest.mark.parametrize("keep_learned", [False, True])
def test_strokes_do_not_fill_the_list_of_runs(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch, keep_learned: bool
) -> None:
    session.keep_learned = keep_learned
    monkeypatch.setattr(run_list, "BRIEF_SECONDS", 1e6)  # longer than any machine takes
    train(qtbot, session, 50)
    for first in (5, 4):
        hide(session, first)
        wait_for_step(qtbot, session, 50)
    assert [record.number for record in session.runs.records] == [1]  # the one that goes on

    monkeypatch.setattr(run_list, "BRIEF_SECONDS", 0.0)
    hide(session, 3)
    qtbot.waitUntil(lambda: len(session.runs.records) == 2, timeout=WAIT)


def test_another_edit_leaves_even_a_brief_run_in_the_list(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 50)
    session.document.edit("seed", replace(session.document.experiment, seed=2))
    qtbot.waitUntil(lambda: len(session.runs.records) == 2, timeout=WAIT)


def test_a_stroke_leaves_weights_that_were_set_by_hand_in_the_list(qtbot: QtBot, session: Session) -> None:
    session.load_tensorflow()
    qtbot.waitUntil(lambda: bool(session.device), timeout=WAIT)
    set_weight(session, 1, 0, 0, 123.0)
    qtbot.waitUntil(lambda: session.result.state is not None, timeout=WAIT)
    train(qtbot, session, 50)
    hide(session, 4)
    wait_for_step(qtbot, session, 50)
    assert len(session.runs.records) == 2


def test_an_edit_beside_the_stroke_leaves_a_brief_run_in_the_list(qtbot: QtBot, session: Session) -> None:
    session.keep_learned = True
    train(qtbot, session, 50)
    hide(session, 9)
    session.document.edit("seed", replace(session.document.experiment, seed=9))
    wait_for_step(qtbot, session, 50)
    assert len(session.runs.records) == 2


def test_a_fully_masked_picture_is_still_shown(qtbot: QtBot, session: Session) -> None:
    hide(session, 0)

    assert [problem.field for problem in session.document.problems] == ["data.mask"]
    qtbot.waitUntil(
        lambda: (
            session.samples is not None
            and session.samples.hidden is not None
            and session.samples.hidden.all()
        ),
        timeout=WAIT,
    )


def test_the_newest_of_quick_paintings_is_scored(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.samples is not None, timeout=WAIT)
    assert session.samples is not None
    scoring = Scoring(session)
    paintings = [np.full((12, 12, 3), 20.0 * number, np.float32) for number in range(4)]

    for painting in paintings:
        scoring.look_at(painting, session.samples, 20.0)

    expected = scores(paintings[-1], session.samples)
    qtbot.waitUntil(lambda: scoring.scores == expected, timeout=WAIT)
    assert scoring.psnr == 20.0
    scoring.forget()
    assert (scoring.scores, scoring.psnr) == (None, None)


def test_a_pause_ends_the_rest_of_scoring(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.session.views.scoring.LEAST_SECONDS", 1e6)
    scoring = Scoring(session)
    train(qtbot, session, 10)
    assert session.samples is not None
    scoring.look_at(np.zeros((12, 12, 3), np.float32), session.samples, None)
    qtbot.waitUntil(lambda: scoring.scores is not None, timeout=WAIT)
    last = np.full((12, 12, 3), 99.0, np.float32)
    scoring.look_at(last, session.samples, 21.0)
    session.pause()
    expected = scores(last, session.samples)
    qtbot.waitUntil(lambda: scoring.scores == expected, timeout=WAIT)


def test_hidden_pixels_are_scored_separately(qtbot: QtBot, session: Session) -> None:
    experiment = session.document.experiment
    validated = replace(experiment, data=experiment.data.has(mask=b""), validation=0.25)
    session.document.open(epochs(validated, 3), None)
    session.train()
    qtbot.waitUntil(lambda: session.status is Status.RESULT, timeout=WAIT)
    qtbot.waitUntil(lambda: session.samples is not None and session.samples.hidden is None, timeout=WAIT)
    assert session.samples is not None
    assert session.result.prediction is not None
    scoring = Scoring(session)

    scoring.look_at(session.result.prediction, session.samples, session.result.psnr)

    qtbot.waitUntil(lambda: scoring.scores is not None, timeout=WAIT)
    found, rows = scoring.scores, split(session.document.experiment, session.samples)[1]
    assert found is not None
    painted = session.result.prediction.reshape(-1, 3)
    assert found.held_out_psnr == pytest.approx(psnr(painted[rows], session.samples.targets[rows]))
    assert found.seen_psnr == pytest.approx(session.result.psnr)


def test_a_painting_of_another_picture_is_not_scored(
    qtbot: QtBot, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    experiment = replace(session.document.experiment, validation=0.25)
    session.document.open(replace(experiment, data=experiment.data.has(mask=b"")), None)
    qtbot.waitUntil(lambda: session.samples is not None and session.samples.hidden is None, timeout=WAIT)
    before = session.samples
    assert before is not None
    scoring = Scoring(session)
    caplog.set_level("INFO")

    larger = session.document.experiment.data.has(longest=24)
    session.document.edit("Another size", replace(session.document.experiment, data=larger))
    scoring.look_at(np.zeros((12, 12, 3), np.float32), before, None)
    qtbot.waitUntil(lambda: session.samples is not before, timeout=WAIT)
    wait_for_background(qtbot, session.background)
    assert (scoring.scores, caplog.text) == (None, "")

    assert session.samples is not None
    scoring.look_at(np.zeros((24, 24, 3), np.float32), session.samples, None)
    qtbot.waitUntil(lambda: scoring.scores is not None, timeout=WAIT)
