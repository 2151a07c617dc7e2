"""Hidden pixels are never trained on, and another mask needs no new compilation."""

from io import BytesIO

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.data.samples import samples_of
from cadl_desktop.engine import batch_order, render, training_samples
from cadl_desktop.engine.training.steps import compiled_for
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import EpochEnded, Started
from tests.engine.runs import finished, of_kind, run, same_bits, small_painting

SIDE = 12


def half() -> NDArray[np.bool_]:
    """Mask that hides the right half."""
    mask = np.zeros((SIDE, SIDE), np.bool_)
    mask[:, SIDE // 2 :] = True
    return mask


def painting_of(pixels: NDArray[np.uint8], mask: NDArray[np.bool_], **changes: object) -> Experiment:
    written = BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    experiment = small_painting(**changes)
    data = experiment.data.has(source="own", image=written.getvalue(), mask=mask_to_png(mask))
    return replace(experiment, data=data)


def noise(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


@pytest.mark.parametrize(
    "changes", [{}, {"target_scaling": "standardised"}, {"validation": 0.2}, {"batch_size": 4096}]
)
def test_hidden_colours_affect_neither_weights_nor_events(changes: dict[str, object]) -> None:
    one, other = noise(1), noise(1)
    other[half()] = noise(2)[half()]

    first, second = (run(painting_of(pixels, half(), **changes)) for pixels in (one, other))

    assert same_bits(finished(first).state, finished(second).state)
    costs = [[event.cost for event in of_kind(events, EpochEnded)] for events in (first, second)]
    assert costs[0] == costs[1]
    assert finished(first).progress.psnr is not None
    assert finished(first).progress.psnr == finished(second).progress.psnr
    held = [[event.validation_cost for event in of_kind(events, EpochEnded)] for events in (first, second)]
    assert held[0] == held[1]


def test_a_rendered_painting_is_scored_like_the_reported_one() -> None:
    experiment = painting_of(noise(1), half())
    ended = finished(run(experiment))

    assert render(experiment, ended.state.weights)[1] == pytest.approx(ended.progress.psnr, abs=1e-3)


def test_a_replay_gets_the_visible_samples() -> None:
    experiment = painting_of(noise(1), half(), batch_size=10)
    samples = samples_of(experiment.data)
    seen = ~half().ravel()

    inputs, targets = training_samples(experiment)
    (started,) = of_kind(run(experiment), Started)

    assert started.training_samples == len(inputs) == 72
    assert np.array_equal(targets, samples.targets[seen].astype(np.float32))
    assert sorted(batch_order(experiment, 0).ravel())[-1] < 72
    assert batch_order(experiment, 0).shape == (7, 10)


def test_a_run_of_the_visible_samples_is_that_of_those_samples_alone() -> None:
    """The rows above a mask, trained as a picture that ends there, give the same weights."""
    mask = np.zeros((SIDE, SIDE), np.bool_)
    mask[SIDE // 2 :] = True
    pixels = noise(1)

    masked = finished(run(painting_of(pixels, mask, input_scaling="none")))
    alone = finished(run(painting_of(pixels[: SIDE // 2], np.zeros((1, 1), np.bool_), input_scaling="none")))

    assert same_bits(masked.state, alone.state)


def test_another_mask_traces_nothing_anew() -> None:
    experiment = painting_of(noise(1), half())
    run(experiment)
    compiled = compiled_for(experiment, experiment.batch_size, 1)
    functions = (compiled.run, compiled.measure)
    before = [function.experimental_get_tracing_count() for function in functions]

    run(painting_of(noise(1), ~half()))
    run(painting_of(noise(1), half() & half().T))

    assert compiled_for(experiment, experiment.batch_size, 1) is compiled
    assert [function.experimental_get_tracing_count() for function in functions] == before
