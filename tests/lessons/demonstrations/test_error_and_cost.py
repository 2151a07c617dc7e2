"""Page 1: goal, costs of errors and handles."""

import numpy as np
import pytest

from cadl_desktop.lessons.demonstrations import error_and_cost
from cadl_desktop.lessons.demonstrations.error_and_cost import DRAGGED, ErrorAndCost
from tests.lessons.demonstration_driver import handle


def test_costs_are_those_of_counting_by_hand() -> None:
    costs = error_and_cost.measure_errors(np.array([0.0, 1.0, -1.0, -0.4, 0.6]))
    assert costs.wrong == 3
    assert costs.signed == pytest.approx(0.2 / 5)
    assert costs.absolute == pytest.approx(3.0 / 5)
    assert costs.squared == pytest.approx((1 + 1 + 0.16 + 0.36) / 5)


def test_all_costs_are_equal_for_hard_answers_only() -> None:
    thresholds = np.linspace(0, 1, 21)
    hard = error_and_cost.measure_thresholds(thresholds, 0.0, error_and_cost.fruit_labels())
    soft = error_and_cost.measure_thresholds(thresholds, 0.1, error_and_cost.fruit_labels())
    np.testing.assert_allclose(hard.absolute, hard.wrong / error_and_cost.FRUIT)
    np.testing.assert_allclose(hard.squared, hard.absolute)
    np.testing.assert_array_equal(soft.wrong, hard.wrong)  # answers stay on the same side of one half
    assert np.all(soft.squared < soft.absolute)


def test_mistakes_of_both_kinds_cancel_as_the_page_says() -> None:
    costs = error_and_cost.measure_thresholds(
        error_and_cost.distinct_thresholds(), 0.0, error_and_cost.fruit_labels()
    )
    nothing = np.abs(costs.signed) < 1e-12
    assert costs.wrong[nothing].tolist() == [14]


def test_a_soft_answer_is_one_half_at_the_threshold() -> None:
    assert error_and_cost.predict(np.array([0.3]), 0.3, 0.05) == pytest.approx([0.5])
    assert error_and_cost.predict(np.array([0.35]), 0.3, 0.05) == pytest.approx([1 / (1 + np.exp(-1))])


@pytest.mark.parametrize("softness", [1e-3, 1e-6, 1e-12])
def test_very_small_softness_is_nearly_a_hard_answer(softness: float) -> None:
    x = error_and_cost.redness()
    soft, hard = error_and_cost.predict(x, 0.15, softness), error_and_cost.predict(x, 0.15, 0)
    np.testing.assert_allclose(soft, hard, atol=0.01)


def cost(page: ErrorAndCost, row: int) -> float:
    value = page.tables()[0].rows[row][1]
    assert isinstance(value, int | float)
    return value


MISTAKES, SIGNED, ABSOLUTE, SQUARED = range(4)


def test_goal_is_reached_by_claiming_the_best_threshold() -> None:
    page = ErrorAndCost().after_move("threshold", 0.5, 0.5)
    assert not page.reached()
    assert page.after_press("claim").reached()


def test_claim_elsewhere_or_changed_label_does_not_reach_the_goal() -> None:
    page = ErrorAndCost().after_press("claim").after_move("label", 0.7, 1.0).after_press("claim")
    assert not page.reached()
    assert not page.with_value("softness", 0.2).after_press("claim").reached()
    assert not page.after_move("threshold", 0.8, 0.5).after_press("claim").reached()


def test_reached_goal_stays_reached() -> None:
    page = ErrorAndCost().after_move("threshold", 0.5, 0.5).after_press("claim")
    assert page.after_move("threshold", 0.1, 0.5).after_press("claim").reached()


def test_the_best_threshold_is_the_best_of_all() -> None:
    x, y = error_and_cost.redness(), error_and_cost.fruit_labels()
    fewest = min(int(np.sum((x > limit) != y)) for limit in np.linspace(0, 1, 5001))
    page = ErrorAndCost().as_in_lecture()
    assert cost(page, MISTAKES) == fewest == 12
    assert page.after_press("claim").reached()


def test_label_dragged_to_the_answer_has_no_error() -> None:
    initial = ErrorAndCost()
    dragged = initial.after_move("label", 0.0, 0.75)
    assert cost(initial, MISTAKES) - cost(dragged, MISTAKES) == 1
    assert cost(initial, SIGNED) - cost(dragged, SIGNED) == pytest.approx(0.75 / 100)
    assert cost(initial, ABSOLUTE) - cost(dragged, ABSOLUTE) == pytest.approx(0.75 / 100)
    assert cost(initial, SQUARED) - cost(dragged, SQUARED) == pytest.approx((1 - 0.25**2) / 100)
    assert "= 1.00 - 0.75 = 0.25" in dragged.words()[0]


def test_handles_stay_in_the_figure() -> None:
    page = ErrorAndCost().after_move("threshold", -4, 9).after_move("label", 3, 9)
    assert (handle(page, "threshold").x, handle(page, "threshold").y) == (0.0, 0.5)
    assert (handle(page, "label").x, handle(page, "label").y) == (error_and_cost.redness()[DRAGGED], 1.0)


def test_a_hint_says_that_one_side_has_more_only_where_it_has() -> None:
    for threshold in np.linspace(0, 1, 201):
        page = ErrorAndCost(threshold=float(threshold))
        look, *_ = page.hints()
        counts = [int(word) for word in look.replace(",", "").split() if word.isdigit()]
        if "more strokes" in look:
            assert counts[0] > counts[1]
