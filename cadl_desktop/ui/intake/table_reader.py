"""Own points from a table: choosing the file and its columns."""

from pathlib import Path

from PySide6.QtCore import Slot

from cadl_desktop.data.curves.table_text import load_text
from cadl_desktop.data.curves.text_tables import Table, likely_columns, read_table
from cadl_desktop.experiment.part import Part
from cadl_desktop.sentences import shown
from cadl_desktop.ui.intake.file_names import patterns
from cadl_desktop.ui.intake.reader import Reader
from cadl_desktop.ui.intake.table_dialog import TableDialog
from cadl_desktop.ui.settings.recent_paths import remember_folder

TABLES = (".csv", ".tsv", ".txt", ".dat")


class TableReader(Reader):
    """Makes the points of a table the dataset, as one edit."""

    _dialog: TableDialog | None = None

    @Slot()
    def choose(self) -> None:
        """Shows a file dialog for a table."""
        kinds = f"Tables ({patterns(TABLES)})"
        if path := self._ask_for_file("Your own points", kinds):
            self.read(path)

    def read(self, path: Path) -> None:
        """Reads a table and shows the dialog for its columns."""

        def work() -> Table:
            table = read_table(load_text(path), title=f"'{path.name}'")
            if not table.numeric:
                likely_columns(table)  # raises before anybody is asked about columns
            return table

        self._background.do(
            work, lambda table: self._ask_for_columns(path, table), self._say_error, self._newest
        )

    def _ask_for_columns(self, path: Path, table: Table) -> None:
        remember_folder(path)
        self.opened.emit()
        if self._dialog is not None:
            self._dialog.reject()  # the newest request counts
        dialog = self._dialog = TableDialog(path.name, table, self._background, self._window)
        dialog.finished.connect(lambda: self._forget(dialog))
        dialog.taken.connect(lambda data: self._use(path, data))
        dialog.open()

    def _forget(self, dialog: TableDialog) -> None:
        if self._dialog is dialog:
            self._dialog = None

    def _use(self, path: Path, data: Part) -> None:
        self._document.edit_own(f"Points {shown(path.name)}", data, shown(path.stem))
        self._say_part_of_project(path.name)
