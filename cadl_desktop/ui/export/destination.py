"""Destination of an export: a file name to type or browse for, and remarks about it."""

import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.fields import ProblemLine, describe
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.intake.file_names import with_ending
from cadl_desktop.ui.settings.recent_paths import last_folder
from cadl_desktop.ui.theme.theme import GRID, SMALL, text_font

_FOLDERS = ("", ".", "..", "~")
"""Base names that name no file."""


class Destination(QWidget):
    """Name of the file to write. `changed` is emitted when another file is meant."""

    changed = Signal()

    def __init__(self, known: Collection[str]) -> None:
        """`known` has the endings of all exports: a wrong one of these is a mistake, no part of the name."""
        super().__init__()
        self._known = known
        self._endings: Sequence[str] = ()
        self._ending = ""
        self._name_for: Callable[[str], Path] = lambda ending: Path()
        self._suggested = ""
        self._written: tuple[Path | None, object] = None, None
        self.name = QLineEdit()
        describe(self.name, "File", "The file that is written, with its folder.")
        self.browse = QPushButton("Browse…")
        self.browse.setAutoDefault(False)
        describe(self.browse, "Browse…", "Looks for a folder and a name.")
        self.note, self.problem = label("", "muted", "small", wraps=True), ProblemLine()
        in_column(in_row(wide(self.name), self.browse), self._remarks(), on=self, apart=GRID // 2)
        self.name.textEdited.connect(self._typed)
        self.browse.clicked.connect(self._browse)

    def suggest(self, name_for: Callable[[str], Path], endings: Sequence[str], ending: str) -> None:
        """Suggests the path that `name_for` gives for the ending, and for others that are chosen."""
        self._endings, self._name_for = endings, name_for
        self._written = None, None
        self._suggested = self.name.text()
        self.set_ending(ending)

    def set_ending(self, ending: str) -> None:
        """Replaces the name's ending; a suggested name by what is suggested for that ending."""
        text = self.name.text()
        if text == self._suggested:
            self._suggested = str(self._name_for(ending))
            self.name.setText(self._suggested)
        else:
            known = max((own for own in self._endings if text.lower().endswith(own)), key=len, default="")
            self.name.setText(text[: len(text) - len(known)] + ending)
        self.name.setCursorPosition(len(self.name.text()))
        self._ending = ending
        self.refresh()

    def path(self) -> Path | None:
        """Path that is meant, with the ending added where it is missing; None without a file name."""
        text = self.name.text().strip()
        if os.path.basename(text) in _FOLDERS or text.endswith("\\"):
            return None
        path = Path(text).expanduser()
        path = path if path.is_absolute() else Path(last_folder()) / path
        return with_ending(path, self._endings, self._ending)

    def typed_ending(self) -> str | None:
        """Ending of one of the formats, if one was typed."""
        return self._ending_among(self._endings)

    def _ending_among(self, endings: Collection[str]) -> str | None:
        text = self.name.text().strip().lower()
        return max((own for own in endings if text.endswith(own)), key=len, default=None)

    def replaces(self) -> bool:
        """Whether the file exists, unless it `was_written`."""
        path = self.path()
        try:
            return path is not None and not self.was_written(path) and path.exists()
        except OSError:
            return False

    def set_written(self, path: Path) -> None:
        """Remembers a file that was just written, about which nothing is said."""
        self._written = path, _state_of(path)
        self.refresh()

    def was_written(self, path: Path) -> bool:
        """Whether this dialog has just written this file, and nobody has changed it since."""
        return self._written == (path, _state_of(path))

    def _has_folder(self, path: Path) -> bool:
        try:
            return path.parent.is_dir()
        except OSError:
            return True  # unknown; writing will report it

    def show_problem(self, message: str) -> None:
        """Shows a problem in place of the remarks; '' clears it."""
        self.problem.show_problem(message)
        self.note.setHidden(bool(message))

    def refresh(self) -> None:
        """Updates the remarks, looking again for an existing file."""
        path, said = self.path(), []
        foreign = self._ending_among(self._known) if self.typed_ending() is None else None
        if path and foreign:
            said.append(f"This can't be exported as {shown(foreign)}: the file will be “{shown(path.name)}”.")
        if path and not self._has_folder(path):
            folder = shown(path.parent.name)
            said.append(f"The folder “{folder}” does not exist; create it or choose another one.")
        if path and self.replaces():
            said.append(f"“{shown(path.name)}” exists and will be replaced.")
        self.note.setText(" ".join(said))

    @Slot()
    def _typed(self) -> None:
        self._ending = self.typed_ending() or self._ending
        self._written = None, None
        self.refresh()
        self.changed.emit()

    @Slot()
    def _browse(self) -> None:
        kinds = f"This format (*{self._ending});;All files (*)"
        # Not confirmed in the file dialog, as the name may still change here.
        name = file_dialogs.file_to_save(self, "Export to", self.name.text(), kinds, confirmed=False)
        if name:
            self.name.setText(str(with_ending(Path(name), self._endings, self._ending)))
            self._typed()

    def _remarks(self) -> QWidget:
        """Room for two lines of remarks, so that nothing moves when they come."""
        room = QWidget()
        room.setMinimumHeight(2 * QFontMetrics(text_font(SMALL)).lineSpacing() + GRID // 2)
        in_column(self.note, self.problem, SPRING, on=room)
        return room


def _state_of(path: Path) -> object:
    """Time and size of a file, which tell whether it was written anew."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
