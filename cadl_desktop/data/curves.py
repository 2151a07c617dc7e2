"""Datasets whose target is one number of one number: y over x."""

import numpy as np

from cadl_desktop.data.samples import Doubles, Samples
from cadl_desktop.experiment.model import Part

POSITIONS = 481


def sine(data: Part) -> Samples:
    """`observations` points, x evenly from `low` to `high`; y = sin x plus uniform noise within ±`noise`.

    The noise is a pure function of the part's `seed`. Inputs, targets and truth are (observations, 1).
    """
    x = np.linspace(data["low"], data["high"], data["observations"])[:, np.newaxis]
    truth = np.sin(x)
    noise = np.random.default_rng(data["seed"]).uniform(-data["noise"], data["noise"], x.shape)
    targets = truth + noise
    return Samples(
        inputs=x,
        targets=targets,
        low=np.array([data["low"]], np.float64),
        high=np.array([data["high"]], np.float64),
        target_low=float(targets.min()),
        target_high=float(targets.max()),
        truth=truth,
    )


def curve_positions(samples: Samples) -> Doubles:
    """The x values that a curve is drawn over, (481, 1).

    They reach a sixth of the data's width beyond each edge, so that one sees what a fit does out there.
    """
    margin = (samples.high - samples.low) / 6
    return np.linspace(samples.low - margin, samples.high + margin, POSITIONS)
