"""Smoothness: agreement with NumPy, dependence on the step alone, and its effect."""

from dataclasses import replace as replaced

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.data.pictures.sample_neighbours import neighbours, stencils
from cadl_desktop.data.samples import samples_of
from cadl_desktop.engine import initial_weights
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network.forward_pass import forward
from cadl_desktop.engine.prepared_samples import ArraySource, prepare, source_of
from cadl_desktop.engine.training.picture_penalties import (
    bending,
    bent_neighbourhoods,
    neighbourhoods,
    variation,
)
from cadl_desktop.engine.training.steps import compiled_for
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


def test_the_compared_pixels_depend_on_the_step_and_cover_all() -> None:
    experiment = small_painting(batch_size=20)
    prepared, weights = prepare(experiment), initial_weights(experiment)
    near = neighbourhoods(experiment, prepared.samples)
    outputs = forward(experiment, weights, tf.constant(prepared.inputs)).numpy()
    every = np.abs(outputs[near[:, 1:]] - outputs[near[:, :1]]).mean(axis=(1, 2))

    for step in (0, 1, 14, 10**9):
        rows = (step * 10 + np.arange(10)) % 144
        found = variation(experiment, weights, source_of(prepared), tf.constant(near), tf.constant(step))
        assert float(found) == pytest.approx(every[rows].mean(), rel=1e-5)
    assert sorted(near[:, 0]) == list(range(144))


def test_bent_groups_contain_both_sides_where_there_are_two() -> None:
    picture = samples_of(part("dataset", "picture", source="coffee", longest=3))
    curve = samples_of(part("dataset", "sine", observations=4))

    assert stencils(picture).tolist() == [
        [0, 0, 0, 0, 0, 0],
        [1, 0, 2, 1, 1, 2],
        [2, 2, 2, 2, 2, 2],
        [3, 3, 3, 3, 3, 3],
        [4, 3, 5, 4, 4, 5],
        [5, 5, 5, 5, 5, 5],
    ]
    assert stencils(curve).tolist() == [[0, 0, 0], [1, 0, 2], [2, 1, 3], [3, 3, 3]]


def test_bending_is_that_of_the_hidden_pixels_and_those_around_them() -> None:
    mask = np.zeros((12, 12), np.bool_)
    mask[5:7, 4:8] = True
    hidden = small_painting().data.has(mask=mask_to_png(mask))
    experiment = small_painting(data=hidden, batch_size=288)
    prepared, weights = prepare(experiment), initial_weights(experiment)
    bent = bent_neighbourhoods(experiment, prepared.samples)
    f = forward(experiment, weights, tf.constant(prepared.inputs)).numpy().reshape(12, 12, 3)
    apart = np.zeros_like(f)
    apart[:, 1:-1] += (f[:, 2:] - 2 * f[:, 1:-1] + f[:, :-2]) ** 2
    apart[1:-1] += (f[2:] - 2 * f[1:-1] + f[:-2]) ** 2
    mixed = f[:-1, :-1] - f[:-1, 1:] - f[1:, :-1] + f[1:, 1:]
    # A missing side means no difference in this direction, and no mixed one.
    apart[1:-1, 1:-1] += 2 * mixed[1:, 1:] ** 2
    looked_at = np.resize(np.unique(bent[:, 0]), 144)

    found = bending(experiment, weights, source_of(prepared), tf.constant(bent), tf.constant(3))

    once = apart.reshape(144, 3)[bent[:, 0]]
    assert float(found) == pytest.approx(once.mean(), rel=1e-4)
    assert set(np.flatnonzero(mask)) < set(looked_at)
    assert {divmod(row, 12) for row in looked_at} <= {(r, c) for r in range(4, 8) for c in range(3, 9)}
    assert bent.shape == (144, 6)


