"""Paintings of any size and frame, rendered in tiles, against one forward pass."""

import numpy as np
import pytest

from cadl_desktop.data.frames import WHOLE, Frame, around
from cadl_desktop.data.samples import samples_of
from cadl_desktop.engine import Renderer, initial_weights, predict, render, render_rows
from cadl_desktop.engine.evaluation.render import tile_size
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.gains import NO_GAINS, Gains, soloed, with_gain
from tests.engine.runs import small_painting

SPAN = 255.0


def whole_pass(
    experiment: Experiment,
    weights: list[Floats],
    frame: Frame,
    height: int,
    width: int,
    gains: Gains = NO_GAINS,
) -> Floats:
    """Painting by a single forward pass over all positions."""
    rows, columns = samples_of(experiment.data).picture_shape or (0, 0)
    down = (frame.top + (np.arange(height) + 0.5) / height * frame.height) * rows - 0.5
    across = (frame.left + (np.arange(width) + 0.5) / width * frame.width) * columns - 0.5
    positions = np.stack(np.meshgrid(down, across, indexing="ij"), -1).reshape(-1, 2)
    return predict(experiment, weights, positions, gains).reshape(height, width, 3)


def painted(experiment: Experiment, weights: list[Floats], frame: Frame, height: int, width: int) -> Floats:
    return np.concatenate(list(render_rows(experiment, weights, frame, height, width)))


def loud_weights(experiment: Experiment) -> list[Floats]:
    """Initial weights that paint more than a grey."""
    random = np.random.default_rng(1)
    return [
        array + 0.3 * random.standard_normal(array.shape).astype(np.float32)
        for array in initial_weights(experiment)
    ]


def assert_same(one: Floats, other: Floats) -> None:
    assert one.shape == other.shape
    assert np.abs(one - other).max() < 1e-5 * max(SPAN, float(np.abs(other).max()))


@pytest.mark.parametrize(
    ("frame", "height", "width"),
    [
        (WHOLE, 12, 12),
        (WHOLE, 1, 1),
        (WHOLE, 1, 401),
        (WHOLE, 397, 1),
        (WHOLE, 131, 257),
        (around(3.0), 60, 45),
        (Frame(-7.0, 20.0, 0.3, 2.5), 33, 21),
        (Frame(0.4, 0.6, 1e-3, 1e-3), 40, 40),
    ],
)
def test_tiles_agree_with_one_forward_pass(frame: Frame, height: int, width: int) -> None:
    experiment = small_painting()
    weights = loud_weights(experiment)
    assert_same(
        painted(experiment, weights, frame, height, width),
        whole_pass(experiment, weights, frame, height, width),
    )


def test_at_the_picture_s_own_size_it_is_the_painting_of_the_training() -> None:
    experiment = small_painting(data=part("dataset", "picture", source="rocket", longest=30))
    weights = loud_weights(experiment)
    prediction, _ = render(experiment, weights)
    assert prediction.shape[0] != prediction.shape[1]
    assert_same(painted(experiment, weights, WHOLE, *prediction.shape[:2]), prediction)


@pytest.mark.parametrize("encoding", sorted(entries("encoding")))
@pytest.mark.parametrize("layer", sorted(entries("layer")))
def test_every_encoding_and_layer(encoding: str, layer: str) -> None:
    layers = (part("layer", "dense", units=7, activation="sine"), part("layer", layer))
    output = part("output", "dense") if layer == "sum" else small_painting().output
    experiment = small_painting(encoding=part("encoding", encoding), layers=layers, output=output)
    weights = loud_weights(experiment)
    frame = Frame(-0.2, 0.1, 1.1, 1.3)
    assert_same(painted(experiment, weights, frame, 23, 19), whole_pass(experiment, weights, frame, 23, 19))


@pytest.mark.parametrize("name", ["lecture-painting", "sharp-painting", "siren-painting"])
def test_several_bands_of_a_preset(name: str) -> None:
    experiment = preset(name)
    weights = initial_weights(experiment)
    bands = list(render_rows(experiment, weights, WHOLE, 700, 200))
    assert len(bands) > 1
    assert_same(np.concatenate(bands), whole_pass(experiment, weights, WHOLE, 700, 200))


def test_rows_longer_than_a_tile() -> None:
    experiment = small_painting()
    weights, width = loud_weights(experiment), 2 * tile_size(experiment) + 5
    assert_same(
        painted(experiment, weights, WHOLE, 3, width), whole_pass(experiment, weights, WHOLE, 3, width)
    )


def test_any_rows_compiled_or_not() -> None:
    experiment = small_painting()
    renderer, weights = Renderer(experiment), loud_weights(experiment)
    expected = whole_pass(experiment, weights, WHOLE, 50, 40)[13:31]
    for compiled in (True, False):
        painting = renderer.painting(weights, WHOLE, 50, 40, compiled=compiled)
        assert_same(painting.band(13, 31), expected)


def test_muted_neurons_stay_muted() -> None:
    experiment = small_painting()
    weights = loud_weights(experiment)
    gains = with_gain(experiment, soloed(experiment, NO_GAINS, 2, 3), 1, 2, 0.0)
    rows = list(render_rows(experiment, weights, WHOLE, 20, 20, gains=gains))
    assert_same(np.concatenate(rows), whole_pass(experiment, weights, WHOLE, 20, 20, gains))
    assert not np.allclose(rows[0], painted(experiment, weights, WHOLE, 20, 20)[: len(rows[0])])


def test_memory_is_bounded_by_lazily_rendered_bands() -> None:
    experiment = small_painting()
    side = 16_384
    bands = render_rows(experiment, initial_weights(experiment), WHOLE, side, side)
    first, second = next(bands), next(bands)
    assert first.shape == second.shape == (len(first), side, 3)
    assert first.nbytes < 4_000_000
    bands.close()
    assert next(bands, None) is None


def test_a_curve_is_no_picture() -> None:
    experiment = preset("lecture-tanh")
    with pytest.raises(ValueError, match="paints"):
        render_rows(experiment, initial_weights(experiment), WHOLE, 4, 4)
