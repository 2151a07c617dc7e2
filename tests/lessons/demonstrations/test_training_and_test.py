"""Page 14: goal, held-out points and ridge regression."""

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.lessons.demonstrations import training_and_test
from cadl_desktop.lessons.demonstrations.training_and_test import TrainingAndTest
from cadl_desktop.lessons.figure import Line, Points
from cadl_desktop.lessons.page_list import TANH
from tests.engine.runs import finished, run


def overfitted() -> TrainingAndTest:
    return TrainingAndTest().with_value("degree", 9).after_press("overfits")


def costs(page: TrainingAndTest) -> dict[str, list[float]]:
    """Costs against the points and against the true sine, by the name of the set."""
    (table,) = page.tables()
    return {str(name): [float(cost) for cost in costs] for name, _, *costs in table.rows}


@pytest.mark.parametrize(("name", "value"), [("penalty", 0.01), ("penalty", 0.03), ("points", 100)])
def test_goal_is_reached_by_mending_an_overfitted_curve(name: str, value: float) -> None:
    page = overfitted()
    assert "by heart" in page.words()[1]
    mended = page.with_value(name, value)
    assert not page.reached()
    assert not mended.reached()
    assert mended.after_press("mends").reached()
    assert mended.after_press("mends").with_value("degree", 1).reached()


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (TrainingAndTest(), "First find"),
        (TrainingAndTest().after_press("overfits"), "First find"),
        (overfitted().with_value("degree", 3), "keep the degree at 9"),
        (overfitted().with_value("penalty", 1e-4), "should be below 0.30"),
        (overfitted().with_value("penalty", 1.0), "should be below 0.30"),
    ],
)
def test_other_claims_do_not_reach_the_goal(page: TrainingAndTest, why: str) -> None:
    claimed = page.after_press("mends")
    assert not claimed.reached()
    assert why in claimed.words()[1]


def test_a_curve_that_does_not_overfit_is_not_called_so() -> None:
    page = TrainingAndTest().after_press("overfits")
    assert page.overfitted == 0
    assert page.words()[1].startswith("No")


def test_held_out_points_are_a_tenth_and_never_trained_on() -> None:
    test = training_and_test.held_out_points()
    most = training_and_test.training_points(training_and_test.max_training_points())
    assert (len(test.x), len(most.x)) == (100, 900)
    assert not set(test.x) & set(most.x)
    assert np.abs(training_and_test.points_beyond().x).min() > 3
    for points in (test, most, training_and_test.points_beyond()):
        np.testing.assert_array_equal(points.truth, np.sin(points.x))
        assert np.abs(points.y - points.truth).max() <= 0.5


@pytest.mark.parametrize("degree", [1, 5, 9])
def test_fit_without_penalty_is_numpy_s_least_squares(degree: int) -> None:
    points = training_and_test.training_points(200)
    expected = np.polynomial.Polynomial.fit(points.x, points.y, degree)
    x = np.linspace(-3, 3, 50)
    fit = training_and_test.evaluate_fits(training_and_test.fit_ridge(200, 0.0)[degree - 1], x)
    np.testing.assert_allclose(fit, expected(x), atol=1e-9)


def test_penalty_is_least_squares_with_extra_rows_of_zero_targets() -> None:
    points, penalty = training_and_test.training_points(15), 0.01
    asked = np.sqrt(15 * penalty) * np.diag([0.0] + 15 * [1.0])
    rows, aims = np.vstack((points.terms, asked)), np.append(points.y, np.zeros(16))
    expected = np.linalg.lstsq(rows, aims)[0]
    np.testing.assert_allclose(training_and_test.fit_ridge(15, penalty)[-1], expected, atol=1e-8)


def test_a_training_cost_never_rises_with_the_degree_and_that_of_new_points_does() -> None:
    factors = training_and_test.fit_ridge(60, 0.0)
    points = training_and_test.training_points(60)
    squares = ((factors @ points.terms.T - points.y) ** 2).mean(axis=1)
    assert np.all(np.diff(squares) <= 1e-12)
    new, _ = training_and_test.mean_errors(
        training_and_test.fit_ridge(15, 1e-6), training_and_test.held_out_points()
    )
    assert new[8] > 5 * new[2]


def test_costs_are_what_the_page_says() -> None:
    many = TrainingAndTest().with_value("degree", 5).with_value("points", 900)
    against_points, against_truth = costs(many)["held out"]
    assert 0.25 < against_points < 0.27
    assert against_truth == pytest.approx(0.02, abs=0.005)
    assert costs(overfitted())["trained on"][0] < 0.2
    assert costs(many)["beyond"][0] > 2
    noise = np.abs(training_and_test.held_out_points().y - training_and_test.held_out_points().truth).mean()
    assert noise == pytest.approx(0.25, abs=0.02)


def test_looking_beyond_shows_the_sine_and_a_test_set_there() -> None:
    (near, _), (far, _) = (page.figures() for page in (TrainingAndTest(), TrainingAndTest(beyond=True)))
    names = [[str(item.name) for item in figure.items] for figure in (near, far)]
    assert set(names[1]) - set(names[0]) == {"test set beyond"}
    (truth,) = [item for item in far.items if isinstance(item, Line) and item.name == "true sine"]
    assert (truth.x[0], truth.x[-1]) == (-6.0, 6.0)
    (test,) = [item for item in far.items if isinstance(item, Points) and item.name == "test set beyond"]
    assert test.x.min() == -6.0


def test_trial_has_a_similar_cost_on_held_out_points() -> None:
    last = finished(run(replace(TANH.experiment(), validation=0.1)))
    assert last.cost is not None
    assert last.validation_cost is not None
    assert 0.24 < last.cost < 0.29
    assert 0.24 < last.validation_cost < 0.29
