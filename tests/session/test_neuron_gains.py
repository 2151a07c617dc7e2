"""Neuron gains: muting, soloing and scaling change the output, and the weights only when kept."""

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.computing.view_rendering import RenderedNetwork
from cadl_desktop.engine import initial_weights
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.gains import Gains
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.probed_neurons import Neurons
from tests.engine.runs import small_painting
from tests.session.test_session import train
from tests.settling import until, wait_for_worker


@pytest.fixture
def neuron_gains(session: Session) -> NeuronGains:
    neuron_gains = NeuronGains(Neurons(session))
    session.load_samples()
    session.load_tensorflow()
    return neuron_gains


def pause(qtbot: QtBot, session: Session) -> None:
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)


def wait_for_output(
    qtbot: QtBot, neuron_gains: NeuronGains, before: RenderedNetwork | None = None
) -> RenderedNetwork:
    until(qtbot, lambda: neuron_gains.rendered is not None and neuron_gains.rendered is not before)
    assert neuron_gains.rendered is not None
    return neuron_gains.rendered


def weights(session: Session) -> tuple[Floats, ...]:
    assert session.result.state is not None
    return session.result.state.weights


def painted(inputs: Floats, arrays: tuple[Floats, ...], first: Floats, second: Floats) -> Floats:
    """Computes the network of `small_painting` in NumPy, without target scaling."""
    values = np.maximum(inputs.T @ arrays[0] + arrays[1], 0) * first
    values = np.tanh(values @ arrays[2] + arrays[3]) * second
    made: Floats = values @ arrays[4] + arrays[5]
    return made


def test_the_output_is_that_of_the_gains(qtbot: QtBot, session: Session, neuron_gains: NeuronGains) -> None:
    train(qtbot, session)
    pause(qtbot, session)
    state = session.result.state
    neuron_gains.set_gain(1, 2, 0.0)
    neuron_gains.set_gain(1, 3, 0.5)
    neuron_gains.solo(2, 4)
    assert neuron_gains.count == 9
    rendered = wait_for_output(qtbot, neuron_gains)
    until(qtbot, lambda: np.count_nonzero(played_gains(neuron_gains)) < 9)
    rendered = wait_for_output(qtbot, neuron_gains)
    first, second = np.ones(8), np.zeros(8)
    first[2], first[3], second[4] = 0.0, 0.5, 1.0
    plain = painted(rendered.probed.columns[0], weights(session), np.ones(8), np.ones(8))
    told = session.result.probed
    assert told is not None
    slope, shift = np.polyfit(plain.ravel(), told.columns[-1].T.ravel(), 1)
    made = slope * painted(rendered.probed.columns[0], weights(session), first, second) + shift
    np.testing.assert_allclose(rendered.probed.columns[-1].T, made, atol=0.05)
    assert session.result.state is state
    assert neuron_gains.neurons.probed is rendered.probed
    neuron_gains.reset()
    assert neuron_gains.rendered is None
    assert neuron_gains.neurons.probed is told


def played_gains(neuron_gains: NeuronGains) -> Floats:
    """Returns the effective gain of each neuron of the second layer, up to its sign."""
    rendered = neuron_gains.rendered
    return np.ones(8) if rendered is None else neuron_gains.gains[2]


def test_muted_neurons_show_their_unmuted_output(
    qtbot: QtBot, session: Session, neuron_gains: NeuronGains
) -> None:
    neurons = neuron_gains.neurons
    until(qtbot, lambda: neurons.plain is not None)
    assert neurons.plain is not None
    neuron_gains.set_gain(2, 3, 0.0)
    rendered = wait_for_output(qtbot, neuron_gains)
    np.testing.assert_allclose(rendered.probed.columns[2], neurons.plain.columns[2], atol=1e-5)
    assert not np.allclose(rendered.probed.columns[3], neurons.plain.columns[3])


def test_gains_before_training(qtbot: QtBot, session: Session, neuron_gains: NeuronGains) -> None:
    until(qtbot, lambda: neuron_gains.neurons.plain is not None)
    neuron_gains.set_gain(1, None, 0.0)
    rendered = wait_for_output(qtbot, neuron_gains)
    assert np.ptp(rendered.prediction.reshape(-1, 3), axis=0).max() < 1e-3
    assert session.status is Status.EMPTY


def test_muting_while_training_follows_the_weights(
    qtbot: QtBot, session: Session, neuron_gains: NeuronGains
) -> None:
    train(qtbot, session)
    neuron_gains.set_gain(2, None, 0.0)
    first = wait_for_output(qtbot, neuron_gains)
    second = wait_for_output(qtbot, neuron_gains, first)
    assert session.status is Status.TRAINING
    assert second.probed.step > first.probed.step
    assert np.ptp(second.prediction.reshape(-1, 3), axis=0).max() < 1e-3


