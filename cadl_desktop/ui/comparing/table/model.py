"""Rows and columns of the table of trainings, as Qt's views read them."""

import math
from collections.abc import Container, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from cadl_desktop.comparing.columns import UNKNOWN, Column, Key
from cadl_desktop.comparing.groups import Group
from cadl_desktop.comparing.row_filter import Condition
from cadl_desktop.comparing.telling_settings import telling_paths
from cadl_desktop.comparing.training import Training, TrainingSet
from cadl_desktop.sentences import counted
from cadl_desktop.sweeps.plan.sweep_model import Point
from cadl_desktop.ui.comparing.table.columns import NAME, POINT, STATE, VALUE, columns_of
from cadl_desktop.ui.comparing.words import with_deviation
from cadl_desktop.ui.controls.looks import wrapped
from cadl_desktop.ui.theme.theme import SMALL, tabular_font, theme

Row = Training | Group
"""Training, or the head of a group above its trainings."""
Index = QModelIndex | QPersistentModelIndex
Roles = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_HEAD = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_CELL = _HEAD | Qt.ItemFlag.ItemIsSelectable


class TrainingsModel(QAbstractTableModel):
    """Rows and columns of a set.

    Trainings that meet all `conditions`, and are among the numbers `only`, are listed, sorted by the column
    `sorted_by`, in groups by that of the name `grouping`, if any; or by POINT, the best mean first, as
    replicates are at first. `own_choice` says by the names of columns which a person has shown or hidden.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trainings = TrainingSet("sweep", "")
        self.columns = columns_of(self.trainings)
        self.rows: list[Row] = []
        self.conditions: Sequence[Condition] = ()
        self.only: frozenset[int] | None = None
        self.sorted_by, self.descends, self.grouping = self.columns[NAME].name, False, ""
        self._toggled: frozenset[str] = frozenset()
        """Names of the groups that a person has opened or closed."""
        self.differences_only = True
        self.own_choice: dict[str, bool] = {}
        self.baseline: Training | None = None
        self._summaries: dict[tuple[Group, str], str] = {}
        self._keys: dict[str, set[Key]] = {}
        """Keys of trainings by the names of columns, until two differ. Columns don't come and go while a set
        goes on, so keys are forgotten only when a training is gone."""

    @property
    def listed(self) -> list[Training]:
        """Trainings that are listed, from the top."""
        return [row for row in self.rows if isinstance(row, Training)]

    @property
    def found(self) -> list[Training]:
        """Trainings that are listed, and those of closed groups."""
        closed = [row for row in self.rows if isinstance(row, Group) and not self.is_open(row)]
        return [*self.listed, *(each for group in closed for each in group.members)]

    def show_trainings(self, trainings: TrainingSet, baseline: int | None) -> bool:
        """Takes a set and the number of its baseline; `arrange` lists it. Returns whether its columns are
        others than before."""
        self.baseline = trainings.by_number.get(baseline or 0)
        if trainings is self.trainings:
            return False
        before, self.trainings = self.trainings, trainings
        is_other = _traits(before) != _traits(trainings)
        if is_other:
            self.beginResetModel()
            self.columns, self.rows = columns_of(trainings), []
            can_stay = trainings.seeds > 1 if self.grouping == POINT else self.column(self.grouping).can_group
            self.grouping = self.grouping if can_stay else ""
            self.endResetModel()
        if _traits(before)[:2] != _traits(trainings)[:2]:
            self.sorted_by, self.own_choice = "", {}
            self.group_by(POINT if trainings.seeds > 1 else "")
            self.sort_by(self.columns[NAME if trainings.kind == "runs" else VALUE].name)
        known = before.by_number
        if is_other or known.keys() - trainings.by_number.keys():
            self._keys, known = {column.name: set() for column in self.columns}, {}
        news = [each for each in trainings.trainings if known.get(each.number) is not each]
        for column in self.columns:
            keys, left = self._keys[column.name], iter(news)
            while len(keys) < 2 and (training := next(left, None)) is not None:
                keys.add(column.key(training))
        return is_other

    def column(self, name: str) -> Column:
        """Returns the column of this name; the column of trainings' names if there is none."""
        return next((column for column in self.columns if column.name == name), self.columns[NAME])

    @property
    def shown(self) -> list[Column]:
        """Columns in which trainings differ, a dozen settings among them, or, without `differences_only`,
        something is known. A person's own choice precedes."""
        settings = self.trainings.settings
        untold = {each.path for each in settings} - telling_paths(settings) if self.differences_only else ()

        def is_wanted(column: Column) -> bool:
            keys = self._keys.get(column.name, set())
            differs = column.is_kept or len(keys) > 1
            return column.name not in untold and (
                differs or (not self.differences_only and bool(keys - {None}))
            )

        own = self.own_choice
        return [each for each in self.columns if own.get(each.name, is_wanted(each))]

    def known(self, names: Container[str]) -> list[Column]:
        """Returns the columns of these names, the second besides, that are always kept or have values."""
        found = [each for each in self.columns if each.name in names or each is self.columns[VALUE]]
        return [each for each in found if each.is_kept or self._keys.get(each.name, set()) - {None}]

    def sort_by(self, name: str) -> None:
        """Sorts by a column, the best first; in the other direction where it is sorted by it."""
        is_other_way = name == self.sorted_by
        self.descends = not self.descends if is_other_way else self.column(name).is_best_largest
        self.sorted_by = name

    def group_by(self, name: str) -> None:
        """Groups by a column, or by POINT; '' by none."""
        self.grouping, self._toggled = name, frozenset()

    def is_open(self, group: Group) -> bool:
        is_closed_first = self.grouping == POINT and bool(self.trainings.settings)
        return (group.name in self._toggled) == is_closed_first

    def toggle_group(self, group: Group) -> None:
        """Opens or closes a group."""
        self._toggled ^= {group.name}

    def arrange(self) -> None:
        """Lists the trainings in their order. Views learn how many rows there are and that all may have
        changed, so they scroll nowhere."""
        rows, count = self._arranged(), len(self.rows)
        if len(rows) > count:
            self.beginInsertRows(QModelIndex(), count, len(rows) - 1)
            self.rows += rows[count:]
            self.endInsertRows()
        elif len(rows) < count:
            self.beginRemoveRows(QModelIndex(), len(rows), count - 1)
            del self.rows[len(rows) :]
            self.endRemoveRows()
        self.rows, self._summaries = rows, {}
        if rows:
            self.dataChanged.emit(self.index(0, NAME), self.index(len(rows) - 1, self.columnCount() - 1))

    def _arranged(self) -> list[Row]:
        among = [each for each in self.trainings.trainings if self.only is None or each.number in self.only]
        found = [each for each in among if all(holds(each) for holds in self.conditions)]
        column = self.column(self.sorted_by)
        if not self.grouping:
            return [*_sorted(found, column, self.descends)]
        rows: list[Row] = []
        for group in self._groups(found):
            rows += [group, *(_sorted(group.members, column, self.descends) if self.is_open(group) else [])]
        return rows

    def _groups(self, found: Sequence[Training]) -> list[Group]:
        """Returns groups of trainings whose text is the same, in the order of the column."""
        if self.grouping == POINT:
            return self._points(found)
        column, members = self.column(self.grouping), dict[str, list[Training]]()
        for training in _sorted(found, column, False):
            members.setdefault(column.text(training), []).append(training)
        return [Group(f"{column.title}: {text or UNKNOWN}", None, tuple(of)) for text, of in members.items()]

    def _points(self, found: Sequence[Training]) -> list[Group]:
        """Returns points with their seeds, in the order of their means; those with fewer values come last."""
        column, members = self.column(self.sorted_by), dict[Point, list[Training]]()
        for training in _sorted(found, column, self.descends):
            members.setdefault(training.point, []).append(training)
        names = ((of[0].group or of[0].differs or self.trainings.name, of) for of in members.values())
        groups = [Group(name, None, tuple(of)) for name, of in names]
        if column.is_figure:
            sign = -1.0 if self.descends else 1.0
            values = {group: self._values(group, column) for group in groups}
            groups.sort(key=lambda it: (-len(values[it]), sign * sum(values[it]) / max(1, len(values[it]))))
        return groups

    def _values(self, group: Group, column: Column) -> list[float]:
        """Returns the figures of a group. Trainings that failed count nowhere, and of a point only those that
        are over, if any are."""
        over = [each for each in group.members if each.is_over] if self.grouping == POINT else []
        keys = [column.key(each) for each in over or group.members if not each.failed]
        return [float(key) for key in keys if isinstance(key, int | float) and math.isfinite(key)]

    # Texts

    def text(self, row: Row, column: Column) -> str:
        """Returns the text of a cell: a value, its difference from the baseline's, or a group's summary."""
        if isinstance(row, Training):
            return column.text(row, self.baseline)
        if column is self.columns[NAME]:
            name = f"{'▾' if self.is_open(row) else '▸'} {row.name}"
            if self.grouping != POINT:
                return f"{name} ({len(row.members):,})"
            failed = sum(each.failed for each in row.members)
            count = counted(len(row.members), "seed") + (f", {failed:,} failed" if failed else "")
            return f"{name} · {count}"
        if not column.is_figure:
            return self._common(row, column) if self.grouping == POINT else ""
        if (row, column.name) not in self._summaries:
            self._summaries[row, column.name] = self._summary(row, column)
        return self._summaries[row, column.name]

    def _summary(self, group: Group, column: Column) -> str:
        """Returns the mean and range of a group's figures, or the mean and deviation of a point's."""
        found = self._values(group, column)
        if not found:
            return ""
        if self.grouping == POINT:
            return with_deviation(column.words, found)
        mean, low, high = map(column.words, (sum(found) / len(found), min(found), max(found)))
        return mean if low == high else f"{mean}\n{low} to {high}"

    def _common(self, group: Group, column: Column) -> str:
        """Returns what all trainings of a group have in a column; '' where they differ."""
        texts = {column.text(each) for each in group.members}
        return texts.pop() if len(texts) == 1 else ""

    # What Qt asks for

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

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
            case Roles.TextAlignmentRole if column.is_number and section != NAME:
                return _RIGHT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Returns constants: Qt asks thousands of times when all rows are chosen."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _CELL if isinstance(self.rows[index.row()], Training) else _HEAD

    def data(self, index: Index, role: int = Roles.DisplayRole) -> Any:
        if not index.isValid():
            return None
        place, row = index.column(), self.rows[index.row()]
        column, is_name = self.columns[place], place == NAME
        match role:
            case Roles.DisplayRole:
                return self.text(row, column)
            case Roles.TextAlignmentRole if column.is_number and not is_name:
                return _RIGHT
            case Roles.FontRole:
                font = tabular_font(SMALL)
                font.setBold(self._is_best(row, place) or (is_name and not isinstance(row, Training)))
                return font
        if not isinstance(row, Training):
            return QColor(theme().hover) if role == Roles.BackgroundRole else None
        match role:
            case Roles.ToolTipRole:
                return wrapped("\n".join(self.told(row)))
            case Roles.AccessibleTextRole if is_name:
                return ", ".join(self.told(row))
            case Roles.AccessibleTextRole:
                return f"{column.title}: {self.text(row, column)}"
            case Roles.ForegroundRole:
                return self._ink(row, place)
        return None

    def _ink(self, training: Training, place: int) -> QColor | None:
        column = self.columns[place]
        if column.name == STATE and training.failed:
            return QColor(theme().red)
        if self._is_best(training, place):
            return QColor(theme().accent)
        if not column.ranks(training):
            return QColor(theme().muted)
        return QColor(theme().good) if column.is_better(training, self.baseline) else None

    def _is_best(self, row: Row, place: int) -> bool:
        best = self.trainings.best
        if isinstance(row, Group):
            return self.grouping == POINT and place == VALUE and best is not None and best in row.members
        return place == VALUE and row is best

    def told(self, training: Training) -> list[str]:
        """Returns everything that is told of a training, in lines, or one after the other."""
        names, value, *_ = self.columns
        cost, state = (
            "" if (text := it.text(training)) == UNKNOWN else f"{it.title} {text}"
            for it in (value, self.column(STATE))
        )
        told = [names.text(training), cost, training.differs, state]
        told += [training.origin, training.note, training.message]
        told += ["the weights are those before it diverged"] if training.state == "diverged" else []
        told += [] if training.is_comparable else ["it can't be compared: it learned other data"]
        told += (
            [] if training.shares_cost else ["its cost can't be compared: it is of another kind or scaling"]
        )
        told += ["its weights were let go"] if training.is_over and not training.has_weights else []
        told += ["baseline"] if training is self.baseline else []
        told += ["shown now"] if training.is_shown else []
        return [*dict.fromkeys(filter(None, told))]


def _sorted(trainings: Sequence[Training], column: Column, descends: bool) -> list[Training]:
    """Sorts by number or word; unknown ones come last, whichever way. Equal ones stay in their order."""
    keys = [(column.key(each), each) for each in trainings]
    known = [(isinstance(key, str), key, each) for key, each in keys if key is not None]
    known.sort(key=lambda pair: pair[:2], reverse=descends)
    return [*(each for *_, each in known), *(each for key, each in keys if key is None)]


def _traits(trainings: TrainingSet) -> tuple[object, ...]:
    """Returns what tells a set from others, and all that its columns are made of."""
    return trainings.kind, trainings.name, trainings.settings, trainings.objective, trainings.own_names
