"""Looks that the stylesheet gives to widgets by their properties."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QToolButton, QWidget

from cadl_desktop.ui.controls.tips import set_tip
from cadl_desktop.ui.theme.theme import SMALL, tabular_font

Look = Literal["heading", "muted", "small"]


def label(text: str = "", *looks: Look, wraps: bool = False) -> QLabel:
    """A label with these looks, in one line or in as many as it needs. What stands in it is no HTML, also
    where the name of a file looks like that."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    for look in looks:
        made.setProperty(look, True)
    return made


def small_label(text: str = "") -> QLabel:
    """A label in the smaller size and the quieter colour, with figures of equal width."""
    made = QLabel(text)
    make_small(made)
    return made


def make_small(label: QLabel) -> None:
    """Gives a label that look."""
    label.setProperty("small", True)
    label.setProperty("muted", True)
    label.setFont(tabular_font(SMALL))


def hint_label(text: str = "") -> QLabel:
    """What stands, quietly and in the middle, where there is nothing to see yet."""
    made = label(text, "muted", wraps=True)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


def toggle(title: str, text: str) -> QToolButton:
    """A button that stays pressed, with its one-sentence help."""
    made = QToolButton()
    made.setText(title)
    made.setCheckable(True)
    made.setProperty("toggle", True)
    made.setAccessibleName(title)
    set_tip(made, text)
    return made


def make_primary(button: QAbstractButton) -> None:
    """Gives the look to the one button that acts."""
    button.setProperty("primary", True)


def set_look(widget: QWidget, name: str, value: object) -> None:
    """Gives a widget that is shown already another look."""
    if (widget.property(name) or False) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def paper(widget: QWidget) -> None:
    """Gives a widget the plots' background."""
    widget.setProperty("plot", True)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
