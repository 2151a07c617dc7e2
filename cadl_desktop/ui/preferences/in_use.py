"""Does what the preferences say, at the start and whenever one of them changes."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.views.neurons import Neurons
from cadl_desktop.system.machine import want_cores
from cadl_desktop.ui.controls import settings
from cadl_desktop.ui.theme.choosing import change_size, change_theme


class PreferencesInUse(QObject):
    """What only shows in dialogs is read there; the theme and the size of a first window are its program's to
    set, which knows when its widgets are made."""

    def __init__(self, window: QWidget, neurons: Neurons) -> None:
        super().__init__(window)
        self._neurons = neurons
        settings.preferences().changed.connect(self._use)
        for name in ("threads", "draw_neurons"):
            self._use(name)

    @Slot(str)
    def _use(self, name: str) -> None:
        match name:
            case "theme":
                change_theme(settings.theme_choice())
            case "interface_size":
                change_size(settings.interface_size())
            case "threads":
                want_cores(settings.threads())
            case "draw_neurons":
                self._neurons.follow_training = settings.is_drawn("neurons")
