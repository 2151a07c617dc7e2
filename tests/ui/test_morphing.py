import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cadl_desktop.engine import predict
from cadl_desktop.experiment import Experiment, Stop, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.morphing import Morphing
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.painting.morph_pane import STEPS, MorphPane
from cadl_desktop.ui.theme.theme import GRID
from cadl_desktop.ui.window.views.live_views import LiveViews
from tests.settling import WAIT
from tests.ui.driving import show


@pytest.fixture
def experiment() -> Experiment:
    homework = preset("homework-many-pictures")
    return replace(
        homework,
        data=homework.data.has(count=5, longest=8),
        layers=(part("layer", "dense", units=8, activation="tanh", initialiser="xavier"),),
        stop=Stop(epochs=5),
    )


@pytest.fixture
def morphing(session: Session) -> Morphing:
    return Morphing(session, NeuronGains(Neurons(session)))


def test_the_slider_shows_what_the_network_paints_between_two_pictures(
    qtbot: QtBot, session: Session, morphing: Morphing
) -> None:
    pane = MorphPane(morphing)
    show(qtbot, pane)
    assert pane.pane.empty_text
    session.train()
    qtbot.waitUntil(lambda: session.status is Status.RESULT, timeout=WAIT)
    pane.slider.setFocus()
    qtbot.keyClick(pane.slider, Qt.Key.Key_PageUp)
    for _ in range(STEPS // 2):
        qtbot.keyClick(pane.slider, Qt.Key.Key_Right)

    def shows_one_and_a_half() -> None:
        state = session.result.state
        assert morphing.image is not None
        assert state is not None
        positions = np.array([[-0.375, -0.375, 1.5], [7.375, 7.375, 1.5]])  # the corners' finer pixels
        expected = predict(session.document.experiment, state.weights, positions)
        assert np.allclose(morphing.image[[0, -1], [0, -1]], expected, atol=0.01)

    qtbot.waitUntil(shows_one_and_a_half, timeout=WAIT)
    assert pane.line.text() == "2.50 of 5"
    assert morphing.image is not None
    assert morphing.image.shape == (32, 32, 3)


def test_the_slider_ends_at_the_last_of_other_pictures(
    qtbot: QtBot, session: Session, morphing: Morphing
) -> None:
    pane = MorphPane(morphing)
    show(qtbot, pane)
    before = session.document.experiment
    session.document.edit("Fewer", replace(before, data=before.data.has(count=3)))
    assert pane.slider.maximum() == 2 * STEPS
    assert pane.line.text() == "1 of 3"


def test_an_untrained_network_is_not_shown(qtbot: QtBot, session: Session, morphing: Morphing) -> None:
    session.load_samples()
    session.train()
    qtbot.waitUntil(lambda: session.status is Status.RESULT and morphing.image is not None, timeout=WAIT)
    with qtbot.waitSignal(morphing._neuron_gains.neurons.heard, timeout=WAIT):
        session.reset()
    qtbot.waitUntil(lambda: morphing.image is None)


def test_the_picture_follows_a_training(qtbot: QtBot, session: Session, morphing: Morphing) -> None:
    endless = replace(session.document.experiment, stop=Stop(epochs=None))
    session.document.edit("No end", endless)
    session.train()
    qtbot.waitUntil(lambda: morphing.image is not None, timeout=WAIT)
    first = morphing.image
    qtbot.waitUntil(lambda: morphing.image is not first, timeout=WAIT)
    assert session.status is Status.TRAINING


def test_the_pane_stands_beside_montages_only(qtbot: QtBot, session: Session) -> None:
    neurons = Neurons(session)
    views = LiveViews(session, NeuronGains(neurons), TimeMachine(neurons))
    qtbot.addWidget(views.cost)
    show(qtbot, views.output)
    qtbot.addWidget(views.cost)
    session.load_samples()
    qtbot.waitUntil(lambda: views.output.findChild(MorphPane) is not None, timeout=WAIT)
    pane = views.output.findChild(MorphPane)
    assert isinstance(pane, MorphPane)
    assert pane.isVisible()
    painting = views.output.painting
    assert painting.stage.geometry().right() < pane.x()
    assert painting.stage.width() > 1.5 * pane.width()
    pane.view.show_around(0.5)
    views.reset_zoom()
    assert pane.view.whole

    session.document.edit(
        "One picture", replace(session.document.experiment, data=part("dataset", "picture"))
    )
    qtbot.waitUntil(lambda: not pane.isVisible(), timeout=WAIT)
    painting.layout().activate()
    assert painting.stage.geometry().right() == painting.rect().right() - GRID
