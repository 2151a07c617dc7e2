"""A switch that is a preference, wherever it stands."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox

from cadl_desktop.ui.controls import settings


class PreferenceSwitch(QCheckBox):
    """Keeps the preference of this name, and follows it where else it is changed; `is_on` says what it is."""

    def __init__(self, name: str, title: str, is_on: Callable[[], bool]) -> None:
        super().__init__(title)
        self._name, self._is_on = name, is_on
        self.setChecked(is_on())
        self.clicked.connect(self._remember)
        settings.preferences().changed.connect(self._follow)

    @Slot(bool)
    def _remember(self, on: bool) -> None:
        settings.remember(self._name, on)

    @Slot(str)
    def _follow(self, name: str) -> None:
        if name == self._name:
            self.setChecked(self._is_on())
