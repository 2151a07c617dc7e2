"""Page 14, played as a person would."""

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.lessons.demonstrations.fitting.training_and_test import TrainingAndTest
from cadl_desktop.lessons.figure import Line, Points
from cadl_desktop.lessons.pages import TANH
from cadl_desktop.lessons.samples import held_out
from tests.engine.runs import finished, run


def overfitted() -> TrainingAndTest:
    return TrainingAndTest().turned("degree", 9).pressed("overfits")


def costs(page: TrainingAndTest) -> dict[str, list[float]]:
    """Against points and against the true sine, by the names of sets."""
    (table,) = page.tables()
    return {str(name): [float(cost) for cost in costs] for name, _, *costs in table.rows}


@pytest.mark.parametrize(("name", "value"), [("penalty", 0.01), ("penalty", 0.03), ("points", 100)])
def test_the_goal_is_reached_by_mending_what_overfits(name: str, value: float) -> None:
    page = overfitted()
    assert "by heart" in page.words()[1]
    mended = page.turned(name, value)
    assert not page.reached()
    assert not mended.reached()
    assert mended.pressed("mends").reached()
    assert mended.pressed("mends").turned("degree", 1).reached()


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (TrainingAndTest(), "First find"),
        (TrainingAndTest().pressed("overfits"), "First find"),
        (overfitted().turned("degree", 3), "keep the degree at 9"),
        (overfitted().turned("penalty", 1e-4), "should be below 0.30"),
        (overfitted().turned("penalty", 1.0), "should be below 0.30"),
    ],
)
def test_other_ways_reach_nothing(page: TrainingAndTest, why: str) -> None:
    claimed = page.pressed("mends")
    assert not claimed.reached()
    assert why in claimed.words()[1]


def test_a_curve_that_does_not_overfit_is_not_called_so() -> None:
    page = TrainingAndTest().pressed("overfits")
    assert page.overfitted == 0
    assert page.words()[1].startswith("No")


def test_held_out_points_are_a_tenth_and_never_trained_on() -> None:
    test, most = held_out.held_out(), held_out.training(held_out.most_points())
    assert (len(test.x), len(most.x)) == (100, 900)
    assert not set(test.x) & set(most.x)
    assert np.abs(held_out.beyond().x).min() > 3
    for points in (test, most, held_out.beyond()):
        np.testing.assert_array_equal(points.truth, np.sin(points.x))
        assert np.abs(points.y - points.truth).max() <= 0.5


@pytest.mark.parametrize("degree", [1, 5, 9])
def test_without_penalty_it_is_numpy_s_least_squares(degree: int) -> None:
    points = held_out.training(200)
    expected = np.polynomial.Polynomial.fit(points.x, points.y, degree)
    x = np.linspace(-3, 3, 50)
    np.testing.assert_allclose(
        held_out.values(held_out.fitted(200, 0.0)[degree - 1], x), expected(x), atol=1e-9
    )


def test_a_penalty_is_least_squares_with_rows_that_ask_for_nothing() -> None:
    points, penalty = held_out.training(15), 0.01
    asked = np.sqrt(15 * penalty) * np.diag([0.0] + 15 * [1.0])
    rows, aims = np.vstack((points.terms, asked)), np.append(points.y, np.zeros(16))
    expected = np.linalg.lstsq(rows, aims)[0]
    np.testing.assert_allclose(held_out.fitted(15, penalty)[-1], expected, atol=1e-8)


def test_a_training_cost_never_rises_with_the_degree_and_that_of_new_points_does() -> None:
    factors = held_out.fitted(60, 0.0)
    points = held_out.training(60)
    squares = ((factors @ points.terms.T - points.y) ** 2).mean(axis=1)
    assert np.all(np.diff(squares) <= 1e-12)
    new, _ = held_out.costs(held_out.fitted(15, 1e-6), held_out.held_out())
    assert new[8] > 5 * new[2]


def test_costs_are_what_the_page_says() -> None:
    many = TrainingAndTest().turned("degree", 5).turned("points", 900)
    against_points, against_truth = costs(many)["held out"]
    assert 0.25 < against_points < 0.27
    assert against_truth == pytest.approx(0.02, abs=0.005)
    assert costs(overfitted())["trained on"][0] < 0.2
    assert costs(many)["beyond"][0] > 2
    noise = np.abs(held_out.held_out().y - held_out.held_out().truth).mean()
    assert noise == pytest.approx(0.25, abs=0.02)


def test_looking_beyond_shows_the_truth_and_a_test_set_out_there() -> None:
    (near, _), (far, _) = (page.figures() for page in (TrainingAndTest(), TrainingAndTest(beyond=True)))
    names = [[str(item.name) for item in figure.items] for figure in (near, far)]
    assert set(names[1]) - set(names[0]) == {"test set beyond"}
    (truth,) = [item for item in far.items if isinstance(item, Line) and item.name == "true sine"]
    assert (truth.x[0], truth.x[-1]) == (-6.0, 6.0)
    (test,) = [item for item in far.items if isinstance(item, Points) and item.name == "test set beyond"]
    assert test.x.min() == -6.0


def test_what_can_be_tried_costs_as_much_on_points_that_are_held_back() -> None:
    last = finished(run(replace(TANH.experiment(), validation=0.1)))
    assert last.cost is not None
    assert last.validation_cost is not None
    assert 0.24 < last.cost < 0.29
    assert 0.24 < last.validation_cost < 0.29
