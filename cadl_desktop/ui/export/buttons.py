"""The last row of the export dialog: what has come of an export, and what can be done next."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.theme.theme import GRID


class ExportButtons(QHBoxLayout):
    """Close and Export, or while an export runs Cancel; `show_folder` comes with a file that was written."""

    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(GRID)
        self.said = QLabel()
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_folder = _button(self.tr("Show in folder"), self.tr("Opens the folder of the file."))
        self.close = _button(
            self.tr("Close"), self.tr("Closes this dialog; an export that runs is cancelled.")
        )
        self.cancel = _button(self.tr("Cancel"), self.tr("Ends the export and removes what was written."))
        self.export = QPushButton(self.tr("Export"))
        self.export.setProperty("primary", True)
        self.export.setDefault(True)
        self.addWidget(self.said, 1)
        for button in (self.show_folder, self.close, self.cancel, self.export):
            self.addWidget(button)

    def say(self, text: str) -> None:
        """Says this in place of what was said, and of what could be done with an earlier file."""
        self.said.setText(text)
        self.show_folder.hide()

    def show_running(self, on: bool) -> None:
        self.cancel.setVisible(on)
        self.export.setVisible(not on)
        self.close.setVisible(not on)
        self.say("")

    def show_replaces(self, replaces: bool) -> None:
        """Whether there is a file in the place of the new one."""
        title = self.tr("Replace") if replaces else self.tr("Export")
        text = (
            self.tr("Writes the file in place of the one there is.")
            if replaces
            else self.tr("Writes the file.")
        )
        self.export.setText(title)
        describe(self.export, title, text)


def _button(title: str, text: str) -> QPushButton:
    button = QPushButton(title)
    button.setAutoDefault(False)
    describe(button, title, text)
    return button
