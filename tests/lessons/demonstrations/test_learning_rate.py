"""Page 4: goal, the three rates and trials."""

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.lessons import valleys
from cadl_desktop.lessons.demonstrations.learning_rate import LearningRate
from cadl_desktop.lessons.figure import Trail
from cadl_desktop.lessons.page_list import LINE
from tests.engine.runs import costs_by_step


def settles(rate: float) -> bool:
    return valleys.settles(valleys.descent(120.0, rate))


def largest() -> float:
    """Finds the largest rate that settles by bisection."""
    low, high = 1.0, 500.0
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (middle, high) if settles(middle) else (low, middle)
    return low


def test_three_rates_stand_side_by_side_as_in_the_lecture() -> None:
    titles = [figure.title for figure in LearningRate().figures()]
    assert titles == ["Learning rate 0.01", "Yours: 1", "Learning rate 500"]
    trails = [
        next(item for item in figure.items if isinstance(item, Trail)) for figure in LearningRate().figures()
    ]
    assert [trail.y[-1] for trail in trails] == pytest.approx([0.72, -0.61, -0.06], abs=0.005)


def test_the_window_numbers_points_as_wholes() -> None:
    (table,) = LearningRate().tables()
    assert [row[1] for row in table.rows] == [120, 143, 161]
    assert all(isinstance(row[1], int) for row in table.rows)


def test_files_contain_the_ends_of_the_lecture_s_rates() -> None:
    (table,) = LearningRate().with_value("rate", 3.0).numbers()
    assert [row[0] for row in table.rows] == [0.01, 1.0, 500.0]
    assert [row[1] for row in table.rows] == pytest.approx([120.24, 143.5, 161.9], abs=0.05)


def test_goal_is_reached_by_claiming_the_largest_rate() -> None:
    page = LearningRate().with_value("rate", 0.98 * largest())
    assert not page.reached()
    assert page.after_press("claim").reached()
    assert "= 311$" in page.after_press("claim").words()[1]


@pytest.mark.parametrize("share", [0.5, 0.85, 1.05])
def test_other_rates_are_not_the_largest(share: float) -> None:
    assert not LearningRate().with_value("rate", share * largest()).after_press("claim").reached()


def test_larger_rate_does_not_reach_the_goal_and_reached_goal_stays_reached() -> None:
    page = LearningRate()
    for share in (0.9, 0.98, 1.02, 1.1):
        page = page.with_value("rate", share * largest())
    assert not page.reached()
    found = page.with_value("rate", 0.98 * largest()).after_press("claim")
    assert found.with_value("rate", 1.0).reached()


@pytest.mark.parametrize(
    ("rate", "state"), [(0.1, "still on its way"), (2.0, "stays there"), (450.0, "from slope to slope")]
)
def test_it_says_whether_a_rate_settles(rate: float, state: str) -> None:
    assert state in LearningRate().with_value("rate", rate).words()[0]


def test_all_from_one_to_three_hundred_settles_as_the_page_says() -> None:
    assert all(settles(float(rate)) for rate in range(1, 301))
    assert not settles(330.0)


def test_trial_converges_at_ten_times_its_rate_but_not_at_a_hundred_times() -> None:
    experiment = LINE.experiment()

    def costs(factor: float) -> list[float]:
        rate = factor * float(experiment.optimizer["rate"])
        return costs_by_step(replace(experiment, optimizer=experiment.optimizer.has(rate=rate)), 40)

    once, ten, hundred = costs(1), costs(10), costs(100)
    assert np.all(np.diff(once) < 0)
    assert ten[20] < once[20]
    assert ten[-1] < 0.45
    assert np.abs(np.diff(hundred[-10:])).min() > 0.1  # up and down at every step
