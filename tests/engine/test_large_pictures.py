"""Pictures of more than a million pixels: the same numbers as from arrays, in less memory."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.pictures.cropping import image_to_png
from cadl_desktop.data.pictures.masks import mask_problem
from cadl_desktop.data.pictures.masks import mask_to_png as mask_png
from cadl_desktop.data.samples import DataError
from cadl_desktop.data.scores import psnr
from cadl_desktop.data.subsets import MOST_MEASURED, MOST_SHUFFLED, epoch_pieces, measured_rows, on_screen
from cadl_desktop.engine import Control, batch_order, glimpse, predict, render, train
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.evaluation.live_probe import Gradients
from cadl_desktop.engine.prepared_samples import (
    PixelSource,
    inputs_at,
    order_piece,
    prepare,
    source_of,
    targets_at,
)
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.model import Stop
from cadl_desktop.runs.events import EpochEnded, Event, Paused, Progressed
from tests.engine.runs import finished, of_kind, run, same_bits, small_painting
from tests.engine.test_backward import single_steps

HEIGHT, WIDTH = 1040, 1300
BATCH = 4096


@cache
def picture() -> bytes:
    """A large picture, smooth and a little noisy."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    smooth = np.stack([rows / 5, columns / 6, (rows + columns) / 10], -1)
    noisy = smooth + np.random.default_rng(0).normal(0, 5, smooth.shape)
    return image_to_png(Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)))


def large(**changes: object) -> Experiment:
    """A network that learns the picture in a few steps."""
    small = small_painting(
        data=part("dataset", "picture", source="own", image=picture(), longest=8192),
        layers=(part("layer", "dense", units=8),),
        cost="l2",
        batch_size=BATCH,
        stop=Stop(epochs=None),
    )
    return replace(small, **changes)


