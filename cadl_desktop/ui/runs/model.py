"""The list of runs as Qt's views read it."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt

from cadl_desktop.experiment.differences import differences
from cadl_desktop.runs.changes import STRUCTURE, said_again
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.sentences import filled
from cadl_desktop.ui.controls.fields import translated
from cadl_desktop.ui.controls.figures import NOTHING, clock_text, cost_text
from cadl_desktop.ui.controls.tips import wrapped
from cadl_desktop.ui.theme.theme import SMALL, tabular_font

RUN, COST, PSNR, TIME = range(4)
Index = QModelIndex | QPersistentModelIndex
Roles = Qt.ItemDataRole

RECORD = Roles.UserRole
"""The row's `RunRecord`."""
DIFFERENCE = Roles.UserRole + 1
"""What differs from the run before, in plain words."""
IS_SHOWN = Roles.UserRole + 2
"""Whether it is the run that the window shows."""


class RunsModel(QAbstractTableModel):
    """A row for each run, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: list[RunRecord] = []
        self._differences: list[str] = []
        self._current: int | None = None

    def show_runs(self, records: tuple[RunRecord, ...], current: int | None) -> None:
        """Takes in the records, the oldest first, and the number of the one that the window shows."""
        newest_first = list(reversed(records))
        same_rows = [record.number for record in newest_first] == [record.number for record in self._records]
        if not same_rows:
            self.beginResetModel()
        self._records, self._current = newest_first, current
        self._differences = [self._difference(row) for row in range(len(newest_first))]
        if not same_rows:
            self.endResetModel()
        elif newest_first:
            self.dataChanged.emit(self.index(0, RUN), self.index(len(newest_first) - 1, TIME))

    def record(self, index: Index) -> RunRecord | None:
        return self._records[index.row()] if index.isValid() else None

    def row_of(self, number: int | None) -> int | None:
        numbers = [record.number for record in self._records]
        return numbers.index(number) if number in numbers else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._records)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Roles.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Roles.DisplayRole:
            return (self.tr("Run"), self.tr("Cost"), self.tr("PSNR"), self.tr("Time"))[section]
        if role == Roles.ToolTipRole:
            return (
                self.tr("Number and name, and what differs from the run before."),
                self.tr("The cost at its end."),
                self.tr("How near a painting is to its target, in dB; more is nearer."),
                self.tr("How long it trained, minutes and seconds."),
            )[section]
        if role == Roles.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == RUN else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Roles.DisplayRole) -> Any:
        if not index.isValid():
            return None
        record, column = self._records[index.row()], index.column()
        match role:
            case Roles.DisplayRole:
                return self._text(record, column)
            case Roles.ToolTipRole:
                return self._tooltip(index.row())
            case Roles.AccessibleTextRole if column == RUN:
                shown = [self.tr("shown now")] if record.number == self._current else []
                title = filled(self.tr("Run {number}"), number=record.number)
                return ", ".join([title, record.name, self._differences[index.row()], *shown])
            case Roles.TextAlignmentRole if column != RUN:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Roles.FontRole:
                return tabular_font(SMALL)
        if role == RECORD:
            return record
        if role == DIFFERENCE:
            return self._differences[index.row()]
        return record.number == self._current if role == IS_SHOWN else None

    def _text(self, record: RunRecord, column: int) -> str:
        locale = QLocale()
        match column:
            case 0:
                return f"{record.number}  {record.name}"
            case 1:
                return NOTHING if record.cost is None else cost_text(record.cost, locale)
            case 2:
                return NOTHING if record.psnr is None else locale.toString(record.psnr, "f", 1)
        return clock_text(record.seconds)

    def _difference(self, row: int) -> str:
        if row == len(self._records) - 1:
            return self.tr("the first run")
        before, after = self._records[row + 1].experiment, self._records[row].experiment
        return (
            differences(before, after, translated)
            or _by_hand(self._records[row])
            or self.tr("same settings as before")
        )

    def _tooltip(self, row: int) -> str:
        record = self._records[row]
        lines = [
            filled(self.tr("Run {number}, {name}"), number=record.number, name=record.name),
            self._differences[row],
            filled(self.tr("{count} steps"), count=QLocale().toString(record.steps)),
        ]
        if record.state is None:
            lines.append(self.tr("Its weights were let go: it can be looked at, and trained anew."))
        return wrapped("\n".join(lines))


def _by_hand(record: RunRecord) -> str:
    """The newest of what was done to it that is no setting: where it branched off, whose weights it took."""
    words = (str(it.value) for it in reversed(record.changes) if it.setting == STRUCTURE)
    return next((translated(said_again(each)) for each in words), "")
