"""Page 10: goal, bases, descents and condition numbers."""

import numpy as np
import pytest

from cadl_desktop.lessons import noisy_sine
from cadl_desktop.lessons.demonstrations import polynomials
from cadl_desktop.lessons.demonstrations.polynomials import Basis, Polynomials
from cadl_desktop.lessons.descents import METHODS
from cadl_desktop.lessons.figure import Line
from cadl_desktop.lessons.small_network import SmallNetwork, training

BASES: tuple[Basis, ...] = ("raw", "standardised", "orthogonal")


def test_terms_are_powers_and_legendre_polynomials() -> None:
    x = noisy_sine.x()
    raw = polynomials.basis_terms(4, "raw")
    np.testing.assert_allclose(raw, np.stack([x**power for power in range(5)], axis=1))
    assert raw.max() == 81
    np.testing.assert_allclose(polynomials.basis_terms(4, "standardised").std(axis=0)[1], 1)
    legendre = polynomials.basis_terms(4, "orthogonal")
    np.testing.assert_allclose(legendre[:, 3], (5 * (x / 3) ** 3 - 3 * (x / 3)) / 2, atol=1e-12)
    products = legendre.T @ legendre / len(x)
    assert np.abs(products - np.diag(np.diag(products))).max() < 0.002


@pytest.mark.parametrize("basis", BASES)
def test_steps_are_those_of_the_small_network(basis: Basis) -> None:
    random = np.random.default_rng(1)
    bias = random.normal(0, 1.0, 1)
    begun = [random.normal(0, 0.1, (4, 1)), bias]
    points = polynomials.basis_terms(3, basis), noisy_sine.y()[:, np.newaxis]
    network = SmallNetwork((4, 1), ("linear",))
    theirs = training(network, begun, points, METHODS["plain"], 0.02, 200, 3, random)
    ours = polynomials.fit_by_descent(3, basis, 0.02)
    assert ours.shape == (501, 5)
    for step, (w, b) in enumerate(theirs, 1):
        np.testing.assert_allclose(ours[step], [*w[:, 0], *b], atol=1e-9)


def test_costs_are_those_of_the_curves() -> None:
    weights = np.array([[0.1, 1.0, 0.0, -0.1, 0.2]])
    x = noisy_sine.x()
    curve = 0.3 + x - 0.1 * x**3
    np.testing.assert_allclose(polynomials.evaluate_curves(3, "raw", weights)[0], curve, atol=1e-12)
    expected = np.abs(curve - noisy_sine.y()).mean()
    assert polynomials.curve_costs(3, "raw", weights)[0] == pytest.approx(expected)


def test_condition_number_falls_as_the_page_says() -> None:
    found = [polynomials.condition_number(4, basis) for basis in BASES]
    assert found == pytest.approx([3500, 215, 9], rel=0.02)
    for basis, condition in zip(BASES, found, strict=True):
        assert np.linalg.cond(polynomials.basis_terms(4, basis)) ** 2 == pytest.approx(condition)
        long, short = polynomials.contour_radii(4, basis)
        assert long / short == pytest.approx(condition**0.5)


def test_degree_4_never_settles_with_the_lecture_s_settings() -> None:
    """Each of the lecture's last epochs has a cost above the initial one."""
    begun = polynomials.curve_costs(4, "raw", polynomials.fit_by_descent(4, "raw", 0.02)[:1])[0]
    costs = {
        degree: polynomials.curve_costs(degree, "raw", polynomials.fit_by_descent(degree, "raw", 0.02)[-25:])
        for degree in (1, 3, 4)
    }
    assert 0.38 < costs[1].max() < 0.45
    assert costs[3].mean() < 0.55
    assert costs[4].mean() > 3 * costs[3].mean()
    assert np.all(costs[4].reshape(5, 5).max(axis=1) > begun)


@pytest.mark.parametrize("basis", ["standardised", "orthogonal"])
def test_goal_is_reached_with_other_bases(basis: str) -> None:
    page = Polynomials().with_value("degree", "4")
    assert not page.reached()
    assert page.with_value("basis", basis).reached()
    assert not page.with_value("basis", basis).with_value("degree", "3").reached()
    assert not page.with_value("basis", basis).with_value("rate", 0.0001).reached()


def test_no_rate_reaches_the_goal_with_plain_powers() -> None:
    page = Polynomials().with_value("degree", "4")
    assert not any(page.with_value("rate", rate).reached() for rate in np.geomspace(1e-4, 1, 41))


def test_earlier_curves_are_faint_and_every_term_is_drawn() -> None:
    curve, terms, _ = Polynomials().with_value("degree", "4").figures()
    opacities = [item.opacity for item in curve.items if isinstance(item, Line) and item.role == "series"]
    assert len(opacities) == 11
    assert opacities == sorted(opacities)
    assert [item.y[-1] for item in terms.items if isinstance(item, Line)] == pytest.approx([1, 3, 9, 27, 81])


def test_files_contain_all_degrees_and_bases() -> None:
    (table,) = Polynomials().numbers()
    assert [row[0] for row in table.rows] == [1, 1, 1, 3, 3, 3, 4, 4, 4]
    assert table.rows[6][4] > 3 > 0.28 > table.rows[8][4]
