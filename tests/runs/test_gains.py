"""Muted, soloed and scaled neurons against networks with edited weights."""

import numpy as np
import pytest

from cadl_desktop.engine import initial_weights, predict
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.gains import (
    NO_GAINS,
    gains_in_weights,
    gains_that_fit,
    soloed,
    with_gain,
    without_folded,
)
from tests.engine.runs import small_painting

DENSE = part("layer", "dense", units=6, spread=1.0, activation="tanh", bias_spread=0.5)
POSITIONS = np.stack(np.meshgrid(np.arange(12.0), np.arange(12.0)), -1).reshape(-1, 2)


def painting(*layers: Part) -> Experiment:
    return small_painting(layers=layers, input_scaling="standardised", target_scaling="signed")


def test_muting_equals_cutting_the_outgoing_weights() -> None:
    experiment = painting(DENSE, DENSE)
    weights = initial_weights(experiment)
    muted = predict(experiment, weights, POSITIONS, with_gain(experiment, NO_GAINS, 1, 2, 0.0))
    assert not np.allclose(muted, predict(experiment, weights, POSITIONS))
    weights[2][2] = 0
    np.testing.assert_allclose(muted, predict(experiment, weights, POSITIONS), atol=1e-4)


def test_solo_mutes_the_others_of_its_layer() -> None:
    experiment = painting(DENSE, DENSE)
    weights = initial_weights(experiment)
    alone = predict(experiment, weights, POSITIONS, soloed(experiment, NO_GAINS, 2, 4))
    weights[4][[0, 1, 2, 3, 5]] = 0
    np.testing.assert_allclose(alone, predict(experiment, weights, POSITIONS), atol=1e-4)


def test_gains_of_one_are_dropped() -> None:
    experiment = painting(DENSE)
    half = with_gain(experiment, NO_GAINS, 1, None, 0.5)
    np.testing.assert_array_equal(half[1], np.full(6, 0.5))
    assert with_gain(experiment, half, 1, None, 1.0) == {}


def test_gains_of_columns_that_changed_are_dropped() -> None:
    experiment = painting(DENSE, DENSE)
    gains = with_gain(experiment, with_gain(experiment, NO_GAINS, 1, 0, 0.0), 2, 0, 0.0)
    assert set(gains_that_fit(experiment, painting(DENSE, DENSE.has(units=7)), gains)) == {1}


def test_gains_do_not_pass_to_a_layer_in_their_place() -> None:
    bent = DENSE.has(activation="relu")
    experiment = painting(DENSE, bent)
    gains = with_gain(experiment, with_gain(experiment, NO_GAINS, 1, 5, 0.0), 2, 5, 0.0)
    assert set(gains_that_fit(experiment, painting(bent, DENSE), gains)) == set()
    assert set(gains_that_fit(experiment, painting(bent), gains)) == set()
    assert set(gains_that_fit(experiment, painting(DENSE, DENSE, bent), gains)) == {1}
    assert set(gains_that_fit(experiment, painting(DENSE.has(activation="sine"), bent), gains)) == {1, 2}


def test_gains_do_not_pass_to_an_equal_layer_when_one_is_removed() -> None:
    bent = DENSE.has(activation="relu")
    experiment = painting(bent, DENSE, DENSE, DENSE)
    gains = with_gain(experiment, with_gain(experiment, NO_GAINS, 1, 5, 0.0), 3, 5, 0.0)
    assert set(gains_that_fit(experiment, painting(bent, DENSE, DENSE), gains)) == {1}
    assert set(gains_that_fit(experiment, painting(bent, DENSE, DENSE, DENSE, DENSE), gains)) == {1, 3}


def test_folded_gains_are_removed_and_later_ones_stay() -> None:
    experiment = painting(DENSE)
    kept = with_gain(experiment, NO_GAINS, 1, 0, 0.5)
    later = with_gain(experiment, kept, 1, 3, 0.0)
    assert without_folded(kept, kept) == {}
    np.testing.assert_array_equal(without_folded(later, kept)[1], [1, 1, 1, 0, 1, 1])


@pytest.mark.parametrize(
    "layers",
    [
        (DENSE, DENSE),
        (DENSE, part("layer", "dropout"), DENSE),
        (DENSE, part("layer", "skip"), DENSE),
    ],
)
def test_folding_gains_into_weights_does_not_change_the_output(layers: tuple[Part, ...]) -> None:
    experiment = painting(*layers)
    weights = initial_weights(experiment)
    gains = with_gain(experiment, NO_GAINS, 1, 1, 0.3)
    gains = with_gain(experiment, gains, len(layers), 0, 2.0)
    gains = with_gain(experiment, gains, len(layers) + 1, 2, 0.5)
    kept = gains_in_weights(experiment, weights, gains)
    assert kept is not None
    shown = predict(experiment, weights, POSITIONS, gains)
    scale = np.abs(shown).max()
    np.testing.assert_allclose(predict(experiment, kept, POSITIONS) / scale, shown / scale, atol=1e-5)


def test_gains_before_a_normalisation_can_not_be_folded() -> None:
    experiment = painting(DENSE, part("layer", "layer normalisation"), DENSE)
    gains = with_gain(experiment, NO_GAINS, 1, 1, 0.3)
    assert gains_in_weights(experiment, initial_weights(experiment), gains) is None
