"""Roaming: views rendered between training steps, replaced by newer ones, with neuron gains."""

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.computing.view_rendering import (
    CurveRequest,
    PaintedLayer,
    PictureRequest,
    operations_per_pixel,
)
from cadl_desktop.data.frames import WHOLE, Frame, around
from cadl_desktop.engine import initial_weights, predict, probe, render
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.session.views.roaming import MOST_LAYERS, Roaming
from tests.engine.runs import epochs, small_painting
from tests.session.test_session import train
from tests.settling import until, wait_for_timers, wait_for_worker

LARGE = PictureRequest(around(2.0), 1500, 1500)


@pytest.fixture
def roaming(session: Session) -> Roaming:
    return begin(session)


def begin(session: Session) -> Roaming:
    roaming = Roaming(session, NeuronGains(Neurons(session)))
    session.load_samples()
    session.load_tensorflow()
    return roaming


def finished(qtbot: QtBot, roaming: Roaming, wanted: PictureRequest) -> PaintedLayer:
    until(qtbot, lambda: bool(roaming.layers) and roaming.layers[0].last)
    (layer,) = roaming.layers
    assert (layer.frame, *layer.pixels.shape[:2]) == (wanted.frame, wanted.height, wanted.width)
    return layer


def shows(roaming: Roaming, expected: Floats) -> bool:
    """Whether there is a layer with these colours, after those of other weights were dropped."""
    layers = roaming.layers
    return bool(layers) and bool(np.abs(layers[0].pixels - np.clip(expected, 0, 255)).max() <= 0.51)


def pause(qtbot: QtBot, session: Session) -> None:
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)


def test_the_network_is_roamed_before_and_after_training(
    qtbot: QtBot, session: Session, roaming: Roaming
) -> None:
    wanted = PictureRequest(WHOLE, 12, 12)
    roaming.look(wanted)
    first = finished(qtbot, roaming, wanted)
    start, _ = render(session.document.experiment, initial_weights(session.document.experiment))
    assert np.abs(first.pixels - np.clip(start, 0, 255)).max() <= 0.51
    train(qtbot, session)
    pause(qtbot, session)
    state = session.result.state
    assert state is not None
    expected, _ = render(session.document.experiment, state.weights)
    until(qtbot, lambda: shows(roaming, expected))


def test_a_newer_view_replaces_an_older_one(qtbot: QtBot, session: Session, roaming: Roaming) -> None:
    until(qtbot, lambda: roaming.weights is not None)
    seen: list[Frame] = []
    roaming.changed.connect(lambda: seen.extend(layer.frame for layer in roaming.layers if layer.last))
    for step in range(20):
        roaming.look(PictureRequest(Frame(0.01 * step, 0.0, 2.0, 2.0), 1500, 1500))
    newest = PictureRequest(Frame(3.0, 3.0, 0.5, 0.5), 40, 50)
    roaming.look(newest)
    finished(qtbot, roaming, newest)
    assert seen == [newest.frame]


def test_the_view_follows_a_running_training(qtbot: QtBot, session: Session, roaming: Roaming) -> None:
    train(qtbot, session)
    wanted = PictureRequest(around(2.0), 300, 300)
    roaming.look(wanted)
    first = finished(qtbot, roaming, wanted)
    assert session.status is Status.TRAINING
    rows = len(session.result.history.rows)
    until(qtbot, lambda: bool(roaming.layers) and roaming.layers[0] is not first)
    assert roaming.layers[0].last  # never coarse again without a new view
    until(qtbot, lambda: len(session.result.history.rows) > rows)


