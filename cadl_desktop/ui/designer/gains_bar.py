"""Says over the network that neurons are muted or scaled, and offers to keep that or to end it."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from cadl_desktop.session.views.neuron_gains import Instruments
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.theme.theme import GRID
from cadl_desktop.ui.window.actions import Actions


class GainsBar(QWidget):
    """Takes no room while every neuron is left alone."""

    def __init__(self, instruments: Instruments, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._instruments = instruments
        self.text = QLabel()
        self.keep = QPushButton(self.tr("Keep"))
        self.reset = QPushButton(self.tr("Reset all"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.text)
        for button in (self.keep, self.reset):
            button.setProperty("small", True)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        text = self.tr("Puts it into the weights, as one step that can be undone (Ctrl+K).")
        describe(self.keep, self.tr("Keep muted and scaled neurons"), text)
        text = self.tr("Leaves every neuron alone again (Ctrl+Shift+K).")
        describe(self.reset, self.tr("Reset muted and scaled neurons"), text)
        self.keep.clicked.connect(instruments.keep)
        self.reset.clicked.connect(instruments.reset)
        instruments.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        count = self._instruments.count
        one, many = self.tr("1 neuron muted or scaled"), self.tr("%1 neurons muted or scaled")
        text = one if count == 1 else many.replace("%1", str(count))
        if text != self.text.text():
            self.text.setText(text)
            self.setAccessibleName(text)
        self.setVisible(count > 0)


def connect_gains(actions: Actions, instruments: Instruments) -> None:
    """Has the window's commands do what the bar does, whenever there is something to do."""

    def refresh() -> None:
        for action in (actions.keep_gains, actions.reset_gains):
            action.setEnabled(instruments.count > 0)

    actions.keep_gains.triggered.connect(instruments.keep)
    actions.reset_gains.triggered.connect(instruments.reset)
    instruments.changed.connect(refresh)
    refresh()
