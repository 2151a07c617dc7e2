"""Says over the network that neurons are muted or scaled, and offers to keep that or to end it."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.ui.controls.action import Action, show_on
from cadl_desktop.ui.controls.fitting_label import FittingLabel
from cadl_desktop.ui.controls.layouts import at, in_row


class GainsBar(QWidget):
    """Takes no room while every neuron is left alone."""

    def __init__(self, neuron_gains: NeuronGains, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._neuron_gains = neuron_gains
        self.text = FittingLabel()
        name = "Keep muted and scaled neurons"
        self.keep = _button(keep_gains(neuron_gains), name, "Keep")
        name = "Reset muted and scaled neurons"
        self.reset = _button(reset_gains(neuron_gains), name, "Reset all")
        middle = Qt.AlignmentFlag.AlignVCenter
        in_row(self.text, at(middle, self.keep), at(middle, self.reset), on=self)
        neuron_gains.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        count = self._neuron_gains.count
        text = "1 neuron muted or scaled" if count == 1 else f"{count} neurons muted or scaled"
        if text != self.accessibleName():
            self.text.show_texts((text, f"{count} changed"))
            self.setAccessibleName(text)
        self.setVisible(count > 0)


def _button(action: Action, name: str, text: str) -> QToolButton:
    """No higher than the line that it stands in."""
    button = QToolButton()
    button.setText(text)
    button.setProperty("toggle", True)
    show_on(button, action, name)
    return button


def keep_gains(gains: NeuronGains) -> Action:
    text = "Puts what is muted and scaled into the weights, as one step that can be undone (Ctrl+K)."
    title = "Keep muted and scaled"
    return Action(title, gains.keep, "Ctrl+K", text, possible=lambda: gains.count > 0)


def reset_gains(gains: NeuronGains) -> Action:
    text = "Leaves every neuron alone again (Ctrl+Shift+K)."
    title = "Reset muted and scaled"
    return Action(title, gains.reset, "Ctrl+Shift+K", text, possible=lambda: gains.count > 0)
