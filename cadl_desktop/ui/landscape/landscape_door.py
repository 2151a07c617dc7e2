"""Dock with the cost surface around the current state."""

from PySide6.QtWidgets import QWidget

from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.frame.door import Dock, Door


def landscape_door(machine: TimeMachine) -> Door:
    def landscape(within: QWidget) -> QWidget:
        from cadl_desktop.ui.landscape.panel import LandscapePanel

        return LandscapePanel(machine, within)

    return Door(
        docks=(Dock("landscape", "Landscape", landscape, scrolls=True, manual="doctor.md#landscape"),)
    )
