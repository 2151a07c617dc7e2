"""How near a prediction is to its target."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cadl_desktop.data.samples import Doubles, Samples
from cadl_desktop.data.split import Rows

PEAK = 255.0
_WINDOW = 7
"""Pixels along a side of the window in which SSIM compares two pictures."""
_BAND = 128
"""Rows, or a few more, of which SSIM is computed at a time: all 2,048 of a large picture at once take three
times as long, as what lies between finds no room near the processor."""
NONE: Rows = np.empty(0, np.int64)


@dataclass(frozen=True)
class Scores:
    """PSNR in dB and SSIM, of the pixels that a network learns from, of those hidden from it and of those
    held out of its training to be measured only.

    None where there is no such pixel or a score isn't defined: SSIM of pictures smaller than its window of
    7 pixels, or of a painting that holds NaN.
    """

    seen_psnr: float | None
    hidden_psnr: float | None
    seen_ssim: float | None
    hidden_ssim: float | None
    held_out_psnr: float | None = None
    held_out_ssim: float | None = None


def psnr(prediction: ArrayLike, target: ArrayLike, peak: float = PEAK) -> float:
    """Peak signal-to-noise ratio in dB, over all pixels and colours of two arrays of the same shape.

    The prediction is clipped to 0..peak first, as it is when it is shown. Infinite only where nothing
    differs; NaN where the prediction holds NaN.
    """
    shown = np.clip(np.asarray(prediction, np.float64), 0.0, peak)
    return decibels(float(np.mean(np.square(shown - np.asarray(target, np.float64)))), peak)


def decibels(error: float, peak: float = PEAK) -> float:
    """PSNR in dB of a mean squared error."""
    return float("inf") if error == 0 else 10 * float(np.log10(peak**2 / error))


def seen_psnr(colours: ArrayLike, samples: Samples, held_out: Rows = NONE) -> float:
    """PSNR in dB of what a network learns from, which is all of the picture where nothing is hidden and
    nothing `held_out`, the rows that `data.split.split` gives for validation.

    Colours are (samples, colours), 0 to 255, one row for each sample.
    """
    if samples.hidden is None and not len(held_out):
        return psnr(colours, samples.targets)
    seen, _, _ = _groups(samples, held_out)
    return psnr(np.asarray(colours)[seen], samples.targets[seen])


def scores(prediction: ArrayLike, samples: Samples, held_out: Rows = NONE) -> Scores:
    """The scores of a painting (height, width, colours), 0 to 255, of these samples, which are a picture's;
    `held_out` are the rows that `data.split.split` gives for validation.

    SSIM (Wang et al., 2004) is the mean of its map over the pixels in question and all colours.
    """
    seen_at, hidden_at, held_out_at = (
        samples.laid_out(rows[:, np.newaxis])[..., 0] for rows in _groups(samples, held_out)
    )
    target = samples.as_picture(samples.targets)
    shown = np.clip(np.asarray(prediction, np.float64), 0.0, PEAK)
    similar = _similarity(shown, target)
    return Scores(
        seen_psnr=_psnr_at(seen_at, shown, target),
        hidden_psnr=_psnr_at(hidden_at, shown, target),
        seen_ssim=_mean(similar, seen_at),
        hidden_ssim=_mean(similar, hidden_at),
        held_out_psnr=_psnr_at(held_out_at, shown, target),
        held_out_ssim=_mean(similar, held_out_at),
    )


def _groups(samples: Samples, held_out: Rows) -> tuple[NDArray[np.bool_], ...]:
    """Which samples are learned from, hidden and held out, each (samples,)."""
    hidden = np.zeros(len(samples.inputs), np.bool_) if samples.hidden is None else samples.hidden
    kept_apart = np.zeros(len(samples.inputs), np.bool_)
    kept_apart[held_out] = True
    return ~(hidden | kept_apart), hidden, kept_apart


def _similarity(shown: Doubles, target: Doubles) -> Doubles | None:
    """The map of SSIM, (height, width, colours)."""
    if min(target.shape[:2]) < _WINDOW:
        return None
    from skimage.metrics import structural_similarity  # takes a third of a second to import

    height, reach = len(target), _WINDOW // 2

    def of_band(rows: tuple[int, int]) -> Doubles:
        first, end = rows
        above = min(reach, first)
        around = slice(first - above, end + reach)
        _, similar = structural_similarity(
            shown[around], target[around], win_size=_WINDOW, channel_axis=-1, data_range=PEAK, full=True
        )
        return np.asarray(similar[above : above + end - first], np.float64)

    bands = max(1, height // _BAND)
    edges = [height * number // bands for number in range(bands + 1)]
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        return np.concatenate(list(executor.map(of_band, pairwise(edges))))


def _mean(similar: Doubles | None, where: NDArray[np.bool_]) -> float | None:
    if similar is None or not where.any():
        return None
    return _defined(float(_at(where, similar).mean()))


def _psnr_at(where: NDArray[np.bool_], shown: Doubles, target: Doubles) -> float | None:
    return _defined(psnr(_at(where, shown), _at(where, target))) if where.any() else None


def _at(where: NDArray[np.bool_], values: Doubles) -> Doubles:
    """Without the copy where all are wanted."""
    return values if where.all() else values[where]


def _defined(score: float) -> float | None:
    return None if np.isnan(score) else score