def half_hidden() -> Experiment:
    experiment = large(validation=0.1)
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[: HEIGHT // 2] = True
    return replace(experiment, data=experiment.data.has(mask=mask_png(mask)))


def until(experiment: Experiment, steps: int, control: Control) -> list[Event]:
    """Events of a training of at least `steps` steps."""
    events = []
    for event in train(experiment, control):
        events.append(event)
        if isinstance(event, Progressed) and event.step >= steps:
            control.stop()
    return events


class TestSource:
    @pytest.mark.parametrize("scaling", ["standardised", "unit"])
    def test_steps_read_the_same_bits_from_bytes(self, scaling: str) -> None:
        prepared = prepare(large(target_scaling=scaling))
        source = source_of(prepared)
        rows = np.random.default_rng(1).integers(HEIGHT * WIDTH, size=1000)

        assert isinstance(source, PixelSource)
        assert source.colours.dtype == tf.uint8
        assert np.array_equal(inputs_at(source, tf.constant(rows, tf.int32)), prepared.inputs_of(rows))
        assert np.array_equal(targets_at(source, tf.constant(rows, tf.int32)), prepared.targets_of(rows))


class TestOrder:
    def test_the_pieces_of_an_epoch_hold_each_sample_once(self) -> None:
        count = 2 * MOST_SHUFFLED + 12_345
        pieces = [order_piece(1, 0, count, piece) for piece in range(epoch_pieces(count))]
        whole = np.concatenate(pieces)

        assert len(np.unique(whole)) == len(whole)
        assert count - len(whole) < len(pieces)
        assert len({len(piece) for piece in pieces}) == 1
        assert not np.array_equal(order_piece(1, 0, count, 0), order_piece(1, 1, count, 0))
        assert not np.array_equal(order_piece(1, 0, count, 0), order_piece(2, 0, count, 0))

    def test_each_piece_is_spread_over_the_picture(self) -> None:
        count = 3 * MOST_SHUFFLED
        places = np.sort(order_piece(1, 0, count, 1))

        assert np.diff(places).max() < 2 * epoch_pieces(count)

    def test_hidden_and_validation_samples_are_in_no_batch(self) -> None:
        experiment = half_hidden()
        prepared = prepare(experiment)
        order = batch_order(experiment, 0)

        assert order.shape[1] == BATCH
        assert order.max() < len(prepared.training)
        assert prepared.training.min() >= HEIGHT // 2 * WIDTH


class TestTraining:
    def test_it_learns_and_reports_pictures_of_screen_size(self) -> None:
        control, pictures = Control(picture_seconds=0.0), list[Progressed]()
        for event in train(large(), control):
            if isinstance(event, Progressed) and event.prediction is not None:
                pictures.append(event)
                if len(pictures) == 4:
                    control.stop()

        assert pictures[0].prediction is not None
        assert pictures[0].prediction.shape == (819, 1024, 3)
        assert pictures[-1].psnr is not None
        assert pictures[0].psnr is not None
        assert pictures[-1].psnr > pictures[0].psnr

    def test_slow_motion_shows_every_step_and_its_pixels(self) -> None:
        experiment, control = half_hidden(), Control(speed="slow")
        rows = prepare(experiment).training[batch_order(experiment, 0)[:3]]
        pictures = {}
        for event in until(experiment, 4, control):
            if isinstance(event, Progressed) and event.batch is not None and event.step <= 3:
                assert np.array_equal(event.batch, rows[event.step - 1])
                if event.prediction is not None:
                    pictures[event.step] = event.prediction

        assert sorted(pictures) == [1, 2, 3]

    def test_the_same_seed_gives_the_same_bits_wherever_calls_are_cut(self) -> None:
        experiment = large()
        whole = until(replace(experiment, stop=Stop(epochs=1)), 10**9, Control(picture_seconds=None))
        end = finished(whole).state

        parts = list(_in_parts(replace(experiment, stop=Stop(epochs=1))))
        assert end.step == HEIGHT * WIDTH // epoch_pieces(HEIGHT * WIDTH) * 2 // BATCH
        assert same_bits(end, parts[-1])

    def test_at_its_end_all_pixels_are_measured(self) -> None:
        experiment = replace(half_hidden(), stop=Stop(epochs=1))
        end = finished(run(experiment, Control(picture_seconds=None, whole_painting=True)))
        prepared = prepare(experiment)
        colours = predict(experiment, end.state.weights, prepared.samples.inputs[:])
        seen = ~prepared.samples.hidden
        scaled = prepared.to_target.apply(colours)
        errors = np.square(scaled - prepared.to_target.apply(prepared.samples.targets)).mean(axis=1)

        assert end.progress.psnr == pytest.approx(
            psnr(colours[seen], prepared.samples.targets[seen]), abs=1e-3
        )
        assert end.cost == pytest.approx(errors[prepared.training].mean(), rel=1e-4)
        assert end.validation_cost == pytest.approx(errors[prepared.validation].mean(), rel=1e-4)
        assert end.progress.prediction is not None
        shown = predict(experiment, end.state.weights, on_screen(prepared.samples).inputs[:])
        assert np.allclose(end.progress.prediction.reshape(-1, 3), shown, atol=1e-3)
        assert end.painted is not None
        assert end.painted.shape == (HEIGHT, WIDTH, 3)
        off = end.painted.reshape(-1, 3) - np.clip(colours, 0.0, 255.0)
        assert np.abs(off).max() < 0.501

    def test_a_picture_with_one_visible_pixel_is_painted(self) -> None:
        mask = np.ones((HEIGHT, WIDTH), bool)
        mask[700, 900] = False
        experiment = large(stop=Stop(epochs=1))
        experiment = replace(experiment, data=experiment.data.has(mask=mask_png(mask)))
        end = finished(run(experiment, Control(picture_seconds=None)))

        assert end.state.step == 1
        assert end.progress.prediction is not None
        assert end.painted is None

    def test_a_picture_without_a_visible_pixel_is_refused(self) -> None:
        mask = np.ones((HEIGHT, WIDTH), bool)
        mask[700, 900] = False
        experiment = large(stop=Stop(epochs=1))
        hidden = experiment.data.has(mask=mask_png(mask), keep=1.0)
        assert not mask_problem(hidden, HEIGHT, WIDTH)
        with pytest.raises(DataError, match="Every pixel is hidden"):
            train(replace(experiment, data=hidden))

    def test_an_epoch_is_scored_by_the_sample(self) -> None:
        experiment = replace(half_hidden(), stop=Stop(epochs=1))
        events = run(experiment, Control(picture_seconds=None))
        (epoch,) = of_kind(events, EpochEnded)
        end = finished(events)

        assert end.cost is not None
        assert epoch.cost == pytest.approx(end.cost, rel=0.01)
        assert epoch.cost != end.cost
        assert len(measured_rows(prepare(experiment).samples)) == MOST_MEASURED

    def test_a_single_step_is_measured_and_a_pause_does_not_wait(self) -> None:
        control = Control(picture_seconds=None)
        control.pause()
        paused = []
        for event in train(large(), control):
            if isinstance(event, Paused):
                paused.append(event)
                control.step() if len(paused) == 1 else control.stop()

        assert paused[0].cost is None
        assert paused[1].cost is not None
        assert paused[1].progress.prediction is not None


def _in_parts(experiment: Experiment) -> Iterator[object]:
    """The states of a run that is stopped and goes on several times."""
    state = None
    while state is None or state.epoch < 1:
        control = Control(picture_seconds=None)
        for event in train(experiment, control, state):
            if isinstance(event, Progressed) and event.step >= (state.step if state else 0) + 60:
                control.stop()
        state = event.state
        yield state


class TestLooking:
    def test_rendering_has_screen_size(self) -> None:
        experiment = large()
        state = finished(until(experiment, 20, Control(picture_seconds=None))).state
        painting, score = render(experiment, state.weights)

        assert painting.shape == (819, 1024, 3)
        assert score is not None
        assert glimpse(experiment, state.weights).shape == painting.shape

    def test_gradients_use_few_pixels(self) -> None:
        experiment = large()
        prepared = prepare(experiment)
        state = finished(until(experiment, 1, Control(picture_seconds=None))).state

        assert all(np.isfinite(slope).all() for slope in Gradients(experiment, prepared)(state.weights))


def test_the_step_that_a_pause_shows_is_the_one_that_comes() -> None:
    passes, states = single_steps(large(), 2)
    for step in range(2):
        assert passes[step].grid == (13, 16)
        for shown, came in zip(passes[step].after, states[step + 1].weights, strict=True):
            np.testing.assert_array_equal(shown, came)
