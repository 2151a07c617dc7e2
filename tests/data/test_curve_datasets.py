import struct
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cadl_desktop.data.curves.curve_datasets import (
    MAGIC,
    MOST_BYTES,
    MOST_POINTS,
    PointsError,
    curve_positions,
    decode_points,
    distance_to_truth,
    encode_points,
    sine,
    truth_line,
    truth_outside,
)
from cadl_desktop.data.samples import DataError, samples_of
from cadl_desktop.data.scaling import input_scaling, target_scaling
from cadl_desktop.experiment import check, preset
from cadl_desktop.experiment.catalog import entry, part


def test_the_lectures_noisy_sine() -> None:
    samples = sine(part("dataset", "sine"))

    assert samples.inputs.shape == samples.targets.shape == (1000, 1)
    assert samples.inputs[[0, -1], 0].tolist() == [-3.0, 3.0]
    assert np.allclose(np.diff(samples.inputs[:, 0]), 6 / 999)
    assert samples.truth is not None
    assert np.array_equal(samples.truth, np.sin(samples.inputs))
    noise = samples.targets - np.sin(samples.inputs)
    assert 0.49 < np.abs(noise).max() <= 0.5
    assert noise.std() == pytest.approx(1 / np.sqrt(12), rel=0.05)
    assert (samples.low.tolist(), samples.high.tolist()) == ([-3.0], [3.0])
    assert (samples.target_low, samples.target_high) == (samples.targets.min(), samples.targets.max())
    assert samples.picture_shape is None


def test_noise_depends_on_the_seed_alone() -> None:
    first, again, other = (sine(part("dataset", "sine", seed=seed)).targets for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_without_noise_the_targets_are_the_truth() -> None:
    samples = sine(part("dataset", "sine", noise=0.0))

    assert np.array_equal(samples.targets, np.sin(samples.inputs))


@given(st.floats(-1000, 999), st.floats(0.001, 1), st.integers(2, 50))
def test_positions_reach_a_sixth_beyond_the_data(low: float, width: float, observations: int) -> None:
    samples = sine(part("dataset", "sine", low=low, high=low + width, observations=observations))
    positions = curve_positions(samples)

    assert positions.shape == (481, 1)
    assert positions.dtype == np.float64
    assert positions[0, 0] == pytest.approx(low - width / 6)
    assert positions[-1, 0] == pytest.approx(low + width + width / 6)
    assert (np.diff(positions[:, 0]) > 0).all()


def test_a_typed_function_is_observed_like_the_sine() -> None:
    settings = {"observations": 50, "noise": 0.3, "seed": 4}
    typed = samples_of(part("dataset", "function", expression="sin(x)", **settings))
    built_in = samples_of(part("dataset", "sine", **settings))

    for name in ("inputs", "targets", "truth", "low", "high", "target_low", "target_high"):
        assert np.array_equal(getattr(typed, name), getattr(built_in, name))
    assert typed.note == ""


def test_points_without_a_value_are_left_out_and_noted() -> None:
    samples = samples_of(part("dataset", "function", expression="log(x)", observations=101, noise=0.0))

    assert len(samples.inputs) == 50
    assert samples.inputs.min() > 0
    assert np.array_equal(samples.targets, np.log(samples.inputs))
    assert samples.low.tolist() == [-3.0]
    assert samples.note == "51 of 101 points are left out: the function has no finite value there."


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"expression": "sin(x"}, "data.expression: 'sin(x' is not a whole formula; "),
        ({"expression": "sqrt(-1 - x**2)"}, "data.expression: has no finite value between -3 and 3; "),
        (
            {"expression": "9**9**9"},
            "data.expression: has no finite value between -3 and 3; choose another function or range.",
        ),
        ({"expression": "x" * 300}, "data.expression: has 300 characters; 200 are possible."),
        ({"expression": 7}, "data.expression: 7 is not a text."),
        ({"expression": "log(x)", "high": -1.0}, "data.expression: has no finite value between -3 and -1"),
    ],
)
def test_a_function_that_cannot_be_learned(settings: dict[str, Any], problem: str) -> None:
    data = part("dataset", "function", **settings)
    (found,) = check(replace(preset("lecture-tanh"), data=data))

    assert str(found).startswith(problem)
    if isinstance(settings["expression"], str):
        with pytest.raises(DataError):
            samples_of(data)


def test_a_function_with_a_value_at_a_single_point_is_one_point() -> None:
    data = part("dataset", "function", expression="1 if x == 3 else log(-1)", observations=5000)

    assert check(replace(preset("lecture-tanh"), data=data)) == []
    assert samples_of(data).inputs.tolist() == [[3.0]]


def test_own_points_keep_their_order() -> None:
    samples = samples_of(part("dataset", "points", points=encode_points([(5, 1), (-2, 7), (0, 3)])))

    assert samples.inputs.tolist() == [[5], [-2], [0]]
    assert samples.targets.tolist() == [[1], [7], [3]]
    assert (samples.low.tolist(), samples.high.tolist()) == ([-2], [5])
    assert (samples.target_low, samples.target_high) == (1, 7)
    assert samples.truth is None


@pytest.mark.parametrize("content", [b"", encode_points(np.empty((0, 2)))])
def test_no_points_are_a_problem(content: bytes) -> None:
    data = part("dataset", "points", points=content)
    (problem,) = check(replace(preset("lecture-tanh"), data=data))

    assert problem.field == "data.points"
    assert "open a table, or add some" in problem.message
    with pytest.raises(DataError):
        samples_of(data)


