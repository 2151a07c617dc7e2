"""Page 3: goal, verdicts, basins and exported tables."""

import numpy as np
import pytest

from cadl_desktop.lessons import valleys
from cadl_desktop.lessons.demonstrations.many_valleys import ManyValleys
from cadl_desktop.lessons.figure import Line, Trail
from tests.lessons.demonstration_driver import handle


def test_it_begins_as_the_lecture_does() -> None:
    page = ManyValleys()
    assert page.start == 120
    trail = next(item for item in page.figures()[0].items if isinstance(item, Trail))
    assert len(trail.x) == 501
    assert trail.y[-1] == pytest.approx(-0.61, abs=0.005)


def test_goal_is_reached_by_claiming_a_local_and_the_global_minimum() -> None:
    page = ManyValleys().after_press("local").after_move("start", -0.6, 0.0)
    assert not page.reached()
    assert page.after_press("global").reached()


def test_wrong_claims_do_not_reach_the_goal() -> None:
    page = ManyValleys().after_press("global").after_move("start", -0.6, 0.0).after_press("local")
    assert not page.reached()
    right_end = ManyValleys().after_move("start", 0.95, 0.0).after_press("local").after_press("global")
    assert right_end.found == frozenset()


@pytest.mark.parametrize(
    ("x", "name", "verdict"),
    [
        (-0.6, "global", "Right: nowhere"),
        (-0.6, "local", "More than that"),
        (0.0, "local", "Right: deepest of all around"),
        (0.0, "global", "No: this line has a deeper place"),
        (0.95, "global", "It hasn't come to the bottom"),
        (0.95, "local", "It hasn't come to the bottom"),
    ],
)
def test_every_claim_gets_its_verdict(x: float, name: str, verdict: str) -> None:
    page = ManyValleys().after_move("start", x, 0.0)
    assert len(page.words()) == 1
    assert page.after_press(name).words()[1].startswith(verdict)


def test_the_start_is_a_point_of_the_line() -> None:
    for x, point in ((-9.0, 0), (9.0, 199), (0.2061, 120)):
        page = ManyValleys().after_move("start", x, 5.0)
        assert page.start == point
        assert handle(page, "start").y == valleys.cost()[point]


def test_the_map_colours_every_start_by_where_it_ends() -> None:
    assert len(ManyValleys().figures()) == 1
    basins = ManyValleys().with_value("basins", True).figures()[1]
    whole, *coloured = [item for item in basins.items if isinstance(item, Line)]
    assert len(whole.x) == 200
    counts = [int(np.isfinite(line.y).sum()) for line in coloured]
    ends = [valleys.valley(valleys.descent(float(point))[-1]) for point in range(200)]
    assert counts == [ends.count(bottom) for bottom in valleys.bottoms()]


def test_files_contain_the_end_of_every_start() -> None:
    (table,) = ManyValleys().as_in_lecture().numbers()
    assert len(table.rows) == 200
    assert table.rows[120][2] == pytest.approx(143.5, abs=0.05)
