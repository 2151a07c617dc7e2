"""The one place for colours, sizes and fonts, light and dark, read by widgets and plots alike."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo

Choice = Literal["system", "light", "dark"]

GRID = 8
"""Every distance is a multiple of this, or half of it inside controls."""
TEXT = 13
SMALL = 11
RADIUS = 4

_FAMILIES = ("Inter", "SF Pro Text", "SF Pro", "Segoe UI", "Noto Sans", "DejaVu Sans")


@dataclass(frozen=True)
class Theme:
    """Colours by what they mean, each '#rrggbb'. `blue` is positive and `orange` negative everywhere;
    `accent` is for acting; `series` is what the network makes, `series_two` what was held back from it."""

    dark: bool
    window: str
    surface: str
    raised: str
    hover: str
    border: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    warning_surface: str
    error_surface: str
    good: str
    amber: str
    red: str
    blue: str
    orange: str
    neutral: str
    """The middle of the blue and orange scale: no weight, no error."""
    plot_background: str
    grid: str
    series: str
    series_two: str
    truth: str
    points: str
    ghost: str


LIGHT = Theme(
    dark=False,
    window="#eeeff1",
    surface="#f8f8f9",
    raised="#ffffff",
    hover="#e7e8eb",
    border="#cfd1d6",
    text="#1d2025",
    muted="#5a5f68",
    disabled="#a3a7ae",
    accent="#0b7a6c",
    accent_hover="#096659",
    on_accent="#ffffff",
    warning_surface="#fbefd2",
    error_surface="#fae1de",
    good="#1f7a3d",
    amber="#c98500",
    red="#b3261e",
    blue="#1f6fc4",
    orange="#d2650a",
    neutral="#ffffff",
    plot_background="#ffffff",
    grid="#e3e5e8",
    series="#0b7a6c",
    series_two="#a8478f",
    truth="#24282e",
    points="#747a84",
    ghost="#55a99d",
)

DARK = Theme(
    dark=True,
    window="#191b1e",
    surface="#22252a",
    raised="#2d3137",
    hover="#393e45",
    border="#40454d",
    text="#e8e9ec",
    muted="#a9aeb7",
    disabled="#6b717a",
    accent="#35b39e",
    accent_hover="#4cc9b4",
    on_accent="#04201b",
    warning_surface="#41351a",
    error_surface="#482725",
    good="#6cc887",
    amber="#e8b13c",
    red="#ff8a7f",
    blue="#5aa7f2",
    orange="#f0953a",
    neutral="#1b1d20",
    plot_background="#1d2024",
    grid="#2f3339",
    series="#3fc0aa",
    series_two="#e08cc4",
    truth="#e4e6ea",
    points="#8d939c",
    ghost="#2f9082",
)


class Notifier(QObject):
    """Holds the colours that are shown and how large everything is, and says when either changes:
    `changed(theme)`. Connect bound methods of QObjects only."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.colours = LIGHT
        self.size = 1.0


@cache
def notifier() -> Notifier:
    """The object whose `changed` signal every coloured thing listens to."""
    return Notifier()


def theme() -> Theme:
    """The colours that are shown now."""
    return notifier().colours


def scaled(pixels: float) -> int:
    """So many pixels at the interface's size of 100 %, at the one that is chosen now."""
    return round(pixels * notifier().size)


def at_100(pixels: float) -> int:
    """The other way round: what was measured at the size that is chosen now, for new widgets, which are
    brought to that size when they are shown."""
    return round(pixels / notifier().size)


@cache
def _installed_families() -> tuple[str, ...]:
    """Cached, as fonts are wanted at every paint."""
    installed = set(QFontDatabase.families())
    return tuple(family for family in _FAMILIES if family in installed)


def text_font(pixels: int = TEXT) -> QFont:
    """The application's font, at the interface's size: the first that is installed of those a system calls
    its own."""
    return QFont(_font(_installed_families(), pixels, tabular=False))


def tabular_font(pixels: int = TEXT) -> QFont:
    """The same with figures of equal width, so that live numbers don't jump."""
    return QFont(_font(_installed_families(), pixels, tabular=True))


@lru_cache(64)
def _font(families: tuple[str, ...], pixels: int, *, tabular: bool) -> QFont:
    """Kept: its family takes a tenth of a millisecond to find out, and a paint of many layers asks often."""
    font = QFont()
    if families:
        font.setFamilies(families)
    font.setPixelSize(pixels)
    # DejaVu's figures have equal widths as they are, and it knows no such feature.
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
