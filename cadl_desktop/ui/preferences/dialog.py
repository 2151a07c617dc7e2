"""Preferences: what holds for every experiment, in groups that a search goes through; applied at once,
but for the interface's size."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QWidget

from cadl_desktop.ui.controls.fields import Chooser, describe
from cadl_desktop.ui.controls.layouts import SPRING, in_column, scrolled, wide
from cadl_desktop.ui.controls.looks import hint_label, label
from cadl_desktop.ui.controls.preference_switch import PreferenceSwitch
from cadl_desktop.ui.preferences.folder_edit import FolderEdit
from cadl_desktop.ui.preferences.matching import has_words
from cadl_desktop.ui.preferences.restart import Restart
from cadl_desktop.ui.preferences.row import Row
from cadl_desktop.ui.preferences.size_row import SizeRow
from cadl_desktop.ui.settings.preference import Preference
from cadl_desktop.ui.settings.remembered import INTERFACE_SIZE, PREFERENCES
from cadl_desktop.ui.theme.theme import GRID

_SIZE = QSize(600, 720)


class PreferencesDialog(QDialog):
    def __init__(self, restart: Restart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._restart = restart
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        describe(self.search, "Search", "Shows the preferences that have these letters.")
        self.search.textChanged.connect(self._find)
        content = QWidget()
        # Before anything is in it: whatever gets another parent is dressed anew, with all that is in it.
        whole = in_column(self.search, wide(scrolled(content)), on=self, apart=2 * GRID, margins=2 * GRID)
        self._groups: list[tuple[QLabel, Sequence[Row]]] = [
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
        buttons.rejected.connect(self.reject)
        whole.addWidget(buttons)
        self.resize(_SIZE if parent is None else _SIZE.boundedTo(parent.size() - QSize(4 * GRID, 4 * GRID)))

    def _row(self, preference: Preference[Any]) -> Row:
        return SizeRow(self._restart) if preference is INTERFACE_SIZE else _plain_row(preference)

    @property
    def rows(self) -> list[Row]:
        return [row for _, rows in self._groups for row in rows]

    def row(self, title: str) -> Row:
        """Raises KeyError where there is none."""
        for row in self.rows:
            if row.title == title:
                return row
        raise KeyError(title)

    @Slot(str)
    def _find(self, typed: str) -> None:
        found = False
        for heading, rows in self._groups:
            fitting = [has_words(typed, f"{heading.text()} {row.title} {row.text}") for row in rows]
            for row, fits in zip(rows, fitting, strict=True):
                row.setVisible(fits)
            heading.setVisible(any(fitting))
            found = found or any(fitting)
        self._nothing.setVisible(not found)


def _plain_row(preference: Preference[Any]) -> Row:
    title, text, now = preference.title, preference.text, preference.get()
    if preference.choices:
        chooser = Chooser((str(value), name, "") for value, name in preference.choices.items())
        chooser.set_name(str(now if now in preference.choices else preference.default))
        chooser.chosen.connect(lambda chosen: preference.set(preference.read(chosen)))
        return Row(title, text, chooser)
    if isinstance(now, bool):
        return Row(title, text, PreferenceSwitch(preference, title), titled=False)
    edit = FolderEdit(now, title, text)
    edit.chosen.connect(preference.set)
    return Row(title, text, edit)
