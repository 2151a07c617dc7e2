"""Training speeds: their actions, and the toolbar's button that chooses one."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from cadl_desktop.runs.events import Speed
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.frame.door import MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.settings.settings_table import TRAINING_SPEED
from cadl_desktop.ui.theme.icons import set_icon

SPEEDS: dict[Speed, tuple[str, str, str]] = {
    "slow": (
        "Slow motion",
        "Alt+1",
        "Shows every step, some two a second, and marks the samples that it learned from (Alt+1).",
    ),
    "watchable": (
        "Watchable",
        "Alt+2",
        "Shows a new run from step to step at first, and makes more steps between two pictures as these "
        "change less, up to full speed (Alt+2).",
    ),
    "full": ("Full speed", "Alt+3", "Trains as fast as this machine can (Alt+3)."),
}
"""Title, keys and tip of each speed."""


class Speeds(QObject):
    """Actions that choose the training speed, of which one is checked; the choice is remembered."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        self._session = frame.session
        self._session.speed = TRAINING_SPEED.get()
        self.group = QActionGroup(self)
        self.entries: list[MenuEntry] = []
        for speed, (title, keys, tip) in SPEEDS.items():
            action = Action(title, keys=keys, tip=tip, checked=speed == self._session.speed)
            made = add_action(frame.window, action)
            self.group.addAction(made)
            self.entries.append(MenuEntry(f"speed_{speed}", made, "run", 4))
        self.group.triggered.connect(self._choose)

    @property
    def chosen(self) -> Speed:
        checked = self.group.actions().index(self.group.checkedAction())
        return list(SPEEDS)[checked]

    @Slot()
    def _choose(self) -> None:
        self._session.speed = self.chosen
        TRAINING_SPEED.set(self.chosen)


class SpeedButton(QToolButton):
    """Tool button that shows the chosen training speed and opens a menu of all."""

    def __init__(self, speeds: Speeds) -> None:
        super().__init__()
        self._speeds = speeds
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addActions(speeds.group.actions())
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        speeds.group.triggered.connect(self._show)
        self._show()

    def setToolButtonStyle(self, style: Qt.ToolButtonStyle) -> None:
        """Keeps the button wide enough for its longest text, so that nothing jumps when another is chosen."""
        super().setToolButtonStyle(style)
        self.setMinimumWidth(0)
        text, widths = self.text(), []
        for title, _, _ in SPEEDS.values():
            self.setText(title)
            widths.append(self.sizeHint().width())
        self.setText(text)
        self.setMinimumWidth(max(widths))

    @Slot()
    def _show(self) -> None:
        title, _, tip = SPEEDS[self._speeds.chosen]
        self.setText(title)
        set_icon(self, f"speed-{self._speeds.chosen}")
        describe(self, f"Training speed: {title}", tip)