def test_a_pause_ends_the_rest(
    qtbot: QtBot, session: Session, neuron_gains: NeuronGains, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.session.views.neuron_gains.REST", 1e6)
    train(qtbot, session)
    neuron_gains.set_gain(2, None, 0.0)
    wait_for_output(qtbot, neuron_gains)
    pause(qtbot, session)
    state = session.result.state
    assert state is not None
    until(
        qtbot, lambda: neuron_gains.rendered is not None and neuron_gains.rendered.probed.step == state.step
    )


def test_keeping_gains_leaves_the_output_unchanged_and_is_undone(
    qtbot: QtBot, session: Session, neuron_gains: NeuronGains
) -> None:
    train(qtbot, session)
    pause(qtbot, session)
    state, prediction = session.result.state, session.result.prediction
    assert state is not None
    neuron_gains.set_gain(2, 3, 0.5)
    gains = neuron_gains.gains
    shown = wait_for_output(qtbot, neuron_gains).prediction
    neuron_gains.keep()
    until(qtbot, lambda: session.result.prediction is not prediction)
    assert session.result.prediction is not None
    np.testing.assert_allclose(session.result.prediction, shown, atol=1e-3)
    assert not neuron_gains.gains
    np.testing.assert_array_equal(weights(session)[4][3], 0.5 * state.weights[4][3])
    assert session.result.history.changes[-1].value == "kept gains of 1"
    session.document.undo_stack.undo()
    assert session.result.state is state
    assert neuron_gains.gains is gains
    session.document.undo_stack.redo()
    assert not neuron_gains.gains
    np.testing.assert_array_equal(weights(session)[4][3], 0.5 * state.weights[4][3])
    session.train()
    until(
        qtbot, lambda: session.result.progress is not None and session.result.progress.step > state.step + 5
    )


def test_gains_that_can_not_be_kept_stay_with_a_message(
    qtbot: QtBot, session: Session, neuron_gains: NeuronGains
) -> None:
    layers = session.document.experiment.layers
    normalised = small_painting(layers=(*layers, part("layer", "layer normalisation")))
    session.document.edit("normalise", normalised)
    told: list[str] = []
    session.message.connect(lambda kind, text: told.append(text))
    until(qtbot, lambda: neuron_gains.neurons.plain is not None)
    neuron_gains.set_gain(2, 0, 0.0)
    neuron_gains.keep()
    until(qtbot, lambda: bool(told))
    assert told[0].startswith("Not kept")
    assert neuron_gains.count == 1
    assert session.result.state is None


def test_gains_leave_with_their_layer(qtbot: QtBot, session: Session, neuron_gains: NeuronGains) -> None:
    until(qtbot, lambda: neuron_gains.neurons.plain is not None)
    neuron_gains.set_gain(1, 0, 0.0)
    wait_for_output(qtbot, neuron_gains)
    session.document.edit("one layer", small_painting(layers=()))
    assert neuron_gains.count == 0
    until(qtbot, lambda: len(neuron_gains.neurons.columns) == 2)
    first = initial_weights(session.document.experiment)
    assert neuron_gains.neurons.probed is not None
    assert np.array_equal(neuron_gains.neurons.probed.weights[0], first[0])


def test_another_picture_begins_without_gains(session: Session, neuron_gains: NeuronGains) -> None:
    document = session.document
    neuron_gains.set_gain(1, 2, 0.0)
    document.edit("larger", replace(document.experiment, data=document.experiment.data.has(longest=13)))
    assert neuron_gains.count == 1
    document.edit_data("Picture", document.experiment.data.has(source="coffee"))
    assert neuron_gains.count == 0


def test_gains_of_a_removed_layer_are_not_used_after_an_undo(
    qtbot: QtBot, session: Session, neuron_gains: NeuronGains
) -> None:
    errors: list[str] = []
    session.message.connect(lambda kind, text: errors.append(text) if kind == "error" else None)
    train(qtbot, session)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT and neuron_gains.neurons.plain is not None)
    first, *others = session.document.experiment.layers
    wider = replace(session.document.experiment, layers=(first.has(units=12), *others))
    session.document.edit("12 units", wider)
    neuron_gains.set_gain(1, 2, 0.0)
    until(qtbot, lambda: neuron_gains.rendered is not None)
    seen: list[Gains] = []
    neuron_gains.neurons.heard.connect(lambda: seen.append(neuron_gains.gains))
    session.document.undo_stack.undo()
    wait_for_worker(qtbot, session)
    assert (errors, neuron_gains.count) == ([], 0)
    assert seen
    assert not any(seen)  # nor is another request sent with them


def test_keeping_twice_quickly_keeps_once_and_later_gains_stay(
    qtbot: QtBot, session: Session, neuron_gains: NeuronGains
) -> None:
    train(qtbot, session)
    neuron_gains.set_gain(1, 2, 0.5)
    wait_for_output(qtbot, neuron_gains)
    stack = session.document.undo_stack
    neuron_gains.keep()
    neuron_gains.keep()
    neuron_gains.set_gain(1, 5, 0.0)
    until(qtbot, lambda: stack.count() == 1 and session.status is Status.TRAINING)
    wait_for_worker(qtbot, session)
    assert stack.count() == 1
    assert neuron_gains.count == 1
    assert neuron_gains.gain(1, 5) == 0.0