def test_damaged_points_are_a_problem() -> None:
    (problem,) = check(replace(preset("lecture-tanh"), data=part("dataset", "points", points=b"x")))

    assert str(problem) == "data.points: The points are damaged; open their table again."


@pytest.mark.parametrize("pairs", [[(2, 1)], [(2, 1), (2, 5)], [(1, 4), (2, 4), (9, 4)]])
@pytest.mark.parametrize("scaling", ["none", "standardised", "centred"])
def test_positions_have_a_width_for_a_single_x(pairs: list[Any], scaling: str) -> None:
    samples = samples_of(part("dataset", "points", points=encode_points(pairs)))
    experiment = replace(preset("lecture-tanh"), input_scaling=scaling, target_scaling="standardised")

    positions = curve_positions(samples)
    assert positions.shape == (481, 1)
    assert (np.diff(positions[:, 0]) > 0).all()
    for scale in (input_scaling(experiment, samples), target_scaling(experiment, samples)):
        assert np.isfinite(scale.apply(samples.inputs)).all()


def test_the_truth_line_is_broken_where_a_function_has_no_value() -> None:
    whole = samples_of(part("dataset", "function", expression="x", observations=9))
    parted = samples_of(part("dataset", "function", expression="sqrt(x**2 - 4)", observations=13))

    assert truth_line(whole)[1].tolist() == np.linspace(-3, 3, 9).tolist()
    x, y = truth_line(parted)
    assert np.isnan(x).tolist() == np.isnan(y).tolist() == [False] * 3 + [True] + [False] * 3
    assert x[[0, 2, 4, 6]].tolist() == [-3, -2, 2, 3]
    single = samples_of(part("dataset", "function", expression="1 if x == 3 else log(-1)"))
    assert truth_line(single)[0].tolist() == [3]


def test_the_truth_continues_outside_the_observations() -> None:
    x, y = truth_outside(samples_of(part("dataset", "sine", observations=9)), -6.0, 6.0, 13)

    assert x.tolist() == list(range(-6, 7))
    assert np.isnan(y).tolist() == [abs(place) < 3 for place in x]
    assert np.array_equal(y[np.abs(x) >= 3], np.sin(x[np.abs(x) >= 3]))


def test_the_truth_outside_has_gaps_where_a_function_has_no_value() -> None:
    root = samples_of(part("dataset", "function", expression="sqrt(4 - x)", observations=9))
    x, y = truth_outside(root, 3.0, 6.0, 4)

    assert x.tolist() == [3, 4, 5, 6]
    assert y[:2].tolist() == [1, 0]
    assert np.isnan(y[2:]).all()


def test_own_points_have_no_function() -> None:
    samples = samples_of(part("dataset", "points", points=encode_points([(0.0, 1.0)])))
    assert samples.function is None


def test_the_distance_to_the_truth_is_known_where_the_truth_is() -> None:
    samples = samples_of(part("dataset", "sine", noise=0.5))
    assert distance_to_truth(np.sin(samples.inputs[:, 0]) + 1, samples) == pytest.approx(1)
    own = samples_of(part("dataset", "points", points=encode_points([(0.0, 1.0)])))
    assert distance_to_truth(np.zeros(1), own) is None


def as_file(array: object) -> bytes:
    written = BytesIO()
    np.save(written, array, allow_pickle=True)
    return written.getvalue()


def test_points_are_decoded_and_counted_without_decoding() -> None:
    pairs = np.random.default_rng(1).normal(size=(37, 2))
    content = encode_points(pairs)

    assert np.array_equal(decode_points(content), pairs)
    assert content.startswith(MAGIC)
    assert entry("dataset", "points").samples(part("dataset", "points", points=content)) == 37
    assert decode_points(b"").shape == decode_points(encode_points(np.empty((0, 2)))).shape == (0, 2)
    assert len(encode_points(np.zeros((MOST_POINTS, 2)))) <= MOST_BYTES


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"points", "are damaged"),
        (MAGIC, "are damaged"),
        (MAGIC + b"\1\0" + struct.pack("<H", 12) + b"{'descr': ( ", "are damaged"),
        (encode_points([(1, 2), (3, 4)])[:-1], "are damaged"),
        (as_file(np.array([{"x": 1}, None], object)), "are damaged"),
        (as_file(np.zeros(4)), "no pairs of x and y"),
        (as_file(np.zeros((4, 3))), "no pairs of x and y"),
        (as_file(np.zeros((4, 2), np.float32)), "no decimal numbers"),
        (as_file(np.full((4, 2), np.nan)), "not finite or too large"),
        (as_file(np.full((4, 2), 1e31)), "not finite or too large"),
        (as_file(np.zeros((MOST_POINTS + 1, 2))), "100,001 points are too many"),
    ],
)
def test_bytes_without_points_are_refused(content: bytes, words: str) -> None:
    with pytest.raises(PointsError, match=words):
        decode_points(content)


def test_an_archive_of_arrays_is_refused() -> None:
    archive = BytesIO()
    np.savez(archive, np.zeros((4, 2)))

    with pytest.raises(PointsError):
        decode_points(archive.getvalue())
