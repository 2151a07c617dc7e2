"""What a figure's roles look like in the theme that is shown."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from cadl_desktop.lessons.figure import Role
from cadl_desktop.ui.theme.theme import blend, theme

_FAINTEST = 0.25
"""How opaque a trail begins."""


def colour_of(role: Role, opacity: float = 1.0) -> QColor:
    colours = theme()
    found = {
        "series": colours.series,
        "second": colours.series_two,
        "truth": colours.truth,
        "points": colours.points,
        "ghost": colours.ghost,
        "positive": colours.blue,
        "negative": colours.orange,
        "muted": colours.muted,
    }[role]
    colour = QColor(found)
    colour.setAlphaF(opacity)
    return colour


def trail_colour(share: float) -> QColor:
    """From cool to warm, ever more opaque, from 0 to 1."""
    colour = QColor(blend(theme().blue, theme().orange, share))
    colour.setAlphaF(_FAINTEST + (1 - _FAINTEST) * share)
    return colour


def shares_of(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values as shares of their range, 0 where it has none; what is no number is as the highest."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    shares = (values - low) / ((high - low) or 1.0)
    return np.where(np.isfinite(shares), np.clip(shares, 0.0, 1.0), 1.0)
