"""Curve of the untrained network."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from cadl_desktop.engine import initial_weights, predict
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.missing_pictures import InitialPrediction
from tests.engine.runs import epochs, small_painting
from tests.settling import WAIT


@pytest.fixture
def experiment() -> Experiment:
    return epochs(preset("lecture-tanh"), 100_000)


def test_the_untrained_prediction_is_shown_until_training(qtbot: QtBot, session: Session) -> None:
    first = InitialPrediction(session)
    session.load_samples()
    session.load_tensorflow()
    qtbot.waitUntil(lambda: first.prediction is not None, timeout=WAIT)
    before = first.prediction
    samples = session.samples
    assert samples is not None
    assert before is not None
    experiment = session.document.experiment
    expected = predict(experiment, initial_weights(experiment), samples.inputs)
    assert first.fitted is not None
    assert abs(expected[:, 0] - first.fitted).max() < 1e-4
    session.document.edit("seed", replace(experiment, seed=9))
    assert first.prediction is None  # of another network
    qtbot.waitUntil(lambda: first.prediction is not None, timeout=WAIT)
    assert (first.prediction != before).any()
    session.train()
    assert first.prediction is None
    qtbot.waitUntil(lambda: session.status is Status.TRAINING, timeout=WAIT)
    session.stop()
    qtbot.waitUntil(lambda: session.status is Status.RESULT, timeout=WAIT)
    assert first.prediction is None


def test_a_picture_has_no_untrained_prediction(qtbot: QtBot, session: Session) -> None:
    first = InitialPrediction(session)
    session.document.open(small_painting(), None)
    session.load_samples()
    session.load_tensorflow()
    qtbot.waitUntil(lambda: session.samples is not None and bool(session.device), timeout=WAIT)
    timer = first.findChild(QTimer)
    assert isinstance(timer, QTimer)
    assert not timer.isActive()
