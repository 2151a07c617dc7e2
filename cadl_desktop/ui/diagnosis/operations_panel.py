"""Operations that TensorFlow traces for the network, grouped by layer."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHeaderView, QLineEdit, QToolButton, QTreeWidget, QTreeWidgetItem, QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import network_of
from cadl_desktop.runs.evaluations import Operation
from cadl_desktop.sentences import shown
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.line_edits import is_undo
from cadl_desktop.ui.controls.looks import hint_label
from cadl_desktop.ui.theme.theme import GRID

ASK_MS = 400
"""Debounce of edits before the network is traced again."""


class OperationsPanel(QWidget):
    """Panel of the operations. Traces a changed network when visible; a search filters the tree."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._is_traced = False
        self._asked: object = None
        self._newest = LatestOnly()
        self.search, self.tree, self.empty = SearchField(), OperationsTree(), hint_label()
        self._timer = QTimer(self, singleShot=True, interval=ASK_MS)
        self._timer.timeout.connect(self._ask)
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        self.search.results_wanted.connect(self.tree.enter)
        session.device_changed.connect(self._look)
        session.document.changed.connect(self._look)
        self._say_what_is_missing()

    def sizeHint(self) -> QSize:
        return QSize(296, 320)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()

    def _lay_out(self) -> None:
        text = "Shows only operations whose name, kind or layer contains this."
        describe(self.search, "Search operations", text)
        self.search.setPlaceholderText("Search, such as MatMul")
        text = "What TensorFlow computes in each layer, in order. Arrow keys open and close a layer."
        describe(self.tree, "Operations", text)
        in_column(self.search, wide(self.tree), wide(self.empty), on=self, margins=GRID)

    # Tracing

    @Slot()
    def _look(self) -> None:
        """Schedules a request if the network differs from the one traced last."""
        if self.isVisible() and _traced_key(self._session.document.experiment) != self._asked:
            self._timer.start()
        self._say_what_is_missing()

    @Slot()
    def _ask(self) -> None:
        session, experiment = self._session, self._session.document.experiment
        asked = _traced_key(experiment)
        if session.document.problems or not session.device or asked == self._asked:
            return
        self._asked = asked
        take = self._newest.begin().only(self._take)
        session.ask("cadl_desktop.engine:operations", (experiment,), take, self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        """Reports an error, and traces again when the panel is looked at next."""
        self._asked = None
        self._session.report_error(error)

    # Showing

    def _take(self, operations: tuple[Operation, ...]) -> None:
        self._is_traced = True
        self.tree.show_operations(operations)
        self._filter()

    @Slot()
    def _filter(self) -> None:
        self.tree.show_matching(self.search.text())
        self._say_what_is_missing()

    def _say_what_is_missing(self) -> None:
        text = self._missing()
        self.empty.setText(text)
        self.empty.setVisible(bool(text))
        self.tree.setVisible(not text)

    def _missing(self) -> str:
        if self._session.document.problems:
            return "Nothing can be traced yet: the warning sign beside a setting says why."
        if not self._is_traced:
            return "The operations appear here once TensorFlow has loaded."
        if not self.tree.shown_count:
            return f"No operation matches “{shown(self.search.text())}”. Esc clears the search."
        return ""


class SearchField(QLineEdit):
    """Search field: Down or Return moves to the results, Escape clears it."""

    results_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setClearButtonEnabled(True)
        for button in self.findChildren(QToolButton):
            describe(button, "Clear the search", "Shows all operations again.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.results_wanted.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif is_undo(event):
            event.ignore()
        else:
            super().keyPressEvent(event)


class OperationsTree(QTreeWidget):
    """Tree of operations: layers with their counts; operations with name, kind and output shape."""

    def __init__(self) -> None:
        super().__init__()
        self.shown_count = 0
        """Number of operations shown."""
        self._scopes: dict[str, tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = {}
        self.setColumnCount(3)
        self.setHeaderLabels(["Operation", "Kind", "Shape"])
        self.setUniformRowHeights(True)
        self.setIndentation(2 * GRID)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)

    def show_operations(self, operations: tuple[Operation, ...]) -> None:
        """Lists operations, with every layer open."""
        self._scopes.clear()
        self.clear()
        for operation in operations:
            if operation.scope not in self._scopes:
                self._scopes[operation.scope] = self._scope_row(operation.scope), []
            row, children = self._scopes[operation.scope]
            children.append(self._operation_row(row, operation))
        self.expandAll()

    def show_matching(self, wanted: str) -> None:
        """Hides operations that don't contain all words of `wanted`."""
        words = wanted.casefold().split()
        self.shown_count = 0
        for row, children in self._scopes.values():
            found = sum(self._filter_row(child, words) for child in children)
            row.setHidden(not found)
            row.setText(1, str(found))
            self.shown_count += found

    def _filter_row(self, row: QTreeWidgetItem, words: list[str]) -> bool:
        text = row.data(0, Qt.ItemDataRole.UserRole)
        row.setHidden(not all(word in text for word in words))
        return not row.isHidden()

    @Slot()
    def enter(self) -> None:
        """Takes the focus and selects the first visible operation."""
        self.setFocus(Qt.FocusReason.TabFocusReason)
        for _, children in self._scopes.values():
            shown = [child for child in children if not child.isHidden()]
            if shown:
                self.setCurrentItem(shown[0])
                return

    def _scope_row(self, scope: str) -> QTreeWidgetItem:
        row = QTreeWidgetItem(self, [self._title(scope), "", ""])
        row.setToolTip(0, scope or "The network's inputs.")
        font = row.font(0)
        font.setBold(True)
        row.setFont(0, font)
        return row

    def _operation_row(self, parent: QTreeWidgetItem, operation: Operation) -> QTreeWidgetItem:
        shape = " × ".join("?" if size is None else str(size) for size in operation.shape)
        row = QTreeWidgetItem(parent, [operation.name, operation.kind, shape])
        row.setToolTip(0, f"{operation.scope}/{operation.name}".lstrip("/"))
        row.setToolTip(2, "The shape of what comes out; ? is the number of samples.")
        words = (operation.scope, operation.name, operation.kind, parent.text(0))
        row.setData(0, Qt.ItemDataRole.UserRole, " ".join(words).casefold())
        return row

    def _title(self, scope: str) -> str:
        kind, _, number = scope.partition("_")
        titles = {"": "Inputs", "encoding": "Encoding", "layer": f"Layer {number}", "output": "Output"}
        return titles.get(kind, scope)


def _traced_key(experiment: Experiment) -> object:
    """Key of everything that the operations depend on."""
    return experiment.data.kind, *network_of(experiment)
