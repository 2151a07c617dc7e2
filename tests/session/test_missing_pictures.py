"""Prediction of the untrained network."""

from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from cadl_desktop.data.pictures.cropping import image_to_png
from cadl_desktop.engine import initial_weights, predict
from cadl_desktop.experiment.catalog import part
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.missing_pictures import InitialPrediction
from tests.settling import WAIT


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
    assert abs(samples.as_picture(expected) - before).max() < 1e-2
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


def test_a_large_picture_has_no_untrained_prediction(qtbot: QtBot, session: Session) -> None:
    first = InitialPrediction(session)
    image = image_to_png(Image.new("L", (1025, 1025)))
    data = part("dataset", "picture", source="own", image=image, longest=8192)
    session.document.edit("picture", replace(session.document.experiment, data=data))
    session.load_samples()
    session.load_tensorflow()
    qtbot.waitUntil(lambda: session.samples is not None and bool(session.device), timeout=WAIT)
    timer = first.findChild(QTimer)
    assert isinstance(timer, QTimer)
    assert not timer.isActive()  # would delay a training started meanwhile
