"""Page 1, played as a person would."""

import numpy as np
import pytest

from cadl_desktop.lessons.demonstrations.descending.error_and_cost import HELD, ErrorAndCost
from cadl_desktop.lessons.descending import errors
from tests.lessons.playing import handle


def cost(page: ErrorAndCost, row: int) -> float:
    value = page.tables()[0].rows[row][1]
    assert isinstance(value, int | float)
    return value


MISTAKES, SIGNED, ABSOLUTE, SQUARED = range(4)


def test_the_goal_is_reached_by_who_finds_the_place_and_says_so() -> None:
    page = ErrorAndCost().moved("threshold", 0.5, 0.5)
    assert not page.reached()
    assert page.pressed("claim").reached()


def test_saying_so_elsewhere_or_changing_the_label_is_not_enough() -> None:
    page = ErrorAndCost().pressed("claim").moved("label", 0.7, 1.0).pressed("claim")
    assert not page.reached()
    assert not page.turned("softness", 0.2).pressed("claim").reached()
    assert not page.moved("threshold", 0.8, 0.5).pressed("claim").reached()


def test_what_was_found_stays_found() -> None:
    page = ErrorAndCost().moved("threshold", 0.5, 0.5).pressed("claim")
    assert page.moved("threshold", 0.1, 0.5).pressed("claim").reached()


def test_the_best_threshold_is_the_best_of_all() -> None:
    x, y = errors.redness(), errors.labels()
    fewest = min(int(np.sum((x > limit) != y)) for limit in np.linspace(0, 1, 5001))
    page = ErrorAndCost().as_in_lecture()
    assert cost(page, MISTAKES) == fewest == 12
    assert page.pressed("claim").reached()


def test_a_label_that_is_dragged_to_the_answer_is_no_error_any_more() -> None:
    begun = ErrorAndCost()
    dragged = begun.moved("label", 0.0, 0.75)
    assert cost(begun, MISTAKES) - cost(dragged, MISTAKES) == 1
    assert cost(begun, SIGNED) - cost(dragged, SIGNED) == pytest.approx(0.75 / 100)
    assert cost(begun, ABSOLUTE) - cost(dragged, ABSOLUTE) == pytest.approx(0.75 / 100)
    assert cost(begun, SQUARED) - cost(dragged, SQUARED) == pytest.approx((1 - 0.25**2) / 100)
    assert "= 1.00 - 0.75 = 0.25" in dragged.words()[0]


def test_handles_stay_in_the_figure() -> None:
    page = ErrorAndCost().moved("threshold", -4, 9).moved("label", 3, 9)
    assert (handle(page, "threshold").x, handle(page, "threshold").y) == (0.0, 0.5)
    assert (handle(page, "label").x, handle(page, "label").y) == (errors.redness()[HELD], 1.0)
