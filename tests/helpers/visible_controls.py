"""Counts of what a person sees in a widget: controls that can be used, and words that can be read."""

import re

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from cadl_desktop.ui.start.live_tile import LiveTile
from cadl_desktop.ui.start.start_tiles import StartTile

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)


def visible_controls(widget: QWidget) -> list[QWidget]:
    """Visible and enabled controls within a widget; a field within a control counts with it."""
    found = [it for it in widget.findChildren(QWidget) if isinstance(it, CONTROLS)]
    return [
        it
        for it in found
        if it.isVisible()
        and it.isEnabled()
        and not isinstance(it, QScrollBar)
        and not isinstance(it.parent(), CONTROLS)
    ]


def visible_words(widget: QWidget) -> list[str]:
    """Words of visible labels, buttons, lists and tiles."""
    texts: list[str] = []
    for it in widget.findChildren(QWidget):
        if not it.isVisible():
            continue
        if isinstance(it, QLabel | QAbstractButton):
            texts.append(it.text())
        elif isinstance(it, QComboBox):
            texts.append(it.currentText())
        if isinstance(it, StartTile) and it.large:
            texts.append(it.note)
        if isinstance(it, LiveTile):
            texts.append(it.size_words())
    return [
        word
        for text in texts
        for word in re.sub(r"<[^>]*>", " ", text).split()
        if any(map(str.isalnum, word))
    ]
