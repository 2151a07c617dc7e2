"""Tooltips that wrap: Qt draws plain text on one line, however long, across whatever lies there."""

from html import escape

from PySide6.QtWidgets import QWidget

LONGEST_LINE = 60
"""Letters that a tooltip has room for in one line."""


def wrapped(text: str) -> str:
    """The same as a tooltip, which Qt wraps where it is rich text."""
    if all(len(line) <= LONGEST_LINE for line in text.split("\n")):
        return text
    return f"<p>{escape(text, quote=False).replace(chr(10), '<br>')}</p>"


def set_tip(widget: QWidget, text: str) -> None:
    """Gives a widget its one-sentence help: a tooltip, an answer to 'What is this?', and plain words for a
    screen reader."""
    set_handling(widget, text)
    widget.setWhatsThis(text)


def set_handling(widget: QWidget, text: str) -> None:
    """Says how a view is handled; 'What is this?' is answered by the panel that the view fills, which says
    what it shows."""
    widget.setAccessibleDescription(text)
    widget.setToolTip(wrapped(text))
