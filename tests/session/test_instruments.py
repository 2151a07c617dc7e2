"""Neurons muted, soloed and scaled: what is shown changes, the weights do not until they are kept."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cadl_desktop.engine import initial_weights
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import Instruments
from cadl_desktop.session.views.neurons import Neurons
from cadl_desktop.session.worker.requests import Played
from tests.engine.runs import small_painting
from tests.session.test_session import train, wait_for
from tests.settling import worker_has_answered


@pytest.fixture
def instruments(session: Session) -> Instruments:
    instruments = Instruments(Neurons(session))
    session.load_samples()
    session.load_tensorflow()
    return instruments


def pause(qtbot: QtBot, session: Session) -> None:
    session.pause()
    wait_for(qtbot, lambda: session.status is Status.PAUSED)


def heard(qtbot: QtBot, instruments: Instruments, before: Played | None = None) -> Played:
    wait_for(qtbot, lambda: instruments.played is not None and instruments.played is not before)
    assert instruments.played is not None
    return instruments.played


def weights(session: Session) -> tuple[Floats, ...]:
    assert session.result.state is not None
    return session.result.state.weights


def painted(inputs: Floats, arrays: tuple[Floats, ...], first: Floats, second: Floats) -> Floats:
    """The network of `small_painting` written out, without the scaling of its targets."""
    values = np.maximum(inputs.T @ arrays[0] + arrays[1], 0) * first
    values = np.tanh(values @ arrays[2] + arrays[3]) * second
    made: Floats = values @ arrays[4] + arrays[5]
    return made


def test_what_is_played_is_what_the_gains_make(
    qtbot: QtBot, session: Session, instruments: Instruments
) -> None:
    train(qtbot, session)
    pause(qtbot, session)
    state = session.result.state
    instruments.set_gain(1, 2, 0.0)
    instruments.set_gain(1, 3, 0.5)
    instruments.solo(2, 4)
    assert instruments.count == 9
    played = heard(qtbot, instruments)
    wait_for(qtbot, lambda: np.count_nonzero(played_gains(instruments)) < 9)
    played = heard(qtbot, instruments)
    first, second = np.ones(8), np.zeros(8)
    first[2], first[3], second[4] = 0.0, 0.5, 1.0
    plain = painted(played.probed.columns[0], weights(session), np.ones(8), np.ones(8))
    told = session.result.probed
    assert told is not None
    slope, shift = np.polyfit(plain.ravel(), told.columns[-1].T.ravel(), 1)
    made = slope * painted(played.probed.columns[0], weights(session), first, second) + shift
    np.testing.assert_allclose(played.probed.columns[-1].T, made, atol=0.05)
    assert session.result.state is state
    assert instruments.neurons.probed is played.probed
    instruments.reset()
    assert instruments.played is None
    assert instruments.neurons.probed is told


def played_gains(instruments: Instruments) -> Floats:
    """How much of each neuron of the second layer arrives, up to its sign."""
    played = instruments.played
    return np.ones(8) if played is None else instruments.gains[2]


def test_muted_neurons_show_what_they_would_give(
    qtbot: QtBot, session: Session, instruments: Instruments
) -> None:
    neurons = instruments.neurons
    wait_for(qtbot, lambda: neurons.plain is not None)
    assert neurons.plain is not None
    instruments.set_gain(2, 3, 0.0)
    played = heard(qtbot, instruments)
    np.testing.assert_allclose(played.probed.columns[2], neurons.plain.columns[2], atol=1e-5)
    assert not np.allclose(played.probed.columns[3], neurons.plain.columns[3])


def test_playing_before_training(qtbot: QtBot, session: Session, instruments: Instruments) -> None:
    wait_for(qtbot, lambda: instruments.neurons.plain is not None)
    instruments.set_gain(1, None, 0.0)
    played = heard(qtbot, instruments)
    assert np.ptp(played.prediction.reshape(-1, 3), axis=0).max() < 1e-3
    assert session.status is Status.EMPTY


def test_muting_while_training_follows_the_weights(
    qtbot: QtBot, session: Session, instruments: Instruments
) -> None:
    train(qtbot, session)
    instruments.set_gain(2, None, 0.0)
    first = heard(qtbot, instruments)
    second = heard(qtbot, instruments, first)
    assert session.status is Status.TRAINING
    assert second.probed.step > first.probed.step
    assert np.ptp(second.prediction.reshape(-1, 3), axis=0).max() < 1e-3


def test_a_pause_ends_the_rest(
    qtbot: QtBot, session: Session, instruments: Instruments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.session.views.neuron_gains.REST", 1e6)
    train(qtbot, session)
    instruments.set_gain(2, None, 0.0)
    heard(qtbot, instruments)
    pause(qtbot, session)
    state = session.result.state
    assert state is not None
    wait_for(qtbot, lambda: instruments.played is not None and instruments.played.probed.step == state.step)


def test_keeping_changes_nothing_that_is_seen_and_is_undone(
    qtbot: QtBot, session: Session, instruments: Instruments
) -> None:
    train(qtbot, session)
    pause(qtbot, session)
    state, prediction = session.result.state, session.result.prediction
    assert state is not None
    instruments.set_gain(2, 3, 0.5)
    gains = instruments.gains
    shown = heard(qtbot, instruments).prediction
    instruments.keep()
    wait_for(qtbot, lambda: session.result.prediction is not prediction)
    assert session.result.prediction is not None
    np.testing.assert_allclose(session.result.prediction, shown, atol=1e-3)
    assert not instruments.gains
    np.testing.assert_array_equal(weights(session)[4][3], 0.5 * state.weights[4][3])
    assert session.result.history.changes[-1].value == "kept gains of 1"
    session.document.undo_stack.undo()
    assert session.result.state is state
    assert instruments.gains is gains
    session.document.undo_stack.redo()
    assert not instruments.gains
    np.testing.assert_array_equal(weights(session)[4][3], 0.5 * state.weights[4][3])
    session.train()
    wait_for(
        qtbot, lambda: session.result.progress is not None and session.result.progress.step > state.step + 5
    )


def test_what_can_not_be_kept_is_said_and_stays(
    qtbot: QtBot, session: Session, instruments: Instruments
) -> None:
    layers = session.document.experiment.layers
    normalised = small_painting(layers=(*layers, part("layer", "layer normalisation")))
    session.document.edit("normalise", normalised)
    told: list[str] = []
    session.message.connect(lambda kind, text: told.append(text))
    wait_for(qtbot, lambda: instruments.neurons.plain is not None)
    instruments.set_gain(2, 0, 0.0)
    instruments.keep()
    wait_for(qtbot, lambda: bool(told))
    assert told[0].startswith("Not kept")
    assert instruments.count == 1
    assert session.result.state is None


def test_gains_leave_with_their_layer(qtbot: QtBot, session: Session, instruments: Instruments) -> None:
    wait_for(qtbot, lambda: instruments.neurons.plain is not None)
    instruments.set_gain(1, 0, 0.0)
    heard(qtbot, instruments)
    session.document.edit("one layer", small_painting(layers=()))
    assert instruments.count == 0
    wait_for(qtbot, lambda: len(instruments.neurons.columns) == 2)
    first = initial_weights(session.document.experiment)
    assert instruments.neurons.probed is not None
    assert np.array_equal(instruments.neurons.probed.weights[0], first[0])


def test_kept_twice_in_haste_is_kept_once_and_what_is_muted_meanwhile_stays(
    qtbot: QtBot, session: Session, instruments: Instruments
) -> None:
    train(qtbot, session)
    instruments.set_gain(1, 2, 0.5)
    heard(qtbot, instruments)
    stack = session.document.undo_stack
    instruments.keep()
    instruments.keep()
    instruments.set_gain(1, 5, 0.0)
    wait_for(qtbot, lambda: stack.count() == 1 and session.status is Status.TRAINING)
    worker_has_answered(qtbot, session)
    assert stack.count() == 1
    assert instruments.count == 1
    assert instruments.gain(1, 5) == 0.0
