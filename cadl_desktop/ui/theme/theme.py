"""Colours (from `drawing.palette`), sizes and fonts of all widgets and plots."""

import sys
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QImage

from cadl_desktop.drawing.palette import DARK as DARK
from cadl_desktop.drawing.palette import LIGHT as LIGHT
from cadl_desktop.drawing.palette import SIGN_ROOT
from cadl_desktop.drawing.palette import Theme as Theme

Choice = Literal["system", "light", "dark"]

GRID = 8
"""Distances in pixels are multiples of this, or half of it inside controls."""
TARGET = 3 * GRID
"""Least side in pixels of what a pointer has to hit (WCAG 2.2, criterion 2.5.8)."""
TEXT = 13
SMALL = 11
HEADING = 20
RADIUS = 4

_FAMILIES = ("Inter", "SF Pro Text", "SF Pro", "Segoe UI", "Noto Sans", "DejaVu Sans")

_LIGHT_RUNS = ("#3b6fb6", LIGHT.series, "#b8741a", "#8257b5", "#c24a5a", "#5f7f1e", "#2f8fa8", "#8a5a3c")
_DARK_RUNS = ("#7da9e8", DARK.series, "#e0a44e", "#b394e6", "#ee8390", "#a3c45a", "#67c3d9", "#c99b7d")
"""Colours of runs by their numbers; the first run, 1, has that of what a network makes. None is like
`series_two`, in which the cost plot draws validation."""
RUN_COLOUR_COUNT = len(_LIGHT_RUNS)


class Notifier(QObject):
    """Current colours, and the signal `changed(theme)`.

    Needed only by objects that cache colours, or pictures made of them: all widgets are repainted anyway.
    Connect bound methods of QObjects only.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.colours = LIGHT


@cache
def notifier() -> Notifier:
    return Notifier()


def theme() -> Theme:
    """The current colours."""
    return notifier().colours


@cache
def _installed_families() -> tuple[str, ...]:
    """Installed families of `_FAMILIES`; cached, as fonts are needed at every paint. None on macOS, whose own
    font isn't listed by its name."""
    if sys.platform == "darwin":
        return ()
    installed = set(QFontDatabase.families())
    return tuple(family for family in _FAMILIES if family in installed)


def text_font(pixels: int = TEXT) -> QFont:
    """The application's font: the first installed one of the common system fonts."""
    return QFont(_font(_installed_families(), pixels, tabular=False))


def tabular_font(pixels: int = TEXT) -> QFont:
    """The application's font with digits of equal width, so that changing numbers don't jump."""
    return QFont(_font(_installed_families(), pixels, tabular=True))


@lru_cache(64)
def _font(families: tuple[str, ...], pixels: int, *, tabular: bool) -> QFont:
    """Cached: resolving the family takes 0.1 ms, and painting many layers needs it often."""
    font = QFont()
    if families:
        font.setFamilies(families)
    font.setPixelSize(pixels)
    # DejaVu's digits have equal widths already, and it lacks this feature.
    if tabular and QFontInfo(font).family() != "DejaVu Sans":
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


@lru_cache(256)
def blend(below: str, above: str, share: float) -> str:
    """The colour `above`, `share` opaque, over `below`."""
    a, b = QColor(below), QColor(above)
    return QColor(
        round(a.red() + (b.red() - a.red()) * share),
        round(a.green() + (b.green() - a.green()) * share),
        round(a.blue() + (b.blue() - a.blue()) * share),
    ).name()


@lru_cache(maxsize=8)
def sign_colours(colours: Theme, steps: int = 255) -> NDArray[np.uint32]:
    """Colour scale for -1 to 1 as 0xffrrggbb (2 * steps + 1,): orange, neutral in the middle, blue."""
    found = []
    for step in range(-steps, steps + 1):
        end = colours.blue if step > 0 else colours.orange
        found.append(QColor(blend(colours.neutral, end, (abs(step) / steps) ** SIGN_ROOT)).rgb())
    return np.array(found, np.uint32)


def sign_bar(colours: Theme, steps: int = 255) -> QImage:
    """Colour scale as an image one pixel high, for a legend."""
    scale = sign_colours(colours, steps)
    return QImage(scale.data, len(scale), 1, 4 * len(scale), QImage.Format.Format_RGB32).copy()


def run_colour(colours: Theme, number: int) -> str:
    """Colour '#rrggbb' of a run or another training wherever it is drawn; consecutive numbers differ, and the
    colours repeat after `RUN_COLOUR_COUNT` runs."""
    return (_DARK_RUNS if colours.dark else _LIGHT_RUNS)[number % RUN_COLOUR_COUNT]
