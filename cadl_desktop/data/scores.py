"""How near a prediction is to its target."""

import numpy as np
from numpy.typing import ArrayLike


def psnr(prediction: ArrayLike, target: ArrayLike, peak: float = 255.0) -> float:
    """Peak signal-to-noise ratio in dB, over all pixels and colours of two arrays of the same shape.

    The prediction is clipped to 0..peak first, as it is when it is shown. Infinite only where nothing
    differs; NaN where the prediction holds NaN.
    """
    shown = np.clip(np.asarray(prediction, np.float64), 0.0, peak)
    error = float(np.mean(np.square(shown - np.asarray(target, np.float64))))
    return float("inf") if error == 0 else 10 * float(np.log10(peak**2 / error))
