"""Probed neurons before training, during it, in a pause and of an opened project."""

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.engine import initial_weights, probe
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.probed_neurons import Neurons
from tests.engine.runs import finished, run, small_painting
from tests.settling import until, wait_for_timers, wait_for_worker


@pytest.fixture
def neurons(session: Session) -> Neurons:
    neurons = Neurons(session)
    session.load_samples()
    session.load_tensorflow()
    return neurons


def step_of(neurons: Neurons) -> int:
    return neurons.probed.step if neurons.probed else -1


def train(qtbot: QtBot, session: Session, neurons: Neurons) -> None:
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING and step_of(neurons) > 50)


def test_initial_weights_are_probed_before_training(qtbot: QtBot, session: Session, neurons: Neurons) -> None:
    until(qtbot, lambda: neurons.probed is not None)
    assert session.status is Status.EMPTY
    experiment = session.document.experiment
    expected = probe(experiment, initial_weights(experiment)).columns
    assert neurons.probed is not None
    assert all(map(np.array_equal, neurons.probed.columns, expected))
    assert [len(column.values) for column in neurons.columns] == [2, 8, 8, 3]


def test_training_sends_probes_repeatedly_and_a_pause_the_last(
    qtbot: QtBot, session: Session, neurons: Neurons
) -> None:
    train(qtbot, session, neurons)
    first = step_of(neurons)
    until(qtbot, lambda: step_of(neurons) > first)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    assert session.result.state is not None
    assert neurons.probed is session.result.probed
    assert step_of(neurons) == session.result.state.step


def test_an_edit_drops_the_old_probe_and_probes_the_new_network(
    qtbot: QtBot, session: Session, neurons: Neurons
) -> None:
    until(qtbot, lambda: neurons.probed is not None)
    wider = replace(session.document.experiment, layers=(part("layer", "dense", units=9),))
    session.document.edit("wider", wider)
    assert neurons.columns == ()
    until(qtbot, lambda: neurons.probed is not None)
    assert [len(column.values) for column in neurons.columns] == [2, 9, 3]
    session.document.undo_stack.undo()
    until(qtbot, lambda: len(neurons.columns) == 4)


def test_an_ignored_probe_of_a_run_is_not_used_for_the_edited_network(
    qtbot: QtBot, session: Session, neurons: Neurons
) -> None:
    neurons.follow_training = False
    session.keep_learned = True
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING and session.result.probed is not None)
    wider = replace(session.document.experiment, layers=(part("layer", "dense", units=9),))
    session.document.edit("wider", wider)
    assert neurons.plain is None
    session.stop()  # a run that is stopped for its weights sends no further probe
    until(qtbot, lambda: neurons.plain is not None)
    assert neurons.plain is not None
    assert neurons.plain.weights[0].shape == (2, 9)


def test_a_probe_of_another_network_is_not_used_for_the_document(session: Session) -> None:
    neurons, other = Neurons(session), small_painting(layers=(part("layer", "dense", units=5),))
    neurons.show_moment(probe(other, initial_weights(other)))
    assert neurons.plain is None
    own = session.document.experiment
    neurons.show_moment(probe(own, initial_weights(own)))
    assert neurons.plain is not None


def test_an_edit_without_a_structural_change_keeps_the_probe(
    qtbot: QtBot, session: Session, neurons: Neurons
) -> None:
    until(qtbot, lambda: neurons.probed is not None)
    before = neurons.probed
    session.document.edit("batch", replace(session.document.experiment, batch_size=20))
    wait_for_timers(qtbot, neurons)
    wait_for_worker(qtbot, session)
    assert neurons.probed is before


def hide(session: Session, columns: slice) -> None:
    mask = np.zeros((12, 12), np.bool_)
    mask[:, columns] = True
    experiment = session.document.experiment
    session.document.edit("stroke", replace(experiment, data=experiment.data.has(mask=mask_to_png(mask))))


def test_a_stroke_of_a_mask_leaves_the_pictures_until_there_are_newer_ones(
    qtbot: QtBot, session: Session, neurons: Neurons
) -> None:
    train(qtbot, session, neurons)
    before, seen = neurons.probed, []
    neurons.changed.connect(lambda: seen.append(bool(neurons.columns)))
    hide(session, slice(4, 9))
    assert neurons.plain is None  # no request uses weights of another run
    until(qtbot, lambda: neurons.plain is not None)
    assert neurons.probed is not before
    assert all(seen)


def test_a_picture_without_a_seen_pixel_has_no_pictures_of_neurons(
    qtbot: QtBot, session: Session, neurons: Neurons
) -> None:
    until(qtbot, lambda: neurons.probed is not None)
    hide(session, slice(None))
    assert neurons.columns == ()


def test_an_invalid_network_has_no_pictures_until_it_is_valid(
    qtbot: QtBot, session: Session, neurons: Neurons
) -> None:
    until(qtbot, lambda: neurons.probed is not None)
    experiment = session.document.experiment
    session.document.edit("none", replace(experiment, layers=(part("layer", "dense", units=0),)))
    wait_for_timers(qtbot, neurons)
    assert neurons.columns == ()
    session.document.undo_stack.undo()
    until(qtbot, lambda: neurons.probed is not None)


def test_reset_goes_back_to_the_first_weights(qtbot: QtBot, session: Session, neurons: Neurons) -> None:
    train(qtbot, session, neurons)
    session.reset()
    until(qtbot, lambda: step_of(neurons) == 0)
    assert neurons.probed is not None
    assert np.array_equal(neurons.probed.weights[0], initial_weights(session.document.experiment)[0])


def test_reset_amid_a_training_goes_back_to_the_first_weights_that_were_seen_before(
    qtbot: QtBot, session: Session, neurons: Neurons
) -> None:
    until(qtbot, lambda: neurons.probed is not None)
    train(qtbot, session, neurons)
    session.reset()
    until(qtbot, lambda: step_of(neurons) == 0)


def test_an_opened_project_shows_its_own_weights(qtbot: QtBot, session: Session, neurons: Neurons) -> None:
    experiment = small_painting()
    state = finished(run(experiment)).state
    session.document.open(experiment, None)
    session.open(state, None)
    until(qtbot, lambda: step_of(neurons) == state.step)
    assert neurons.probed is not None
    assert np.array_equal(neurons.probed.weights[0], state.weights[0])


def test_a_stop_while_preparing_probes_again(qtbot: QtBot, session: Session, neurons: Neurons) -> None:
    until(qtbot, lambda: neurons.probed is not None)
    before = neurons.probed
    session.document.edit("seed", replace(session.document.experiment, seed=5))
    session.train()
    wait_for_timers(qtbot, neurons)
    session.stop()
    until(qtbot, lambda: neurons.probed is not None and neurons.probed is not before)


def test_importance_is_computed_for_layers_only(qtbot: QtBot, session: Session, neurons: Neurons) -> None:
    until(qtbot, lambda: neurons.probed is not None)
    answers: list[Floats] = []
    assert not neurons.ask_importance(0, answers.append)
    assert not neurons.ask_importance(3, answers.append)
    assert neurons.ask_importance(2, answers.append)
    until(qtbot, lambda: len(answers) == 1)
    assert answers[0].shape == (8,)
