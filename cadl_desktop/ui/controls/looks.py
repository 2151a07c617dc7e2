"""Looks that the stylesheet gives to widgets by their properties."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from cadl_desktop.ui.theme.theme import SMALL, tabular_font


def small_label(text: str = "") -> QLabel:
    """A label in the smaller size and the quieter colour, with figures of equal width."""
    label = QLabel(text)
    make_small(label)
    return label


def make_small(label: QLabel) -> None:
    """Gives a label that look."""
    label.setProperty("small", True)
    label.setProperty("muted", True)
    label.setFont(tabular_font(SMALL))


def paper(widget: QWidget) -> None:
    """Gives a widget the plots' background."""
    widget.setProperty("plot", True)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
