"""Actions that show a painting beyond its own pixels or beyond its frame, or count its bytes."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.controls.action import Action, add_action

TIMES = 4


class PaintingSwitches(QObject):
    """Actions for the painting's menu and the window's menu. The canvas connects to those that are checkable;
    `bytes` is disabled unless somebody counts them."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        text = f"Lets the network paint the picture with {TIMES} times its rows and columns."
        self.larger = self._add(owner, f"Painting at {TIMES}×", "Ctrl+4", text)
        text = "Shows what the network paints around the picture as well."
        self.outside = self._add(owner, "Outside the frame", "Ctrl+2", text)
        self.bytes = add_action(owner, Action("File size beside JPEG and WebP…", possible=lambda: False))
        self.bytes.setIconText("File size…")

    def _add(self, owner: QWidget, title: str, keys: str, text: str) -> QAction:
        made = add_action(owner, Action(title, keys=keys, tip=text, checked=False))
        made.setShortcutVisibleInContextMenu(False)
        return made
