"""The dock of runs: the table, what can be done with one, and what to do while there is none."""

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from cadl_desktop.runs.record import RunRecord
from cadl_desktop.session.runs import run_commands
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.fields import describe
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
        self.reopen_button = QPushButton()
        self.remove_button = QPushButton(self.tr("Remove"))
        self._empty = self._make_empty()
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(self._selection_changed)
        self.table.open_wanted.connect(self._reopen)
        self.table.removal_wanted.connect(self._remove)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.reopen_button.clicked.connect(self._reopen)
        self.remove_button.clicked.connect(self._remove)
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
        text = self.tr("Each run is listed here when it ends, to compare and to reopen.")
        empty = QLabel(text)
        empty.setProperty("muted", True)
        empty.setWordWrap(True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        return empty

    def _lay_out(self) -> None:
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(GRID, 0, GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(self.table, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self.reopen_button, 1)
        buttons.addWidget(self.remove_button, 1)
        column.addLayout(buttons)
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
        record, shown = self.chosen, self._session.runs.current
        is_shown = record is not None and record.number == shown
        same = is_shown and record is not None and record.experiment == self._session.document.experiment
        self.reopen_button.setEnabled(record is not None and not same)
        self.remove_button.setEnabled(record is not None and not is_shown)
        viewable = record is not None and record.state is None
        self.reopen_button.setText(self.tr("View") if viewable else self.tr("Reopen"))
        text = self.tr("Brings its experiment, weights and history back (Enter).")
        if viewable:
            text = self.tr("Brings its experiment and history back; its weights were let go (Enter).")
        describe(self.reopen_button, self.tr("Reopen the run"), text)
        text = self.tr("The run that is shown stays in the list.") if is_shown else ""
        text = text or self.tr("Takes the run out of the list; it can be undone (Delete).")
        describe(self.remove_button, self.tr("Remove the run"), text)

    @Slot()
    def _reopen(self) -> None:
        record = self.chosen
        if record is not None and self.reopen_button.isEnabled():
            run_commands.reopen(self._session, record.number)

    @Slot()
    def _remove(self) -> None:
        record = self.chosen
        if record is None or not self.remove_button.isEnabled():
            return
        row = self._model.row_of(record.number) or 0
        run_commands.remove(self._session, record.number)
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
        for button, slot in ((self.reopen_button, self._reopen), (self.remove_button, self._remove)):
            action = menu.addAction(button.text())
            action.setEnabled(button.isEnabled())
            action.triggered.connect(slot)
        return menu
