"""What a figure's roles look like in the theme that is shown."""

from PySide6.QtGui import QColor

from cadl_desktop.drawing.lesson_figures import FAINTEST, role_colour
from cadl_desktop.lessons.figure import Role
from cadl_desktop.ui.theme.theme import blend, theme


def colour_of(role: Role, opacity: float = 1.0) -> QColor:
    colour = QColor(role_colour(role, theme()))
    colour.setAlphaF(opacity)
    return colour


def trail_colour(share: float) -> QColor:
    """From cool to warm, ever more opaque, from 0 to 1."""
    colour = QColor(blend(theme().blue, theme().orange, share))
    colour.setAlphaF(FAINTEST + (1 - FAINTEST) * share)
    return colour
