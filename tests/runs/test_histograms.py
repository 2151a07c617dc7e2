"""Histograms: the counts of NumPy, and bounded memory for runs of any length."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import weight_shapes
from cadl_desktop.runs.events import EpochEnded, Probed
from cadl_desktop.runs.layer_histograms import (
    BINS,
    HIGHEST,
    LOWEST,
    MOST_SLICES,
    MOST_VALUES,
    SIDE,
    Histograms,
    Slices,
    by_layer,
    edges,
    sample,
    shares,
    size,
)
from tests.engine.runs import small_painting


def spread_values(count: int = 5000) -> NDArray[np.float32]:
    """Random values of all sizes and both signs."""
    random = np.random.default_rng(3)
    sizes = 10.0 ** random.uniform(LOWEST + 0.5, HIGHEST - 0.5, count)
    return (sizes * random.choice([-1, 1], count)).astype(np.float32)


def test_shares_are_those_of_numpy() -> None:
    values = spread_values()
    counted = np.histogram(values.astype(np.float64), edges())[0]
    assert np.abs(shares(values) * len(values) - counted).max() < 1.5
    assert shares(values).sum() == pytest.approx(1)


def test_zeros_and_very_small_values_are_in_the_middle() -> None:
    found = shares(np.array([0.0, -0.0, 1e-20, -1e-12], np.float32))
    assert found[SIDE] == 1


def test_values_beyond_the_edges_are_in_the_outermost_bins_and_nan_in_none() -> None:
    found = shares(np.array([np.inf, 1e9, -1e9, np.nan], np.float32))
    assert found[-1] == pytest.approx(2 / 3)
    assert found[0] == pytest.approx(1 / 3)


def test_an_empty_array_has_no_shares() -> None:
    assert shares(np.empty(0, np.float32)).sum() == 0
    assert size(np.empty(0)) == 0


def test_the_size_is_the_root_of_the_mean_square() -> None:
    assert size(np.array([3.0, -4.0])) == pytest.approx(np.sqrt(12.5))


@pytest.mark.parametrize("each", [1e-30, 1e-13, 0.0, 1.0, 1e18, 3e38])
def test_a_size_is_right_however_small_or_large_the_numbers(each: float) -> None:
    assert size(np.full((1000, 1000), each, np.float32)) == pytest.approx(float(np.float32(each)), rel=1e-4)


def test_a_sample_is_bounded_and_sees_every_row_and_column() -> None:
    values = np.arange(300 * 256, dtype=np.float32).reshape(300, 256)
    found = sample(values)
    assert len(found) <= MOST_VALUES
    assert len(set(found.astype(int) // 256)) == 300
    assert len(set(found.astype(int) % 256)) == 256
    few = np.arange(60, dtype=np.float32).reshape(6, 10)
    assert np.array_equal(sample(few), few.ravel())


def one(value: float) -> list[NDArray[np.float32]]:
    return [np.full(4, value, np.float32)]


def test_a_run_of_any_length_stays_bounded_and_keeps_its_beginning_and_its_newest() -> None:
    slices = Slices()
    for number in range(20_000):
        slices.add(7 * number, one(number))
        assert len(slices.steps) <= MOST_SLICES
    assert slices.shares.shape == (len(slices.steps), 1, BINS)
    assert slices.steps[0] == 0
    assert slices.steps[-1] == 7 * 19_999
    assert len(slices.steps) > MOST_SLICES / 2
    assert len(set(np.diff(slices.steps)[:-1])) == 1
    assert np.allclose(slices.sizes[:, 0], slices.steps / 7, rtol=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 700)), min_size=1, max_size=8))
def test_a_run_continued_from_an_earlier_step_overwrites_later_slices(
    parts: list[tuple[int, int]],
) -> None:
    slices = Slices()
    for start, count in parts:
        for step in range(start, start + count):
            slices.add(step, one(step))
        assert slices.steps[-1] == start + count - 1
        assert (np.diff(slices.steps) > 0).all()
        assert len(slices.steps) <= MOST_SLICES
        assert np.allclose(slices.sizes[:, 0], slices.steps, rtol=1e-6)


def test_other_layers_start_over() -> None:
    slices = Slices()
    slices.add(1, one(1))
    slices.add(2, [*one(1), *one(2)])
    assert slices.steps.tolist() == [2]


def probed(step: int, gradients: bool) -> Probed:
    experiment = small_painting()
    arrays = tuple(np.full(shape, 0.5, np.float32) for group in weight_shapes(experiment) for shape in group)
    columns = tuple(np.full((width, 9), width, np.float32) for width in (2, 8, 8, 3))
    return Probed(step, columns, (3, 3), arrays, tuple(0.01 * a for a in arrays) if gradients else None)


def test_weights_of_a_learned_encoding_are_shown_before_those_of_layers() -> None:
    plain = small_painting()
    grid = small_painting(encoding=part("encoding", "hash grid", levels=1, coarsest=2, table=64))
    histograms = Histograms()
    event = probed(5, gradients=True)
    histograms.add(event, plain)
    assert histograms.shown("weights") is histograms["weights"]
    arrays = tuple(np.full(shape, 0.5, np.float32) for group in weight_shapes(grid) for shape in group)
    arrays = (np.full_like(arrays[0], 2.0), *arrays[1:])
    histograms.add(replace(event, step=6, weights=arrays, gradients=arrays), grid)
    shown = histograms.shown("weights")
    assert shown.sizes[-1] == pytest.approx([2.0, 0.5, 0.5, 0.5])
    assert histograms.copy().shown("weights").sizes.tolist() == shown.sizes.tolist()
    assert histograms["weights"].sizes[-1] == pytest.approx([0.5] * 3), "those of the doctor"
    assert histograms.shown("gradients") is histograms["gradients"]
    histograms.add(replace(event, step=7), plain)
    assert histograms.shown("weights") is histograms["weights"]


def test_probed_events_with_gradients_are_folded_layer_by_layer() -> None:
    histograms = Histograms()
    histograms.add(EpochEnded(1, 1, 1.0, 1.0, None, 0.1), small_painting())
    assert not len(histograms["weights"].steps)
    first, second = probed(5, gradients=True), probed(9, gradients=False)
    histograms.add(first, small_painting())
    histograms.add(second, small_painting())
    assert histograms["weights"].steps.tolist() == [5]
    assert histograms["gradients"].steps.tolist() == [5]
    assert histograms.newest is first
    assert histograms["weights"].sizes.shape == (1, 3)
    assert histograms["activations"].sizes[0].tolist() == [8, 8, 3]
    assert histograms["gradients"].sizes[0] == pytest.approx(0.005)


def test_layers_without_weights_have_none() -> None:
    experiment = preset("lecture-100-neurons")
    arrays = [np.zeros(shape, np.float32) for group in weight_shapes(experiment) for shape in group]
    assert [len(group) for group in by_layer(experiment, arrays)] == [2, 0]


def test_a_layer_without_a_bias_keeps_the_others_in_their_places() -> None:
    bare = part("layer", "dense", units=8, bias=False)
    experiment = small_painting(layers=(bare, part("layer", "dense", units=4)))
    arrays = [np.zeros(shape, np.float32) for group in weight_shapes(experiment) for shape in group]
    shapes = [[array.shape for array in group] for group in by_layer(experiment, arrays)]
    assert shapes == [[(2, 8)], [(8, 4), (4,)], [(4, 3), (3,)]]
