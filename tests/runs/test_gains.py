"""Muted, soloed and scaled neurons, against networks whose weights were changed by hand."""

import numpy as np
import pytest

from cadl_desktop.engine import initial_weights, predict
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.gains import NO_GAINS, baked, fitting, soloed, with_gain, without
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


def test_solo_mutes_the_others_of_its_layer() -> None:
    experiment = painting(DENSE, DENSE)
    weights = initial_weights(experiment)
    alone = predict(experiment, weights, POSITIONS, soloed(experiment, NO_GAINS, 2, 4))
    weights[4][[0, 1, 2, 3, 5]] = 0
    np.testing.assert_allclose(alone, predict(experiment, weights, POSITIONS), atol=1e-4)


def test_gains_of_one_are_none() -> None:
    experiment = painting(DENSE)
    half = with_gain(experiment, NO_GAINS, 1, None, 0.5)
    np.testing.assert_array_equal(half[1], np.full(6, 0.5))
    assert with_gain(experiment, half, 1, None, 1.0) == {}


def test_gains_of_columns_that_changed_are_dropped() -> None:
    experiment = painting(DENSE, DENSE)
    gains = with_gain(experiment, with_gain(experiment, NO_GAINS, 1, 0, 0.0), 2, 0, 0.0)
    assert set(fitting(experiment, painting(DENSE, DENSE.has(units=7)), gains)) == {1}


def test_gains_do_not_pass_to_a_layer_that_takes_their_place() -> None:
    bent = DENSE.has(activation="relu")
    experiment = painting(DENSE, bent)
    gains = with_gain(experiment, with_gain(experiment, NO_GAINS, 1, 5, 0.0), 2, 5, 0.0)
    assert set(fitting(experiment, painting(bent, DENSE), gains)) == set()
    assert set(fitting(experiment, painting(bent), gains)) == set()
    assert set(fitting(experiment, painting(DENSE, DENSE, bent), gains)) == {1}
    assert set(fitting(experiment, painting(DENSE.has(activation="sine"), bent), gains)) == {1, 2}


def test_gains_do_not_pass_to_an_equal_layer_when_one_of_several_goes() -> None:
    bent = DENSE.has(activation="relu")
    experiment = painting(bent, DENSE, DENSE, DENSE)
    gains = with_gain(experiment, with_gain(experiment, NO_GAINS, 1, 5, 0.0), 3, 5, 0.0)
    assert set(fitting(experiment, painting(bent, DENSE, DENSE), gains)) == {1}
    assert set(fitting(experiment, painting(bent, DENSE, DENSE, DENSE, DENSE), gains)) == {1, 3}


def test_what_was_kept_leaves_and_what_came_since_stays() -> None:
    experiment = painting(DENSE)
    kept = with_gain(experiment, NO_GAINS, 1, 0, 0.5)
    later = with_gain(experiment, kept, 1, 3, 0.0)
    assert without(kept, kept) == {}
    np.testing.assert_array_equal(without(later, kept)[1], [1, 1, 1, 0, 1, 1])


@pytest.mark.parametrize(
    "layers",
    [
        (DENSE, DENSE),
        (DENSE, part("layer", "dropout"), DENSE),
        (DENSE, part("layer", "skip"), DENSE),
    ],
)
def test_keeping_gains_changes_nothing_that_is_seen(layers: tuple[Part, ...]) -> None:
    experiment = painting(*layers)
    weights = initial_weights(experiment)
    gains = with_gain(experiment, NO_GAINS, 1, 1, 0.3)
    gains = with_gain(experiment, gains, len(layers), 0, 2.0)
    gains = with_gain(experiment, gains, len(layers) + 1, 2, 0.5)
    kept = baked(experiment, weights, gains)
    assert kept is not None
    shown = predict(experiment, weights, POSITIONS, gains)
    scale = np.abs(shown).max()
    np.testing.assert_allclose(predict(experiment, kept, POSITIONS) / scale, shown / scale, atol=1e-5)


def test_what_goes_through_a_normalisation_can_not_be_kept() -> None:
    experiment = painting(DENSE, part("layer", "layer normalisation"), DENSE)
    gains = with_gain(experiment, NO_GAINS, 1, 1, 0.3)
    assert baked(experiment, initial_weights(experiment), gains) is None
