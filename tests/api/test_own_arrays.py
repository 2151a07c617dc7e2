"""Own arrays become the data of an experiment, and are checked as files are."""

from pathlib import Path

import numpy as np
import pytest

from cadl_desktop.api import check, open_project, preset, save_project, with_mask, with_picture, with_points
from cadl_desktop.data.samples import DataError, samples_of
from cadl_desktop.project import Project

PAINTING, CURVE = preset("lecture-painting"), preset("lecture-tanh")
COLOURS = np.random.default_rng(1).integers(0, 256, (6, 9, 3), np.uint8)
X = np.linspace(0, 3, 7)


def test_a_picture_is_learned_pixel_by_pixel(tmp_path: Path) -> None:
    experiment = with_picture(PAINTING, COLOURS)
    assert check(experiment) == []
    samples = samples_of(experiment.data)
    np.testing.assert_array_equal(samples.as_picture(samples.targets), COLOURS)
    save_project(tmp_path / "own.cadl", Project(experiment))
    assert open_project(tmp_path / "own.cadl").experiment == experiment
    assert with_picture(PAINTING, COLOURS.astype(np.int64)) == experiment
    assert with_picture(PAINTING, COLOURS / 255) == experiment
    grey = samples_of(with_picture(PAINTING, COLOURS[..., 0]).data)
    np.testing.assert_array_equal(grey.as_picture(grey.targets)[..., 2], COLOURS[..., 0])


def test_a_mask_goes_with_the_picture_that_it_belongs_to() -> None:
    hidden = np.zeros((6, 9), np.bool_)
    hidden[2:4, 3:5] = True
    experiment = with_mask(with_picture(PAINTING, COLOURS), hidden)
    assert check(experiment) == []
    marked = samples_of(experiment.data).hidden
    assert marked is not None
    assert marked.sum() == 4
    assert with_picture(experiment, COLOURS[::-1]).data["mask"] == b""


def test_points_are_fitted_and_data_of_another_kind_bring_their_network(tmp_path: Path) -> None:
    experiment = with_points(CURVE, X, X**2)
    assert check(experiment) == []
    np.testing.assert_array_equal(samples_of(experiment.data).targets[:, 0], X**2)
    save_project(tmp_path / "own.cadl", Project(experiment))
    assert open_project(tmp_path / "own.cadl").experiment == experiment
    assert check(with_points(PAINTING, X, X)) == check(with_picture(CURVE, COLOURS)) == []


@pytest.mark.parametrize(
    ("colours", "says"),
    [
        (np.zeros((4, 5, 2)), r"this one is \(4, 5, 2\)"),
        (np.zeros((0, 5)), r"this one is \(0, 5\)"),
        (np.full((2, 2), np.nan), "these are from nan to nan"),
        (np.full((2, 2), 256), "these are from 256 to 256"),
        (np.full((2, 2), 1.5), "others from 0 to 1; these are from 1.5 to 1.5"),
        (np.full((2, 2), "red"), "holds no numbers"),
        (np.broadcast_to(np.uint8(0), (11_000, 11_000)), "more than the 100,000,000 pixels"),
    ],
)
def test_an_array_that_is_no_picture_is_refused(colours: np.ndarray, says: str) -> None:
    with pytest.raises(DataError, match=says):
        with_picture(PAINTING, colours)


@pytest.mark.parametrize(
    ("x", "y", "says"),
    [
        (X, X[1:], r"these arrays are \(7,\) and \(6,\)"),
        (X[:, None], X[:, None], "one number for each point"),
        ([], [], "one number for each point"),
        (X, [*X[1:], np.inf], "not finite"),
        (X, X.astype(str), "no numbers"),
        (np.zeros(100_001), np.zeros(100_001), "100,001 points are too many"),
    ],
)
def test_arrays_that_are_no_points_are_refused(x: np.ndarray, y: np.ndarray, says: str) -> None:
    with pytest.raises(DataError, match=says):
        with_points(CURVE, x, y)


def test_a_mask_of_numbers_or_for_a_curve_is_refused() -> None:
    with pytest.raises(DataError, match="rows and columns of True and False"):
        with_mask(PAINTING, np.zeros((4, 4)))
    with pytest.raises(DataError, match="doesn't paint one picture"):
        with_mask(CURVE, np.zeros((4, 4), np.bool_))
