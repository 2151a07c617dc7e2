"""Preferences: what holds for every experiment, in groups that a search goes through; applied at once."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QWidget

from cadl_desktop.system.machine import usable_cores
from cadl_desktop.ui.controls import settings
from cadl_desktop.ui.controls.fields import Chooser, describe
from cadl_desktop.ui.controls.layouts import SPRING, in_column, scrolled, wide
from cadl_desktop.ui.controls.looks import hint_label, label
from cadl_desktop.ui.controls.preference_switch import PreferenceSwitch
from cadl_desktop.ui.preferences.folder_edit import FolderEdit
from cadl_desktop.ui.preferences.matching import has_words
from cadl_desktop.ui.preferences.row import Row
from cadl_desktop.ui.theme.theme import GRID, notifier

_SIZE = QSize(600, 720)


class PreferencesDialog(QDialog):
    """Whoever follows a preference hears of it by `settings.preferences().changed`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
            (label("Appearance", "heading"), self._appearance()),
            (label("Files", "heading"), self._files()),
            (label("While training", "heading"), self._training()),
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
        self._fitting = self._fitting_size()
        self.resize(self._fitting)
        notifier().changed.connect(self._fit)

    @property
    def rows(self) -> list[Row]:
        return [row for _, rows in self._groups for row in rows]

    def row(self, title: str) -> Row:
        """Raises KeyError where there is none."""
        for row in self.rows:
            if row.title == title:
                return row
        raise KeyError(title)

    def _appearance(self) -> list[Row]:
        themes = [("system", "As the system", ""), ("light", "Light", ""), ("dark", "Dark", "")]
        sizes = [(str(size), f"{size} %", "") for size in settings.SIZES]
        return [
            _choice("theme", "Theme", "Light or dark, at once.", themes, settings.theme_choice()),
            _choice(
                "interface_size",
                "Interface size",
                "Letters, icons and distances, at once. Large ones want a large window.",
                sizes,
                str(settings.interface_size()),
            ),
            _switch(
                "follow_motion",
                "Move as little as the system asks for",
                "Films in the export dialog stand still where the system wants reduced motion.",
                settings.follows_motion,
            ),
        ]

    def _files(self) -> list[Row]:
        page = "Show the start page at the start"
        return [
            _folder(
                "default_folder",
                "Folder",
                "Where Open, Save and Export begin; empty: where the last file was.",
                settings.default_folder(),
            ),
            _folder(
                "lessons_folder",
                "Own lessons",
                "Every NAME.md there, with its experiment NAME.cadl or NAME.json beside it, is a lesson; "
                "empty: none.",
                settings.lessons_folder(),
            ),
            _switch(
                "keep_previous",
                "Keep the previous version of a project",
                "Saving leaves the file as it was beside the new one, as NAME.previous.cadl.",
                settings.keeps_previous,
            ),
            _switch(
                "start_page",
                page,
                "Whether the program begins with the examples when no file is named.",
                settings.start_page_wanted,
            ),
        ]

    def _training(self) -> list[Row]:
        most = usable_cores()
        counts = [("0", f"All {most}", "")]
        counts += [(str(count), str(count), "") for count in range(1, most)]
        return [
            _choice(
                "threads",
                "Processor cores",
                "How many a new run uses at most; its last digits depend on them, so that it keeps them "
                "when it goes on or is begun afresh.",
                counts,
                str(min(settings.threads(), most - 1)),
            ),
            _switch(
                "draw_neurons",
                "Draw neurons and lines",
                "Their pictures follow the training; otherwise they are drawn when it rests.",
                lambda: settings.is_drawn("neurons"),
            ),
            _switch(
                "draw_histograms",
                "Draw histograms",
                "They follow the training where their panel is open; otherwise they come when it rests.",
                lambda: settings.is_drawn("histograms"),
            ),
        ]

    def _fitting_size(self) -> QSize:
        size, parent = QSize(_SIZE.width(), _SIZE.height()), self.parentWidget()
        return size if parent is None else size.boundedTo(parent.size() - QSize(4 * GRID, 4 * GRID))

    @Slot()
    def _fit(self) -> None:
        """Another interface size is chosen here, and what is larger then would be cut."""
        size = self._fitting_size()
        if size != self._fitting:
            self._fitting = size
            where = QRect(QPoint(0, 0), size)
            where.moveCenter(self.geometry().center())
            self.setGeometry(where)

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


def _choice(name: str, title: str, text: str, choices: list[tuple[str, str, str]], now: str) -> Row:
    chooser = Chooser(choices)
    chooser.set_name(now)
    chooser.chosen.connect(lambda chosen: settings.remember(name, chosen))
    return Row(title, text, chooser)


def _folder(name: str, title: str, text: str, now: str) -> Row:
    edit = FolderEdit(now, title, text)
    edit.chosen.connect(lambda path: settings.remember(name, path))
    return Row(title, text, edit)


def _switch(name: str, title: str, text: str, is_on: Callable[[], bool]) -> Row:
    return Row(title, text, PreferenceSwitch(name, title, is_on), titled=False)
