"""What can be said between the pixels of a picture, by its sizes alone: asked before any is read."""

from cadl_desktop.experiment.catalog.datasets import trained_size
from cadl_desktop.experiment.part import Part

TIMES = 4
"""How much finer than the pixels that are learned a painting is looked at, at most."""
_LEAST_TIMES = 1.5
"""An original that is hardly larger says nothing of what lies between."""
_MOST_SIDE = 4096
"""Of an original that is painted again: some ten seconds, beside a training half a minute."""
MOST_LEFT_OUT = 2**20
"""Of a picture with more pixels, a training of a moment says nothing."""
SECONDS = 5.0
"""How long the training on every second pixel lasts at most."""


def original_longest(data: Part) -> int | None:
    """Pixels along the longer side of the original that a painting can be compared with; None where a picture
    dataset has no larger one. Cheap enough to ask at every edit."""
    learned = max(trained_size(data))
    longest = max(trained_size(data.has(longest=min(TIMES * learned, _MOST_SIDE))))
    return longest if longest >= _LEAST_TIMES * learned else None


def is_too_large(data: Part) -> bool:
    """Whether there is no original to compare with, and a training of a moment would say nothing."""
    height, width = trained_size(data)
    return original_longest(data) is None and height * width > MOST_LEFT_OUT
