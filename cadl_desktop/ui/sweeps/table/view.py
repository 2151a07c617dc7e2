"""The trials of a sweep as a table: found, sorted, compared and taken along."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton, QStackedLayout, QWidget

from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.background import Background
from cadl_desktop.session.sweeps.chosen_trial import SweepSelection
from cadl_desktop.storage.atomic import write_bytes
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.sweeps.records.trial_table import table_of
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.action import Action, Within, add_action
from cadl_desktop.ui.controls.fields import Chooser, describe, order_tabs, window_text
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import hint_label, label, set_look, small_label
from cadl_desktop.ui.controls.number_text import grouped
from cadl_desktop.ui.controls.questions import confirm_overwrite
from cadl_desktop.ui.intake.file_names import with_ending
from cadl_desktop.ui.settings.recent_paths import last_folder, remember_folder
from cadl_desktop.ui.sweeps.table.columns import NUMBER
from cadl_desktop.ui.sweeps.table.columns_button import ColumnsButton
from cadl_desktop.ui.sweeps.table.comparison import MOST_COMPARED, TrialsCompared
from cadl_desktop.ui.sweeps.table.filter import FilterError, conditions_of
from cadl_desktop.ui.sweeps.table.grid import TrialsGrid
from cadl_desktop.ui.sweeps.table.model import TrialsModel
from cadl_desktop.ui.sweeps.table.order import TrialsOrder
from cadl_desktop.ui.sweeps.words import trials_text
from cadl_desktop.ui.theme.theme import GRID

_NAME, _ENDING = "trials.csv", ".csv"


class TrialsTable(QWidget):
    """`open_wanted(number)` says that a trial is to be the window's run: Enter, or a double click."""

    open_wanted = Signal(int)

    def __init__(
        self, selection: SweepSelection, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._selection, self._background = selection, background
        self._sweep: Sweep | None = None
        self._standing = SweepStatus()
        self._is_following = self._is_brushed = False
        self.setAccessibleName("Table of trials")
        self.model = TrialsModel(self)
        self.order = TrialsOrder(self.model, self)
        self.grid = TrialsGrid(self.model, self.order)
        self.search, self.sorting = self._make_search(), self._make_sorting()
        self.columns_button = ColumnsButton(self.model, self.grid)
        self.compare_button = self._button("Compare", self._compare)
        self.export_button = self._button("Export…", self._export)
        self.count, self.said = small_label(), label("", "small", wraps=True)
        self.comparison: TrialsCompared | None = None
        self._lay_out()
        self.grid.chosen.connect(self._take_choice)
        self.grid.open_wanted.connect(self._open)
        self.grid.horizontalHeader().sectionClicked.connect(self._sort_by_header)
        selection.changed.connect(self._follow_selection)
        self._refresh()

    def show_sweep(self, sweep: Sweep, standing: SweepStatus, folder: SweepFolder) -> None:
        """How the sweep stands now."""
        is_new = sweep is not self._sweep
        self._sweep, self._standing = sweep, standing
        with self._choice_kept():
            self.model.show_sweep(sweep, standing)
        if is_new:
            self._begin_anew()
        self.columns_button.show_columns()
        self._refresh()

    @Slot(object)
    def show_only(self, numbers: Collection[int] | None) -> None:
        """Of these trials alone, which a brush has left; None for all."""
        self._is_brushed = numbers is not None
        with self._choice_kept():
            self.order.show_only(numbers)
        self._refresh()

    # Parts

    def _make_search(self) -> QLineEdit:
        search = QLineEdit()
        search.setPlaceholderText("Filter")
        text = "Shows only trials that meet all of it: 'cost<0.1, rate>=0.01, tanh'. Esc clears it."
        describe(search, "Filter trials", text)
        search.textChanged.connect(self._find)
        clear = Action("Clear the filter", search.clear, "Esc")
        add_action(search, clear, Within.WidgetShortcut)
        return search

    def _make_sorting(self) -> Chooser:
        sorting = Chooser()
        describe(sorting, "Sort trials", "What the trials are sorted by, the best first.")
        sorting.chosen.connect(lambda place: self._sort_by(int(place)))
        return sorting

    def _button(self, title: str, calls: object) -> QPushButton:
        button = QPushButton(title)
        button.setProperty("small", True)
        button.setAccessibleName(title)
        button.clicked.connect(calls)
        return button

    def _lay_out(self) -> None:
        filled_page, found = QWidget(), QWidget()
        self.empty, self.unfound = hint_label(), hint_label()
        self.empty.setText(
            "Each trial stands here when it begins: its settings, its costs, and who trained it."
        )
        self._found = QStackedLayout(found)
        self._found.addWidget(self.grid)
        self._found.addWidget(self.unfound)
        head = in_row(wide(self.search, 3), wide(self.sorting, 2))
        buttons = in_row(wide(self.count), self.columns_button, self.compare_button, self.export_button)
        self.said.hide()
        in_column(head, self.said, wide(found), buttons, on=filled_page, margins=GRID)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(filled_page)
        parts = (self.search, self.sorting, self.grid)
        order_tabs([*parts, self.columns_button, self.compare_button, self.export_button])

    def _begin_anew(self) -> None:
        """Of another sweep nothing stays but what was typed, where that has a meaning there, too."""
        self.close_comparison()
        self.columns_button.begin_anew()
        places = [(str(place), column.title, column.help) for place, column in enumerate(self.model.columns)]
        self.sorting.set_choices(places)
        self._sort_by(NUMBER)
        self._find(self.search.text())

    # Finding and sorting

    @Slot(str)
    def _find(self, text: str) -> None:
        try:
            conditions = conditions_of(text, self.model.columns)
        except FilterError as error:
            self._say(window_text(sentence_of(error)))  # and what was found stays
            set_look(self.search, "problem", True)
            return
        self._say("")
        set_look(self.search, "problem", False)
        with self._choice_kept():
            self.order.find(conditions)
        self._refresh()

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def _sort_by(self, column: int, upwards: bool | None = None) -> None:
        upwards = not self.model.columns[column].is_best_largest if upwards is None else upwards
        order = Qt.SortOrder.AscendingOrder if upwards else Qt.SortOrder.DescendingOrder
        self.order.sort(column, order)
        header = self.grid.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.setSortIndicator(column, order)
        self.sorting.set_name(str(column))
        self.grid.scrollTo(self.grid.currentIndex())

    @Slot(int)
    def _sort_by_header(self, column: int) -> None:
        """The other way round where it is sorted by it already."""
        again = self.order.sortColumn() == column
        self._sort_by(column, self.order.sortOrder() is Qt.SortOrder.DescendingOrder if again else None)

    # What is chosen

    @Slot()
    def _take_choice(self) -> None:
        if not self._is_following:
            rows = self.grid.chosen_rows()
            self._selection.select(rows[0].trial.number if rows else None)
        self._refresh()

    @Slot()
    def _follow_selection(self) -> None:
        rows, number = self.grid.chosen_rows(), self._selection.number
        if (rows[0].trial.number if rows else None) != number:
            self._is_following = True
            self.grid.choose([] if number is None else [number])
            self._is_following = False

    @contextmanager
    def _choice_kept(self) -> Iterator[None]:
        """Around what makes rows come and go: which of them are seen is no choice of a person's."""
        numbers = [row.trial.number for row in self.grid.chosen_rows()]
        number = self._selection.number
        if number is not None and number not in numbers:
            numbers = [number]
        self._is_following = True
        try:
            yield
            if [row.trial.number for row in self.grid.chosen_rows()] != numbers:
                self.grid.choose(numbers)
        finally:
            self._is_following = False

    @Slot()
    def _open(self) -> None:
        rows = self.grid.chosen_rows()
        if rows:
            self.open_wanted.emit(rows[0].trial.number)

    # What can be done

    def _refresh(self) -> None:
        all_trials, seen = len(self.model.rows()), self.order.rowCount()
        self._stack.setCurrentIndex(1 if all_trials else 0)
        self._found.setCurrentIndex(0 if seen else 1)
        filtered = "No trial meets the filter. Clear it (Esc) to see all of them."
        brushed = "No trial meets the filter and what is brushed in the parallel coordinates."
        self.unfound.setText(brushed if self._is_brushed else filtered)
        if seen == all_trials:
            count = trials_text(all_trials)
        else:
            count = f"{grouped(seen)} of {grouped(all_trials)} trials"
            count += ", as brushed" if self._is_brushed else ""
        self.count.setText(count)
        chosen = len(self.grid.selectionModel().selectedRows(NUMBER))
        self.compare_button.setEnabled(2 <= chosen <= MOST_COMPARED)
        text = "In which settings the chosen trials differ, and in what they came to."
        if not self.compare_button.isEnabled():
            text = "Choose two to six trials, by Shift or Ctrl, to see in what they differ."
        describe(self.compare_button, "Compare the trials", text)
        self.export_button.setEnabled(bool(seen))
        text = "Saves the trials that are listed as a table (CSV), with all columns."
        describe(self.export_button, "Export the trials", text)

    @Slot()
    def _compare(self) -> None:
        if self._sweep is not None:
            self.comparison = self.comparison or TrialsCompared(self)
            rows = sorted(self.grid.chosen_rows(), key=lambda row: row.trial.number)
            self.comparison.compare(self._sweep, rows, self.model.columns)

    def close_comparison(self) -> None:
        """Which says nothing without the trials beside it."""
        if self.comparison is not None:
            self.comparison.close()

    @Slot()
    def _export(self) -> None:
        kinds, title = "Tables (*.csv)", "Save the trials"
        name = file_dialogs.file_to_save(self, title, str(Path(last_folder()) / _NAME), kinds)
        if name:
            path = with_ending(Path(name), [_ENDING], _ENDING)
            if confirm_overwrite(self, Path(name), path):
                remember_folder(path)
                self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Writes those that are listed, as `trials.csv` of the sweep's folder has them."""
        sweep = self._sweep
        if sweep is None:
            return
        seen = {row.trial.number: row.trial for row in self.grid.rows()}
        standing = replace(self._standing, trials=seen)
        self._background.do(
            lambda: write_bytes(path, table_of(sweep, standing)),
            lambda _: self._say(f"Saved as {shown(path.name)}."),
            lambda error: self._say(window_text(sentence_of(error))),
        )
