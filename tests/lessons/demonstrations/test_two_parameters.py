"""Page 5: goal, start and views."""

import numpy as np

from cadl_desktop.lessons.demonstrations import two_parameters
from cadl_desktop.lessons.demonstrations.two_parameters import TwoParameters
from cadl_desktop.lessons.figure import Heights, Line, Trail
from tests.lessons.demonstration_driver import handle

PARTED = (0.14, 0.02)
"""Start beside the top of a hill, from where the methods descend on different sides."""


def heights(page: TwoParameters) -> list[Heights]:
    return [item for figure in page.figures() for item in figure.items if isinstance(item, Heights)]


def test_it_is_shown_from_above_and_as_hills() -> None:
    flat, hills = heights(TwoParameters())
    assert flat.turned is None
    assert hills.turned is not None
    assert flat.values is hills.values
    assert flat.levels


def test_goal_is_reached_where_the_methods_diverge() -> None:
    page = TwoParameters().after_move("start", *PARTED)
    assert page.reached()
    assert page.words() == ("Arrived in a valley: 4 of 4. Different valleys among them: 2.",)


def test_initial_start_and_common_valleys_do_not_reach_the_goal() -> None:
    assert not TwoParameters(start=PARTED).reached()
    assert not TwoParameters().after_move("start", 0.2, 0.24).reached()


def test_a_click_and_a_drag_choose_the_start() -> None:
    page = TwoParameters()
    assert {figure.clicked for figure in page.figures()} == {"start"}
    moved = page.after_move("start", -5.0, 0.5)
    assert (handle(moved, "start").x, handle(moved, "start").y) == (two_parameters.LEAST, 0.5)
    for line in (item for item in moved.figures()[0].items if isinstance(item, Line)):
        assert (line.x[0], line.y[0]) == (two_parameters.LEAST, 0.5)
        assert len(line.x) == 501


def test_the_hills_show_the_method_that_was_chosen() -> None:
    page = TwoParameters().with_value("method", "adam")
    flat, hills = page.figures()
    (trail,) = [item for item in hills.items if isinstance(item, Trail)]
    adam = [item for item in flat.items if isinstance(item, Line)][-1]
    assert adam.name == trail.name == "Adam"
    np.testing.assert_array_equal(adam.x, trail.x)


def test_on_most_starts_all_four_meet_as_the_page_says() -> None:
    random = np.random.default_rng(0)
    starts = random.uniform(two_parameters.LEAST, two_parameters.MOST, (40, 2))
    parted = sum(TwoParameters().after_move("start", x, y).reached() for x, y in starts)
    assert parted < 8
