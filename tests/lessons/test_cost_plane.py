"""Planes through weights and their grids, compared with direct computation."""

from itertools import pairwise

import numpy as np
import pytest

from cadl_desktop.lessons.cost_plane import (
    FINEST,
    SIDES,
    Plane,
    coordinates,
    evenly_spread,
    grid_extent,
    grid_lines,
    main_plane,
    new_places,
    random_plane,
    reach_of,
)

SHAPES = [(3, 4), (4,), (4, 2), (2,)]
PARAMETERS = 12 + 4 + 8 + 2


def moments(count: int = 9) -> np.ndarray:
    """Moments of a run with a long path along one direction and a short one along another."""
    random = np.random.default_rng(3)
    along, across = np.linalg.qr(random.normal(size=(PARAMETERS, 2)))[0].T
    time = np.linspace(-1, 1, count)
    noise = 1e-3 * random.normal(size=(count, PARAMETERS))
    return 5 * time[:, None] * along + (time**2)[:, None] * across + noise + 7


def test_the_main_directions_are_those_of_the_covariance() -> None:
    found = moments()
    plane = main_plane(found[-1], found)
    variances, vectors = np.linalg.eigh(np.cov(found.T))
    assert np.abs(plane.directions[0] @ vectors[:, -1]) == pytest.approx(1)
    assert np.abs(plane.directions[1] @ vectors[:, -2]) == pytest.approx(1)
    assert plane.shares == pytest.approx(tuple(variances[::-1][:2] / variances.sum()))
    assert np.allclose(plane.directions @ plane.directions.T, np.eye(2))


def test_moments_on_a_line_get_a_second_direction() -> None:
    straight = np.linspace(0, 1, 5)[:, None] * np.ones(PARAMETERS)
    plane = main_plane(straight[-1], straight)
    assert plane.shares == pytest.approx((1, 0))
    assert np.allclose(plane.directions @ plane.directions.T, np.eye(2))


def test_equal_moments_get_two_directions() -> None:
    plane = main_plane(np.ones(PARAMETERS), np.ones((4, PARAMETERS)))
    assert plane.shares == (0, 0)
    assert np.allclose(np.linalg.norm(plane.directions, axis=1), 1)


def test_two_moments_have_no_main_directions() -> None:
    with pytest.raises(ValueError, match="2 moments"):
        main_plane(np.zeros(PARAMETERS), moments()[:2])


def test_random_directions_have_the_norm_of_each_neuron_s_weights() -> None:
    centre = np.random.default_rng(1).normal(size=PARAMETERS)
    plane = random_plane(centre, SHAPES, 5)
    for direction in plane.directions:
        first, bias, second, last = np.split(direction, [12, 16, 24])
        for drawn, own in (
            (first.reshape(3, 4), centre[:12].reshape(3, 4)),
            (second.reshape(4, 2), centre[16:24].reshape(4, 2)),
        ):
            assert np.allclose(np.linalg.norm(drawn, axis=0), np.linalg.norm(own, axis=0))
        assert not bias.any()
        assert not last.any()
    again, others = random_plane(centre, SHAPES, 5), random_plane(centre, SHAPES, 6)
    assert np.array_equal(plane.directions, again.directions)
    assert not np.allclose(plane.directions, others.directions)
    assert plane.shares is None


def test_projection_is_the_nearest_point_for_oblique_directions() -> None:
    random = np.random.default_rng(2)
    centre, directions = random.normal(size=PARAMETERS), random.normal(size=(2, PARAMETERS))
    plane = Plane(centre, directions)
    beside = random.normal(size=PARAMETERS)
    beside -= np.linalg.pinv(directions) @ (directions @ beside)
    vectors = np.stack([centre, centre + directions.T @ [0.3, -2.0] + beside])
    places, distances = plane.projected(vectors)
    assert np.allclose(places, [[0, 0], [0.3, -2.0]])
    assert np.allclose(distances, [0, np.linalg.norm(beside)])
    assert np.allclose(plane.at((0.3, -2.0)) + beside, vectors[1], atol=1e-6)


def test_every_grid_contains_the_coarser_ones_and_no_point_is_measured_twice() -> None:
    asked = np.concatenate([new_places(side) for side in SIDES])
    assert len(asked) == FINEST**2
    assert len(np.unique(asked, axis=0)) == FINEST**2
    for coarse, fine in pairwise(SIDES):
        assert set(grid_lines(coarse).tolist()) < set(grid_lines(fine).tolist())
        assert len(new_places(fine)) == fine**2 - coarse**2
    assert new_places(SIDES[0])[0].tolist() == [FINEST // 2, FINEST // 2]


def test_grid_points_are_even_around_the_middle() -> None:
    corners = np.array([[0, 0], [25, 25], [50, 0], [25, 50]])
    assert coordinates(corners, 2.0).tolist() == [[-2, -2], [0, 0], [-2, 2], [2, 0]]
    for side in SIDES:
        column = coordinates(np.stack([grid_lines(side)] * 2, -1), 3.0)[:, 0]
        assert column[-1] == pytest.approx(grid_extent(side, 3.0)) == pytest.approx(-column[0])


def test_reach_and_spread() -> None:
    assert reach_of(np.array([[1.0, -4.0], [2.0, 3.0]])) == pytest.approx(4.4)
    assert reach_of(np.zeros((1, 2))) == 1.0
    assert evenly_spread(5, 9).tolist() == [0, 1, 2, 3, 4]
    assert evenly_spread(101, 5).tolist() == [0, 25, 50, 75, 100]
