"""The one place from which widgets and plots take colours (those of `drawing.palette`), sizes and fonts."""

from functools import cache, lru_cache
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo

from cadl_desktop.drawing.palette import DARK as DARK
from cadl_desktop.drawing.palette import LIGHT as LIGHT
from cadl_desktop.drawing.palette import Theme as Theme

Choice = Literal["system", "light", "dark"]

GRID = 8
"""Every distance is a multiple of this, or half of it inside controls."""
TEXT = 13
SMALL = 11
RADIUS = 4

_FAMILIES = ("Inter", "SF Pro Text", "SF Pro", "Segoe UI", "Noto Sans", "DejaVu Sans")


class Notifier(QObject):
    """Holds the colours that are shown, and says when they change: `changed(theme)`.

    For whoever keeps colours, or pictures in them: all widgets are painted again anyhow. Connect bound
    methods of QObjects only.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.colours = LIGHT


@cache
def notifier() -> Notifier:
    """The application's one `Notifier`."""
    return Notifier()


def theme() -> Theme:
    """The colours that are shown now."""
    return notifier().colours


@cache
def _installed_families() -> tuple[str, ...]:
    """Cached, as fonts are wanted at every paint."""
    installed = set(QFontDatabase.families())
    return tuple(family for family in _FAMILIES if family in installed)


def text_font(pixels: int = TEXT) -> QFont:
    """The application's font: the first that is installed of those a system calls its own."""
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
