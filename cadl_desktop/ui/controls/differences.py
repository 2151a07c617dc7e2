"""Table of the settings that differ among several experiments: a row per setting, a column per experiment."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from cadl_desktop.experiment.setting_descriptions import Settings, titled, varying_paths
from cadl_desktop.ui.controls.fields import describe, describe_corner

Lines = list[tuple[str, list[str]]]
"""Rows: the title of a setting, and its value in each experiment."""


class DifferenceTable(QTableWidget):
    """Read-only table; every cell has its value as a tooltip, too, where it is cut off."""

    def __init__(self, text: str) -> None:
        super().__init__()
        describe(self, "What differs", text)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        describe_corner(self)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_lines(self, names: Sequence[str], lines: Lines) -> None:
        """Shows `lines`; `names` are the column headings."""
        self.setColumnCount(len(names))
        self.setRowCount(len(lines))
        self.setVerticalHeaderLabels([title for title, _ in lines])
        for column, name in enumerate(names):
            self.setHorizontalHeaderItem(column, _item(name))
            for line, (_, values) in enumerate(lines):
                self.setItem(line, column, _item(values[column]))


def differing(all_settings: Sequence[Settings]) -> Lines:
    """A row for each setting that differs."""
    lines: Lines = []
    for path in varying_paths(all_settings):
        title = next(settings[path][0] for settings in all_settings if path in settings)
        values = [settings[path][1] if path in settings else "" for settings in all_settings]
        lines.append((titled(title, path), values))
    return lines


def _item(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setToolTip(text)
    return item
