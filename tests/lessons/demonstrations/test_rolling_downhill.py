"""Page 2: goal, steps and formulas."""

import pytest

from cadl_desktop.lessons.demonstrations.rolling_downhill import RollingDownhill, cost, slope, step
from tests.lessons.demonstration_driver import control


def stepped(page: RollingDownhill, often: int) -> RollingDownhill:
    for _ in range(often):
        page = page.after_press("step")
    return page


@pytest.mark.parametrize("theta", [-1.5, -0.2, 0.0, 0.7])
def test_the_slope_is_that_of_neighbours(theta: float) -> None:
    assert slope(theta) == pytest.approx((cost(theta + 1e-6) - cost(theta - 1e-6)) / 2e-6, abs=1e-6)


def test_every_step_multiplies_theta_by_a_constant() -> None:
    """Each step multiplies theta by 1 - 2 rate, so that n steps multiply it by the n-th power."""
    page = stepped(RollingDownhill(), 7)
    assert page.path[-1] == pytest.approx(0.8**7)
    assert [row[1] for row in page.numbers()[0].rows] == list(page.path)


def test_the_goal_is_reached_by_steps_from_afar() -> None:
    page = stepped(RollingDownhill(), 20)
    assert not page.reached()
    assert stepped(page, 1).reached()


def test_dragging_to_the_minimum_does_not_reach_the_goal() -> None:
    assert not RollingDownhill().after_move("theta", 0.0, 0.0).reached()
    assert not stepped(RollingDownhill().after_move("theta", 0.02, 0.0), 5).reached()


def test_rate_one_half_arrives_in_one_step_and_rate_one_oscillates() -> None:
    assert step(0.83, 0.5) == 0
    page = stepped(RollingDownhill(rate=1.0), 9)
    assert set(page.path) == {1.0, -1.0}
    assert control(page, "play").possible


def test_no_step_is_possible_outside_the_bowl() -> None:
    page = stepped(RollingDownhill().with_value("rate", 1.2), 50)
    assert 4 < abs(page.path[-1]) < 8
    assert len(page.path) < 10
    assert not control(page, "step").possible


def test_formula_shows_every_number() -> None:
    page = RollingDownhill().after_move("theta", -0.5, 3.0).with_value("rate", 0.2)
    letters, numbers, _ = page.words()
    assert letters == r"$\theta \leftarrow \theta - \eta \cdot \nabla J(\theta)$"
    assert numbers == r"$= -0.5000 - 0.20 \cdot (-1.0000) = -0.3000$"


def test_again_returns_to_the_start() -> None:
    page = stepped(RollingDownhill().after_move("theta", 1.5, 0.0), 3)
    assert page.after_press("again").path == (1.5,)


def test_lecture_goes_from_1_to_0_in_one_step() -> None:
    assert RollingDownhill().as_in_lecture().path == (1.0, 0.0)
    assert step(1.0, RollingDownhill().as_in_lecture().rate) == 0.0
