"""Weights rounded to few bits: trained as they are rounded, packed, and rebuilt from the bytes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scores import psnr
from cadl_desktop.engine import RoundingError, initial_weights, predict, rounded
from cadl_desktop.engine.rounding import weight_rounding
from cadl_desktop.engine.rounding.packing import unpack
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.network_weights import flatten
from tests.engine.runs import epochs, finished, result_of, run, small_painting
from tests.export.networks import NETWORKS, dense

SINES = small_painting(
    encoding=part("encoding", "siren", features=24),
    layers=(dense(units=24, activation="sine", w0=30.0, initialiser="siren"),),
    input_scaling="square",
    target_scaling="signed",
    optimizer=part("optimizer", "adam", rate=1e-3),
    cost="l2",
)
GRID = small_painting(
    encoding=part("encoding", "hash grid", levels=2, coarsest=3, finest=9),
    layers=(part("layer", "dropout", share=0.1), dense(units=8, frozen=True)),
    input_scaling="square",
    target_scaling="unit",
    optimizer=part("optimizer", "adam", rate=0.01),
)


@pytest.fixture(scope="module")
def learned() -> tuple[np.ndarray[Any, Any], ...]:
    """Weights of `SINES` after 180 epochs."""
    return finished(run(epochs(SINES, 180))).state.weights


@pytest.mark.parametrize("experiment", [GRID, NETWORKS["every layer"], NETWORKS["fourier"]])
def test_the_bytes_rebuild_the_network(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weight_rounding, "STEPS", 20)
    first = tuple(array + np.float32(0.01) for array in initial_weights(experiment))
    before = flatten(first).copy()
    found = result_of(rounded(experiment, first, 6))
    rebuilt = unpack(found.packed)
    assert all(np.array_equal(one, other) for one, other in zip(rebuilt.weights, found.weights, strict=True))
    samples = samples_of(experiment.data)
    assert rebuilt.header.size == samples.picture_shape
    # The rebuilt experiment has no picture: scaled positions and colours are those of the header.
    painted = predict(experiment, found.weights, samples.inputs)
    shown = replace(experiment, encoding=rebuilt.experiment.encoding, layers=rebuilt.experiment.layers)
    again = predict(replace(shown, output=rebuilt.experiment.output), rebuilt.weights, samples.inputs)
    np.testing.assert_array_equal(painted, again)
    assert found.psnr == pytest.approx(psnr(painted, samples.targets), abs=1e-3)
    assert np.array_equal(flatten(first), before)


def test_the_fewest_bits_are_taken_that_cost_little(learned: tuple[np.ndarray[Any, Any], ...]) -> None:
    found = result_of(rounded(SINES, learned))
    assert found.is_good
    assert found.psnr_before - found.psnr < weight_rounding.GREATEST_LOSS
    coarser = result_of(rounded(SINES, learned, found.bits - weight_rounding.QUARTER))
    assert not coarser.is_good
    assert len(coarser.packed) < len(found.packed) < 4 * len(flatten(learned))
    again = result_of(rounded(SINES, learned, found.bits))
    assert again.packed == found.packed
    assert np.array_equal(flatten(unpack(found.packed).weights), flatten(found.weights))


def test_training_with_the_rounding_in_place_helps(
    learned: tuple[np.ndarray[Any, Any], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = result_of(rounded(SINES, learned, 4))
    monkeypatch.setattr(weight_rounding, "RATE", 0.0)
    assert trained.psnr > result_of(rounded(SINES, learned, 4)).psnr + 0.5


def test_frozen_layers_are_rounded_and_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weight_rounding, "STEPS", 20)
    weights = initial_weights(GRID)
    found = result_of(rounded(GRID, weights, 10))
    monkeypatch.setattr(weight_rounding, "RATE", 0.0)
    same = result_of(rounded(GRID, weights, 10))
    unchanged = [np.array_equal(one, other) for one, other in zip(found.weights, same.weights, strict=True)]
    assert unchanged[1:3] == [True, True]  # the frozen layer
    assert not all(unchanged)


def test_closing_cancels(learned: tuple[np.ndarray[Any, Any], ...]) -> None:
    pieces = rounded(SINES, learned)
    assert next(pieces) is None
    pieces.close()


@pytest.mark.parametrize(
    ("experiment", "change", "message"),
    [
        (preset("lecture-tanh"), lambda array: array, "'10 tanh neurons' doesn't paint one picture"),
        (SINES, lambda array: array * np.float32("nan"), "Some weights are no finite numbers"),
        (
            replace(SINES, encoding=part("encoding", "none"), layers=(), output=part("output", "sum")),
            lambda array: array,
            "has no weights that could be rounded",
        ),
    ],
)
def test_what_cant_be_rounded_is_refused(
    experiment: Experiment, change: Callable[[Any], Any], message: str
) -> None:
    weights = [change(array) for array in initial_weights(experiment)]
    with pytest.raises(RoundingError, match=message):
        next(rounded(experiment, weights))


def test_other_bytes_are_no_network() -> None:
    with pytest.raises(ValueError, match="no packed network"):
        unpack(b"\x00" * 40)
