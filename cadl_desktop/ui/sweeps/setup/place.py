"""Field for the folder of a new sweep."""

import os
from itertools import count
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.fields import Field, describe
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.intake.file_names import file_name


class Place(QWidget):
    """Folder that doesn't exist yet: beside the project, in the documents, or as typed. `beside` is the
    project's file, if it has one, and `named` the experiment for which a folder was suggested last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggested = self.named = ""
        self.beside: Path | None = None
        self.edit, self.browse = QLineEdit(), QPushButton("Browse…")
        describe(self.browse, "Browse…", "Looks for a folder to put the sweep into.")
        self.browse.clicked.connect(self._browse)
        text = "Where its trials are written; a folder that isn't there yet, or is empty."
        field = Field("Folder of the sweep", text, self.edit, self.browse, parent=self, label_width=0)
        in_column(field, on=self)

    @property
    def folder(self) -> Path:
        """Chosen folder. A mere name lies beside the suggested folder, not in the working directory."""
        named = os.path.expanduser(self.edit.text().strip() or self._suggested)
        return Path(self._suggested).parent / named

    def suggest(self, name: str) -> None:
        """Suggests a folder for an experiment of this name, unless a person has typed one without a sweep."""
        self.named = name
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
        first = parent / f"{file_name(name, 'Experiment')} sweep"
        numbered = (first.with_name(f"{first.name} {number}") for number in count(2))
        # Path.exists raises where the documents may not be looked into.
        return first if not os.path.exists(first) else next(it for it in numbered if not os.path.exists(it))

    @Slot()
    def _browse(self) -> None:
        title = "Folder to put the sweep into"
        found = file_dialogs.folder_to_open(self, title, str(self.folder.parent))
        if found:
            self.edit.setText(str(Path(found) / self.folder.name))
