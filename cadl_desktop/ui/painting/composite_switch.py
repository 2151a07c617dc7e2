"""The switch between the painting and its composite with the target, and the heading beside it."""

from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.theme.icons import set_icon


class CompositeSwitch(QToolButton):
    """On: the composite. Hidden as long as nothing of the target is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        set_icon(self, "composite")
        self.setCheckable(True)
        self.setProperty("toggle", True)
        text = self.tr("Shows the target where it was seen, and the painting only where it was hidden.")
        describe(self, self.tr("Composite"), text)
        self.hide()


def heading_beside(switch: CompositeSwitch, painting: str) -> QLabel:
    """A heading that says 'painting', wide enough for either name: the switch stays where it was pressed."""
    heading = QLabel(painting)
    names = painting, switch.accessibleName()
    heading.setMinimumWidth(max(QLabel(name).sizeHint().width() for name in names))
    return heading
