"""The table of trainings: found, sorted, grouped, compared with a baseline, and exported."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QMenu,
    QStackedLayout,
    QToolButton,
    QWidget,
)

from cadl_desktop.comparing.groups import Group
from cadl_desktop.comparing.points import best_of
from cadl_desktop.comparing.row_filter import FilterError, conditions_of
from cadl_desktop.comparing.training import NOUNS, TrainingSet
from cadl_desktop.comparing.trainings_csv import csv_of
from cadl_desktop.runs.record import MOST_NOTE
from cadl_desktop.sentences import counted, sentence_of, shown
from cadl_desktop.session.background import Background
from cadl_desktop.session.comparing.comparison import Comparison, Selection
from cadl_desktop.storage.atomic import write_bytes
from cadl_desktop.ui.comparing.table.columns import COMPACT, NAME, NUMBER, POINT, VALUE
from cadl_desktop.ui.comparing.table.grid import TrainingsGrid
from cadl_desktop.ui.comparing.table.model import TrainingsModel
from cadl_desktop.ui.comparing.words import name_text
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.action import Action, Within, add_action, button_for
from cadl_desktop.ui.controls.fields import Chooser, ProblemLine, describe, order_tabs, window_text
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import hint_label, set_look, small_label, toggle
from cadl_desktop.ui.controls.number_text import grouped, read_number
from cadl_desktop.ui.controls.questions import ask_text, confirm_overwrite
from cadl_desktop.ui.controls.tick_menu import TickMenu
from cadl_desktop.ui.intake.file_names import export_path, with_ending
from cadl_desktop.ui.settings.recent_paths import last_folder, remember_folder
from cadl_desktop.ui.theme.theme import GRID

_OVER_MEASURED = 50
"""Number of trainings up to which each one that ends may widen the columns."""
_UNFOUND = "No run meets the search. Clear it (Esc) to see all of them."
_UNBRUSHED = "No run that meets the search is among those brushed."


class TrainingsTable(QWidget):
    """Table of any comparison. The compact form, for a pane, has few columns and no groups.

    `comparison` keeps notes and adopts. `menu_actions` makes the actions of the context menu.
    """

    open_wanted = Signal(int)
    """Number of a training that is to become the document's run."""
    removal_wanted = Signal()

    def __init__(
        self,
        selection: Selection,
        comparison: Comparison,
        background: Background,
        parent: QWidget | None = None,
        *,
        is_compact: bool = False,
    ) -> None:
        super().__init__(parent)
        self.selection = selection
        self.comparison, self._background, self._is_compact = comparison, background, is_compact
        self._newest = comparison.trainings
        self.model = TrainingsModel(self)
        self.grid = TrainingsGrid(self.model, is_compact)
        self.menu_actions: Callable[[], Sequence[Action]] = lambda: [self.adoption, *self.common_actions()]
        self._measured: tuple[object, ...] = ()
        self._lay_out()
        self._connect()
        self._offer()

    def show_trainings(self, trainings: TrainingSet) -> None:
        self._newest = trainings
        self._update()

    def follow(self, comparison: Comparison) -> None:
        """Takes another comparison, whose trainings are shown next, without the search of before."""
        if comparison is not self.comparison:
            self.comparison, self._newest = comparison, comparison.trainings
            self.search.clear()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update()

    # Parts

    def _lay_out(self) -> None:
        self.search, self.sorting, self.grouping = QLineEdit(), Chooser(), Chooser()
        self.search.setPlaceholderText("Find")
        text = "Finds what meets all of it: 'cost<0.1, rate>=0.01, tanh, tag=best'. Esc clears it."
        describe(self.search, "Find runs", text)
        add_action(self.search, Action("Clear the search", self.search.clear, "Esc"), Within.WidgetShortcut)
        describe(self.sorting, "Sort", "Orders the runs, the best or newest first.")
        text = "Puts runs of one value below their mean and range."
        describe(self.grouping, "Group by", text)
        self.differences = toggle("Differences only", "Hides columns in which all runs are alike.")
        self.differences.setChecked(True)
        self.columns_button = toggle("Columns", "Chooses the columns that are shown.")
        self.columns_button.setCheckable(False)
        self.columns_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.columns_button.setMenu(TickMenu(self))
        text = "Saves the runs that are listed as a table (CSV), with all columns."
        self.export_button = button_for(Action("Export…", self._export, tip=text), "Export the runs")
        self.export_button.setProperty("small", True)
        self.count, self.hint = small_label(), hint_label()
        self.hint.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.problem = ProblemLine()
        found, head, foot = QWidget(), QWidget(), QWidget()
        self._found = QStackedLayout(found)
        self._found.addWidget(self.grid)
        self._found.addWidget(self.hint)
        buttons = (self.differences, self.columns_button, self.export_button)
        in_row(wide(self.search, 4), wide(self.sorting, 2), wide(self.grouping, 2), on=head)
        in_row(wide(self.count), *buttons, on=foot)
        margin = 0 if self._is_compact else GRID
        in_column(head, self.problem, wide(found), foot, on=self, margins=margin)
        self.grouping.setVisible(not self._is_compact)
        foot.setVisible(not self._is_compact)
        order_tabs([self.search, self.sorting, self.grouping, self.grid, *buttons])

    def _connect(self) -> None:
        grid = self.grid
        self.selection.changed.connect(self._follow_selection)
        self.selection.baseline_changed.connect(self._update)
        self.selection.kept_changed.connect(self._update)
        self.search.textChanged.connect(self._find)
        self.sorting.chosen.connect(self._sort)
        self.grouping.chosen.connect(self._group)
        self.differences.toggled.connect(self._update)
        self.columns_button.menu().aboutToShow.connect(self._fill_menu)
        grid.chosen.connect(self._take_choice)
        grid.doubleClicked.connect(self._open)
        grid.head_clicked.connect(self._toggle_group)
        grid.horizontalHeader().sectionClicked.connect(
            lambda place: self._sort(self.model.columns[place].name)
        )
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self._show_menu)
        for calls, *keys in (
            (lambda: self._open(grid.currentIndex()), Qt.Key.Key_Return, Qt.Key.Key_Enter),
            (self.removal_wanted.emit, Qt.Key.Key_Delete, Qt.Key.Key_Backspace),
            (self.set_baseline, Qt.Key.Key_B),
            (self.edit_note, Qt.Key.Key_F2),
        ):
            for key in keys:
                add_action(grid, Action("", calls, key), Within.WidgetShortcut)

    # Rows and columns

    @Slot()
    def _update(self) -> None:
        """Shows the newest set, unless the table is hidden."""
        if not self.isVisible():
            return
        model = self.model
        model.differences_only, model.only = self.differences.isChecked(), self.selection.kept
        if model.show_trainings(self._newest, self.selection.baseline):
            self._offer()
        with QSignalBlocker(self.grid):
            model.arrange()
        self.grid.choose(self.selection.numbers, is_seen=False)
        by, order = model.column(model.sorted_by), Qt.SortOrder(int(model.descends))
        self.grid.horizontalHeader().setSortIndicator(model.columns.index(by), order)
        self.sorting.set_name(by.name)
        kind, unfound = model.trainings.kind, _UNFOUND if model.only is None else _UNBRUSHED
        when = "ends" if kind == "runs" else "begins"
        none_yet = f"Each {NOUNS[kind]} is listed here when it {when}, to compare and to adopt."
        self.hint.setText(unfound if model.trainings.trainings else none_yet)
        self._found.setCurrentIndex(0 if model.rows else 1)
        self.export_button.setEnabled(bool(model.rows))
        self._count()
        # Differences and ranges of groups are wider than values; so are values among twice as many, and the
        # deviations that come with the first ends.
        size = len(model.trainings.trainings).bit_length(), min(model.trainings.over, _OVER_MEASURED)
        columns = model.known(COMPACT) if self._is_compact else model.shown
        if (measured := (columns, model.baseline, model.grouping, size)) != self._measured:
            self._measured = measured
            self.grid.show_columns(columns)

    @Slot()
    def _fill_menu(self) -> None:
        """Fills the menu of columns."""
        menu, shown = self.columns_button.menu(), self.model.shown
        menu.clear()
        for column in self.model.columns[VALUE:]:
            action = Action(column.title, tip=column.help, checked=column in shown)
            add_action(menu, action).toggled.connect(partial(self._choose_column, column.name))
        menu.addSeparator()
        add_action(menu, Action("As at first", lambda: self._choose_column("", True)))

    def _choose_column(self, name: str, is_wanted: bool) -> None:
        """Shows or hides a column; '' forgets all that was chosen."""
        self.model.own_choice = {**self.model.own_choice, name: is_wanted} if name else {}
        self._update()

    def _offer(self) -> None:
        """Offers orders and groups after the columns have changed, and reads the filter again."""
        names, *others = self.model.columns
        first = "Newest" if names.is_best_largest else names.title
        choices = [(each.name, each.title, each.help) for each in others]
        self.sorting.set_choices([(NUMBER, first, names.help), *choices])
        by = [(each.name, f"By {each.title}", each.help) for each in others if each.can_group]
        points = [(POINT, "By point", "All that varies but the seed, by the mean with its deviation.")]
        by = [*(points if self._newest.seeds > 1 else []), *by]
        self.grouping.set_choices([("", "No groups", ""), *by])
        self.grouping.set_name(self.model.grouping)
        self._read_filter()

    @Slot(str)
    def _sort(self, name: str) -> None:
        self.model.sort_by(name)
        self._update()
        self.grid.scrollTo(self.grid.currentIndex())

    @Slot(str)
    def _group(self, name: str) -> None:
        self.model.group_by(name)
        self._update()

    @Slot(Group)
    def _toggle_group(self, head: Group) -> None:
        """Opens or closes a group, whose head becomes the current row. Of a point that opens the best seed is
        chosen, so that a point can be adopted."""
        index = self.model.index(self.model.rows.index(head), NAME)
        self.model.toggle_group(head)
        if self.model.grouping == POINT and self.model.is_open(head):
            self.selection.select(best_of(self._newest, head.members).number)
        self._update()
        self.grid.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _read_filter(self) -> None:
        """Reads what was typed; says why if it can't be read, and keeps the filter of before."""
        problem = ""
        try:
            self.model.conditions = conditions_of(self.search.text(), self.model.columns, read_number)
        except FilterError as error:
            problem = window_text(sentence_of(error))
        self.problem.show_problem(problem)
        set_look(self.search, "problem", bool(problem))

    @Slot()
    def _find(self) -> None:
        self._read_filter()
        self._update()

    def _count(self) -> None:
        """Shows '3 of 12 trials, as brushed, 2 chosen'."""
        model, chosen = self.model, len(self.selection.numbers)
        all_of_them, listed = len(model.trainings.trainings), len(model.found)
        words = "" if listed == all_of_them else f"{grouped(listed)} of "
        words += counted(all_of_them, NOUNS[model.trainings.kind])
        words += ", as brushed" if model.only is not None else ""
        self.count.setText(f"{words}, {grouped(chosen)} chosen" if chosen > 1 else words)

    # What is chosen

    @Slot()
    def _take_choice(self) -> None:
        """Shares what a person has chosen; the head of a group is no choice."""
        numbers = self.grid.chosen_numbers()
        if numbers or not isinstance(self.grid.row_at(self.grid.currentIndex()), Group):
            self.selection.select(*numbers)

    @Slot()
    def _follow_selection(self) -> None:
        if self.isVisible():
            self.grid.choose(self.selection.numbers, is_seen=True)
            self._count()

    # What can be done

    @Slot()
    def set_baseline(self) -> None:
        """Makes the current training the baseline, or takes it away again."""
        number = self.selection.number
        self.selection.set_baseline(None if number == self.selection.baseline else number)

    @property
    def adoption(self) -> Action:
        """Adoption of the current training, by the comparison's name for it."""
        comparison, number = self.comparison, self.selection.number
        training = self._newest.by_number.get(number or 0)
        title = comparison.adopting(training)
        possible = training is not None and comparison.can_adopt(training)
        text = "Brings its experiment and moments back, and its weights if they were kept (Enter)."
        return Action(title, lambda: self.open_wanted.emit(number), tip=text, possible=lambda: possible)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        """Adopts a training; opens or closes a group."""
        row = self.grid.row_at(index)
        if isinstance(row, Group):
            self._toggle_group(row)
        else:
            self.adoption()

    @Slot()
    def edit_note(self) -> None:
        """Asks for the note of the current training."""
        comparison, training = self.comparison, self._newest.by_number.get(self.selection.number or 0)
        if training is None or not comparison.can_annotate:
            return
        words, number = f"A note on {name_text(training)}; words that begin with # are tags.", training.number
        edit = ask_text(
            self,
            "Note",
            words,
            "Note",
            training.note,
            "Keep",
            lambda note: comparison.annotate(number, note.strip()),
        )
        edit.setMaxLength(MOST_NOTE)

    def common_actions(self) -> list[Action]:
        """Returns the actions of every table: the baseline, the note and the bytes."""
        is_baseline = self.selection.number == self.selection.baseline
        baseline = "Shows the figures of others as differences from this one (B)."
        note = "Writes a note of your own; words that begin with # are tags (F2)."
        comparison, number = self.comparison, self.selection.number or 0
        training = self.model.trainings.by_number.get(number)
        can_count = training is not None and comparison.can_count_bytes(training)
        counting = "Counts the bytes from which this network paints, while nothing trains."
        return [
            Action("No baseline" if is_baseline else "Set as baseline", self.set_baseline, tip=baseline),
            Action("Note…", self.edit_note, tip=note, possible=lambda: comparison.can_annotate),
            Action(
                "Count bytes",
                lambda: comparison.count_bytes(number),
                tip=counting,
                possible=lambda: can_count,
            ),
        ]

    def menu(self) -> QMenu:
        """Makes the menu of what can be done with the chosen trainings."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self.menu_actions():
            add_action(menu, action)
        return menu

    @Slot(QPoint)
    def _show_menu(self, where: QPoint) -> None:
        if self.selection.numbers:
            self.menu().popup(self.grid.viewport().mapToGlobal(where))

    @Slot()
    def _export(self) -> None:
        what = f"{NOUNS[self.model.trainings.kind]}s"
        proposed = export_path(Path(last_folder()), what, what, ".csv")
        name = file_dialogs.file_to_save(self, "Save the table", str(proposed), "Tables (*.csv)")
        path = with_ending(Path(name), [".csv"], ".csv") if name else Path()
        if name and confirm_overwrite(self, Path(name), path):
            remember_folder(path)
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Writes the trainings that are listed, with all columns."""
        trainings, listed, tell = self.model.trainings, self.model.found, self.comparison.message.emit
        self._background.do(
            lambda: write_bytes(path, csv_of(trainings, listed)),
            lambda _: tell("info", f"Saved as {shown(path.name)}."),
            lambda error: tell("error", sentence_of(error)),
        )
