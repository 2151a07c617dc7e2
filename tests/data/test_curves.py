import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadl_desktop.data.curves import curve_positions, sine
from cadl_desktop.experiment.catalog import part


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
