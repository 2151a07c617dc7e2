"""Labels, tooltips, and the properties by which the stylesheet gives widgets their look."""

import re
import sys
from collections.abc import Sequence
from html import escape
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QToolButton, QWidget

from cadl_desktop.data.curves.columns import forms_of
from cadl_desktop.ui.theme.theme import GRID, HEADING, SMALL, tabular_font, text_font

LONGEST_LINE = 60
"""Characters of the longest tooltip that stays on one line."""
_LEAST_WIDTH = 6 * GRID
"""Pixels: room for the beginning of a text."""

Look = Literal["heading", "muted", "small"]
_MODIFIERS = {"Alt": "⌥", "Shift": "⇧", "Ctrl": "⌘"}
"""macOS' signs, in the order that it writes them in."""
_KEYS = re.compile(r"\b(?:(?:Ctrl|Alt|Shift)\+)+|\bCtrl\b")


def native_keys(text: str) -> str:
    """Text with this system's names of keys: on macOS Ctrl+Shift+P is ⇧⌘P."""
    if sys.platform != "darwin":
        return text
    return _KEYS.sub(lambda keys: "".join(_MODIFIERS[each] for each in _MODIFIERS if each in keys[0]), text)


def wrapped(text: str) -> str:
    """Converts a longer tooltip to rich text: Qt draws plain text on one line, however long. Keys have this
    system's names."""
    text = native_keys(text)
    if all(len(line) <= LONGEST_LINE for line in text.split("\n")):
        return text
    return f"<p>{escape(text, quote=False).replace(chr(10), '<br>')}</p>"


def set_tip(widget: QWidget, text: str) -> None:
    """Sets a widget's one-sentence help: its tooltip, its "What's this?" text, and its description for screen
    readers."""
    set_usage_tip(widget, text)
    widget.setWhatsThis(native_keys(text))


def set_usage_tip(widget: QWidget, text: str) -> None:
    """Sets tooltip and description of a view: how it is used. Its "What's this?" text comes from the panel
    around it, and says what it shows."""
    widget.setAccessibleDescription(native_keys(text))
    widget.setToolTip(wrapped(text))


def label(text: str = "", *looks: Look, wraps: bool = False) -> QLabel:
    """Plain-text label (file names may look like HTML) with these looks; with `wraps` it takes several
    lines."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    for look in looks:
        made.setProperty(look, True)
    return made


def heading(text: str) -> QLabel:
    """Title of a page. It may take several lines: one long line would widen the window's middle, and move its
    docks."""
    made = QLabel(text)
    font = text_font(HEADING)
    font.setWeight(font.Weight.DemiBold)
    made.setFont(font)
    made.setWordWrap(True)
    return made


def small_label() -> QLabel:
    """Small muted label with digits of equal width."""
    made = QLabel()
    make_small(made)
    return made


def make_small(label: QLabel) -> None:
    """Gives a label the look of `small_label`."""
    label.setProperty("small", True)
    label.setProperty("muted", True)
    label.setFont(tabular_font(SMALL))


def hint_label(text: str = "") -> QLabel:
    """Muted, centred text for a view that has nothing to show yet."""
    made = label(text, "muted", wraps=True)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


def fitted_name(name: str, metrics: QFontMetrics, room: float) -> str:
    """Returns so much of a column's name as fits into this width, with the unit at its end."""
    forms = forms_of(name)
    return next((form for form in forms if metrics.horizontalAdvance(form) <= room), forms[-1])


def toggle(title: str, text: str) -> QToolButton:
    """Checkable tool button with its one-sentence help."""
    made = QToolButton()
    made.setText(title)
    made.setCheckable(True)
    made.setProperty("toggle", True)
    made.setAccessibleName(title)
    set_tip(made, text)
    return made


def make_primary(button: QAbstractButton) -> None:
    """Marks the one button of a dialog or toolbar that acts."""
    button.setProperty("primary", True)


def set_look(widget: QWidget, name: str, value: object) -> None:
    """Sets a style property of a widget that is already polished."""
    if (widget.property(name) or False) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def set_plot_background(widget: QWidget) -> None:
    """Gives a widget the background of the plots."""
    widget.setProperty("plot", True)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class FittingLabel(QLabel):
    """Small label that has its text in several lengths and shows the longest that fits its width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        make_small(self)
        self._texts: tuple[str, ...] = ("",)

    def show_texts(self, texts: Sequence[str]) -> None:
        """Sets the texts, the longest first."""
        if self._texts != tuple(texts):
            self._texts = tuple(texts)
            self.updateGeometry()
        self._fit()

    def longest(self) -> int:
        """Width of the longest text in pixels."""
        return self.widths()[0]

    def shortest(self) -> int:
        """Width of the shortest text in pixels."""
        return self.widths()[-1]

    def sizeHint(self) -> QSize:
        return QSize(self.longest(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.shortest(), _LEAST_WIDTH), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def widths(self) -> list[int]:
        """Widths of all texts in pixels."""
        return [self.fontMetrics().horizontalAdvance(text) for text in self._texts]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.isHidden():  # its size isn't final yet
            self.setText(self._texts[0])
            return
        metrics, width = self.fontMetrics(), self.width()
        fitting = (text for text in self._texts if metrics.horizontalAdvance(text) <= width)
        shortest = metrics.elidedText(self._texts[-1], Qt.TextElideMode.ElideRight, width)
        self.setText(next(fitting, shortest))
