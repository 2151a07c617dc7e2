import math

import numpy as np
import pytest

from cadl_desktop.data.scores import psnr


def test_psnr_of_a_known_error() -> None:
    target = np.full((4, 5, 3), 100.0)

    assert psnr(target + 10, target) == pytest.approx(20 * math.log10(255 / 10))
    assert psnr(target / 255 + 0.1, target / 255, peak=1.0) == pytest.approx(20.0)


def test_only_equal_pictures_are_infinitely_near() -> None:
    target = np.full((4, 5, 3), 100, np.uint8)
    nearly = target.astype(np.float32)
    nearly[0, 0, 0] += 1e-3

    assert psnr(target, target) == math.inf
    assert 100 < psnr(nearly, target) < math.inf


def test_what_is_shown_is_scored() -> None:
    target = np.array([0, 255], np.uint8)

    assert psnr(np.array([-50.0, 300.0]), target) == math.inf
    assert math.isnan(psnr(np.array([math.nan, 0.0]), target))
