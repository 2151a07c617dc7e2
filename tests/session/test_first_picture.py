"""What a network makes before it has learned anything, until there is something better."""

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.engine import initial_weights, predict
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.first_picture import FirstPicture

WAIT = 60_000


def test_the_untrained_network_is_seen_until_it_has_learned(qtbot: QtBot, session: Session) -> None:
    first = FirstPicture(session)
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
    assert first.prediction is None  # it was another network's
    qtbot.waitUntil(lambda: first.prediction is not None, timeout=WAIT)
    assert (first.prediction != before).any()
    session.train()
    assert first.prediction is None
    qtbot.waitUntil(lambda: session.status is Status.TRAINING, timeout=WAIT)
    session.stop()
    qtbot.waitUntil(lambda: session.status is Status.RESULT, timeout=WAIT)
    assert first.prediction is None
