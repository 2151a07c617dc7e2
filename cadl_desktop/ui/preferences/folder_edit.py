"""A folder that can be typed or looked for."""

import os

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.dialogs import file_dialogs
from cadl_desktop.ui.controls.fields import ProblemLine, describe
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import set_look
from cadl_desktop.ui.theme.theme import GRID


class FolderEdit(QWidget):
    """`chosen` carries a folder that there is, or nothing at all. Where the typing ends at none, the one from
    before it comes back, and words say so."""

    chosen = Signal(str)

    def __init__(self, folder: str, title: str, text: str) -> None:
        super().__init__()
        self._before = folder
        self.edit = QLineEdit(folder)
        self._title = title
        describe(self.edit, title, text)
        self.browse = QPushButton("Browse…")
        self.browse.setAutoDefault(False)
        describe(self.browse, "Browse…", "Looks for a folder.")
        self.problem = ProblemLine()
        self.edit.textEdited.connect(self._typed)
        self.edit.editingFinished.connect(self._end)
        self.browse.clicked.connect(self._browse)
        self.setFocusProxy(self.edit)
        in_column(in_row(wide(self.edit), self.browse, apart=GRID), self.problem, on=self, apart=GRID // 2)

    @Slot(str)
    def _typed(self, text: str) -> None:
        self.problem.show_problem("")
        folder = _folder_of(text)
        set_look(self.edit, "problem", folder is None)
        if folder is not None:
            self.chosen.emit(folder)

    @Slot()
    def _end(self) -> None:
        text = self.edit.text().strip()
        folder = self._before if text == self._before else _folder_of(text)
        if folder is None:
            self.problem.show_problem(f"There is no folder “{shown(text)}”; what was chosen before stays.")
            self.edit.setText(self._before)
            set_look(self.edit, "problem", False)
            self.chosen.emit(self._before)
        else:
            self._before = folder

    @Slot()
    def _browse(self) -> None:
        found = file_dialogs.folder_to_open(self, self._title, self.edit.text())
        if found:
            self.edit.setText(found)
            self._typed(found)
            self._end()


def _folder_of(text: str) -> str | None:
    """The folder that was typed, '~' for one's own; empty where nothing was, None where there is none."""
    folder = os.path.expanduser(text.strip())
    return folder if not folder or os.path.isdir(folder) else None
