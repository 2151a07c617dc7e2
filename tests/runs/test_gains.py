"""Muted and scaled neurons, against networks whose weights were changed by hand."""

import numpy as np

from cadl_desktop.engine import initial_weights, predict
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.gains import NO_GAINS, with_gain
from tests.engine.runs import small_painting

DENSE = part("layer", "dense", units=6, spread=1.0, activation="tanh", bias_spread=0.5)
POSITIONS = np.stack(np.meshgrid(np.arange(12.0), np.arange(12.0)), -1).reshape(-1, 2)


def painting(*layers: Part) -> Experiment:
    return small_painting(layers=layers, input_scaling="standardised", target_scaling="signed")


def test_muting_is_cutting_the_weights_after_it() -> None:
    experiment = painting(DENSE, DENSE)
    weights = initial_weights(experiment)
    muted = predict(experiment, weights, POSITIONS, with_gain(experiment, NO_GAINS, 1, 2, 0.0))
    assert not np.allclose(muted, predict(experiment, weights, POSITIONS))
    weights[2][2] = 0
    np.testing.assert_allclose(muted, predict(experiment, weights, POSITIONS), atol=1e-4)


def test_gains_of_one_are_none() -> None:
    experiment = painting(DENSE)
    half = with_gain(experiment, NO_GAINS, 1, None, 0.5)
    np.testing.assert_array_equal(half[1], np.full(6, 0.5))
    assert with_gain(experiment, half, 1, None, 1.0) == {}
