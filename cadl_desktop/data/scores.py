"""Scores of a painting against its target, PSNR and SSIM, and of a curve against its points."""

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cadl_desktop.data.samples import Doubles, Samples
from cadl_desktop.data.subsets import Rows

PEAK = 255.0
_WINDOW = 7
"""Side in pixels of the window in which SSIM compares two pictures."""
_BAND = 128
"""Rows scored at a time (or a few more): intermediate results stay in the processor's cache."""
Mask = NDArray[np.bool_]
NO_ROWS: Rows = np.empty(0, np.int64)


@dataclass(frozen=True)
class Scores:
    """PSNR in dB and SSIM of the pixels that are learned (seen), hidden, and held out of training.

    None where there are no such pixels or the score isn't defined: SSIM of pictures smaller than its window
    of 7 pixels, or of a painting that contains NaN.
    """

    seen_psnr: float | None
    hidden_psnr: float | None
    seen_ssim: float | None
    hidden_ssim: float | None
    held_out_psnr: float | None = None
    held_out_ssim: float | None = None


@dataclass(frozen=True)
class CurveScores:
    """R², root mean square and largest size of a curve's errors at all of its points, held-out ones
    included; the latter two in the unit of y. R² is None where all points have the same y."""

    r2: float | None
    rms: float
    largest: float


def curve_scores(fitted: ArrayLike, targets: ArrayLike) -> CurveScores:
    """Returns the scores of a network's outputs at its points, both (points,) or (points, 1)."""
    wanted = np.asarray(targets, np.float64).ravel()
    with np.errstate(over="ignore", invalid="ignore"):  # a diverged network's errors overflow
        errors = wanted - np.asarray(fitted, np.float64).ravel()
        squares, spread = float(np.square(errors).sum()), float(np.square(wanted - wanted.mean()).sum())
    return CurveScores(
        r2=1 - squares / spread if spread > 0 else None,
        rms=math.sqrt(squares / len(errors)),
        largest=float(np.abs(errors).max()),
    )


def psnr(prediction: ArrayLike, target: ArrayLike, peak: float = PEAK) -> float:
    """Returns the peak signal-to-noise ratio in dB of two arrays of the same shape, over all numbers.

    The prediction is clipped to 0..peak first, as it is when it is shown. Infinite where nothing differs; NaN
    where the prediction contains NaN.
    """
    shown = np.clip(np.asarray(prediction, np.float64), 0.0, peak)
    return decibels(float(np.mean(np.square(shown - np.asarray(target, np.float64)))), peak)


def decibels(error: float, peak: float = PEAK) -> float:
    """Returns the PSNR in dB of a mean squared error."""
    return float("inf") if error == 0 else 10 * float(np.log10(peak**2 / error))


def finite(value: float | None) -> float | None:
    """The value, or None for infinities and NaN, which neither JSON nor a table can hold."""
    return value if value is not None and math.isfinite(value) else None


def seen_psnr(colours: ArrayLike, samples: Samples, held_out: Rows = NO_ROWS) -> float:
    """Returns the PSNR in dB of the pixels that a network learns from.

    `colours` are (samples, colours), 0 to 255, a row for each sample; `held_out` are the rows that
    `data.subsets.split` reserves for validation. Without hidden and held-out pixels it is the PSNR of the
    whole picture.
    """
    if samples.hidden is None and not len(held_out):
        return psnr(colours, samples.targets)
    seen, _, _ = sample_groups(samples, held_out)
    return psnr(np.asarray(colours)[seen], samples.targets[seen])


def scores(
    prediction: ArrayLike, samples: Samples, held_out: Rows = NO_ROWS, threads: int | None = None
) -> Scores:
    """Returns the scores of a painting (height, width, colours), 0 to 255, of the samples of a picture.

    `held_out` are the rows that `data.subsets.split` reserves for validation; `threads` is by default the
    number of cores. SSIM (Wang et al., 2004) is the mean of its map over the pixels and all colours.
    """
    groups = [samples.laid_out(rows[:, np.newaxis])[..., 0] for rows in sample_groups(samples, held_out)]
    target = samples.as_picture(samples.targets)
    sums = _sums(np.asarray(prediction), target, groups, threads or os.cpu_count())
    seen, hidden, held = (_means(*each, target.shape[-1]) for each in zip(sums, groups, strict=True))
    return Scores(
        seen_psnr=seen[0],
        hidden_psnr=hidden[0],
        seen_ssim=seen[1],
        hidden_ssim=hidden[1],
        held_out_psnr=held[0],
        held_out_ssim=held[1],
    )


def sample_groups(samples: Samples, held_out: Rows) -> tuple[Mask, ...]:
    """Returns which samples are learned from, hidden and held out, each (samples,)."""
    hidden = np.zeros(len(samples.inputs), np.bool_) if samples.hidden is None else samples.hidden
    held_mask = np.zeros(len(samples.inputs), np.bool_)
    held_mask[held_out] = True
    return ~(hidden | held_mask), hidden, held_mask


def _sums(
    prediction: NDArray[Any], target: NDArray[Any], groups: Sequence[Mask], threads: int | None
) -> Doubles:
    """Returns squared errors and the SSIM map (NaN where undefined), summed over each group's pixels and all
    colours, (groups, 2). Computed in bands of rows: a large picture at once takes three times as long and a
    tenth of a gigabyte."""
    height, reach = len(target), _WINDOW // 2

    def band_sums(rows: tuple[int, int]) -> Doubles:
        first, end = rows
        above = min(reach, first)
        around, own = slice(first - above, end + reach), slice(above, above + end - first)
        shown, wanted = np.clip(np.asarray(prediction[around], np.float64), 0.0, PEAK), target[around]
        maps = np.square(shown[own] - wanted[own]), _similarity(shown, wanted)[own]
        return np.array([[_sum(where[first:end], values) for values in maps] for where in groups])

    bands = max(1, height // _BAND)
    edges = [height * number // bands for number in range(bands + 1)]
    with ThreadPoolExecutor(threads) as executor:
        return np.asarray(np.sum([*executor.map(band_sums, pairwise(edges))], 0))


def _similarity(shown: Doubles, target: NDArray[Any]) -> Doubles:
    """Returns the map of SSIM, (height, width, colours)."""
    if min(target.shape[:2]) < _WINDOW:
        return np.full(target.shape, np.nan)
    from skimage.metrics import structural_similarity  # takes a third of a second to import

    _, similar = structural_similarity(
        shown, target, win_size=_WINDOW, channel_axis=-1, data_range=PEAK, full=True
    )
    return np.asarray(similar, np.float64)


def _sum(where: Mask, values: Doubles) -> float:
    return float(values.sum() if where.all() else values[where].sum())


def _means(sums: Doubles, where: Mask, colours: int) -> tuple[float | None, float | None]:
    """Returns PSNR and SSIM of a group from its sums."""
    count = colours * int(np.count_nonzero(where))
    if not count:
        return None, None
    error, similar = (float(each) / count for each in sums)
    return None if math.isnan(error) else decibels(error), None if math.isnan(similar) else similar
