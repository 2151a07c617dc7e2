"""Topics of the window's parts: the page of the manual that tells of each, or a section of it."""

from PySide6.QtWidgets import QWidget

_PROPERTY = "manual"


def set_topic(widget: QWidget, place: str) -> None:
    """Sets the place in the manual, such as `output.md#zoom`, for a widget and everything in it."""
    widget.setProperty(_PROPERTY, place)


def topic_of(widget: QWidget | None) -> str:
    """Topic of the innermost part around a widget that has one; empty if there is none."""
    while widget is not None:
        if place := widget.property(_PROPERTY):
            return str(place)
        widget = widget.parentWidget()
    return ""
