"""A switch that is a preference, wherever it stands."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox

from cadl_desktop.ui.settings.preference import Preference, preferences


class PreferenceSwitch(QCheckBox):
    """Keeps a preference, and follows it where else it is changed."""

    def __init__(self, preference: Preference[bool], title: str) -> None:
        super().__init__(title)
        self._preference = preference
        self.setChecked(preference.get())
        self.clicked.connect(preference.set)
        preferences().changed.connect(self._follow)

    @Slot(object)
    def _follow(self, preference: Preference[object]) -> None:
        if preference is self._preference:
            self.setChecked(self._preference.get())
