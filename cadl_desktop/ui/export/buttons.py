"""The last row of the export dialog: what has come of an export, and what can be done next."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel

from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.questions import dialog_buttons
from cadl_desktop.ui.theme.theme import GRID


class ExportButtons(QHBoxLayout):
    """Export and Close, or while an export runs Cancel; `show_folder` comes with a file that was written.
    `replace` is what `export` is called where there is a file already."""

    def __init__(
        self, show_folder: Action, close: Action, cancel: Action, export: Action, replace: Action
    ) -> None:
        super().__init__()
        self._export, self._replace = export, replace
        self.setSpacing(GRID)
        self.said = QLabel()
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_folder, self.close, self.cancel = map(button_for, (show_folder, close, cancel))
        self.export = button_for(export)
        self.addWidget(self.said, 1)
        self.addWidget(dialog_buttons(self.export, [self.close, self.cancel], [self.show_folder]))

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
        action = self._replace if replaces else self._export
        self.export.setText(action.title)
        describe(self.export, action.title, action.tip)
