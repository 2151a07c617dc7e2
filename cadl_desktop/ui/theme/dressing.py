"""Puts another stylesheet on all widgets: at once on those that can be seen, then on the others."""

from time import monotonic

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QWidget
from shiboken6 import isValid

_PIECE_SECONDS, _PIECE_EVERY_MS = 0.005, 10
_OWN, _POLISHED = Qt.WidgetAttribute.WA_SetStyle, Qt.WidgetAttribute.WA_WState_Polished


class Dressing(QObject):
    """Most widgets of a window are in menus, panels and pages that aren't open. They are dressed in pieces
    while nobody waits: all at once would have the window stand still for a tenth of a second."""

    def __init__(self) -> None:
        super().__init__()
        self._left: list[QWidget] = []
        self._timer = QTimer(self, interval=_PIECE_EVERY_MS)
        self._timer.timeout.connect(self._go_on)

    def put_on(
        self, app: QApplication, style: QStyle | None, palette: QPalette, font: QFont, sheet: str
    ) -> None:
        """`style` is None where it stays."""
        self.finish()
        widgets = [widget for widget in app.allWidgets() if not widget.testAttribute(_OWN)]
        # Who has a style of its own isn't told of that in between, for which it would be laid out in vain.
        for widget in widgets:
            widget.setAttribute(_OWN)
        app.setStyleSheet("")  # in the place of another one takes Qt four times as long as in that of none
        if style is not None:
            app.setStyle(style)
        app.setPalette(palette)
        app.setFont(font)
        self._left = sorted(filter(_may_wait, widgets), key=_depth, reverse=True)
        for widget in self._left:
            widget.setAttribute(_POLISHED, False)
        left = set(self._left)
        for widget in widgets:
            if widget not in left:
                widget.setAttribute(_OWN, False)
        app.setStyleSheet(sheet)
        for widget in self._left:
            widget.setAttribute(_OWN, False)
        self._timer.start()

    def finish(self) -> None:
        """Dresses whoever is left."""
        self._timer.stop()
        while self._left:
            _dress(self._left.pop())

    @Slot()
    def _go_on(self) -> None:
        until = monotonic() + _PIECE_SECONDS
        while self._left and monotonic() < until:
            _dress(self._left.pop())
        if not self._left:
            self._timer.stop()


def _may_wait(widget: QWidget) -> bool:
    """Those with a font of their own are few, and would lose it to the sheet if that came after it."""
    return (
        not widget.isVisible()
        and widget.testAttribute(_POLISHED)
        and not widget.testAttribute(Qt.WidgetAttribute.WA_SetFont)
    )


def _depth(widget: QWidget) -> int:
    """How many widgets it is in: buttons are laid out by what their bar says."""
    parent = widget.parentWidget()
    return 0 if parent is None else 1 + _depth(parent)


def _dress(widget: QWidget) -> None:
    if isValid(widget):
        widget.style().polish(widget)
        widget.setAttribute(_POLISHED)
        QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
        widget.updateGeometry()
