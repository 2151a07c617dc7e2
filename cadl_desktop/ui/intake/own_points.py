"""Points of a person's own out of a table: which file, and which of its columns."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_dataset
from cadl_desktop.session.session import Session
from cadl_desktop.ui.intake.opened_notice import say_taken_in
from cadl_desktop.ui.window.settings import last_folder, remember_folder

if TYPE_CHECKING:
    from cadl_desktop.data.curves.tables import Table

TABLES = "*.csv *.tsv *.txt *.dat"


def is_table(path: Path) -> bool:
    """Whether the file is named like a table."""
    return f"*{path.suffix.lower()}" in TABLES.split()


class OwnPoints(QObject):
    """Makes the points of a table the dataset: an ordinary edit that can be undone."""

    message = Signal(str, str)
    opened = Signal()  # a table is there: what was said of an earlier file is settled

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._request = 0

    @Slot()
    def ask(self) -> None:
        """Asks for a table."""
        kinds = self.tr("Tables (%1)").replace("%1", TABLES)
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Your own points"), last_folder(), kinds)
        if name:
            self.take(Path(name))

    @Slot(object)
    def take(self, path: Path) -> None:
        """Reads a table in the background and asks which columns to take. An answer is dropped when
        another table was asked for since, or another experiment was opened."""
        self._request += 1
        mine, opened = self._request, self._session.document.opened

        def work() -> "Table":
            from cadl_desktop.data.curves.tables import likely_columns, read_table
            from cadl_desktop.data.curves.text_files import load_text

            table = read_table(load_text(path), title=f"'{path.name}'")
            likely_columns(table)  # refuses a table without numbers before anybody is asked about it
            return table

        def wanted() -> bool:
            return (mine, opened) == (self._request, self._session.document.opened)

        self._session.background.do(
            work,
            lambda table: self._ask_for_columns(path, table) if wanted() else None,
            lambda error: self.message.emit("error", str(error)) if wanted() else None,
        )

    def _ask_for_columns(self, path: Path, table: "Table") -> None:
        from cadl_desktop.ui.intake.table_dialog import TableDialog

        remember_folder(path)
        self.opened.emit()
        dialog = TableDialog(path.name, table, self._session.background, self._window)
        dialog.taken.connect(lambda content: self._use(path, content))
        dialog.open()

    def _use(self, path: Path, content: bytes) -> None:
        document = self._session.document
        label = self.tr("Points %1").replace("%1", path.name)
        data = part("dataset", "points", points=content)
        document.edit(label, with_dataset(document.experiment, data))
        if said := say_taken_in(path.name, document):
            self.message.emit("info", said)
