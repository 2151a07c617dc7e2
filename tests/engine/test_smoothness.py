"""Total variation: the same number as in numpy, a pure function of the step, and what it is for."""

from dataclasses import replace as replaced

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.neighbours import neighbours
from cadl_desktop.data.samples import samples_of
from cadl_desktop.engine import initial_weights
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network import forward
from cadl_desktop.engine.samples import prepare
from cadl_desktop.engine.smoothness import neighbourhoods, variation
from cadl_desktop.engine.steps import compiled_for
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from tests.engine.runs import epochs, finished, run, small_painting


def test_pixels_have_their_right_and_lower_neighbours() -> None:
    samples = samples_of(part("dataset", "picture", source="coffee", longest=3))

    assert samples.picture_shape == (2, 3)
    assert neighbours(samples).tolist() == [[1, 3], [2, 4], [2, 5], [4, 3], [5, 4], [5, 5]]


def test_points_have_the_next_one_along_the_curve() -> None:
    samples = samples_of(part("dataset", "sine", observations=5))
    shuffled = replaced(samples, inputs=samples.inputs[[0, 3, 1, 4, 2]])

    assert neighbours(samples)[:, 0].tolist() == [1, 2, 3, 4, 4]
    assert neighbours(shuffled)[:, 0].tolist() == [2, 3, 4, 3, 1]


def test_what_is_compared_is_a_function_of_the_step_and_goes_through_all_pixels() -> None:
    experiment = small_painting(batch_size=20)
    prepared, weights = prepare(experiment), initial_weights(experiment)
    near = neighbourhoods(experiment, prepared.samples)
    outputs = forward(experiment, weights, tf.constant(prepared.inputs)).numpy()
    every = np.abs(outputs[near[:, 1:]] - outputs[near[:, :1]]).mean(axis=(1, 2))

    for step in (0, 1, 14, 10**9):
        rows = (step * 10 + np.arange(10)) % 144
        found = variation(
            experiment, weights, tf.constant(prepared.inputs), tf.constant(near), tf.constant(step)
        )
        assert float(found) == pytest.approx(every[rows].mean(), rel=1e-5)
    assert sorted(near[:, 0]) == list(range(144))


def test_a_smoother_painting_differs_less_between_neighbours() -> None:
    rough = epochs(small_painting(target_scaling="unit", cost="l1"), 30)
    smooth = replace(rough, smoothness=2.0)

    def roughness(experiment: Experiment) -> float:
        painted = finished(run(experiment)).progress.prediction
        assert painted is not None
        return float(np.abs(np.diff(painted, axis=0)).mean() + np.abs(np.diff(painted, axis=1)).mean())

    assert roughness(smooth) < 0.5 * roughness(rough)


def test_it_is_compiled_where_it_is_asked_for_and_once_for_every_weight() -> None:
    plain, little, much = (small_painting(smoothness=weight) for weight in (0.0, 1.0, 2.0))

    assert compiled_for(little, 16) is compiled_for(much, 16)
    assert compiled_for(little, 16) is not compiled_for(plain, 16)


def test_curves_can_be_smoothed_too() -> None:
    experiment = small_painting(data=part("dataset", "sine", observations=60), smoothness=0.5, batch_size=20)

    assert finished(run(experiment)).reason == "epochs"
