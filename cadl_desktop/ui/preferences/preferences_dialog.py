"""Preferences dialog: settings of the program in searchable groups, applied at once except for the
interface's size."""

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QPushButton, QWidget

from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.fields import Chooser, PreferenceSwitch, ProblemLine, describe
from cadl_desktop.ui.controls.layouts import (
    SPRING,
    form_grid,
    in_column,
    in_row,
    scroll_to_focus,
    scrolled,
    wide,
)
from cadl_desktop.ui.controls.looks import hint_label, label, set_look
from cadl_desktop.ui.manual.dialog_help import help_button
from cadl_desktop.ui.preferences.restart import Restart
from cadl_desktop.ui.settings.preference import Preference, preferences
from cadl_desktop.ui.settings.settings_table import INTERFACE_SIZE, PREFERENCES
from cadl_desktop.ui.theme.theme import GRID

_SIZE = QSize(600, 720)
_TITLE_WIDTH = 18 * GRID


class PreferenceRow(QWidget):
    """Preference with title, control and explanation. A switch shows its title itself (`titled` is False);
    the search finds it by `title`."""

    def __init__(self, title: str, text: str, control: QWidget, *, titled: bool = True) -> None:
        super().__init__()
        self.title, self.text, self.control = title, text, control
        describe(control, title, text)
        name = label(title if titled else "")
        name.setFixedWidth(_TITLE_WIDTH)
        name.setBuddy(control)
        self.grid = grid = form_grid()
        grid.addWidget(name, 0, 0)
        grid.addWidget(control, 0, 1)
        grid.addWidget(label(text, "small", "muted", wraps=True), 1, 1)
        self.setLayout(grid)


class FolderEdit(QWidget):
    """Field for a folder, typed or browsed for. `chosen` carries an existing folder or an empty text; if
    something else was typed, the previous folder is restored and a message says so."""

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


class SizeRow(PreferenceRow):
    """Row of the interface's size, with a button to restart the program if another size than the current was
    chosen."""

    def __init__(self, restart: Restart) -> None:
        chooser = Chooser((str(size), name, "") for size, name in INTERFACE_SIZE.choices.items())
        chooser.set_name(str(INTERFACE_SIZE.get()))
        super().__init__(INTERFACE_SIZE.title, INTERFACE_SIZE.text, chooser)
        self._restart = restart
        self._note = label("This size is used from the next start on.", "small")
        self.restart_now = QPushButton("Restart now")
        self.restart_now.setProperty("small", True)
        self.restart_now.setAutoDefault(False)
        self.grid.addLayout(in_row(self._note, self.restart_now, SPRING), 2, 1)
        chooser.chosen.connect(lambda chosen: INTERFACE_SIZE.set(int(chosen)))
        self.restart_now.clicked.connect(self._begin)
        preferences().changed.connect(self._follow)
        restart.changed.connect(self._follow)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Shows whether a restart is needed, and whether it is possible now."""
        is_needed = INTERFACE_SIZE.get() != self._restart.size_in_use
        self._note.setVisible(is_needed)
        self.restart_now.setVisible(is_needed)
        blocked_reason = self._restart.blocked_reason
        self.restart_now.setEnabled(not blocked_reason)
        text = "Starts the program again with the same project. What could be undone can't be any more."
        describe(self.restart_now, "Restart now", f"{text} {blocked_reason}".rstrip())

    @Slot()
    def _begin(self) -> None:
        if self._restart.blocked_reason:
            self._follow()
            return
        self.window().close()
        self._restart.begin()


class PreferencesDialog(QDialog):
    def __init__(self, restart: Restart, parent: QWidget) -> None:
        super().__init__(parent)
        self._restart = restart
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        describe(self.search, "Search", "Shows the preferences that have these letters.")
        self.search.textChanged.connect(self._find)
        content = QWidget()
        # Before it has content: a widget that gets another parent is polished again with everything in it.
        whole = in_column(self.search, wide(scrolled(content)), on=self, apart=2 * GRID, margins=2 * GRID)
        self._groups: list[tuple[QLabel, Sequence[PreferenceRow]]] = [
            (label(title, "heading"), [self._row(preference) for preference in group])
            for title, group in PREFERENCES.items()
        ]
        self._nothing = hint_label("No preference is called that.")
        self._nothing.hide()
        parts = [part for heading, rows in self._groups for part in (heading, *rows)]
        in_column(*parts, self._nothing, SPRING, on=content, apart=2 * GRID, margins=(0, 0, GRID, 0))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        describe(close, "Close", "Leaves the preferences; all are in use already.")
        close.setAutoDefault(False)
        buttons.addButton(help_button(self, "window.md#preferences"), QDialogButtonBox.ButtonRole.HelpRole)
        buttons.rejected.connect(self.reject)
        whole.addWidget(buttons)
        self.resize(_SIZE.boundedTo(parent.size() - QSize(4 * GRID, 4 * GRID)))

    def focusNextPrevChild(self, forward: bool) -> bool:
        moved = super().focusNextPrevChild(forward)
        scroll_to_focus()
        return moved

    def _row(self, preference: Preference[Any]) -> PreferenceRow:
        return SizeRow(self._restart) if preference is INTERFACE_SIZE else _plain_row(preference)

    @property
    def rows(self) -> list[PreferenceRow]:
        return [row for _, rows in self._groups for row in rows]

    def row(self, title: str) -> PreferenceRow:
        """The row of this title. Raises KeyError if there is none."""
        for row in self.rows:
            if row.title == title:
                return row
        raise KeyError(title)

    @Slot(str)
    def _find(self, typed: str) -> None:
        found = False
        for heading, rows in self._groups:
            fitting = [_has_words(typed, f"{heading.text()} {row.title} {row.text}") for row in rows]
            for row, fits in zip(rows, fitting, strict=True):
                row.setVisible(fits)
            heading.setVisible(any(fitting))
            found = found or any(fitting)
        self._nothing.setVisible(not found)


def _plain_row(preference: Preference[Any]) -> PreferenceRow:
    title, text, now = preference.title, preference.text, preference.get()
    if preference.choices:
        chooser = Chooser((str(value), name, "") for value, name in preference.choices.items())
        chooser.set_name(str(now if now in preference.choices else preference.default))
        chooser.chosen.connect(lambda chosen: preference.set(preference.read(chosen)))
        return PreferenceRow(title, text, chooser)
    if isinstance(now, bool):
        return PreferenceRow(title, text, PreferenceSwitch(preference, title), titled=False)
    edit = FolderEdit(now, title, text)
    edit.chosen.connect(preference.set)
    return PreferenceRow(title, text, edit)


def _folder_of(text: str) -> str | None:
    """The folder that was typed, with '~' expanded; empty if nothing was typed, None if it doesn't exist."""
    folder = os.path.expanduser(text.strip())
    return folder if not folder or os.path.isdir(folder) else None


def _has_words(typed: str, text: str) -> bool:
    """Whether the text contains every typed word, whole or as part of another."""
    return all(word in text.lower() for word in typed.lower().split())
