"""What a hundred answers come to as one number."""

import numpy as np
import pytest

from cadl_desktop.lessons.descending import errors


def test_costs_are_those_of_counting_by_hand() -> None:
    costs = errors.costs(np.array([0.0, 1.0, -1.0, -0.4, 0.6]))
    assert costs.wrong == 3
    assert costs.signed == pytest.approx(0.2 / 5)
    assert costs.absolute == pytest.approx(3.0 / 5)
    assert costs.squared == pytest.approx((1 + 1 + 0.16 + 0.36) / 5)


def test_hard_answers_make_all_costs_the_same_and_soft_ones_do_not() -> None:
    thresholds = np.linspace(0, 1, 21)
    hard = errors.costs_of_thresholds(thresholds, 0.0, errors.labels())
    soft = errors.costs_of_thresholds(thresholds, 0.1, errors.labels())
    np.testing.assert_allclose(hard.absolute, hard.wrong / errors.FRUIT)
    np.testing.assert_allclose(hard.squared, hard.absolute)
    np.testing.assert_array_equal(soft.wrong, hard.wrong)  # an answer lies on the same side of one half
    assert np.all(soft.squared < soft.absolute)


def test_mistakes_of_both_kinds_cancel_as_the_page_says() -> None:
    costs = errors.costs_of_thresholds(errors.limits(), 0.0, errors.labels())
    nothing = np.abs(costs.signed) < 1e-12
    assert costs.wrong[nothing].tolist() == [14]


def test_a_soft_answer_is_one_half_at_the_threshold() -> None:
    assert errors.predicted(np.array([0.3]), 0.3, 0.05) == pytest.approx([0.5])
    assert errors.predicted(np.array([0.35]), 0.3, 0.05) == pytest.approx([1 / (1 + np.exp(-1))])


@pytest.mark.parametrize("softness", [1e-3, 1e-6, 1e-12])
def test_the_softest_trace_of_softness_is_nearly_a_hard_answer(softness: float) -> None:
    x = errors.redness()
    np.testing.assert_allclose(errors.predicted(x, 0.15, softness), errors.predicted(x, 0.15, 0), atol=0.01)
