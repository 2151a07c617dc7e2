"""What a Fourier encoding is drawn from its seed: no weights, as it never learns."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.part import Part


def fourier_waves(encoding: Part, inputs: int) -> NDArray[np.float32]:
    """B, transposed: (inputs, waves), in swings per unit of the scaled input."""
    random = np.random.default_rng([encoding["seed"], 4])
    waves = float(encoding["scale"]) * random.standard_normal((inputs, int(encoding["features"])))
    return waves.astype(np.float32)
