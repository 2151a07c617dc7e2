"""Where a new sweep's folder is put."""

import os
import re
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.theme.theme import GRID

_LONGEST_NAME = 80


class Place(QWidget):
    """A folder that isn't there yet: beside the project, or in the documents, or whichever is typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggested = ""
        self.beside: Path | None = None
        """The project's file."""
        self.edit = QLineEdit()
        describe(
            self.edit,
            "Folder of the sweep",
            "Where its trials are written; a folder that isn't there yet, or is empty.",
        )
        self.browse = QPushButton("Browse…")
        describe(self.browse, "Browse…", "Looks for a folder to put the sweep into.")
        self.browse.clicked.connect(self._browse)
        title = label("Folder of the sweep", "muted", "small")
        title.setBuddy(self.edit)
        in_column(title, in_row(wide(self.edit), self.browse, apart=GRID // 2), on=self, apart=0)

    @property
    def folder(self) -> Path:
        """A name alone is of one beside that which was suggested, wherever the program was started."""
        named = os.path.expanduser(self.edit.text().strip() or self._suggested)
        return Path(self._suggested).parent / named

    def tab_widgets(self) -> list[QWidget]:
        return [self.edit, self.browse]

    def suggest(self, name: str) -> None:
        """Another folder for an experiment of this name, unless a person has named one that has no sweep."""
        is_used = os.path.exists(SweepFolder(self.folder).sweep_file)
        if is_used or self.edit.text().strip() in ("", self._suggested):
            self._suggested = str(self._free_folder(name))
            self.edit.setText(self._suggested)
            self.edit.setCursorPosition(len(self._suggested))

    def _free_folder(self, name: str) -> Path:
        if self.beside is not None:
            parent, name = self.beside.parent, self.beside.stem
        else:
            documents = QStandardPaths.StandardLocation.DocumentsLocation
            parent = Path(QStandardPaths.writableLocation(documents) or os.path.expanduser("~"))
        plain = re.sub(r"[^\w .,()-]", "_", name).strip(" .")[:_LONGEST_NAME]
        number, folder = 1, parent / f"{plain} sweep"
        while os.path.exists(folder):  # Path.exists raises where the documents may not be looked into
            number += 1
            folder = parent / f"{plain} sweep {number}"
        return folder

    @Slot()
    def _browse(self) -> None:
        title = "Folder to put the sweep into"
        found = file_dialogs.folder_to_open(self, title, str(self.folder.parent))
        if found:
            self.edit.setText(str(Path(found) / self.folder.name))
