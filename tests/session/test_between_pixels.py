"""How near a painting comes between its pixels, asked of a session."""

from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from pytestqt.qtbot import QtBot

from cadl_desktop.data.frames import WHOLE
from cadl_desktop.data.pictures.between import left_out_of, original_of
from cadl_desktop.data.pictures.cropping import as_png
from cadl_desktop.data.pictures.masks import as_png as as_mask
from cadl_desktop.data.scores import psnr
from cadl_desktop.engine import render_rows
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.between_pixels import BetweenPixels
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.neurons import Neurons
from tests.engine.runs import epochs, finished, run, same_bits, small_painting

WAIT = 60_000


@pytest.fixture
def between(session: Session) -> Iterator[BetweenPixels]:
    return BetweenPixels(session, NeuronGains(Neurons(session)))


def of_no_larger_original(experiment: Experiment) -> Experiment:
    pixels = np.random.default_rng(3).integers(0, 256, (12, 12, 3), np.uint8)
    pixels = np.asarray(Image.fromarray(pixels).resize((4, 4)).resize((12, 12)))
    image = as_png(Image.fromarray(pixels))
    return replace(experiment, data=experiment.data.has(source="own", image=image))


def train_to(qtbot: QtBot, session: Session, status: Status) -> None:
    session.load_samples()
    session.train()
    qtbot.waitUntil(lambda: session.status is status and session.result.prediction is not None, timeout=WAIT)


def be_found(qtbot: QtBot, between: BetweenPixels) -> None:
    qtbot.waitUntil(lambda: between.possible, timeout=WAIT)
    between.measure()
    assert between.busy
    qtbot.waitUntil(lambda: between.found is not None, timeout=WAIT)
    assert not between.busy


def painted_at(side: int, experiment: Experiment, state: RunState) -> Floats:
    return np.concatenate(list(render_rows(experiment, state.weights, WHOLE, side, side)))


def test_what_is_painted_is_compared_with_the_original(
    qtbot: QtBot, session: Session, between: BetweenPixels
) -> None:
    experiment = small_painting()
    session.document.open(experiment, None)
    assert not between.possible
    train_to(qtbot, session, Status.RESULT)
    be_found(qtbot, between)

    found, state, original = between.found, session.result.state, original_of(experiment.data, 48)
    assert found is not None
    assert state is not None
    painted = painted_at(48, experiment, state)
    assert found.psnr == pytest.approx(psnr(painted, original.pixels), abs=1e-3)
    assert (found.longest, found.steps, found.bicubic) == (48, state.step, original.bicubic)


def test_pixels_that_are_hidden_do_not_count(qtbot: QtBot, session: Session, between: BetweenPixels) -> None:
    mask = np.zeros((12, 12), np.bool_)
    mask[:6] = True
    experiment = small_painting()
    experiment = replace(experiment, data=experiment.data.has(mask=as_mask(mask)))
    session.document.open(experiment, None)
    train_to(qtbot, session, Status.RESULT)
    be_found(qtbot, between)

    found, state, original = between.found, session.result.state, original_of(experiment.data, 48)
    assert found is not None
    assert state is not None
    painted = painted_at(48, experiment, state)
    assert found.psnr == pytest.approx(psnr(painted[24:], original.pixels[24:]), abs=1e-3)
    assert found.bicubic is None


def test_a_training_goes_on_while_its_painting_is_compared(
    qtbot: QtBot, session: Session, between: BetweenPixels
) -> None:
    train_to(qtbot, session, Status.TRAINING)
    be_found(qtbot, between)
    found = between.found
    assert found is not None
    assert found.steps is not None
    assert session.status is Status.TRAINING
    qtbot.waitUntil(lambda: session.result.progress.step > found.steps + 1000, timeout=WAIT)
    assert between.found is found


def test_another_experiment_has_another_score(qtbot: QtBot, session: Session, between: BetweenPixels) -> None:
    session.document.open(small_painting(), None)
    train_to(qtbot, session, Status.RESULT)
    be_found(qtbot, between)
    session.document.edit("seed", replace(session.document.experiment, seed=2))
    assert between.found is None


