"""Dialog for the columns of a table: its first rows, and the resulting points."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QDialog, QGridLayout, QTableView, QWidget

from cadl_desktop.data.curves.columns import shortened_name
from cadl_desktop.data.curves.curve_datasets import points
from cadl_desktop.data.curves.date_cells import Order, OrderError
from cadl_desktop.data.curves.table_text import DELIMITERS, TableError
from cadl_desktop.data.curves.text_tables import (
    ROW_NUMBER,
    Table,
    TakenPoints,
    clock_of,
    is_row_taken,
    likely_columns,
    point_settings,
    point_summary,
    read_table,
    take_points,
)
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.part import Part
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.background import Background, LatestOnly
from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import CheckBox, Chooser, Field, describe, describe_corner, window_text
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.questions import dialog_buttons
from cadl_desktop.ui.manual.dialog_help import help_button
from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.theme.theme import GRID, blend, theme

Index = QModelIndex | QPersistentModelIndex

_ROW = 3 * GRID
_WIDEST = 20 * GRID
_MOST_LETTERS = 18
"""Letters of a name above its column, which say x or y as well."""
_TINT = 0.16


class TablePreview(QTableView):
    """First rows of a table; rows and columns that aren't used are muted."""

    def __init__(self) -> None:
        super().__init__()
        self._model = _Rows(self)
        self.setModel(self._model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().hide()
        describe_corner(self)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )

    def show_table(self, table: Table, x: int, y: int) -> None:
        """Shows a table with its x and y columns marked."""
        self._model.show_table(table, (x, y))
        self.resizeColumnsToContents()
        for column in range(len(table.names)):
            self.setColumnWidth(column, min(self.columnWidth(column) + GRID, _WIDEST))

    def sizeHintForColumn(self, column: int) -> int:
        """Width of the widest cell: Qt would query eight roles of every cell."""
        return self.sizeHintForIndex(self._model.widest(column, self.fontMetrics())).width()


class _Rows(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._table: Table | None = None
        self._taken: tuple[int, int] = (0, 0)
        self._clock: int | None = None
        self._used: list[bool] = []

    def show_table(self, table: Table, taken: tuple[int, int]) -> None:
        self.beginResetModel()
        self._table, self._taken, self._clock = table, taken, clock_of(table, *taken)
        self._used = [is_row_taken(table, row, *taken) for row in table.rows]
        self.endResetModel()

    def widest(self, column: int, letters: QFontMetrics) -> QModelIndex:
        """Cell of a column with the longest line."""
        cells = [self._cell(row, column) for row in range(self.rowCount())]
        widths = [max(map(letters.horizontalAdvance, cell.split("\n"))) for cell in cells]
        return self.index(widths.index(max(widths)), column) if widths else QModelIndex()

    def _cell(self, row: int, column: int) -> str:
        cells = self._table.rows[row] if self._table else ()
        return cells[column] if column < len(cells) else ""

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self._table.rows) if self._table else 0

    def columnCount(self, parent: Index | None = None) -> int:
        return len(self._table.names) if self._table else 0

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._table is None:
            return None
        row, column = index.row(), index.column()
        taken = column in (*self._taken, self._clock) and self._used[row]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._cell(row, column)
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(theme().text if taken else theme().muted)
            case Qt.ItemDataRole.BackgroundRole if taken:
                return QColor(blend(theme().raised, theme().accent, _TINT))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        shows_whole = role == Qt.ItemDataRole.ToolTipRole
        if self._table is None or not (shows_whole or role == Qt.ItemDataRole.DisplayRole):
            return None
        if orientation == Qt.Orientation.Vertical:
            return section + 1
        name = self._table.names[section]
        name = name if shows_whole else shortened_name(name, _MOST_LETTERS)
        columns = zip("xyx", (*self._taken, self._clock), strict=True)
        marks = [mark for mark, column in columns if column == section]
        return f"{name} → {', '.join(marks)}" if marks else name


_SIZE = QSize(880, 560)
_LEAST = QSize(680, 420)


