import math

import numpy as np
import pytest
from msgspec.structs import replace
from skimage.metrics import structural_similarity

from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.scores import CurveScores, Scores, curve_scores, psnr, scores, seen_psnr
from cadl_desktop.data.subsets import split
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part


def test_psnr_of_a_known_error() -> None:
    target = np.full((4, 5, 3), 100.0)

    assert psnr(target + 10, target) == pytest.approx(20 * math.log10(255 / 10))
    assert psnr(target / 255 + 0.1, target / 255, peak=1.0) == pytest.approx(20.0)


def test_psnr_is_infinite_only_for_equal_pictures() -> None:
    target = np.full((4, 5, 3), 100, np.uint8)
    nearly = target.astype(np.float32)
    nearly[0, 0, 0] += 1e-3

    assert psnr(target, target) == math.inf
    assert 100 < psnr(nearly, target) < math.inf


def test_clipped_values_are_scored() -> None:
    target = np.array([0, 255], np.uint8)

    assert psnr(np.array([-50.0, 300.0]), target) == math.inf
    assert math.isnan(psnr(np.array([math.nan, 0.0]), target))


def painting(**settings: object) -> Samples:
    return samples_of(part("dataset", "picture", source="coffee", longest=24, **settings))


def test_seen_and_hidden_pixels_are_scored_apart() -> None:
    samples = painting(keep=50)
    assert samples.hidden is not None
    hidden = samples.hidden.reshape(16, 24)
    target = samples.as_picture(samples.targets)
    painted = np.clip(target + np.where(hidden, 20.0, 5.0)[..., np.newaxis], 0, 255)

    found = scores(painted, samples)

    _, similar = structural_similarity(painted, target, channel_axis=-1, data_range=255, full=True)
    assert found.seen_psnr == pytest.approx(psnr(painted[~hidden], target[~hidden]))
    assert found.hidden_psnr == pytest.approx(psnr(painted[hidden], target[hidden]))
    assert found.seen_ssim == pytest.approx(similar[~hidden].mean())
    assert found.hidden_ssim == pytest.approx(similar[hidden].mean())
    assert found.seen_psnr > found.hidden_psnr
    assert seen_psnr(painted.reshape(-1, 3), samples) == pytest.approx(found.seen_psnr)


def test_groups_without_pixels_have_no_score() -> None:
    samples = painting()
    target = samples.as_picture(samples.targets)

    assert scores(target + 400, samples).hidden_psnr is None
    assert scores(target, samples) == Scores(math.inf, None, pytest.approx(1.0), None)
    assert scores(np.full_like(target, np.nan), samples) == Scores(None, None, None, None)


def test_a_picture_smaller_than_the_window_has_no_similarity() -> None:
    samples = samples_of(part("dataset", "picture", source="coffee", longest=6, keep=50))
    found = scores(np.zeros((4, 6, 3)), samples)

    assert found.seen_ssim is found.hidden_ssim is None
    assert found.hidden_psnr is not None


def test_unused_places_of_a_montage_are_not_scored() -> None:
    samples = samples_of(part("dataset", "pictures", count=3))
    target = samples.as_picture(samples.targets)
    off = samples.as_picture(samples.targets * 0 + 10) + target

    assert scores(np.clip(off, 0, 255), samples).seen_psnr == pytest.approx(
        psnr(samples.targets + 10, samples.targets)
    )


@pytest.mark.parametrize("height", [7, 130, 255, 256, 300, 517])
def test_large_pictures_are_scored_as_small_ones(height: int) -> None:
    """Scoring in bands leaves no trace at their edges."""
    random = np.random.default_rng(3)
    target = random.uniform(0, 255, (height, 20, 3))
    painted = target + random.normal(0, 30, target.shape)
    samples = Samples(
        inputs=np.zeros((height * 20, 2)),
        targets=target.reshape(-1, 3),
        low=np.zeros(2),
        high=np.array([height, 20.0]),
        target_low=0.0,
        target_high=255.0,
        picture_shape=(height, 20),
    )
    whole = structural_similarity(
        np.clip(painted, 0, 255), target, win_size=7, channel_axis=-1, data_range=255.0, full=True
    )[1].mean()
    assert scores(painted, samples).seen_ssim == pytest.approx(whole, rel=1e-9)
    assert scores(painted, samples, threads=1) == scores(painted, samples, threads=3)


def test_held_out_pixels_are_scored_apart_from_seen_ones() -> None:
    samples = painting()
    experiment = replace(
        preset("lecture-painting"), data=part("dataset", "picture", source="coffee", longest=24)
    )
    held_out = split(replace(experiment, validation=0.25), samples)[1]
    target = samples.as_picture(samples.targets)
    apart = np.zeros(16 * 24, np.bool_)
    apart[held_out] = True
    apart = apart.reshape(16, 24)
    painted = np.clip(target + np.where(apart, 20.0, 5.0)[..., np.newaxis], 0, 255)

    found = scores(painted, samples, held_out)

    assert found.seen_psnr == pytest.approx(psnr(painted[~apart], target[~apart]))
    assert found.held_out_psnr == pytest.approx(psnr(painted[apart], target[apart]))
    assert found.hidden_psnr is None
    assert found.held_out_ssim is not None
    assert seen_psnr(painted.reshape(-1, 3), samples, held_out) == pytest.approx(found.seen_psnr)


def test_scores_of_a_curve_are_those_of_numpy() -> None:
    random = np.random.default_rng(1)
    y = 1e6 + random.normal(0, 3, (120, 1))
    fitted = y[:, 0] + random.normal(0, 1, 120)
    found, errors = curve_scores(fitted, y), y[:, 0] - fitted
    assert found.r2 == pytest.approx(1 - np.mean(errors**2) / np.var(y))
    assert found.rms == pytest.approx(np.sqrt(np.mean(errors**2)))
    assert found.largest == np.abs(errors).max()
    assert curve_scores(np.zeros(3), np.full((3, 1), 2.0)) == CurveScores(None, 2.0, 2.0)
