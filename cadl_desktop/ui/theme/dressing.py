"""Puts another stylesheet on all widgets: first on those that can be seen, then on the others."""

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from cadl_desktop.ui.theme.turns import Turns, living, pieces

_PIECE_SECONDS, _PIECE_EVERY_MS = 0.005, 10
_PIECE = 20
_OWN, _POLISHED = Qt.WidgetAttribute.WA_SetStyle, Qt.WidgetAttribute.WA_WState_Polished


class Dressing:
    """All at once would have the window stand still for a tenth of a second and more. What can be seen is
    dressed in pieces before anything is drawn again, and most widgets, which are in menus, panels and pages
    that aren't open, in pieces while nobody waits."""

    def __init__(self) -> None:
        self._left: list[QWidget] = []
        self._has_style = False
        self._turns = Turns(_PIECE_SECONDS, _PIECE_EVERY_MS)

    def put_on(self, app: QApplication, palette: QPalette, font: QFont, sheet: str) -> Iterator[None]:
        """In steps, of which nobody should see what comes between."""
        yield from self.rest()
        widgets = [widget for widget in app.allWidgets() if not widget.testAttribute(_OWN)]
        # Who has a style of its own isn't told of that in between, for which it would be laid out in vain.
        for widget in widgets:
            widget.setAttribute(_OWN)
        dressed = list(filter(_may_wait, widgets))
        for piece in pieces(dressed):
            _undress(app.style(), piece)
            yield
        app.setStyleSheet("")  # in the place of another one takes Qt four times as long as in that of none
        yield
        if not self._has_style:
            self._has_style = True
            app.setStyle("Fusion")
        app.setPalette(palette)
        app.setFont(font)
        yield
        widgets = living(widgets)
        seen, unseen = _by_depth(living(dressed))
        self._left = seen + unseen
        for widget in self._left:
            widget.setAttribute(_POLISHED, False)
        left = set(self._left)
        for widget in widgets:
            if widget not in left:
                widget.setAttribute(_OWN, False)
        app.setStyleSheet(sheet)
        for widget in self._left:
            widget.setAttribute(_OWN, False)
        yield
        for _ in self.rest():
            yield
            if len(self._left) <= len(unseen):
                break
        self._turns.add(self.rest())

    def finish(self) -> None:
        """Dresses whoever is left."""
        self._turns.finish()

    def rest(self) -> Iterator[None]:
        """Dresses whoever is left, some at each step."""
        while self._left:
            piece, self._left = self._left[:_PIECE], self._left[_PIECE:]
            for widget in living(piece):
                _dress(widget)
            yield


def _undress(style: QStyle, widgets: list[QWidget]) -> None:
    for widget in widgets:
        style.unpolish(widget)
        widget.setAttribute(_POLISHED, False)


def _may_wait(widget: QWidget) -> bool:
    """Those with a font of their own are few, and would lose it to the sheet if that came after it."""
    return widget.testAttribute(_POLISHED) and not widget.testAttribute(Qt.WidgetAttribute.WA_SetFont)


def _by_depth(widgets: list[QWidget]) -> tuple[list[QWidget], list[QWidget]]:
    """Those that can be seen and those that can't, the outer ones first."""
    depths: dict[QWidget | None, int] = {None: -1}
    ordered = sorted(widgets, key=lambda widget: _depth(widget, depths))
    seen = [widget for widget in ordered if widget.isVisible()]
    return seen, [widget for widget in ordered if not widget.isVisible()]


def _depth(widget: QWidget, known: dict[QWidget | None, int]) -> int:
    """How many widgets it is in: buttons are laid out by what their bar says."""
    if widget not in known:
        parent = widget.parentWidget()
        known[widget] = 1 + (known[None] if parent is None else _depth(parent, known))
    return known[widget]


def _dress(widget: QWidget) -> None:
    widget.style().polish(widget)
    widget.setAttribute(_POLISHED)
    QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
    widget.updateGeometry()
