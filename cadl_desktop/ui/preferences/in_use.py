"""Does what the preferences say, at the start and whenever one of them changes."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.views.neurons import Neurons
from cadl_desktop.system.machine import want_cores
from cadl_desktop.ui.settings.preference import Preference, preferences
from cadl_desktop.ui.settings.remembered import DRAW_NEURONS, THEME, THREADS
from cadl_desktop.ui.theme.choosing import change_theme

_AT_ONCE: dict[Preference[Any], Callable[[Any], None]] = {
    THEME: change_theme,
    THREADS: want_cores,
}


class PreferencesInUse(QObject):
    """What only shows in dialogs is read there; the interface's size at the next start; the theme of a
    first window is its program's to set, which knows when its widgets are made."""

    def __init__(self, window: QWidget, neurons: Neurons) -> None:
        super().__init__(window)
        self._neurons = neurons
        preferences().changed.connect(self._use)
        self._use(THREADS)
        self._use(DRAW_NEURONS)

    @Slot(object)
    def _use(self, preference: Preference[Any]) -> None:
        if preference is DRAW_NEURONS:
            self._neurons.follow_training = preference.get()
        elif preference in _AT_ONCE:
            _AT_ONCE[preference](preference.get())
