"""Door of the bytes: the action at the painting and in the menu, and the window that it opens."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from cadl_desktop.session.views.byte_counting import ByteCounting
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.looks import wrapped
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame

if TYPE_CHECKING:
    from cadl_desktop.ui.bytes.bytes_dialog import BytesDialog

_TIP = "Says in how few bytes this network paints its picture, and what JPEG and WebP need for that."


class Bytes(QObject):
    """Makes the window when it is first wanted; `action` is triggered by a person."""

    def __init__(self, frame: Frame, machine: TimeMachine, action: QAction) -> None:
        super().__init__(frame.window)
        self._frame, self._action = frame, action
        self.counting = ByteCounting(machine)
        self.dialog: BytesDialog | None = None
        action.triggered.connect(self.open)
        self.counting.changed.connect(self._show)
        self._show()
        self.door = Door(entries=(MenuEntry("bytes", action, "run", 1),))

    @Slot()
    def open(self) -> None:
        """Shows the window, and counts unless that has been done."""
        if self.dialog is None:
            from cadl_desktop.ui.bytes.bytes_dialog import BytesDialog

            self.dialog = BytesDialog(self.counting, self._frame.window)
        self.counting.count()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    @Slot()
    def _show(self) -> None:
        """Says at the action why it can't be done."""
        obstacle = self.counting.obstacle
        text = f"{_TIP} {obstacle}" if obstacle else _TIP
        self._action.setEnabled(not obstacle)
        if text != self._action.whatsThis():
            self._action.setToolTip(wrapped(text))
            self._action.setWhatsThis(text)
