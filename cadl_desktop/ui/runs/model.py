"""The list of runs as Qt's views read it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.setting_descriptions import (
    Settings,
    describe_settings,
    explicit_settings,
    names_by_difference,
    number_files,
)
from cadl_desktop.runs.changes import STRUCTURE
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.looks import wrapped
from cadl_desktop.ui.controls.number_text import NO_VALUE, clock_text, cost_text, grouped, user_locale
from cadl_desktop.ui.runs.eyes import Eyes
from cadl_desktop.ui.theme.theme import SMALL, tabular_font

RUN, COST, VALIDATION, PSNR, SPEED, TIME, EYE = range(7)
Index = QModelIndex | QPersistentModelIndex
Roles = Qt.ItemDataRole

ROW = Roles.UserRole
"""The row's `RunRow`."""


@dataclass(frozen=True, eq=False)
class RunRow:
    """A run as it is told: its record, what sets it apart from the others, its name (that, with its number
    where another would be called the same), what it came from, and all words by which it is found."""

    record: RunRecord
    differs: str
    name: str
    origin: str
    is_shown: bool
    settings: Settings
    is_under_way: bool = False
    """Whether it trains now, or is paused: its record stays that of its last end until it ends again."""

    @property
    def words(self) -> str:
        """In small letters."""
        settings = (f"{title} {value}" for title, value in self.settings.values())
        told = (
            str(self.record.number),
            self.record.name,
            self.name,
            self.origin,
            self.record.note,
            *settings,
        )
        return "\n".join(told).lower()


