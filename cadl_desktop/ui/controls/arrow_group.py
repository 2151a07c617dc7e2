"""Controls that are one Tab stop together."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}


class ArrowGroup(QObject):
    """Has Tab visit one control of several, the one that had the focus last; arrow keys go to the others."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._controls: list[QWidget] = []

    def show_controls(self, controls: Sequence[QWidget]) -> None:
        """Sets the controls in their order; those of before that aren't among them may be used elsewhere."""
        stop = next((each for each in self._controls if each.focusPolicy() & Qt.FocusPolicy.TabFocus), None)
        for control in self._controls:
            control.removeEventFilter(self)
        self._controls = list(controls)
        for control in self._controls:
            control.installEventFilter(self)
        if controls:
            self._stop_at(stop if stop in self._controls and stop is not None else controls[0])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._stop_at(watched)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._step(watched, _STEPS.get(Qt.Key(event.key()), 0))
        return False

    def _step(self, from_control: QObject, step: int) -> bool:
        places = [place for place, each in enumerate(self._controls) if each is from_control]
        if not step or not places:
            return False
        there = min(max(places[0] + step, 0), len(self._controls) - 1)
        self._controls[there].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _stop_at(self, stop: QWidget) -> None:
        for control in self._controls:
            one = control is stop
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus if one else Qt.FocusPolicy.NoFocus)
