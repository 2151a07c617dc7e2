import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadl_desktop.data.samples import Samples
from cadl_desktop.data.subsets import split
from cadl_desktop.experiment import Experiment, preset


def experiment(validation: float, seed: int = 1) -> Experiment:
    return msgspec.structs.replace(preset("lecture-line"), validation=validation, seed=seed)


def samples(count: int) -> Samples:
    column = np.zeros((count, 1))
    return Samples(column, column, low=np.zeros(1), high=np.ones(1), target_low=0.0, target_high=1.0)


def test_without_validation_all_samples_are_trained_on() -> None:
    training, validation = split(experiment(0.0), samples(1000))

    assert training.tolist() == list(range(1000))
    assert validation.tolist() == []
    assert training.dtype == validation.dtype == np.int64


@given(st.floats(0, 0.9), st.integers(1, 300), st.integers(0, 2**31 - 1))
def test_every_sample_is_in_training_or_validation(fraction: float, count: int, seed: int) -> None:
    training, validation = split(experiment(fraction, seed), samples(count))

    assert sorted([*training.tolist(), *validation.tolist()]) == list(range(count))
    assert len(training) >= 1
    assert abs(len(validation) - fraction * count) <= 1
    assert (np.diff(training) > 0).all()
    assert (np.diff(validation) > 0).all()


def test_the_split_depends_on_the_seed_alone() -> None:
    first, again, other = (split(experiment(0.2, seed), samples(1000))[1] for seed in (1, 1, 2))

    assert len(first) == 200
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("count", [1, 2])
def test_one_sample_always_stays_for_training(count: int) -> None:
    training, validation = split(experiment(0.9), samples(count))

    assert len(training) == 1
    assert len(validation) == count - 1