class RunsModel(QAbstractTableModel):
    """A row for each run, the newest first. `noted(number, text)` tells of a note that was typed, and
    `eyes_changed` of an eye that was opened or closed."""

    noted = Signal(int, str)
    eyes_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RunRow] = []
        self._words: dict[int, str] = {}
        self._settings: dict[int, tuple[Experiment, Settings]] = {}
        self._told_before: tuple[list[Settings], list[str]] = [], []
        self.eyes = Eyes()

    def show_runs(
        self, records: tuple[RunRecord, ...], current: int | None, is_under_way: bool = False
    ) -> None:
        """Takes in the records, the oldest first, the number of the one that the window shows, and whether
        that one is under way."""
        rows = self._told(records, current, is_under_way)
        numbers, before = [row.record.number for row in rows], self.numbers()
        self.eyes.follow(numbers[::-1])
        if numbers[1:] == before and before:
            self.beginInsertRows(QModelIndex(), 0, 0)
            self._rows, self._words = rows, {}
            self.endInsertRows()
        elif numbers != before:
            self.beginResetModel()
            self._rows, self._words = rows, {}
            self.endResetModel()
            return
        self._rows, self._words = rows, {}
        if rows:
            self.dataChanged.emit(self.index(0, RUN), self.index(len(rows) - 1, EYE))

    def numbers(self) -> list[int]:
        return [row.record.number for row in self._rows]

    def row(self, index: int) -> RunRow:
        return self._rows[index]

    def words(self, index: int) -> str:
        """All words by which a row is found; made when they are first asked for."""
        if index not in self._words:
            self._words[index] = self._rows[index].words
        return self._words[index]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else EYE + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Roles.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Roles.DisplayRole:
            return "" if section == EYE else self.titles()[section]
        if role == Roles.ToolTipRole:
            return self._helps()[section]
        if role == Roles.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == RUN else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def titles(self) -> tuple[str, ...]:
        """What each column is called."""
        return (
            "Run",
            "Cost",
            "Validation",
            "PSNR",
            "Steps/s",
            "Time",
            "Eye",
        )

    def _helps(self) -> tuple[str, ...]:
        return (
            "What it made, and how it differs from the others.",
            "The cost at its end.",
            "The cost at its end of what was held back.",
            "How near a painting is to its target, in dB; more is nearer.",
            "How many steps it made in a second.",
            "How long it trained, minutes and seconds.",
            "Whether it is drawn behind the cost of the run that is shown.",
        )

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        if not index.isValid():
            return found
        if index.column() == EYE:
            return found | Qt.ItemFlag.ItemIsUserCheckable
        return found | Qt.ItemFlag.ItemIsEditable if index.column() == RUN else found

    def data(self, index: Index, role: int = Roles.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        match role:
            case Roles.DisplayRole:
                return NO_VALUE if row.is_under_way and column not in (RUN, EYE) else figure_of(row, column)
            case Roles.EditRole if column == RUN:
                return row.record.note
            case Roles.CheckStateRole if column == EYE:
                is_open = self.eyes.is_open(row.record.number)
                return Qt.CheckState.Checked if is_open else Qt.CheckState.Unchecked
            case Roles.ToolTipRole:
                return self._helps()[EYE] if column == EYE else self._tooltip(row)
            case Roles.AccessibleTextRole if column == RUN:
                return self._spoken(row)
            case Roles.TextAlignmentRole if column != RUN:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Roles.FontRole:
                return tabular_font(SMALL)
        return row if role == ROW else None

    def setData(self, index: Index, value: Any, role: int = Roles.EditRole) -> bool:
        if not index.isValid():
            return False
        number = self._rows[index.row()].record.number
        if index.column() == RUN and role == Roles.EditRole:
            self.noted.emit(number, str(value).strip())
            return True
        if index.column() == EYE and role == Roles.CheckStateRole:
            self.open_eyes([number], Qt.CheckState(value) is Qt.CheckState.Checked)
            return True
        return False

    def open_eyes(self, numbers: list[int], is_open: bool) -> None:
        """Draws these runs in the plot, or no longer."""
        self.eyes.set_open(numbers, is_open)
        if self._rows:
            self.dataChanged.emit(self.index(0, EYE), self.index(len(self._rows) - 1, EYE))
        self.eyes_changed.emit()

    def _told(self, records: tuple[RunRecord, ...], current: int | None, is_under_way: bool) -> list[RunRow]:
        """The newest first."""
        settings, names = self._settings_and_names(records)
        differ = [name or record.name for record, name in zip(records, names, strict=True)]
        alike = Counter(differ)
        rows = [
            RunRow(
                record,
                its_name,
                self._numbered(record, its_name) if alike[its_name] > 1 else its_name,
                _origin(record),
                record.number == current,
                its,
                is_under_way and record.number == current,
            )
            for record, its_name, its in zip(records, differ, settings, strict=True)
        ]
        return rows[::-1]

    def _settings_and_names(self, records: tuple[RunRecord, ...]) -> tuple[list[Settings], list[str]]:
        """Made anew only where a run has come, gone or been changed: costs change all the time."""
        kept, self._settings = self._settings, {}
        for record in records:
            known = kept.get(record.number)
            if known is None or known[0] is not record.experiment:
                known = record.experiment, describe_settings(record.experiment)
            self._settings[record.number] = known
        if [*map(id, self._settings.values())] != [*map(id, kept.values())]:
            settings = number_files([its for _, its in self._settings.values()])
            typed = [
                explicit_settings(record.experiment, its)
                for record, its in zip(records, settings, strict=True)
            ]
            self._told_before = settings, names_by_difference(typed)
        return self._told_before

    def _numbered(self, record: RunRecord, name: str) -> str:
        return f"Run {record.number}, {shown(name)}"

    def _costs(self, row: RunRow) -> list[str]:
        """Each with what it is of."""
        costs = ("cost", COST), ("validation", VALIDATION)
        return [
            f"{what} {figure_of(row, column)}" for what, column in costs if sorted_by(row, column) is not None
        ]

    def _spoken(self, row: RunRow) -> str:
        words = [self._numbered(row.record, row.differs)]
        words += ["under way"] if row.is_under_way else self._costs(row)
        words += [row.origin] if row.origin else []
        words += ["diverged"] if row.record.diverged and not row.is_under_way else []
        words += [row.record.note] if row.record.note else []
        return ", ".join([*words, *(["shown now"] if row.is_shown else [])])

    def _tooltip(self, row: RunRow) -> str:
        record = row.record
        title = self._numbered(record, record.name)
        steps = "1 step" if record.steps == 1 else f"{grouped(record.steps)} steps"
        told = ", ".join([steps, clock_text(record.seconds), *self._costs(row)])
        if row.is_under_way:
            told = "It is under way: its figures and its picture are renewed when it ends."
        lines = [title, row.differs, row.origin, told, record.note]
        if record.diverged and not row.is_under_way:
            lines.append("Diverged: the weights are those of before.")
        if record.state is None:
            lines.append("Its weights were let go: it can be looked at, and trained anew.")
        return wrapped("\n".join(dict.fromkeys(line for line in lines if line)))


def figure_of(row: RunRow, column: int) -> str:
    """What a column has of a run, as it is written."""
    if column in (RUN, EYE):
        return row.name if column == RUN else ""
    value, locale = sorted_by(row, column), user_locale()
    if value is None:
        return NO_VALUE
    if column == TIME:
        return clock_text(value)
    if column == PSNR:
        return locale.toString(value, "f", 1)
    return locale.toString(round(value)) if column == SPEED else cost_text(value)


def sorted_by(row: RunRow, column: int) -> Any:
    """What a column goes by: numbers, or texts, None where it isn't known; the eyes' stands for the order in
    which runs came."""
    return _KEYS[column](row)


_KEYS: dict[int, Callable[[RunRow], Any]] = {
    RUN: lambda row: row.differs.lower(),
    COST: lambda row: row.record.cost,
    VALIDATION: lambda row: row.record.validation_cost,
    PSNR: lambda row: row.record.psnr,
    SPEED: lambda row: row.record.steps_per_second,
    TIME: lambda row: row.record.seconds,
    EYE: lambda row: row.record.number,
}


def _origin(record: RunRecord) -> str:
    """The newest of what was done to it that is no setting: where it branched off, whose weights it took."""
    words = (str(it.value) for it in reversed(record.changes) if it.setting == STRUCTURE)
    return shown(next(words, ""))
