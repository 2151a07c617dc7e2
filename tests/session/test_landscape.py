"""The cost landscape of a run: around the selected moment, from coarse to fine, and adopting a point."""

import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.drawing.cost_surface import RunSurvey
from cadl_desktop.engine import costs_of, render
from cadl_desktop.lessons.cost_plane import FINEST, SIDES, PlaneChoice
from cadl_desktop.runs.evaluations import Costs
from cadl_desktop.runs.network_weights import flatten
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views import landscape_survey as views_landscape
from cadl_desktop.session.views.landscape_survey import TRAINING_SIDE, Landscape, LandscapePoint
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.session.views.time_machine import TimeMachine
from tests.session.test_time_machine import record
from tests.settling import until, wait_for_background, wait_for_worker


@pytest.fixture
def machine(session: Session) -> TimeMachine:
    machine = TimeMachine(Neurons(session))
    session.load_samples()
    session.load_tensorflow()
    return machine


@pytest.fixture
def landscape(machine: TimeMachine) -> Landscape:
    landscape = Landscape(machine)
    landscape.want(True)
    return landscape


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a landscape complete with a fifteenth of its points."""
    monkeypatch.setattr(views_landscape, "FINEST", TRAINING_SIDE)


def shown(landscape: Landscape) -> RunSurvey:
    assert landscape.survey is not None
    return landscape.survey


def test_the_landscape_is_that_of_the_selected_moment(
    qtbot: QtBot, session: Session, machine: TimeMachine, landscape: Landscape
) -> None:
    assert landscape.missing == "weights"
    states = record(qtbot, session)
    sides: list[int] = []
    landscape.changed.connect(lambda: sides.append(landscape.survey.side if landscape.survey else 0))
    until(qtbot, lambda: landscape.complete)
    experiment = session.document.experiment
    survey = shown(landscape)
    assert survey.ball is session.result.state
    assert survey.cost == pytest.approx(session.result.cost, rel=1e-5)
    middle = survey.values[FINEST // 2, FINEST // 2]
    assert middle == pytest.approx(survey.cost, rel=1e-5)
    corner = survey.seen.plane.at((survey.extent, -survey.extent))
    assert survey.values[0, -1] == pytest.approx(costs_of(experiment, [corner]).values[0])
    assert survey.states == states
    assert survey.path == pytest.approx(costs_of(experiment, [flatten(s.weights) for s in states]).values)
    assert survey.samples == survey.all_samples == 144
    assert set(SIDES) >= set(sides)
    assert sides == sorted(sides)

    machine.go_to_step(states[1].step)
    until(qtbot, lambda: landscape.complete)
    assert shown(landscape).ball is states[1]
    assert np.allclose(shown(landscape).seen.places[1], 0, atol=1e-6)
    assert shown(landscape).seen.distances[1] == pytest.approx(0, abs=1e-6)


@pytest.mark.usefixtures("coarse")
def test_while_training_the_landscape_follows_and_stays_coarse(
    qtbot: QtBot, session: Session, landscape: Landscape, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_landscape, "REST", 0.5)
    session.train()
    until(qtbot, lambda: landscape.survey is not None and landscape.survey.side == TRAINING_SIDE)
    first = shown(landscape)
    until(qtbot, lambda: landscape.survey is not first)
    assert session.status is Status.TRAINING
    assert shown(landscape).ball.step > first.ball.step
    assert shown(landscape).side == TRAINING_SIDE
    session.pause()
    until(qtbot, lambda: landscape.complete)
    assert shown(landscape).ball is session.result.state


COSTS = "cadl_desktop.engine:costs_of"


def watch_costs(session: Session, monkeypatch: pytest.MonkeyPatch, asked: Callable[..., object]) -> None:
    """Collects the arguments of requests for costs in `asked`, instead of sending them."""
    ask = session.ask

    def watched(function: object, *rest: Any) -> None:
        if function == COSTS:
            asked(*rest)
        else:
            ask(function, *rest)

    monkeypatch.setattr(session, "ask", watched)


@pytest.mark.usefixtures("coarse")
def test_fast_scrubbing_still_shows_landscapes(
    qtbot: QtBot,
    session: Session,
    machine: TimeMachine,
    landscape: Landscape,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    states = record(qtbot, session)
    until(qtbot, lambda: landscape.complete)
    ask, places = session.ask, itertools.cycle([1, 2])

    def scrubbing(*request: Any) -> None:
        machine.go_to_step(states[next(places)].step)
        ask(COSTS, *request)

    watch_costs(session, monkeypatch, scrubbing)
    machine.go_to_step(states[1].step)
    until(qtbot, lambda: shown(landscape).ball is states[2])
    until(qtbot, lambda: shown(landscape).ball is states[1])


def test_training_gets_a_rest_after_every_request(
    qtbot: QtBot, session: Session, landscape: Landscape, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers take a twentieth of the time at most."""
    asked: list[float] = []
    answered: list[tuple[float, float]] = []
    ask = session.ask

    def watched(arguments: tuple[Any, ...], done: Callable[[Costs], None], *failed: Any) -> None:

        def end(costs: Costs) -> None:
            answered.append((time.perf_counter(), costs.seconds))
            done(costs)

        asked.append(time.perf_counter())
        ask(COSTS, arguments, end, *failed)

    watch_costs(session, monkeypatch, watched)
    session.train()
    until(qtbot, lambda: len(asked) >= 4)
    assert session.status is Status.TRAINING
    for (ended, seconds), next_asked in zip(answered, asked[1:], strict=False):
        assert seconds <= 0.05 * (next_asked - ended + seconds)


