"""The painting and its target as PNG files, pixel for pixel."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.export.job import Job
from cadl_desktop.export.trained import Trained


def write_painting(path: Path, trained: Trained, job: Job) -> None:
    """What the network paints now, at the size it was trained on."""
    _write(path, trained.prediction)


def write_target(path: Path, trained: Trained, job: Job) -> None:
    """The picture that was to be painted, as the network was shown it."""
    _write(path, trained.target)


def _write(path: Path, colours: NDArray[np.floating]) -> None:
    # Infinite or missing colours, as a network that has lost its way paints them, become black or white.
    shown = np.clip(np.nan_to_num(colours), 0, 255)
    Image.fromarray(np.rint(shown).astype(np.uint8)).save(path, "PNG")
