"""A folder that can be typed or looked for."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.controls.looks import set_look
from cadl_desktop.ui.theme.theme import GRID


class FolderEdit(QWidget):
    """`chosen` carries a folder that there is, or nothing at all."""

    chosen = Signal(str)

    def __init__(self, folder: str, title: str, text: str) -> None:
        super().__init__()
        self.edit = QLineEdit(folder)
        self._title = title
        describe(self.edit, title, text)
        self.browse = QPushButton(self.tr("Browse…"))
        self.browse.setAutoDefault(False)
        describe(self.browse, self.tr("Browse…"), self.tr("Looks for a folder."))
        self.edit.textEdited.connect(self._typed)
        self.browse.clicked.connect(self._browse)
        self.setFocusProxy(self.edit)
        in_row(wide(self.edit), self.browse, on=self, apart=GRID)

    @Slot(str)
    def _typed(self, text: str) -> None:
        text = text.strip()
        is_one = not text or Path(text).is_dir()
        set_look(self.edit, "problem", not is_one)
        if is_one:
            self.chosen.emit(text)

    @Slot()
    def _browse(self) -> None:
        found = QFileDialog.getExistingDirectory(self, self._title, self.edit.text())
        if found:
            self.edit.setText(found)
            self._typed(found)
