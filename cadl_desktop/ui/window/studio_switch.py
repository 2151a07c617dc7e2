"""Switch between Simple and All: in the View menu, and as *More* below the settings."""

from PySide6.QtCore import QObject, Slot

from cadl_desktop.ui.controls.action import Action, add_action, button_for
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.panels.panels_door import SidePanel
from cadl_desktop.ui.settings.settings_table import STUDIO


class StudioSwitch(QObject):
    """Offers the switch, and adds *More* to the panel, which is there in Simple."""

    def __init__(self, frame: Frame, side: SidePanel) -> None:
        super().__init__(frame.window)
        self._studio = frame.studio
        text = "Shows every control and panel; otherwise only what one needs to paint a picture."
        self._switch = add_action(frame.window, Action("All controls", self._choose, tip=text, checked=False))
        text = "Shows every control and panel; View ▸ All controls leads back."
        self.more = button_for(Action("More", lambda: STUDIO.set("all"), tip=text), "More controls")
        self.more.setProperty("small", True)
        side.add_at_foot(self.more)
        self.door = Door(
            entries=(MenuEntry("all_controls", self._switch, "view", 2, order=1, anywhere=True),)
        )
        frame.studio.changed.connect(self._show)
        self._show()

    @Slot(bool)
    def _choose(self, on: bool) -> None:
        STUDIO.set("all" if on else "simple")

    @Slot()
    def _show(self) -> None:
        self._switch.setChecked(not self._studio.is_simple)
        self.more.setVisible(self._studio.is_simple)