class TableDialog(QDialog):
    """Dialog whose `taken` emits the dataset of points."""

    taken = Signal(object)  # Part

    def __init__(
        self, name: str, table: Table, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.plot = CurvePlot()
        self.setWindowTitle(f"Points of {shown(name)}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._background = background
        self._table = table
        self._data: Part | None = None
        self._newest = LatestOnly()
        self._touched = False
        self._order: Order | None = None
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
        self.header = CheckBox("First row has the names")
        self.header.clicked.connect(self._read_again)
        text = "Whether the first row says what the columns are."
        describe(self.header, self.header.text(), text)
        self.x_column, self.y_column = Chooser(), Chooser()
        for chooser in (self.x_column, self.y_column):
            chooser.chosen.connect(self._columns_chosen)
        self.order = Chooser([("day", "Day first", ""), ("month", "Month first", "")])
        self.order.setPlaceholderText("Day or month first?")
        self.order.chosen.connect(self._order_chosen)
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
        tip = "Which comes first in dates such as 03/04/2024; the table doesn't tell."
        self.order_field = Field("Dates", tip, self.order)
        self.order_field.hide()
        fields.addWidget(self.order_field, 2, 1)
        fields.setColumnStretch(0, 1)
        fields.setColumnStretch(1, 1)
        middle = in_row(wide(self.preview), wide(self.plot))
        helps = [help_button(self, "data.md#bring-a-table")]
        box = dialog_buttons(self.use_button, [self.cancel_button], helps=helps)
        buttons = in_row(wide(self.words), box)
        in_column(fields, wide(middle), buttons, on=self, apart=2 * GRID, margins=2 * GRID)

    # What is shown

    def _show_table(self, table: Table) -> None:
        """Shows a table and selects its likeliest columns."""
        self._table, self._order = table, None
        self.delimiter.set_name(table.delimiter)
        self.header.setChecked(table.header)
        columns = [(str(index), shortened_name(name), name) for index, name in enumerate(table.names)]
        number = (str(ROW_NUMBER), "Number of the row", "")
        for chooser, choices in ((self.x_column, [number, *columns]), (self.y_column, columns)):
            chooser.set_choices(choices)
        try:
            x, y = likely_columns(table)
        except TableError as error:
            self._show_columns(ROW_NUMBER, 0)
            self._show_nothing(sentence_of(error))
            return
        self._show_columns(x, y)
        self.order_field.hide()
        self._take()

    def _show_columns(self, x: int, y: int) -> None:
        self.x_column.set_name(str(x))
        self.y_column.set_name(str(y))
        self.preview.show_table(self._table, x, y)

    def _show_nothing(self, why: str, instead: str = "No points in these columns.") -> None:
        """Says why there are no points, and on the plot what is there `instead`."""
        self._newest.drop()
        self._data = None
        self.use_button.setEnabled(False)
        self.words.setText(window_text(why))
        self.plot.show_samples(None)
        self.plot.show_empty_text(instead)

    def _take(self) -> None:
        """Reads the points of the columns in the background; the newest request counts."""
        table, x, y = self._table, int(self.x_column.name()), int(self.y_column.name())
        order = self._order
        request = self._newest.begin()
        self.use_button.setEnabled(False)
        self.words.setText("Reading the points…")

        def work() -> tuple[TakenPoints, Part]:
            taken = take_points(table, x, y, lambda: request.wanted, order)
            return taken, part("dataset", "points", **point_settings(table, x, y, taken))

        def done(read: tuple[TakenPoints, Part]) -> None:
            self._show_points(point_summary(table, x, y, read[0]), *read)

        def failed(error: Exception) -> None:
            if isinstance(error, OrderError):
                self.order.set_name("")
                self.order_field.show()
                cell = sentence_of(error).values["cell"]
                asked = f"Choose whether the day or the month comes first, as in {cell}."
                self._show_nothing(asked, "The points come with the choice.")
            else:
                self._show_nothing(sentence_of(error))

        self._background.do(work, request.only(done), request.only(failed))

    def _show_points(self, words: str, taken: TakenPoints, data: Part) -> None:
        if not taken.found:
            self._show_nothing(words)
            return
        self._data = data
        self.words.setText(words)
        self.plot.show_samples(points(data))
        self.use_button.setEnabled(True)
        if not self._touched:
            self.use_button.setFocus()  # Enter accepts the likeliest columns

    # What a person does

    @Slot()
    def _read_again(self) -> None:
        """Reads the table with the chosen separator; another one may have another header."""
        self._touched = True
        same = self.delimiter.name() == self._table.delimiter
        header = self.header.isChecked() if same else None
        try:
            table = read_table(self._table.text, self.delimiter.name(), header, title=self._table.title)
            self._show_table(table)
        except TableError as error:
            self._show_nothing(sentence_of(error))

    @Slot()
    def _order_chosen(self) -> None:
        self._touched = True
        self._order = "day" if self.order.name() == "day" else "month"
        self._take()

    @Slot()
    def _columns_chosen(self) -> None:
        self._touched, self._order = True, None
        self.order_field.hide()
        self._show_columns(int(self.x_column.name()), int(self.y_column.name()))
        self._take()

    @Slot()
    def _use(self) -> None:
        self.taken.emit(self._data)
        self.accept()

    def done(self, result: int) -> None:
        self._newest.drop()  # cancels reading
        super().done(result)