def test_a_view_during_a_heavy_training_has_fewer_pixels(
    qtbot: QtBot, session: Session, roaming: Roaming, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(qtbot, session)
    wanted = PictureRequest(around(0.5), 300, 200)
    few = 0.01 * operations_per_pixel(session.document.experiment) * wanted.height * wanted.width
    monkeypatch.setattr("cadl_desktop.session.views.roaming.LIVE_ARITHMETIC", few)
    roaming.look(wanted)
    until(qtbot, lambda: bool(roaming.layers) and roaming.layers[0].pixels.shape[:2] == (30, 20))
    assert session.status is Status.TRAINING
    pause(qtbot, session)
    until(qtbot, lambda: roaming.layers[0].pixels.shape[:2] == (300, 200))


def test_a_view_begun_before_a_heavy_training_is_not_finished(
    qtbot: QtBot, session: Session, roaming: Roaming, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(qtbot, lambda: roaming.weights is not None)
    wanted = PictureRequest(WHOLE, 4000, 4000)
    few = 1e-4 * operations_per_pixel(session.document.experiment) * wanted.height * wanted.width
    monkeypatch.setattr("cadl_desktop.session.views.roaming.LIVE_ARITHMETIC", few)
    roaming.look(wanted)
    train(qtbot, session)
    until(qtbot, lambda: bool(roaming.layers) and roaming.layers[0].last)
    assert roaming.layers[0].pixels.shape[:2] == (40, 40)


def test_a_stop_does_not_wait_for_a_rendering(qtbot: QtBot, session: Session, roaming: Roaming) -> None:
    train(qtbot, session)
    roaming.look(PictureRequest(WHOLE, 4000, 4000))
    until(qtbot, lambda: bool(roaming.layers))
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    assert not any(layer.last for layer in roaming.layers)
    roaming.look(None)
    assert roaming.layers == ()


def test_finer_layers_stay_on_top_while_moving_up_to_a_limit(
    qtbot: QtBot, session: Session, roaming: Roaming
) -> None:
    until(qtbot, lambda: roaming.weights is not None)
    near = PictureRequest(Frame(0.0, 0.0, 0.5, 0.5), 500, 500)
    roaming.look(near)
    sharp = finished(qtbot, roaming, near)
    counts: list[int] = []
    roaming.changed.connect(lambda: counts.append(len(roaming.layers)))
    roaming.look(LARGE)
    until(qtbot, lambda: len(roaming.layers) > 1)
    assert roaming.layers[-1] is sharp
    assert not roaming.layers[0].last
    finished(qtbot, roaming, LARGE)
    assert max(counts) <= MOST_LAYERS


def test_muting_affects_every_view(qtbot: QtBot, session: Session, roaming: Roaming) -> None:
    neuron_gains = session.findChild(NeuronGains)
    assert isinstance(neuron_gains, NeuronGains)
    wanted = PictureRequest(around(3.0), 60, 60)
    roaming.look(wanted)
    plain = finished(qtbot, roaming, wanted)
    neuron_gains.set_gain(1, None, 0.0)
    until(qtbot, lambda: roaming.layers[0] is not plain)
    flat = finished(qtbot, roaming, wanted)
    assert np.ptp(flat.pixels.reshape(-1, 3), axis=0).max() <= 1
    neuron_gains.reset()
    until(qtbot, lambda: bool(np.array_equal(roaming.layers[0].pixels, plain.pixels)))


def test_an_earlier_moment_can_be_roamed(qtbot: QtBot, session: Session, roaming: Roaming) -> None:
    wanted = PictureRequest(around(2.0), 30, 30)
    roaming.look(wanted)
    now = finished(qtbot, roaming, wanted)
    experiment = session.document.experiment
    past = [np.zeros_like(array) for array in initial_weights(experiment)]
    neurons = session.findChild(Neurons)
    assert isinstance(neurons, Neurons)
    neurons.show_moment(probe(experiment, past))
    until(qtbot, lambda: np.ptp(roaming.layers[0].pixels.reshape(-1, 3), axis=0).max() == 0)
    neurons.show_moment(None)
    until(qtbot, lambda: bool(np.array_equal(roaming.layers[0].pixels, now.pixels)))


def test_a_layer_of_older_weights_never_covers_the_painting(
    qtbot: QtBot, session: Session, roaming: Roaming
) -> None:
    until(qtbot, lambda: roaming.weights is not None)
    wanted = PictureRequest(WHOLE, 1500, 1500)
    roaming.look(wanted)
    until(qtbot, lambda: bool(roaming.layers))
    assert not roaming.layers[0].last
    experiment, seen = session.document.experiment, list[tuple[PaintedLayer, ...]]()
    moment = probe(experiment, [array + 1 for array in initial_weights(experiment)])
    roaming.changed.connect(lambda: seen.append(roaming.layers))
    neurons = session.findChild(Neurons)
    assert isinstance(neurons, Neurons)
    neurons.show_moment(moment)
    newest = finished(qtbot, roaming, wanted)
    assert roaming.weights is moment.weights
    assert seen == [(), (newest,)]


def test_a_layer_of_the_first_steps_does_not_stay_over_what_is_learned(
    qtbot: QtBot, session: Session, roaming: Roaming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.session.views.roaming.REST", 1e6)
    roaming.look(PictureRequest(around(0.1), 12, 12))
    seen = set[PaintedLayer]()
    roaming.changed.connect(lambda: seen.update(roaming.layers))
    train(qtbot, session, beyond_step=0)
    seen.clear()
    until(qtbot, lambda: len(seen) > 3)  # one rests, and others replace it once it is outdated
    assert session.status is Status.TRAINING


def test_layers_are_dropped_for_another_network(qtbot: QtBot, session: Session, roaming: Roaming) -> None:
    wanted = PictureRequest(around(2.0), 30, 30)
    roaming.look(wanted)
    finished(qtbot, roaming, wanted)
    session.document.edit("wider", small_painting(layers=(part("layer", "dense", units=30),)))
    assert roaming.layers == ()
    finished(qtbot, roaming, wanted)
    roaming.look(None)
    session.document.edit("a curve", preset("lecture-tanh"))
    roaming.look(wanted)
    wait_for_timers(qtbot, roaming)
    wait_for_worker(qtbot, session)
    assert roaming.layers == ()


def test_a_montage_has_nothing_around_it(qtbot: QtBot) -> None:
    many = preset("homework-many-pictures")
    session = Session(Document(replace(many, data=many.data.has(longest=8))))
    roaming = begin(session)
    roaming.look(PictureRequest(around(2.0), 20, 20))
    until(qtbot, lambda: roaming.weights is not None)
    wait_for_timers(qtbot, roaming)
    wait_for_worker(qtbot, session)
    assert roaming.layers == ()
    session.close()


def test_a_curve_runs_on_and_follows_the_training(qtbot: QtBot) -> None:
    session = Session(Document(epochs(preset("lecture-tanh"), 100_000)))
    roaming = begin(session)
    train(qtbot, session)
    roaming.look(CurveRequest(-50.0, 50.0, 300))
    until(qtbot, lambda: roaming.curve is not None)
    first = roaming.curve
    until(qtbot, lambda: roaming.curve is not first)
    pause(qtbot, session)

    def expected() -> Floats:
        assert roaming.curve is not None
        assert session.result.state is not None
        x = roaming.curve.x[:, np.newaxis]
        return predict(session.document.experiment, session.result.state.weights, x)[:, 0]

    until(qtbot, lambda: roaming.curve is not None and np.allclose(roaming.curve.y, expected(), atol=1e-5))
    roaming.look(None)
    assert roaming.curve is None
    session.close()


def test_a_pause_ends_the_rest(
    qtbot: QtBot, session: Session, roaming: Roaming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.session.views.roaming.REST", 1e6)
    train(qtbot, session)
    wanted = PictureRequest(WHOLE, 12, 12)
    roaming.look(wanted)
    first = finished(qtbot, roaming, wanted)
    until(qtbot, lambda: bool(roaming.layers) and roaming.layers[0] is not first)
    pause(qtbot, session)
    state = session.result.state
    assert state is not None
    expected, _ = render(session.document.experiment, state.weights)
    until(qtbot, lambda: shows(roaming, expected))
