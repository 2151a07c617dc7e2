"""How much of a wave there is in each band of frequencies, and how much of a target is left to be learned.

So Rahaman et al. (On the spectral bias of neural networks, 2019) watch a network learn: by the discrete
Fourier transform of what it makes at evenly spaced places.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from cadl_desktop.lessons.figure import Doubles


def amplitudes(values: Doubles, edges: Sequence[float]) -> Doubles:
    """The amplitude (..., bands) of values (..., n) in each band, from one edge up to the next, in swings
    over all n values: the root of the sum of the squared amplitudes of the waves in it. A constant is a wave
    of 0 swings, and its size the amplitude."""
    count = values.shape[-1]
    sizes = np.abs(np.fft.rfft(values)) / count
    sizes[..., 1 : (count + 1) // 2] *= 2  # these have a twin of negative frequency
    swings = np.arange(sizes.shape[-1])
    of_band = np.stack([(low <= swings) & (swings < high) for low, high in pairwise(edges)])
    return np.asarray(np.sqrt(sizes**2 @ of_band.T))


def left(outputs: Doubles, target: Doubles, edges: Sequence[float]) -> Doubles:
    """What is left (..., bands) of a target (n,) to be learned by outputs (..., n), as a share of its own
    amplitude in each band: 1 before anything is learned, and more where what is wrong is more than that."""
    return np.asarray(amplitudes(outputs - target, edges) / amplitudes(target, edges))