@pytest.mark.usefixtures("coarse")
def test_another_plane_replaces_the_first(qtbot: QtBot, session: Session, landscape: Landscape) -> None:
    record(qtbot, session)
    until(qtbot, lambda: landscape.complete)
    main = shown(landscape)
    landscape.choose(PlaneChoice("random", seed=4, zoom=0.5))
    assert landscape.survey is main
    until(qtbot, lambda: landscape.complete)
    random = shown(landscape)
    assert random is not main
    assert random.seen.reach == 0.5
    assert random.seen.plane.shares is None
    assert random.cost == main.cost
    landscape.choose(PlaneChoice("random", seed=5, zoom=0.5))
    until(qtbot, lambda: shown(landscape) is not random)
    assert not np.allclose(shown(landscape).seen.plane.directions, random.seen.plane.directions)


@pytest.mark.usefixtures("coarse")
def test_nothing_is_requested_while_hidden_and_other_networks_are_dropped(
    qtbot: QtBot, session: Session, landscape: Landscape, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(qtbot, session)
    until(qtbot, lambda: landscape.complete)
    experiment = session.document.experiment
    session.document.edit("fewer", replace(experiment, layers=experiment.layers[:1]))
    until(qtbot, lambda: landscape.survey is None)
    landscape.want(False)
    asked: list[object] = []
    watch_costs(session, monkeypatch, lambda *request: asked.append(request))
    record(qtbot, session)
    wait_for_background(qtbot, session.background)
    wait_for_worker(qtbot, session)
    assert asked == []


@pytest.mark.usefixtures("coarse")
def test_no_request_uses_a_moment_of_the_network_before_an_edit(
    qtbot: QtBot,
    session: Session,
    machine: TimeMachine,
    landscape: Landscape,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views_landscape, "REST", 0.5)
    states = record(qtbot, session)
    machine.go_to_step(states[1].step)
    until(qtbot, lambda: landscape.complete)
    errors: list[str] = []
    session.message.connect(lambda kind, text: errors.append(text) if kind == "error" else None)
    experiment = session.document.experiment
    session.document.edit("fewer", replace(experiment, layers=experiment.layers[:1]))
    wait_for_background(qtbot, session.background)
    session.train()
    until(qtbot, lambda: errors or landscape.survey is not None)
    assert errors == []


def test_a_failure_before_an_edit_does_not_block_the_next_network(
    qtbot: QtBot, session: Session, landscape: Landscape, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    watch_costs(session, monkeypatch, lambda *request: asked.append(request))
    record(qtbot, session)
    experiment = session.document.experiment
    for each in (experiment, replace(experiment, cost="l1")):
        until(qtbot, lambda: bool(asked))
        assert asked[0][0][0] == each
        session.document.edit("cost", replace(experiment, cost="l1"))
        asked.pop()[-1](RuntimeError("broken"))
    wait_for_background(qtbot, session.background)
    assert asked == []


@pytest.mark.usefixtures("coarse")
def test_random_directions_need_no_run(qtbot: QtBot, session: Session, landscape: Landscape) -> None:
    session.train()
    session.step()
    record(qtbot, session, moments=1)
    session.result.snapshots.states[:] = session.result.snapshots.states[-1:]
    landscape.want(True)
    assert landscape.missing == "moments"
    landscape.choose(PlaneChoice("random"))
    until(qtbot, lambda: landscape.complete)
    assert landscape.missing == ""


def test_a_point_is_rendered_adopted_and_undone(qtbot: QtBot, session: Session, landscape: Landscape) -> None:
    record(qtbot, session)
    until(qtbot, lambda: landscape.complete)
    survey, before = shown(landscape), session.result.state
    point = LandscapePoint(session)
    place = (survey.extent, 0.0)
    point.choose(survey, place)
    until(qtbot, lambda: point.prediction is not None and point.cost is not None)
    assert point.cost == pytest.approx(survey.values[FINEST // 2, -1], rel=1e-5)
    assert point.place_on(survey) == pytest.approx(place, abs=1e-4 * survey.extent)
    point.adopt("Adopt")
    until(qtbot, lambda: session.result.state is not before)
    adopted = session.result.state
    assert adopted is not None
    assert np.array_equal(flatten(adopted.weights), survey.seen.plane.at(place))
    assert not adopted.slots.any()
    picture, _ = render(session.document.experiment, adopted.weights)
    np.testing.assert_array_equal(point.prediction, picture)
    assert session.result.history.changes[-1].value == "weights of a point of the landscape"
    assert session.document.undo_stack.undoText() == "Adopt"
    session.document.undo_stack.undo()
    until(qtbot, lambda: session.result.state is before)


def chosen_point(qtbot: QtBot, session: Session, landscape: Landscape) -> LandscapePoint:
    record(qtbot, session)
    until(qtbot, lambda: landscape.complete)
    point = LandscapePoint(session)
    point.choose(shown(landscape), (shown(landscape).extent, 0.0))
    return point


@pytest.mark.usefixtures("coarse")
def test_a_point_of_another_network_is_forgotten(
    qtbot: QtBot, session: Session, landscape: Landscape
) -> None:
    point = chosen_point(qtbot, session, landscape)
    experiment = session.document.experiment
    session.document.edit("fewer", replace(experiment, layers=experiment.layers[:1]))
    assert point.vector is None
    wait_for_worker(qtbot, session)
    assert point.prediction is None
    assert point.cost is None


@pytest.mark.usefixtures("coarse")
def test_a_point_has_another_cost_after_the_cost_function_changed(
    qtbot: QtBot, session: Session, landscape: Landscape
) -> None:
    point = chosen_point(qtbot, session, landscape)
    until(qtbot, lambda: point.prediction is not None and point.cost is not None)
    other = replace(session.document.experiment, cost="l1")
    assert other != session.document.experiment
    session.document.edit("cost", other)
    assert point.cost is None
    assert point.vector is not None
    until(qtbot, lambda: point.cost is not None)
    assert point.cost == pytest.approx(costs_of(other, [point.vector], whole=True).values[0], rel=1e-5)


@pytest.mark.usefixtures("coarse")
def test_a_point_is_not_adopted_into_an_equal_network_of_another_document(
    qtbot: QtBot, session: Session, landscape: Landscape
) -> None:
    point = chosen_point(qtbot, session, landscape)
    point.adopt("Adopt")
    session.document.open(session.document.experiment, None)
    session.open(None, None)
    assert point.vector is None
    wait_for_worker(qtbot, session)
    assert not session.document.undo_stack.canUndo()
    assert session.result.state is None
