"""Six painters of the document's picture: what they train, going on with one, and keeping all."""

from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.edits import with_dataset
from cadl_desktop.experiment.painters import LONGEST, painters
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.runs.changes import STRUCTURE
from cadl_desktop.runs.horizon import PEAK
from cadl_desktop.session import painting_six
from cadl_desktop.session.painting_six import MARGIN, SixPainters, Work
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from tests.settling import WAIT, process_events, until

STEPS = 40
NAMES = [painter.name for painter in painters()]


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their pictures stay fog; what is asked is which network they are of."""
    monkeypatch.setattr(painting_six, "STEPS", STEPS)


@pytest.fixture
def experiment() -> Experiment:
    """A painting that is larger than those of the six."""
    painting = preset("learned-painting")
    return with_dataset(painting, painting.data.has(source="astronaut", longest=2 * LONGEST))


@pytest.fixture
def six(session: Session) -> Iterator[SixPainters]:
    six = SixPainters(session)
    yield six
    six.stop()


def painted(qtbot: QtBot, six: SixPainters) -> tuple[Work, ...]:
    six.begin()
    assert six.is_painting
    until(qtbot, lambda: six.are_done)
    return six.works


def work_of(six: SixPainters, name: str) -> Work:
    return next(work for work in six.works if work.painter.name == name)


def test_six_paint_the_picture_at_a_small_size(qtbot: QtBot, session: Session, six: SixPainters) -> None:
    works = painted(qtbot, six)
    assert [work.painter.name for work in works] == NAMES
    assert six.share_done == 1.0
    for work in works:
        assert work.state is not None
        assert work.state.step == STEPS
        assert work.pixels is not None
        assert max(work.pixels.shape[:2]) == LONGEST
        assert parameter_count(work.design) == sum(array.size for array in work.state.weights)
    assert len({work.pixels.tobytes() for work in works if work.pixels is not None}) == len(works)
    assert session.status is Status.EMPTY
    six.begin()
    assert six.works is works, "what is there isn't painted again"
    session.document.edit("Seed", replace(session.document.experiment, seed=5))
    six.begin()
    assert six.works is not works


def test_a_margin_shows_what_lies_beyond_the_frame(qtbot: QtBot, six: SixPainters) -> None:
    six.show_beyond(True)  # before there is anything to show
    works = painted(qtbot, six)
    until(qtbot, lambda: works[0].beyond is not None)
    for work in works:
        assert work.pixels is not None
        assert work.beyond is not None
        height, width = work.pixels.shape[:2]
        assert work.beyond.shape == (MARGIN * height, MARGIN * width, 3)
        middle = work.beyond[height // 2 : height // 2 + height, width // 2 : width // 2 + width]
        assert np.abs(middle.astype(int) - work.pixels).max() <= 1


def test_going_on_keeps_what_was_learned_and_one_undo_takes_it_back(
    qtbot: QtBot, session: Session, six: SixPainters
) -> None:
    before = session.document.experiment
    painted(qtbot, six)
    work = work_of(six, "Facets")
    assert six.goes_on
    assert work.state is not None
    lost: list[str] = []
    session.lost.connect(lost.append)
    six.go_on_with(work)
    assert STRUCTURE in {change.setting for change in session.result.history.changes}
    chosen = session.document.experiment
    assert chosen.data == before.data
    assert chosen.layers == preset("facets").layers
    assert session.result.state is not None
    for begun, learned in zip(session.result.state.weights, work.state.weights, strict=True):
        np.testing.assert_array_equal(begun, learned)
    until(qtbot, lambda: session.status is Status.TRAINING and len(session.result.history.rows))
    assert session.result.history.column("step")[0] == 0
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    session.document.undo_stack.undo()
    assert session.document.experiment == before
    assert session.result.state is None
    until(qtbot, lambda: not session.carrying_over)
    process_events(qtbot)
    assert session.status is Status.EMPTY
    assert not lost


def test_one_chosen_over_a_trained_network_says_nothing_of_what_that_learned(
    qtbot: QtBot, session: Session, six: SixPainters
) -> None:
    session.train()
    until(qtbot, lambda: session.result.step > 0)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    (former,) = session.runs.records
    painted(qtbot, six)
    lost: list[str] = []
    session.lost.connect(lost.append)
    six.go_on_with(work_of(six, "Waves"))
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert not lost
    session.document.undo_stack.undo()
    until(qtbot, lambda: session.status is Status.RESULT)
    assert session.result.run == former.number
    assert not lost


@pytest.mark.parametrize("hiding", [{"validation": 0.2}, {"keep": 50.0}])
def test_what_the_network_must_not_see_is_not_gone_on_with(
    session: Session, six: SixPainters, hiding: dict[str, float]
) -> None:
    session.race = lambda request: None
    experiment = session.document.experiment
    if "keep" in hiding:
        experiment = with_dataset(experiment, experiment.data.has(**hiding))
    else:
        experiment = replace(experiment, **hiding)
    session.document.edit("Hide", experiment)
    six.begin()
    assert not six.goes_on


def test_one_is_chosen_while_they_paint(
    qtbot: QtBot, session: Session, six: SixPainters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting_six, "STEPS", 1_000_000)
    six.begin()
    until(qtbot, lambda: six.works[0].pixels is not None)
    with qtbot.waitSignal(six.chosen, timeout=WAIT):
        six.go_on_with(six.works[0])
    assert not six.is_painting
    assert session.document.experiment.layers == preset("fog").layers
    until(qtbot, lambda: session.status is Status.TRAINING)


@pytest.mark.parametrize("name", ["Brush", "Photograph"])
def test_a_network_whose_size_follows_the_picture_stays_as_small(
    qtbot: QtBot, session: Session, six: SixPainters, name: str
) -> None:
    painted(qtbot, six)
    work = work_of(six, name)
    six.go_on_with(work)
    chosen = session.document.experiment
    assert parameter_count(chosen) == parameter_count(work.design)
    assert chosen.data["longest"] == 2 * LONGEST
    assert not session.document.problems
    assert session.result.state is not None
    until(qtbot, lambda: session.status is Status.TRAINING)
    until(qtbot, lambda: session.result.cost is not None)
    assert work.finished is not None
    assert session.result.cost < 2 * work.finished.cost, "it goes on where it was"
    until(qtbot, lambda: len(session.result.history.rows) > 1)
    assert session.result.history.column("learning_rate").max() <= PEAK * float(chosen.optimizer["rate"])


def test_a_paused_run_makes_room(qtbot: QtBot, session: Session, six: SixPainters) -> None:
    session.train()
    until(qtbot, lambda: session.result.step > 0)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    painted(qtbot, six)
    assert session.status is Status.RESULT
    assert session.result.step > 0


def test_all_are_kept_as_runs_without_moments(qtbot: QtBot, session: Session, six: SixPainters) -> None:
    works = painted(qtbot, six)
    six.keep_all()
    kept = session.runs.records
    assert [run.experiment.name for run in kept] == NAMES
    assert [run.state for run in kept] == [work.state for work in works]
    assert all(run.thumbnail is not None and not run.snapshots.states for run in kept)
    assert session.document.modified
    assert not six.can_keep


def test_nothing_is_painted_beside_a_training(qtbot: QtBot, session: Session, six: SixPainters) -> None:
    six.begin()
    assert six.is_painting
    session.train()
    assert not six.is_painting
    assert not six.is_possible
    six.begin()
    assert not six.is_painting
    until(qtbot, lambda: session.status is Status.TRAINING)
    session.stop()
    until(qtbot, lambda: six.is_possible)


@pytest.mark.parametrize("name", ["lecture-tanh", "homework-many-pictures"])
def test_a_curve_and_many_pictures_are_not_painted(session: Session, six: SixPainters, name: str) -> None:
    session.document.edit("Another", preset(name))
    assert not six.is_possible
