"""The dock of runs: finding and sorting, the table, and what can be done with those that are chosen."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPushButton, QStackedLayout, QWidget

from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.session import run_commands
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps.luck_runs import can_be_compared
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.missing_pictures import RunThumbnails
from cadl_desktop.ui.controls.action import Action, Within, add_action
from cadl_desktop.ui.controls.fields import Chooser, describe
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import hint_label
from cadl_desktop.ui.runs.delegate import ROW_HEIGHT
from cadl_desktop.ui.runs.eyes import Eyes
from cadl_desktop.ui.runs.model import COST, PSNR, RUN, SPEED, TIME, VALIDATION, RunRow, RunsModel
from cadl_desktop.ui.runs.order import NEWEST_FIRST, RunOrder
from cadl_desktop.ui.runs.table import RunsTable
from cadl_desktop.ui.theme.theme import GRID

if TYPE_CHECKING:
    from cadl_desktop.ui.runs.comparison import Comparison

MOST_COMPARED = 6
_DOWNWARDS = (NEWEST_FIRST, PSNR, SPEED, TIME)
"""The columns of which the largest is wanted first."""


class RunsPanel(QWidget):
    """Lists a session's runs. `selected` says that others are chosen, `eyes_changed` that others are to be
    drawn, `swipe_wanted(record, name)` that a run's painting is to be laid over the one that is shown, and
    `race_wanted(numbers)` that one or two of them are to be raced, `luck_wanted(records)` whether one run was
    luck, or two differ beyond it. `listed` says that others are listed."""

    selected = Signal()
    eyes_changed = Signal()
    swipe_wanted = Signal(object, str)  # RunRecord
    race_wanted = Signal(list)
    listed = Signal()
    luck_wanted = Signal(object)  # list[RunRecord]

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setAccessibleName("Runs")
        self._model = RunsModel(self)
        self._order = RunOrder(self._model, self)
        self.chosen_numbers: tuple[int, ...] = ()
        """The current one first."""
        self._is_under_way = False
        self.comparison: Comparison | None = None
        self.search = self._make_search()
        self.sorting = self._make_sorting()
        self.table = RunsTable(self._model, self._order)
        self.reopen_button, self.compare_button, self.remove_button = (QPushButton() for _ in range(3))
        self._empty, self._unfound = self._hint(), self._hint()
        self._empty.setText("Each run is listed here when it ends, to compare and to reopen.")
        self._unfound.setText("No run has these words. Clear the search (Esc) to see all of them.")
        self._lay_out()
        self._connect()
        self._show_runs()

    @property
    def eyes(self) -> Eyes:
        return self._model.eyes

    @property
    def chosen(self) -> RunRecord | None:
        """The run whose row is the current one of those that are selected."""
        return self._session.runs.record(self.chosen_numbers[0]) if self.chosen_numbers else None

    def rows(self) -> list[RunRow]:
        """All runs as they are told, the newest first."""
        return [self._model.row(index) for index in range(self._model.rowCount())]

    def sizeHint(self) -> QSize:
        return QSize(36 * GRID, 12 * GRID + 4 * ROW_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * GRID, 12 * GRID + ROW_HEIGHT)

    def _hint(self) -> QLabel:
        hint = hint_label()
        hint.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        return hint

    def _make_search(self) -> QLineEdit:
        search = QLineEdit()
        search.setPlaceholderText("Find")
        text = "Shows only runs with these words in name, note or settings: 'adam, rate 0.01'."
        describe(search, "Find runs", text)
        search.textChanged.connect(self._find)
        clear = Action("Clear the search", search.clear, "Esc")
        add_action(search, clear, Within.WidgetShortcut)
        return search

    def _make_sorting(self) -> Chooser:
        titles = self._model.titles()
        newest = (str(NEWEST_FIRST), "Newest", "In the order in which they came.")
        by_name = (str(RUN), "By name", "What is alike stands together.")
        figures = [(str(column), titles[column], "") for column in (COST, VALIDATION, PSNR, SPEED, TIME)]
        sorting = Chooser([newest, by_name, *figures])
        sorting.set_name(str(NEWEST_FIRST))
        describe(sorting, "Sort runs", "What the runs are sorted by, the best first.")
        sorting.chosen.connect(lambda name: self._sort_by(int(name)))
        return sorting

    def _lay_out(self) -> None:
        filled, found = QWidget(), QWidget()
        self._found = QStackedLayout(found)
        self._found.addWidget(self.table)
        self._found.addWidget(self._unfound)
        head = in_row(wide(self.search, 3), wide(self.sorting, 2))
        three = (self.reopen_button, self.compare_button, self.remove_button)
        for button in three:
            button.setProperty("small", True)
        buttons = in_row(*map(wide, three))
        in_column(head, wide(found), buttons, on=filled, margins=(GRID, 0, GRID, GRID))
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(filled)

    def _connect(self) -> None:
        table, session = self.table, self._session
        table.selectionModel().selectionChanged.connect(self._selection_changed)
        for wanted in (table.open_wanted, self.reopen_button.clicked):
            wanted.connect(lambda: self._reopening()())
        for wanted in (table.removal_wanted, self.remove_button.clicked):
            wanted.connect(lambda: self._removal()())
        self.compare_button.clicked.connect(lambda: self._comparing()())
        table.eyes_wanted.connect(self._turn_eyes)
        table.header().sectionClicked.connect(self._sort_by_header)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        self._model.eyes_changed.connect(self.eyes_changed)
        RunThumbnails(session, self)
        self._model.noted.connect(lambda number, text: run_commands.annotate(session, number, text))
        # In a turn of the event loop of its own: what ends a run has enough to do in that one.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show_runs)
        session.runs.changed.connect(self._later.start)
        session.status_changed.connect(self._status_changed)
        session.document.changed.connect(self._refresh)

    # Finding and sorting

    @Slot(str)
    def _find(self, text: str) -> None:
        chosen = self.chosen_numbers
        self._order.find(text)
        self.table.choose(list(chosen))
        self._found.setCurrentIndex(0 if self._order.rowCount() or not self._model.rowCount() else 1)

    def _sort_by(self, column: int, upwards: bool | None = None) -> None:
        upwards = column not in _DOWNWARDS if upwards is None else upwards
        order = Qt.SortOrder.AscendingOrder if upwards else Qt.SortOrder.DescendingOrder
        self._order.sort(column, order)
        header = self.table.header()
        header.setSortIndicatorShown(column != NEWEST_FIRST)
        header.setSortIndicator(column, order)
        self.sorting.set_name(str(column))
        self.table.scrollTo(self.table.currentIndex())

    @Slot(int)
    def _sort_by_header(self, column: int) -> None:
        """The other way round where it is sorted by it already."""
        again = self._order.sortColumn() == column
        self._sort_by(column, self._order.sortOrder() is Qt.SortOrder.DescendingOrder if again else None)

    # What is chosen

    def select(self, *numbers: int) -> None:
        """Chooses runs by their numbers; the first becomes the current one."""
        self.table.choose(list(numbers))

    @Slot()
    def _show_runs(self) -> None:
        self._later.stop()
        runs, chosen = self._session.runs, self.chosen_numbers
        self._is_under_way = self._session.status.live
        self._model.show_runs(runs.records, runs.current, self._is_under_way)
        self._stack.setCurrentIndex(1 if runs.records else 0)
        self._found.setCurrentIndex(0 if self._order.rowCount() or not runs.records else 1)
        if tuple(row.record.number for row in self.table.chosen()) != chosen:
            self.table.choose(list(chosen))
        self._selection_changed()  # a model that was reset says nothing of it
        self.listed.emit()

    @Slot()
    def _status_changed(self) -> None:
        """The row of a run that goes on says so, and others can be compared with it."""
        self._refresh()
        runs = self._session.runs
        if self._session.status.live != self._is_under_way and runs.record(runs.current):
            self._later.start()

    @Slot()
    def _selection_changed(self) -> None:
        numbers = tuple(row.record.number for row in self.table.chosen())
        if numbers != self.chosen_numbers:
            self.chosen_numbers = numbers
            self.selected.emit()
        self._refresh()

    @Slot()
    def _turn_eyes(self) -> None:
        """Of all that are chosen alike."""
        numbers = list(self.chosen_numbers)
        self._model.open_eyes(numbers, not all(map(self.eyes.is_open, numbers)))

    # What can be done

    @Slot()
    def _refresh(self) -> None:
        for button, action, name in (
            (self.reopen_button, self._reopening(), "Reopen the run"),
            (self.compare_button, self._comparing(), "Compare the runs"),
            (self.remove_button, self._removal(), "Remove the runs"),
        ):
            button.setText(action.title)
            button.setEnabled(action.possible())
            describe(button, name, action.tip)

    def _reopening(self) -> Action:
        """Of the current run."""
        record = self.chosen
        is_shown = record is not None and record.number == self._session.runs.current
        possible = record is not None and not (
            is_shown and record.experiment == self._session.document.experiment
        )
        if record is not None and record.state is None:
            title = "View"
            text = "Brings its experiment and history back; its weights were let go (Enter)."
        else:
            title = "Reopen"
            text = "Brings its experiment, weights and history back (Enter)."
        return Action(title, self._reopen, tip=text, possible=lambda: possible)

    def _comparing(self) -> Action:
        chosen, session = self.chosen_numbers, self._session
        has_learned = session.status not in (Status.EMPTY, Status.PREPARING)
        with_shown = len(chosen) == 1 and has_learned and chosen[0] != session.runs.current
        possible = with_shown or 2 <= len(chosen) <= MOST_COMPARED
        text = "What the chosen runs made, side by side, and the settings that differ."
        if with_shown:
            text = "What the shown run and the chosen one made, side by side, and the settings that differ."
        elif not possible:
            text = "Choose one run to see it beside the shown one, or up to six, by Shift or Ctrl."
        return Action("Compare", self._compare, tip=text, possible=lambda: possible)

    def _racing(self) -> Action:
        """Of two chosen runs against one another, or of one against the network of the window."""
        numbers = list(self.chosen_numbers)
        title = "Race these two…" if len(numbers) == 2 else "Race against this one…"
        text = "Trains both from the same seed, side by side: two chosen runs, or one and this network."
        if not 1 <= len(numbers) <= 2:
            text = "Choose one run to race against this network, or two to race them."
        return Action(
            title,
            lambda: self.race_wanted.emit(numbers),
            tip=text,
            possible=lambda: 1 <= len(numbers) <= 2,
        )

    def _removal(self) -> Action:
        current = self._session.runs.current
        possible = any(number != current for number in self.chosen_numbers)
        text = "The run that is shown stays in the list." if not possible else ""
        text = text or "Takes the chosen runs out of the list; it can be undone (Delete)."
        return Action("Remove", self._remove, tip=text, possible=lambda: possible)

    def _noting(self) -> Action:
        text = "Writes a note of your own beside the run (F2)."
        return Action("Note…", self._note, tip=text)

    def _eyeing(self) -> Action:
        text = "Draws the chosen runs in the cost plot, or no longer (V)."
        return Action("Show or hide in the plot", self._turn_eyes, tip=text)

    def _swiping(self) -> Action:
        record, shown = self.chosen, self._session.document.experiment
        alike = record is not None and record.state is not None and record.experiment.data == shown.data
        possible = alike and is_painting(shown)
        text = "Lays what this run made over what the shown one makes."
        name = self.table.chosen()[0].differs if self.chosen_numbers else ""
        return Action(
            "Swipe over the painting",
            lambda: self.swipe_wanted.emit(record, name),
            tip=text,
            possible=lambda: possible,
        )

    def _doubting(self) -> Action:
        """Of one run, or of two."""
        records = [row.record for row in self.table.chosen()]
        possible = len(records) in (1, 2) and can_be_compared([each.experiment for each in records])
        title = "Was it luck?…"
        text = "Trains it with several seeds, and shows what the seed decides."
        if len(records) > 1:
            title = "Do these differ beyond luck?…"
            text = "Trains both with several seeds, and says whether they differ in more than luck."
        if not possible:
            text = "Choose one run, or two of the same data and cost that differ in more than the seed."
        return Action(title, lambda: self.luck_wanted.emit(records), tip=text, possible=lambda: possible)

    def _reopen(self) -> None:
        if self.chosen is not None:
            run_commands.reopen(self._session, self.chosen.number)

    def _compare(self) -> None:
        if self.comparison is None:
            from cadl_desktop.ui.runs.comparison import Comparison  # the window is on screen sooner

            self.comparison = Comparison(self._session, self._model, self)
            self.comparison.race_wanted.connect(self.race_wanted)
        numbers: tuple[int | None, ...] = self.chosen_numbers
        if len(numbers) == 1:
            self._session.list_shown()
            self._show_runs()
            numbers = *numbers, self._session.result.run
        self.comparison.compare(numbers)

    def _remove(self) -> None:
        rows, chosen = self.table.rows(), self.chosen_numbers
        numbers = [row.record.number for row in rows]
        first = numbers.index(chosen[0]) if chosen and chosen[0] in numbers else 0
        run_commands.remove(self._session, chosen)
        self._show_runs()
        # The next one is chosen, so that several can be removed by the same key.
        left = self.table.rows()
        if left:
            self.select(left[min(first, len(left) - 1)].record.number)

    def _note(self) -> None:
        self.table.edit(self.table.currentIndex().siblingAtColumn(RUN))

    @Slot(QPoint)
    def _show_menu(self, where: QPoint) -> None:
        if self.chosen is not None:
            self.menu().popup(self.table.viewport().mapToGlobal(where))

    def menu(self) -> QMenu:
        """What can be done with the chosen runs."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in (
            self._reopening(),
            self._comparing(),
            self._racing(),
            self._swiping(),
            self._doubting(),
            self._eyeing(),
            self._noting(),
            self._removal(),
        ):
            add_action(menu, action)
        return menu