def test_a_straight_line_costs_no_bending_at_any_spacing() -> None:
    data = part("dataset", "sine", observations=9)
    samples = samples_of(data)
    uneven = replaced(samples, inputs=samples.inputs**2 + samples.inputs)
    experiment = small_painting(data=data, layers=(), output=part("output", "dense"), batch_size=18)
    weights = [tf.constant([[3.0]]), tf.constant([0.5])]

    found = bending(
        experiment,
        weights,
        ArraySource(tf.constant(uneven.inputs, tf.float32), tf.constant(uneven.targets, tf.float32)),
        tf.constant(bent_neighbourhoods(experiment, uneven)),
        tf.constant(0),
    )

    assert float(found) == pytest.approx(0.0, abs=1e-6)


def test_bending_continues_a_slope_into_the_hidden_pixels() -> None:
    mask = np.zeros((12, 12), np.bool_)
    mask[4:8, 4:8] = True
    data = small_painting().data.has(mask=mask_to_png(mask))
    free = epochs(small_painting(data=data, target_scaling="unit", cost="l2"), 30)
    bent = replace(free, bending=50.0)

    def bend(experiment: Experiment) -> float:
        painted = finished(run(experiment)).progress.prediction
        assert painted is not None
        inside = painted[3:9, 3:9].astype(float)
        return float(
            np.square(np.diff(inside, 2, axis=0)).mean() + np.square(np.diff(inside, 2, axis=1)).mean()
        )

    assert bend(bent) < 0.5 * bend(free)


def test_a_hole_costs_as_much_bending_whatever_else_is_hidden() -> None:
    small, large, both = np.zeros((3, 12, 12), np.bool_)
    small[3, 3] = large[8, 5:8] = True
    both[:] = small | large
    # 36 groups per step are multiples of 6 around one pixel, 12 around three, and 18 around both.
    plain = small_painting(
        input_scaling="centred",
        encoding=part("encoding", "fourier", features=4, scale=2.0),
        output=part("output", "dense", initialiser="xavier"),
        layers=(),
        optimizer=part("optimizer", "gradient descent", rate=0.1),
        batch_size=72,
    )

    def pulled(mask: np.ndarray) -> np.ndarray:
        """Ratio of the weights' change by bending, after one step."""
        free = epochs(replace(plain, data=plain.data.has(mask=mask_to_png(mask))), 1)
        ends = (finished(run(replace(free, bending=bending))).state for bending in (0.0, 100.0))
        without, bent = (np.concatenate([w.ravel() for w in end.weights]) for end in ends)
        return bent - without

    assert np.abs(pulled(small)).max() > 1e-3
    assert pulled(small) + pulled(large) == pytest.approx(pulled(both), rel=1e-3, abs=1e-5)


def test_a_smoother_painting_differs_less_between_neighbours() -> None:
    rough = epochs(small_painting(target_scaling="unit", cost="l1"), 30)
    smooth = replace(rough, smoothness=2.0)

    def roughness(experiment: Experiment) -> float:
        painted = finished(run(experiment)).progress.prediction
        assert painted is not None
        return float(np.abs(np.diff(painted, axis=0)).mean() + np.abs(np.diff(painted, axis=1)).mean())

    assert roughness(smooth) < 0.5 * roughness(rough)


def test_it_is_compiled_only_where_requested_and_once_for_all_strengths() -> None:
    plain, little, much = (small_painting(smoothness=weight) for weight in (0.0, 1.0, 2.0))

    assert compiled_for(little, 16, 1) is compiled_for(much, 16, 1)
    assert compiled_for(little, 16, 1) is not compiled_for(plain, 16, 1)
    assert compiled_for(small_painting(bending=1.0), 16, 1) is not compiled_for(plain, 16, 1)


def test_curves_can_be_smoothed_too() -> None:
    experiment = small_painting(
        data=part("dataset", "sine", observations=60), smoothness=0.5, bending=0.5, batch_size=20
    )

    assert finished(run(experiment)).reason == "epochs"
