"""How near a prediction is to its target."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cadl_desktop.data.samples import Doubles, Samples

PEAK = 255.0
_WINDOW = 7
"""Pixels along a side of the window in which SSIM compares two pictures."""


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
        seen_psnr=_defined(psnr(shown[seen_at], target[seen_at])) if seen_at.any() else None,
        hidden_psnr=_defined(psnr(shown[hidden_at], target[hidden_at])) if hidden_at.any() else None,
        seen_ssim=_mean(similar, seen_at),
        hidden_ssim=_mean(similar, hidden_at),
    )


def _similarity(shown: Doubles, target: Doubles) -> Doubles | None:
    """The map of SSIM, (height, width, colours)."""
    if min(target.shape[:2]) < _WINDOW:
        return None
    from skimage.metrics import structural_similarity  # takes a third of a second to import

    _, similar = structural_similarity(
        shown, target, win_size=_WINDOW, channel_axis=-1, data_range=PEAK, full=True
    )
    return np.asarray(similar, np.float64)


def _mean(similar: Doubles | None, where: NDArray[np.bool_]) -> float | None:
    if similar is None or not where.any():
        return None
    return _defined(float(similar[where].mean()))


def _defined(score: float) -> float | None:
    return None if np.isnan(score) else score
