"""Sentences for a screen reader."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str) -> None:
    """Has a screen reader say a sentence about a widget; for what somebody asked for or waits for only."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
