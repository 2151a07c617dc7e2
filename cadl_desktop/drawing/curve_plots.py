"""What of a curve's plot is shown: the part of the plane, and how opaque earlier fits are."""

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples

Range = tuple[float, float]

FADED = (0.12, 0.55)
"""How opaque the oldest and the newest of earlier fits are."""
_MARGIN = 0.3
"""Above and below what was observed, as a share of its span."""


def observed_ranges(samples: Samples) -> tuple[Range, Range]:
    """What was observed, across and up, and a margin: a fit that runs off is not followed."""
    low, high = float(samples.targets.min()), float(samples.targets.max())
    positions = curve_positions(samples)
    margin = _MARGIN * (high - low or 1.0)
    return (float(positions[0, 0]), float(positions[-1, 0])), (low - margin, high + margin)
