"""Page 7: goal, training and figures."""

import numpy as np
import pytest

from cadl_desktop.lessons import line_fit
from cadl_desktop.lessons.demonstrations.first_network import FirstNetwork
from cadl_desktop.lessons.figure import Heights, Line, Trail
from tests.lessons.demonstration_driver import control, handle


def trained(page: FirstNetwork) -> FirstNetwork:
    """Presses Train until it is no longer possible."""
    while control(page, "train").possible:
        page = page.after_press("train")
    return page


def test_the_lecture_s_rate_takes_too_many_steps_for_the_goal() -> None:
    page = trained(FirstNetwork())
    assert page == FirstNetwork().as_in_lecture()
    assert page.taken == 356
    assert not page.reached()
    assert "It costs 0.4211; the best of all lines costs 0.4211." in page.words()[0]


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_the_goal_is_reached_by_training_in_larger_steps(rate: float) -> None:
    page = FirstNetwork().with_value("rate", rate)
    assert not page.reached()
    assert not page.after_press("train").with_value("rate", rate).reached()
    assert trained(page).reached()


@pytest.mark.parametrize(("rate", "steps", "why"), [(1e-6, 2, "far from the bottom"), (0.8, 500, "never")])
def test_other_rates_do_not_reach_the_goal(rate: float, steps: int, why: str) -> None:
    page = trained(FirstNetwork().with_value("rate", rate))
    assert page.taken == steps
    assert why in page.words()[1]
    assert not page.reached()


def test_another_start_resets_training_and_ends_at_the_same_line() -> None:
    page = trained(FirstNetwork()).after_move("start", 9.0, -1.0)
    assert page.taken == 0
    assert page.start == (1.6, -1.0)
    assert (handle(page, "start").x, handle(page, "start").y) == page.start
    *_, end = line_fit.descent(page.start, page.rate, 1e-6)
    np.testing.assert_allclose(end, line_fit.best_line()[0], atol=0.02)
    assert trained(page).after_press("again") == page


def test_the_line_leaves_a_fading_trail_and_the_bowl_is_seen_twice() -> None:
    data, flat, turned = trained(FirstNetwork()).figures()
    lines = [item for item in data.items if isinstance(item, Line)]
    opacities = [item.opacity for item in lines]
    assert len(lines) == 37
    assert opacities == sorted(opacities)
    assert opacities[-1] == 1
    for figure in (flat, turned):
        (heights,) = [item for item in figure.items if isinstance(item, Heights)]
        (trail,) = [item for item in figure.items if isinstance(item, Trail)]
        assert (heights.turned is None) == (figure is flat)
        assert len(trail.x) == 357
