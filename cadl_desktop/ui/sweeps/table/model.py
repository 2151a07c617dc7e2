"""The trials of a sweep as Qt's views read them."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.ui.controls.looks import wrapped
from cadl_desktop.ui.sweeps.table.columns import NUMBER, STATE, VALUE, Column, TrialRow, columns_of
from cadl_desktop.ui.theme.theme import SMALL, tabular_font, theme

Index = QModelIndex | QPersistentModelIndex
Roles = Qt.ItemDataRole

_BAD = frozenset({"diverged", "failed", "refused"})
_UNSEEN = object()


class TrialsModel(QAbstractTableModel):
    """A row for each trial, in the order in which they were begun; what has changed is told row by row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[Column, ...] = ()
        self._sweep: Sweep | None = None
        self._rows: list[TrialRow] = []
        self._best: int | None = None
        self._first_seen: list[object] = []
        self._varies: set[int] = set()

    def show_sweep(self, sweep: Sweep, standing: SweepStatus) -> None:
        """Takes in how the sweep stands now."""
        rows = [TrialRow(trial, standing.goes_on) for trial in standing.trials.values()]
        if sweep is not self._sweep or not self._goes_on_from(rows):
            self.beginResetModel()
            if sweep is not self._sweep:
                self._sweep, self.columns = sweep, columns_of(sweep)
            self._rows, self._first_seen, self._varies = rows, [_UNSEEN] * len(self.columns), set()
            self._look_for_differences(rows)
            self.endResetModel()
        else:
            self._update(rows)
        best = standing.best(sweep.objective)
        self._show_best(None if best is None else best.number)

    def row(self, index: int) -> TrialRow:
        return self._rows[index]

    def rows(self) -> Sequence[TrialRow]:
        return self._rows

    def varies(self, column: int) -> bool:
        """Whether trials have been seen that differ there."""
        return column in self._varies

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Roles.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        match role:
            case Roles.DisplayRole:
                return column.title
            case Roles.ToolTipRole:
                return wrapped(f"{column.title}\n{column.help}")
            case Roles.TextAlignmentRole:
                return _side(column)
        return None

    def data(self, index: Index, role: int = Roles.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        is_best = index.column() == VALUE and row.trial.number == self._best
        match role:
            case Roles.DisplayRole:
                return column.text(row)
            case Roles.ToolTipRole:
                return wrapped(self._tip(row, index.column()))
            case Roles.AccessibleTextRole:
                return f"{column.title}: {column.text(row)}"
            case Roles.TextAlignmentRole:
                return _side(column)
            case Roles.FontRole:
                font = tabular_font(SMALL)
                font.setWeight(QFont.Weight.Bold if is_best else QFont.Weight.Normal)
                return font
            case Roles.ForegroundRole if is_best:
                return QColor(theme().accent)
            case Roles.ForegroundRole if index.column() == STATE and _is_bad(row):
                return QColor(theme().red)
        return None

    def _tip(self, row: TrialRow, column: int) -> str:
        ended, text = row.trial.ended, self.columns[column].text(row)
        if column == STATE and ended is not None and ended.message:
            return ended.message
        if column == VALUE and row.trial.number == self._best:
            return "\n".join((text, "The best so far."))
        return text

    def _goes_on_from(self, rows: list[TrialRow]) -> bool:
        return len(rows) >= len(self._rows) and all(
            now.trial.number == before.trial.number for now, before in zip(rows, self._rows, strict=False)
        )

    def _update(self, rows: list[TrialRow]) -> None:
        known = len(self._rows)
        changed = [place for place in range(known) if not _alike(rows[place], self._rows[place])]
        for place in changed:
            self._rows[place] = rows[place]
        self._look_for_differences([rows[place] for place in changed])
        for first, last in _stretches(changed):
            self.dataChanged.emit(self.index(first, NUMBER), self.index(last, len(self.columns) - 1))
        if len(rows) > known:
            self._look_for_differences(rows[known:])
            self.beginInsertRows(QModelIndex(), known, len(rows) - 1)
            self._rows += rows[known:]
            self.endInsertRows()

    def _look_for_differences(self, rows: list[TrialRow]) -> None:
        """Where a column has been seen to vary it stays so: columns don't come and go while a sweep runs."""
        for place, column in enumerate(self.columns):
            if place in self._varies:
                continue
            for row in rows:
                value = column.sorted_by(row)
                if self._first_seen[place] is _UNSEEN:
                    self._first_seen[place] = value
                elif value != self._first_seen[place]:
                    self._varies.add(place)
                    break

    def _show_best(self, number: int | None) -> None:
        before, self._best = self._best, number
        if before == number:
            return
        for place, row in enumerate(self._rows):
            if row.trial.number in (before, number):
                where = self.index(place, VALUE)
                self.dataChanged.emit(where, where, [Roles.FontRole, Roles.ForegroundRole])


def _alike(one: TrialRow, other: TrialRow) -> bool:
    """Whether nothing happened to a trial; a standing keeps those that it has no news of."""
    return one.trial is other.trial and (one.trial.is_over or one.goes_on == other.goes_on)


def _stretches(places: list[int]) -> list[tuple[int, int]]:
    """First and last of those that follow one another."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place - 1:
            found[-1] = found[-1][0], place
        else:
            found.append((place, place))
    return found


def _side(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _is_bad(row: TrialRow) -> bool:
    return row.trial.ended is not None and row.trial.ended.reason in _BAD
