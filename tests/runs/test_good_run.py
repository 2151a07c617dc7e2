"""What counts as a good run: R² of curves, PSNR of paintings, and data that leave little to learn."""

import math

import numpy as np
import pytest
from numpy.typing import ArrayLike
from PIL import Image

from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.data.pictures.cropping import image_to_png
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.diagnosis.good_run import good_run


def points(x: ArrayLike, y: ArrayLike) -> Samples:
    pairs = np.stack([np.asarray(x, float), np.asarray(y, float)], 1)
    return samples_of(part("dataset", "points", points=encode_points(pairs)))


def is_good(samples: Samples, fitted: ArrayLike) -> bool:
    return good_run(samples).shortfall_of_curve(fitted, samples.targets) <= 1


@pytest.mark.parametrize(("offset", "unit"), [(0.0, 1.0), (1e6, 1.0), (0.0, 1e-9)])
def test_a_curve_is_good_by_its_r2_in_any_unit(offset: float, unit: float) -> None:
    y = offset + unit * np.sin(np.linspace(0, 9, 50))
    samples, error = points(np.arange(50), y), np.std(y) * np.resize([1, -1], 50)
    assert is_good(samples, y + error * math.sqrt(0.04))
    assert not is_good(samples, y + error * math.sqrt(0.06))
    assert not is_good(samples, np.full(50, y.mean()))
    assert not is_good(samples, np.full(50, np.nan))
    assert not is_good(samples, np.full(50, 1e300))


def test_what_no_function_can_learn_does_not_count() -> None:
    samples = points([0, 0, 1, 1], [0, 1, 4, 5])
    assert is_good(samples, [0.5, 0.5, 4.5, 4.5])
    assert not is_good(samples, [2.5, 2.5, 2.5, 2.5])
    assert is_good(points([3, 3, 3], [1, 2, 3]), [2, 2, 2])
    assert not is_good(points([3, 3, 3], [1, 2, 3]), [5, 5, 5])


@pytest.mark.parametrize("y", [0.0, 5.0, -1e6])
def test_a_constant_is_good_where_it_is_met(y: float) -> None:
    samples = points(range(9), [y] * 9)
    assert is_good(samples, [y + 1e-6] * 9)
    assert not is_good(samples, [y + 0.1 * max(1, abs(y))] * 9)


def picture(colours: ArrayLike) -> Samples:
    data = preset("lecture-painting").data
    image = image_to_png(Image.fromarray(np.asarray(colours, np.uint8)))
    return samples_of(data.has(source="own", image=image, longest=16))


def test_a_painting_is_good_by_its_psnr() -> None:
    good = good_run(samples_of(preset("lecture-painting").data))
    assert good.shortfall_of_painting(30.1) < 1 < good.shortfall_of_painting(28.0)
    assert good.shortfall_of_painting(math.inf) == 0
    assert good.shortfall_of_painting(math.nan) == math.inf


def test_a_faint_picture_is_not_good_in_one_colour() -> None:
    rows = np.arange(16)[:, np.newaxis, np.newaxis] + np.full((16, 16, 3), 100)
    good = good_run(picture(rows))  # of which one colour has 34.9 dB
    assert good.shortfall_of_painting(35.0) > 1 > good.shortfall_of_painting(40.0)
    one = good_run(picture(np.full((16, 16, 3), 100)))
    assert one.shortfall_of_painting(40.0) > 1 > one.shortfall_of_painting(60.0)
