"""Page 8: goal, batches and paths."""

import numpy as np
import pytest

from cadl_desktop.lessons import line_fit
from cadl_desktop.lessons.demonstrations.mini_batches import MiniBatches
from cadl_desktop.lessons.figure import Points
from tests.lessons.demonstration_driver import control


def shown(page: MiniBatches) -> dict[str, set[int]]:
    """Samples by the name of their points."""
    points = [item for item in page.figures()[0].items if isinstance(item, Points)]
    return {str(item.name): {int(x) for x in item.x} for item in points}


def test_batches_are_taken_ten_by_ten_in_order_and_shuffled() -> None:
    page = MiniBatches()
    assert len(shown(page)["not taken yet"]) == 100
    page = page.after_press("take").after_press("take")
    assert shown(page) == {
        "not taken yet": set(range(20, 100)),
        "taken": set(range(10)),
        "taken now": set(range(10, 20)),
    }
    shuffled = page.with_value("shuffled", True)
    assert len(shown(shuffled)["not taken yet"]) == 100
    seen: set[int] = set()
    for _ in range(10):
        shuffled = shuffled.after_press("take")
        now = shown(shuffled)["taken now"]
        assert len(now) == 10
        assert not now & seen
        assert max(now) - min(now) > 20
        seen |= now
    assert not control(shuffled, "take").possible
    assert shuffled.after_press("again").taken == 0


@pytest.mark.parametrize("batch", [5, 10])
def test_the_goal_of_batches_is_reached_with_little_work(batch: int) -> None:
    page = MiniBatches().with_value("shuffled", True).with_value("batch", batch)
    assert not page.reached()
    assert page.after_press("claim").reached()
    assert page.after_press("claim").with_value("batch", 1000).reached()


@pytest.mark.parametrize(
    ("shuffled", "batch", "why"),
    [
        (True, 1000, "more than 5"),
        (True, 11, "more than 5"),
        (True, 1, "still"),
        (False, 10, "still"),
    ],
)
def test_too_many_samples_or_too_noisy_a_path_do_not_reach_the_goal(
    shuffled: bool, batch: int, why: str
) -> None:
    page = MiniBatches().with_value("shuffled", shuffled).with_value("batch", batch).after_press("claim")
    assert not page.reached()
    assert why in page.words()[1]


def test_a_smaller_batch_makes_a_longer_path() -> None:
    def length(batch: int) -> float:
        path = line_fit.batch_descent(line_fit.INITIAL, 0.01, batch, True)
        return float(np.hypot(*np.diff(path, axis=0).T).sum())

    lengths = [length(batch) for batch in (1, 10, 100, 1000)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > 5 * lengths[-1]
