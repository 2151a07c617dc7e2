"""Which columns of a table to learn from: its first rows, and the points as they would be."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QWidget

from cadl_desktop.data.curves.curve_datasets import encode_points, points
from cadl_desktop.data.curves.table_text import DELIMITERS, TableError
from cadl_desktop.data.curves.text_tables import (
    ROW_NUMBER,
    Table,
    TakenPoints,
    likely_columns,
    point_summary,
    read_table,
    take_points,
)
from cadl_desktop.experiment.catalog import part
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.background import Background, LatestOnly
from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import Chooser, Field, describe, window_text
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.questions import dialog_buttons
from cadl_desktop.ui.intake.table_preview import TablePreview
from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.theme.theme import GRID

_SIZE = QSize(880, 560)
_LEAST = QSize(680, 420)


class TableDialog(QDialog):
    """`taken` hands over the points, as an experiment carries them, when a person wants them. The `plot`
    shows them."""

    taken = Signal(object)  # bytes

    def __init__(
        self,
        name: str,
        table: Table,
        plot: CurvePlot,
        background: Background,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.plot = plot
        self.setWindowTitle(f"Points of {shown(name)}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._background = background
        self._table = table
        self._content = b""
        self._newest = LatestOnly()
        self._touched = False
        self._make_controls()
        self._lay_out()
        self.setMinimumSize(_LEAST)
        self.resize(_SIZE)
        self._show_table(table)

    # Parts

    def _make_controls(self) -> None:
        titles = ("Tab", "Semicolon", "Comma", "Bar", "Spaces")
        self.delimiter = Chooser([(sign, title, "") for sign, title in zip(DELIMITERS, titles, strict=True)])
        self.delimiter.chosen.connect(self._read_again)
        self.header = QCheckBox("First row has the names")
        self.header.clicked.connect(self._read_again)
        text = "Whether the first row says what the columns are."
        describe(self.header, self.header.text(), text)
        self.x_column, self.y_column = Chooser(), Chooser()
        for chooser in (self.x_column, self.y_column):
            chooser.chosen.connect(self._columns_chosen)
        self.preview = TablePreview()
        text = "The first rows as they are read; the columns that are taken are marked."
        describe(self.preview, "First rows of the table", text)
        self.words = label(wraps=True)
        self.words.setAccessibleName("What is taken")
        text = "Makes these points what the network learns."
        self.use_button = button_for(Action("Use these points", self._use, tip=text))
        text = "Changes nothing."
        self.cancel_button = button_for(Action("Cancel", self.reject, tip=text))

    def _lay_out(self) -> None:
        fields = QGridLayout()
        fields.setHorizontalSpacing(3 * GRID)
        fields.setVerticalSpacing(GRID)
        tip = "What stands between two cells of a row."
        fields.addWidget(Field("Separator", tip, self.delimiter), 0, 0)
        fields.addWidget(self.header, 1, 0, Qt.AlignmentFlag.AlignLeft)
        tip = "The column that is x: what the network is given."
        fields.addWidget(Field("Column of x", tip, self.x_column), 0, 1)
        tip = "The column that is y: what the network learns."
        fields.addWidget(Field("Column of y", tip, self.y_column), 1, 1)
        fields.setColumnStretch(0, 1)
        fields.setColumnStretch(1, 1)
        middle = in_row(wide(self.preview), wide(self.plot))
        buttons = in_row(wide(self.words), dialog_buttons(self.use_button, [self.cancel_button]))
        in_column(fields, wide(middle), buttons, on=self, apart=2 * GRID, margins=2 * GRID)

    # What is shown

    def _show_table(self, table: Table) -> None:
        """Shows a table as it was read, and takes the columns that are likeliest."""
        self._table = table
        self.delimiter.set_name(table.delimiter)
        self.header.setChecked(table.header)
        columns = [(str(index), name, "") for index, name in enumerate(table.names)]
        number = (str(ROW_NUMBER), "Number of the row", "")
        for chooser, choices in ((self.x_column, [number, *columns]), (self.y_column, columns)):
            chooser.clear()
            for name, title, _ in choices:
                chooser.addItem(title, name)
        try:
            x, y = likely_columns(table)
        except TableError as error:
            self._show_columns(ROW_NUMBER, 0)
            self._show_nothing(sentence_of(error))
            return
        self._show_columns(x, y)
        self._take()

    def _show_columns(self, x: int, y: int) -> None:
        self.x_column.set_name(str(x))
        self.y_column.set_name(str(y))
        self.preview.show_table(self._table, x, y)

    def _show_nothing(self, why: str) -> None:
        self._newest.drop()
        self._content = b""
        self.use_button.setEnabled(False)
        self.words.setText(window_text(why))
        self.plot.show_samples(None)
        self.plot.show_empty_text("No points in these columns.")

    def _take(self) -> None:
        """Reads the points of the columns in the background; the last columns asked for count."""
        table, x, y = self._table, int(self.x_column.name()), int(self.y_column.name())
        request = self._newest.begin()
        self.use_button.setEnabled(False)
        self.words.setText("Reading the points…")

        def work() -> tuple[TakenPoints, bytes]:
            taken = take_points(table, x, y, lambda: request.wanted)
            return taken, encode_points(taken.points)

        def done(read: tuple[TakenPoints, bytes]) -> None:
            self._show_points(point_summary(table, x, y, read[0]), *read)

        def failed(error: Exception) -> None:
            self._show_nothing(sentence_of(error))

        self._background.do(work, request.only(done), request.only(failed))

    def _show_points(self, words: str, taken: TakenPoints, content: bytes) -> None:
        if not taken.found:
            self._show_nothing(words)
            return
        self._content = content
        self.words.setText(words)
        self.plot.show_samples(points(part("dataset", "points", points=content)))
        self.use_button.setEnabled(True)
        if not self._touched:
            self.use_button.setFocus()  # Enter takes what was found, which is right mostly

    # What a person does

    @Slot()
    def _read_again(self) -> None:
        """With what was chosen; another separator makes another header likely."""
        self._touched = True
        same = self.delimiter.name() == self._table.delimiter
        header = self.header.isChecked() if same else None
        try:
            table = read_table(self._table.text, self.delimiter.name(), header, title=self._table.title)
            self._show_table(table)
        except TableError as error:
            self._show_nothing(sentence_of(error))

    @Slot()
    def _columns_chosen(self) -> None:
        self._touched = True
        self._show_columns(int(self.x_column.name()), int(self.y_column.name()))
        self._take()

    @Slot()
    def _use(self) -> None:
        self.taken.emit(self._content)
        self.accept()

    def done(self, result: int) -> None:
        self._newest.drop()  # what is still being read is for nobody any more
        super().done(result)
