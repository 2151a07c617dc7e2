import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cadl_desktop.data.pictures.picture_dataset import picture
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.scaling import (
    input_scaling,
    scaled_target_range,
    standardised,
    standardised_per_column,
    target_scaling,
)
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.experiment.part import Part

WIDE = part("dataset", "picture", source="rocket", longest=30)  # rows and columns differ in number


def experiment(input_name: str = "none", target_name: str = "none", data: Part = WIDE) -> Experiment:
    return Experiment(
        data=data,
        input_scaling=input_name,
        target_scaling=target_name,
        encoding=part("encoding", "none"),
        output=part("output", "dense"),
        optimizer=part("optimizer", "adam"),
    )


def test_the_lectures_standardisation_uses_one_mean_and_one_deviation() -> None:
    lecture = preset("lecture-painting")
    samples = samples_of(lecture.data)
    scaled = input_scaling(lecture, samples).apply(samples.inputs)

    expected = (samples.inputs - np.mean(samples.inputs)) / np.std(samples.inputs)
    assert scaled.dtype == np.float32
    assert np.array_equal(scaled, expected.astype(np.float32))


def test_inputs_standardised_together_keep_the_pictures_shape() -> None:
    samples = picture(WIDE)
    together = input_scaling(experiment("standardised"), samples).apply(samples.inputs)
    each = input_scaling(experiment("standardised per column"), samples).apply(samples.inputs)

    assert together.mean() == pytest.approx(0, abs=1e-6)
    assert together.std() == pytest.approx(1, abs=1e-6)
    assert together[:, 0].std() < together[:, 1].std()
    assert each.mean(axis=0) == pytest.approx([0, 0], abs=1e-6)
    assert each.std(axis=0) == pytest.approx([1, 1], abs=1e-6)


def test_centred_puts_the_pictures_edges_at_a_half() -> None:
    samples = picture(WIDE)
    affine = input_scaling(experiment("centred"), samples)

    assert affine.apply([samples.low, samples.high]).tolist() == [[-0.5, -0.5], [0.5, 0.5]]


@pytest.mark.parametrize(
    ("name", "darkest", "brightest"), [("none", 0.0, 255.0), ("unit", 0.0, 1.0), ("signed", -1.0, 1.0)]
)
def test_colours_from_edge_to_edge(name: str, darkest: float, brightest: float) -> None:
    affine = target_scaling(experiment(target_name=name), picture(WIDE))

    assert affine.apply([[0, 0, 0], [255, 255, 255]]).tolist() == [[darkest] * 3, [brightest] * 3]


@pytest.mark.parametrize("name", entries("target_scaling"))
def test_the_range_is_that_of_all_scaled_targets(name: str) -> None:
    given, samples = experiment(target_name=name), samples_of(WIDE)
    scaled = target_scaling(given, samples).apply(samples.targets)
    assert scaled_target_range(given, samples) == (scaled.min(), scaled.max())


def test_curves_are_scaled_between_their_lowest_and_highest() -> None:
    data = part("dataset", "sine")
    samples = samples_of(data)
    scaled = target_scaling(experiment(target_name="signed", data=data), samples).apply(samples.targets)

    assert (scaled.min(), scaled.max()) == (-1.0, 1.0)


@pytest.mark.parametrize("name", entries("input_scaling"))
def test_scaled_inputs_are_restored(name: str) -> None:
    samples = picture(WIDE)
    affine = input_scaling(experiment(name), samples)

    assert np.allclose(affine.invert(affine.apply(samples.inputs)), samples.inputs, atol=1e-5)


@pytest.mark.parametrize("name", entries("target_scaling"))
def test_scaled_targets_are_restored_in_any_shape(name: str) -> None:
    samples = picture(WIDE)
    affine = target_scaling(experiment(target_name=name), samples)
    painting = samples.targets.reshape(*(samples.picture_shape or ()), 3)

    assert np.allclose(affine.invert(affine.apply(painting)), painting, atol=1e-4)


@pytest.mark.parametrize("name", entries("target_scaling"))
def test_equal_values_are_not_divided_by_zero(name: str) -> None:
    alike = np.full((5, 1), 7.0)
    samples = Samples(alike, alike, alike[0], alike[0], target_low=7.0, target_high=7.0)
    scaled = target_scaling(experiment(target_name=name), samples).apply(alike)

    assert scaled.tolist() == [[7.0 if name == "none" else 0.0]] * 5


@given(arrays.arrays(np.float64, (6, 2), elements=st.floats(-1e4, 1e4)))
def test_any_scaled_column_is_restored(values: np.ndarray) -> None:
    for scaling in (standardised, standardised_per_column):
        affine = scaling(values, values.min(axis=0), values.max(axis=0))

        assert (affine.scale != 0).all()
        assert np.allclose(affine.invert((values - affine.offset) / affine.scale), values, atol=1e-6)


def test_differences_are_computed_before_rounding_to_float32() -> None:
    values = np.array([[1e9], [1e9 + 1]])

    assert standardised(values, values[0], values[1]).apply(values).tolist() == [[-1.0], [1.0]]