def test_without_a_larger_original_every_second_pixel_is_left_out_of_a_training_of_its_own(
    qtbot: QtBot, session: Session, between: BetweenPixels
) -> None:
    experiment = of_no_larger_original(small_painting())
    session.document.open(experiment, None)
    train_to(qtbot, session, Status.RESULT)
    before = session.result
    be_found(qtbot, between)

    left_out, found = left_out_of(experiment), between.found
    assert found is not None
    painted = finished(run(left_out.experiment)).progress.prediction
    assert painted is not None
    counts = left_out.counts
    assert found.psnr == pytest.approx(psnr(painted[counts], left_out.pixels[counts]))
    assert found.neighbours == left_out.neighbours
    assert found.longest is None
    assert session.result is before


def test_a_paused_training_goes_on_to_the_same_bits(
    qtbot: QtBot, session: Session, between: BetweenPixels
) -> None:
    experiment = of_no_larger_original(epochs(small_painting(), 100_000))
    session.document.open(experiment, None)
    train_to(qtbot, session, Status.TRAINING)
    assert between.waits_for_pause
    assert not between.possible
    session.pause()
    qtbot.waitUntil(lambda: session.status is Status.PAUSED, timeout=WAIT)
    paused = session.result.state
    assert paused is not None
    ends = epochs(experiment, paused.epoch + 20)
    session.document.edit("end", ends)
    assert not between.waits_for_pause
    be_found(qtbot, between)
    assert session.status is Status.PAUSED
    assert session.result.state is paused

    session.train()
    qtbot.waitUntil(lambda: session.status is Status.RESULT, timeout=WAIT)
    end = session.result.state
    assert end is not None
    assert same_bits(end, finished(run(ends)).state)


def test_a_training_that_goes_on_comes_first(qtbot: QtBot, session: Session, between: BetweenPixels) -> None:
    session.document.open(of_no_larger_original(epochs(small_painting(), 100_000)), None)
    train_to(qtbot, session, Status.TRAINING)
    session.pause()
    qtbot.waitUntil(lambda: session.status is Status.PAUSED and between.possible, timeout=WAIT)
    between.measure()
    session.train()
    assert not between.busy
    assert between.found is None
    step = session.result.progress.step
    qtbot.waitUntil(lambda: session.result.progress.step > step, timeout=WAIT)
    assert between.found is None


def test_a_session_closes_while_it_is_measured(
    qtbot: QtBot, session: Session, between: BetweenPixels
) -> None:
    session.document.open(of_no_larger_original(epochs(small_painting(), 100_000)), None)
    train_to(qtbot, session, Status.TRAINING)
    session.stop()
    qtbot.waitUntil(lambda: session.status is Status.RESULT and between.possible, timeout=WAIT)
    between.measure()
    session.close()
    assert between.found is None


def test_too_few_seen_pixels_are_told_of(qtbot: QtBot, session: Session, between: BetweenPixels) -> None:
    mask = np.ones((12, 12), np.bool_)
    mask[6, 6] = False
    experiment = of_no_larger_original(small_painting())
    session.document.open(replace(experiment, data=experiment.data.has(mask=as_mask(mask))), None)
    told: list[str] = []
    session.message.connect(lambda kind, text: told.append(text))
    train_to(qtbot, session, Status.RESULT)
    qtbot.waitUntil(lambda: between.possible, timeout=WAIT)
    between.measure()
    qtbot.waitUntil(lambda: not between.busy, timeout=WAIT)
    assert told[-1].startswith("Too few pixels are seen")


def test_several_pictures_and_curves_have_nothing_between(session: Session, between: BetweenPixels) -> None:
    assert between.offered
    for name in ("homework-many-pictures", "lecture-tanh"):
        session.document.open(preset(name), None)
        assert not between.offered
        assert not between.possible
        assert between.original is None


def test_a_large_picture_is_only_compared_with_a_larger_original(
    session: Session, between: BetweenPixels
) -> None:
    image = as_png(Image.new("RGB", (2000, 1000)))
    data = small_painting().data.has(source="own", image=image)
    for longest, too_large in ((1000, False), (1400, False), (2000, True)):
        session.document.open(replace(small_painting(), data=data.has(longest=longest)), None)
        assert between.too_large is too_large
