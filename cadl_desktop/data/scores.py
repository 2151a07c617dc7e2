"""How near a prediction is to its target."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cadl_desktop.data.samples import Doubles, Samples

PEAK = 255.0
_WINDOW = 7
"""Pixels along a side of the window in which SSIM compares two pictures."""
_BAND = 128
"""Rows, or a few more, of which SSIM is computed at a time: all 2,048 of a large picture at once take three
times as long, as what lies between finds no room near the processor."""


@dataclass(frozen=True)
class Scores:
    """PSNR in dB and SSIM, of the pixels that a network has seen and of those hidden from it.

    None where there is no such pixel or a score isn't defined: SSIM of pictures smaller than its window of
    7 pixels, or of a painting that holds NaN.
    """

    seen_psnr: float | None
    hidden_psnr: float | None
    seen_ssim: float | None
    hidden_ssim: float | None


def psnr(prediction: ArrayLike, target: ArrayLike, peak: float = PEAK) -> float:
    """Peak signal-to-noise ratio in dB, over all pixels and colours of two arrays of the same shape.

    The prediction is clipped to 0..peak first, as it is when it is shown. Infinite only where nothing
    differs; NaN where the prediction holds NaN.
    """
    shown = np.clip(np.asarray(prediction, np.float64), 0.0, peak)
    error = float(np.mean(np.square(shown - np.asarray(target, np.float64))))
    return float("inf") if error == 0 else 10 * float(np.log10(peak**2 / error))


def seen_psnr(colours: ArrayLike, samples: Samples) -> float:
    """PSNR in dB of what a network has seen, which is all of the picture where nothing is hidden.

    Colours are (samples, colours), 0 to 255, one row for each sample.
    """
    if samples.hidden is None:
        return psnr(colours, samples.targets)
    return psnr(np.asarray(colours)[~samples.hidden], samples.targets[~samples.hidden])


def scores(prediction: ArrayLike, samples: Samples) -> Scores:
    """The scores of a painting (height, width, colours), 0 to 255, of these samples, which are a picture's.

    SSIM (Wang et al., 2004) is the mean of its map over the pixels in question and all colours.
    """
    hidden = np.zeros(len(samples.inputs), np.bool_) if samples.hidden is None else samples.hidden
    seen_at, hidden_at = (samples.laid_out(rows[:, np.newaxis])[..., 0] for rows in (~hidden, hidden))
    target = samples.as_picture(samples.targets)
    shown = np.clip(np.asarray(prediction, np.float64), 0.0, PEAK)
    similar = _similarity(shown, target)
    return Scores(
        seen_psnr=_defined(psnr(_at(seen_at, shown), _at(seen_at, target))) if seen_at.any() else None,
        hidden_psnr=_defined(psnr(_at(hidden_at, shown), _at(hidden_at, target)))
        if hidden_at.any()
        else None,
        seen_ssim=_mean(similar, seen_at),
        hidden_ssim=_mean(similar, hidden_at),
    )


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


def _at(where: NDArray[np.bool_], values: Doubles) -> Doubles:
    """Without the copy where all are wanted."""
    return values if where.all() else values[where]


def _defined(score: float) -> float | None:
    return None if np.isnan(score) else score
