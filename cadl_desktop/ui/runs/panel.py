"""The dock of runs: the table, what can be done with one, and what to do while there is none."""

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QStackedLayout, QWidget

from cadl_desktop.runs.record import RunRecord
from cadl_desktop.session.runs import run_commands
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import hint_label
from cadl_desktop.ui.runs.model import RUN, RunsModel
from cadl_desktop.ui.runs.table import ROW_HEIGHT, RunsTable
from cadl_desktop.ui.theme.theme import GRID


class RunsPanel(QWidget):
    """Lists a session's runs. `selected` tells the number of the chosen one, None when none is."""

    selected = Signal(object)  # int | None

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = RunsModel(self)
        self._chosen: int | None = None
        self.table = RunsTable(self._model)
        self.reopen_button, self.remove_button = QPushButton(), QPushButton()
        self._empty = self._make_empty()
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(self._selection_changed)
        for wanted in (self.table.open_wanted, self.reopen_button.clicked):
            wanted.connect(lambda: self._reopening()())
        for wanted in (self.table.removal_wanted, self.remove_button.clicked):
            wanted.connect(lambda: self._removal()())
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        # In a turn of the event loop of its own: what ends a run has enough to do in that one.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show_runs)
        session.runs.changed.connect(self._later.start)
        session.document.changed.connect(self._refresh)
        self._show_runs()

    def sizeHint(self) -> QSize:
        return QSize(32 * GRID, 4 * GRID + 3 * ROW_HEIGHT + 8 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(24 * GRID, 3 * GRID + ROW_HEIGHT + 6 * GRID)

    def select(self, number: int | None) -> None:
        """Chooses a run by its number."""
        row = self._model.row_of(number)
        if row is None:
            self.table.clearSelection()
        else:
            self.table.choose(row)

    @property
    def chosen(self) -> RunRecord | None:
        """The run whose row is selected."""
        return self._session.runs.record(self._chosen)

    def _make_empty(self) -> QLabel:
        empty = hint_label(self.tr("Each run is listed here when it ends, to compare and to reopen."))
        empty.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        return empty

    def _lay_out(self) -> None:
        filled = QWidget()
        buttons = in_row(wide(self.reopen_button), wide(self.remove_button))
        in_column(wide(self.table), buttons, on=filled, margins=(GRID, 0, GRID, GRID))
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(filled)

    @Slot()
    def _show_runs(self) -> None:
        self._later.stop()
        runs, chosen = self._session.runs, self._chosen
        self._model.show_runs(runs.records, runs.current)
        self._stack.setCurrentIndex(1 if runs.records else 0)
        self.select(chosen)
        self._selection_changed()  # a model that was reset says nothing of it

    @Slot()
    def _selection_changed(self) -> None:
        rows = self.table.selectionModel().selectedRows(RUN)
        record = self._model.record(rows[0]) if rows else None
        number = record.number if record else None
        if number != self._chosen:
            self._chosen = number
            self.selected.emit(number)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        for button, action, name in (
            (self.reopen_button, self._reopening(), self.tr("Reopen the run")),
            (self.remove_button, self._removal(), self.tr("Remove the run")),
        ):
            button.setText(action.title)
            button.setEnabled(action.possible())
            describe(button, name, action.tip)

    def _reopening(self) -> Action:
        """Of the chosen run."""
        record = self.chosen
        possible = record is not None and not (
            self._is_shown and record.experiment == self._session.document.experiment
        )
        if record is not None and record.state is None:
            title = self.tr("View")
            text = self.tr("Brings its experiment and history back; its weights were let go (Enter).")
        else:
            title = self.tr("Reopen")
            text = self.tr("Brings its experiment, weights and history back (Enter).")
        return Action(title, self._reopen, tip=text, possible=lambda: possible)

    def _removal(self) -> Action:
        """Of the chosen run."""
        possible = self.chosen is not None and not self._is_shown
        text = self.tr("The run that is shown stays in the list.") if self._is_shown else ""
        text = text or self.tr("Takes the run out of the list; it can be undone (Delete).")
        return Action(self.tr("Remove"), self._remove, tip=text, possible=lambda: possible)

    @property
    def _is_shown(self) -> bool:
        record = self.chosen
        return record is not None and record.number == self._session.runs.current

    def _reopen(self) -> None:
        if self._chosen is not None:
            run_commands.reopen(self._session, self._chosen)

    def _remove(self) -> None:
        if self._chosen is None:
            return
        row = self._model.row_of(self._chosen) or 0
        run_commands.remove(self._session, self._chosen)
        self._show_runs()
        # The next one is chosen, so that several can be removed by the same key.
        self.table.choose(min(row, self._model.rowCount() - 1))

    @Slot(QPoint)
    def _show_menu(self, where: QPoint) -> None:
        if self.chosen is not None:
            self.menu().popup(self.table.viewport().mapToGlobal(where))

    def menu(self) -> QMenu:
        """What can be done with the chosen run."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in (self._reopening(), self._removal()):
            add_action(menu, action)
        return menu
