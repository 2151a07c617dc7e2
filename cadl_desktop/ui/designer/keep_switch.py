"""The switch that says what becomes of the weights when the network is reshaped."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.settings.remembered import KEEP_LEARNED


class KeepSwitch(QToolButton):
    """On: edits of the network keep what was learned. Its position is remembered."""

    def __init__(self, session: Session | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("Keep learned")
        self.setCheckable(True)
        self.setProperty("toggle", True)
        text = (
            "On: a wider layer or a new one starts as the same function, and a narrower one loses only its "
            "own weights; whatever can't be kept starts anew. Off: every edit of the network starts anew."
        )
        describe(self, "Keep what was learned", text)
        self.setChecked(KEEP_LEARNED.get())
        self.toggled.connect(KEEP_LEARNED.set)
        self._session = session
        self._keep(self.isChecked())
        self.toggled.connect(self._keep)

    @Slot(bool)
    def _keep(self, on: bool) -> None:
        if self._session is not None:
            self._session.keep_learned = on
