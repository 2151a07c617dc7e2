"""Page 2, played as a person would, and the parabola under it."""

import pytest

from cadl_desktop.lessons.demonstrations.descending.rolling_downhill import RollingDownhill
from cadl_desktop.lessons.descending.parabola import cost, slope, step
from tests.lessons.playing import control


def stepped(page: RollingDownhill, often: int) -> RollingDownhill:
    for _ in range(often):
        page = page.pressed("step")
    return page


@pytest.mark.parametrize("theta", [-1.5, -0.2, 0.0, 0.7])
def test_the_slope_is_that_of_neighbours(theta: float) -> None:
    assert slope(theta) == pytest.approx((cost(theta + 1e-6) - cost(theta - 1e-6)) / 2e-6, abs=1e-6)


def test_every_step_takes_a_share_of_the_way() -> None:
    """Each is theta times 1 - 2 rate: after n of them theta is the start times its n-th power."""
    page = stepped(RollingDownhill(), 7)
    assert page.path[-1] == pytest.approx(0.8**7)
    assert [row[1] for row in page.numbers()[0].rows] == list(page.path)


def test_the_goal_is_reached_by_steps_from_afar() -> None:
    page = stepped(RollingDownhill(), 20)
    assert not page.reached()
    assert stepped(page, 1).reached()


def test_dragging_there_is_not_rolling() -> None:
    assert not RollingDownhill().moved("theta", 0.0, 0.0).reached()
    assert not stepped(RollingDownhill().moved("theta", 0.02, 0.0), 5).reached()


def test_half_of_the_slope_is_one_step_and_all_of_it_leaps_for_ever() -> None:
    assert step(0.83, 0.5) == 0
    page = stepped(RollingDownhill(rate=1.0), 9)
    assert set(page.path) == {1.0, -1.0}
    assert control(page, "play").possible


def test_what_climbs_out_of_the_bowl_stops_being_possible() -> None:
    page = stepped(RollingDownhill().turned("rate", 1.2), 50)
    assert 4 < abs(page.path[-1]) < 8
    assert len(page.path) < 10
    assert not control(page, "step").possible


def test_every_place_of_the_formula_has_its_number() -> None:
    page = RollingDownhill().moved("theta", -0.5, 3.0).turned("rate", 0.2)
    letters, numbers, _ = page.words()
    assert letters == r"$\theta \leftarrow \theta - \eta \cdot \nabla J(\theta)$"
    assert numbers == r"$= -0.5000 - 0.20 \cdot (-1.0000) = -0.3000$"


def test_back_at_the_start() -> None:
    page = stepped(RollingDownhill().moved("theta", 1.5, 0.0), 3)
    assert page.pressed("again").path == (1.5,)


def test_the_lecture_goes_from_one_back_to_nothing() -> None:
    assert RollingDownhill().as_in_lecture().path == (1.0, 0.0)
    assert step(1.0, RollingDownhill().as_in_lecture().rate) == 0.0
