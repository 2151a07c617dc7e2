"""The sign beside a heading that what stands below is an earlier moment."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.figures import grouped
from cadl_desktop.ui.controls.tips import set_tip


class MomentBadge(QLabel):
    """Hidden as long as what is shown is now."""

    def __init__(self, machine: TimeMachine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._machine = machine
        self.setProperty("badge", True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        set_tip(self, "An earlier moment of the run is shown; Now, below, leads back.")
        machine.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        moment = self._machine.moment
        if moment is not None:
            text = f"Step {grouped(moment.step)}"
            self.setText(text)
            self.setAccessibleName(f"Earlier moment: {text}")
        self.setVisible(moment is not None)
