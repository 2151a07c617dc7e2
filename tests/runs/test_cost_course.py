"""When a cost is flat, and a run's costs in words."""

import numpy as np
import pytest

from cadl_desktop.runs.cost_course import flat_since, in_words
from cadl_desktop.runs.history import History


def history(costs: list[float], validation: list[float] | None = None, first_epoch: int = 0) -> History:
    """History of a row per epoch."""
    held_out = validation or [np.nan] * len(costs)
    rows = [
        (epoch, epoch * 10, float(epoch), cost, held, 0.01)
        for epoch, (cost, held) in enumerate(zip(costs, held_out, strict=True), first_epoch)
    ]
    return History.from_rows(np.array(rows, np.float64).reshape(-1, 6), [])


def words(costs: list[float], validation: list[float] | None = None) -> str:
    return in_words(history(costs, validation), "{:.3g}".format)


FALLING = np.geomspace(2.27, 0.26, 41).tolist()


def test_a_cost_that_fell_and_is_flat() -> None:
    assert words(FALLING + 60 * [0.26]) == "The cost fell from 2.27 to 0.26 in 100 epochs, flat since 41."
    assert words(FALLING) == "The cost fell from 2.27 to 0.26 in 40 epochs."


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        ([], ""),
        ([0.5], "The cost is 0.5 after 0 epochs."),
        ([0.5, 0.25], "The cost fell from 0.5 to 0.25 in 1 epoch."),
        ([0.5, np.nan, 1.5], "The cost rose from 0.5 to 1.5 in 2 epochs."),
        (30 * [0.5], "The cost is 0.5 after 29 epochs, as in the beginning, flat since 0."),
        (
            20 * [1.0] + 10 * [0.5] + 10 * [0.75],
            "The cost fell from 1 to 0.75 in 39 epochs, lowest at epoch 20 with 0.5.",
        ),
    ],
)
def test_other_courses(costs: list[float], expected: str) -> None:
    assert words(costs) == expected


def test_a_validation_cost_has_its_own_sentence() -> None:
    rises = [*np.geomspace(1.0, 0.4, 51), *np.geomspace(0.4, 0.8, 50)]
    told = words(FALLING + 60 * [0.26], rises)
    assert told.split(". ") == [
        "The cost fell from 2.27 to 0.26 in 100 epochs, flat since 41",
        "The validation cost fell from 1 to 0.8 in 100 epochs, lowest at epoch 50 with 0.4.",
    ]


def test_small_falls_add_up() -> None:
    slow = 0.995 ** (np.arange(1000) / 10)
    assert flat_since(slow[:100]) == 0
    assert flat_since(slow) is None


def test_noise_below_the_mean_is_flat() -> None:
    noisy = 1 + 0.01 * np.random.default_rng(1).standard_normal(200)
    assert flat_since(np.concatenate([np.geomspace(10, 1, 100), noisy])) == 120
