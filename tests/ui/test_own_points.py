"""Points of one's own out of a table: dropped, asked about, taken, taken back; and typed functions."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QDialogButtonBox, QTableView
from pytestqt.qtbot import QtBot

from cadl_desktop.data.curves.curve_datasets import decode_points
from cadl_desktop.data.curves.text_tables import read_table
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.line_edits import TextEdit
from cadl_desktop.ui.intake.table_dialog import TableDialog, TablePreview
from cadl_desktop.ui.panels.data_panel import DataPanel
from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until
from tests.ui.driving import choose, data_panel, show, type_over, undo_all, unnamed_controls
from tests.ui.test_window import drop, train

LEFT = Qt.MouseButton.LeftButton
WAIT = 10_000
TABLE = "day;t;h\nmon;0;1,5\ntue;1;2,5\nwed;late;3\nthu;2;0\n"


@pytest.fixture
def experiment() -> Experiment:
    return preset("lecture-tanh")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "days.csv"
    path.write_text(TABLE)
    return path


def dialog_of(qtbot: QtBot, window: MainWindow) -> TableDialog:
    qtbot.waitUntil(lambda: bool(window.findChildren(TableDialog)), timeout=WAIT)
    (dialog,) = window.findChildren(TableDialog)
    qtbot.waitUntil(lambda: dialog.isVisible() and dialog.use_button.isEnabled(), timeout=WAIT)
    return dialog


def test_buttons_stand_as_in_the_system_s_own_dialogs(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    drop(window, table)
    dialog = dialog_of(qtbot, window)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    show(qtbot, box)
    ok, cancel = map(box.button, (QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel))
    assert (dialog.use_button.x() < dialog.cancel_button.x()) is (ok.x() < cancel.x())
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert window.document.experiment.data.kind == "points"


def points_of(window: MainWindow) -> list[list[float]]:
    return decode_points(window.document.experiment.data["points"]).tolist()


def test_a_dropped_table_is_shown_and_its_points_are_taken(
    qtbot: QtBot, window: MainWindow, table: Path
) -> None:
    before = window.document.experiment
    drop(window, table)
    dialog = dialog_of(qtbot, window)

    assert (dialog.delimiter.name(), dialog.header.isChecked()) == (";", True)
    assert (dialog.x_column.currentText(), dialog.y_column.currentText()) == ("t", "h")
    assert dialog.words.text() == "3 points of 't' and 'h'; 1 row without two numbers left out."
    assert dialog.preview.model().headerData(1, Qt.Orientation.Horizontal) == "t → x"
    assert dialog.preview.model().index(3, 2).data() == "0"
    assert dialog.plot.empty_text == ""
    assert unnamed_controls(dialog) == []
    qtbot.mouseClick(dialog.use_button, LEFT)

    assert points_of(window) == [[0, 1.5], [1, 2.5], [2, 0]]
    assert window.document.undo_stack.undoText() == "Points days.csv"
    assert window.features.side.data.gallery.tile("points").isChecked()
    qtbot.waitUntil(
        lambda: window.session.samples is not None and len(window.session.samples.inputs) == 3, timeout=WAIT
    )
    window.document.undo_stack.undo()
    assert window.document.experiment == before


def test_a_row_that_is_left_out_looks_so(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    drop(window, table)
    rows = dialog_of(qtbot, window).preview.model()
    ground, ink = Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.ForegroundRole

    assert [rows.index(row, 2).data(ground) is not None for row in range(4)] == [True, True, False, True]
    assert rows.index(2, 2).data(ink) == rows.index(2, 0).data(ink) != rows.index(1, 2).data(ink)


def test_columns_have_room_for_all_that_their_cells_say(qtbot: QtBot) -> None:
    preview = TablePreview()
    show(qtbot, preview)
    rows = "a;b;c;d", "1;iiiiiiiiiiii;2;-0,5", "2;WWWWWWWW;3;1", '3;.;"one\nand another";2', "4;÷;;0,25"
    preview.show_table(read_table("\n".join(rows)), 0, 3)
    for column in range(4):
        own = QTableView.sizeHintForColumn(preview, column)
        assert preview.sizeHintForColumn(column) >= own
        assert preview.columnWidth(column) >= own


def test_of_a_table_with_numbers_that_are_too_large_other_columns_can_be_chosen(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "big.csv").write_text("x,y,z\n1,1e300,3\n2,2e300,4\n")
    drop(window, tmp_path / "big.csv")
    qtbot.waitUntil(lambda: bool(window.findChildren(TableDialog)), timeout=WAIT)
    (dialog,) = window.findChildren(TableDialog)
    qtbot.waitUntil(dialog.isVisible, timeout=WAIT)

    assert dialog.words.text() == (
        "'big.csv' can't be learned: the numbers in 'y' are larger than 1e30 and can't be used; "
        "scale them down or leave them out."
    )
    assert not dialog.use_button.isEnabled()
    choose(qtbot, dialog.x_column, "0")
    choose(qtbot, dialog.y_column, "2")
    qtbot.waitUntil(dialog.use_button.isEnabled, timeout=WAIT)
    assert dialog.words.text() == (
        "2 points of 'x' and 'z'; the numbers in 'y' are larger than 1e30 and can't be used."
    )


def test_headings_that_are_none_are_taken_back(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "heights.csv").write_text("Heights\n1,2\n3,4\n")
    drop(window, tmp_path / "heights.csv")
    qtbot.waitUntil(lambda: bool(window.findChildren(TableDialog)), timeout=WAIT)
    (dialog,) = window.findChildren(TableDialog)
    words = "2 rows with more cells than there are headings"
    qtbot.waitUntil(lambda: dialog.isVisible() and words in dialog.words.text(), timeout=WAIT)

    qtbot.mouseClick(dialog.header, LEFT)
    qtbot.waitUntil(dialog.use_button.isEnabled, timeout=WAIT)
    assert dialog.words.text() == "2 points of 'column 1' and 'column 2'; 1 row without two numbers left out."


def test_an_older_table_has_nothing_more_to_say(
    qtbot: QtBot, window: MainWindow, table: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    window.features.intake.tables.message.connect(lambda kind, text: said.append(text))
    window.features.intake.tables.read(tmp_path / "gone.csv")
    window.features.intake.tables.read(table)

    dialog_of(qtbot, window).reject()
    assert said == []


def test_a_table_taken_into_a_project_is_an_edit_of_it_and_says_so(
    qtbot: QtBot, window: MainWindow, table: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    window.features.intake.tables.message.connect(lambda kind, text: said.append(text))
    window.document.open(window.document.experiment, tmp_path / "mine.cadl")
    window.features.intake.take([table])
    qtbot.mouseClick(dialog_of(qtbot, window).use_button, LEFT)

    assert window.document.path == tmp_path / "mine.cadl"
    assert said == [
        "“days.csv” is part of “mine.cadl” now: Save keeps it there, and Undo takes it out again."
    ]


def test_everything_that_was_found_out_can_be_changed(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    window.features.intake.take([table])
    dialog = dialog_of(qtbot, window)

    choose(qtbot, dialog.x_column, "-1")
    qtbot.waitUntil(dialog.use_button.isEnabled, timeout=WAIT)
    assert dialog.words.text() == "4 points of the row's number and 'h'."
    qtbot.mouseClick(dialog.header, LEFT)
    qtbot.waitUntil(dialog.use_button.isEnabled, timeout=WAIT)
    assert dialog.x_column.currentText() == "column 2"
    choose(qtbot, dialog.delimiter, "|")
    assert not dialog.use_button.isEnabled()
    assert "no column of numbers" in dialog.words.text()
    assert dialog.plot.empty_text == "No points in these columns."
    choose(qtbot, dialog.delimiter, ";")
    qtbot.waitUntil(dialog.use_button.isEnabled, timeout=WAIT)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.document.experiment == preset("lecture-tanh")


def test_the_tile_asks_for_a_table(
    qtbot: QtBot, window: MainWindow, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_dialogs, "file_to_open", lambda *_: str(table))
    qtbot.mouseClick(window.features.side.data.gallery.tile("points"), LEFT)
    qtbot.keyClick(dialog_of(qtbot, window), Qt.Key.Key_Return)

    assert len(points_of(window)) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("\0\1", "no table"),
        ("a\n", "'no.csv' has no column"),
        ("1e99\n", "larger than 1e30"),
    ],
)
def test_what_is_no_table_is_said_and_nothing_changes(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "no.csv").write_text(content)
    drop(window, tmp_path / "no.csv")

    qtbot.waitUntil(window.frame.messages.bar.isVisible, timeout=WAIT)
    assert said in window.frame.messages.bar.text
    assert window.document.experiment == preset("lecture-tanh")
    assert not window.findChildren(TableDialog)


@pytest.fixture
def document() -> Document:
    return Document(preset("lecture-tanh"))


def expression_field(qtbot: QtBot, document: Document) -> tuple[DataPanel, TextEdit]:
    panel = data_panel(document)
    show(qtbot, panel)
    qtbot.mouseClick(panel.gallery.tile("function"), LEFT)
    field = panel.formula.field("expression")
    assert field is not None
    assert isinstance(field.control, TextEdit)
    return panel, field.control


def test_a_function_applies_while_it_is_typed_whenever_it_is_whole(qtbot: QtBot, document: Document) -> None:
    panel, edit = expression_field(qtbot, document)
    assert document.experiment.data == part("dataset", "function")
    seen: list[str] = []
    document.changed.connect(lambda experiment: seen.append(experiment.data["expression"]))
    type_over(qtbot, edit, "2*sin(x)")

    assert seen == ["2", "2*sin(x)"]
    assert document.undo_stack.undoText() == "y = 2*sin(x)"
    document.undo_stack.undo()
    assert edit.text() == document.experiment.data["expression"] == "sin(x) + x/3"
    assert panel.gallery.tile("function").isChecked()


def test_half_a_function_is_a_problem_only_when_it_is_left(qtbot: QtBot, document: Document) -> None:
    panel, edit = expression_field(qtbot, document)
    field = panel.formula.field("expression")
    assert field is not None
    type_over(qtbot, edit, "sin(")
    assert document.problems == ()
    qtbot.keyClick(edit, Qt.Key.Key_Return)

    assert document.experiment.data["expression"] == "sin("
    assert field.problem.text().startswith("'sin(' is not a whole formula")
    qtbot.keyClicks(edit, "x)")
    assert document.problems == ()
    assert field.problem.text() == ""


def test_escape_takes_back_what_is_half_typed(qtbot: QtBot, document: Document) -> None:
    _, edit = expression_field(qtbot, document)
    type_over(qtbot, edit, "cos(")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)

    assert edit.text() == "sin(x) + x/3"


def test_what_a_function_leaves_out_is_said(qtbot: QtBot, window: MainWindow) -> None:
    data = part("dataset", "function", expression="sqrt(x)")
    window.document.edit("Function", replace(window.document.experiment, data=data))

    qtbot.waitUntil(window.features.side.data.note.isVisible, timeout=WAIT)
    assert window.features.side.data.note.text().startswith("500 of 1,000 points are left out")
    wrong = replace(window.document.experiment, data=data.has(expression="sqrt(y)"))
    window.document.edit("Wrong", wrong)
    assert window.features.side.data.note.isHidden()
    window.document.undo_stack.undo()
    qtbot.waitUntil(window.features.side.data.note.isVisible, timeout=WAIT)
    window.document.undo_stack.undo()
    qtbot.waitUntil(window.features.side.data.note.isHidden, timeout=WAIT)


def test_no_points_are_a_problem_that_says_what_to_do(qtbot: QtBot, document: Document) -> None:
    panel = data_panel(document)
    show(qtbot, panel)
    data = part("dataset", "points")
    document.edit("No points", replace(document.experiment, data=data))

    assert "open a table, or add some" in panel._gallery_problem.text()


def test_the_plot_shows_what_is_held_out(qtbot: QtBot, window: MainWindow) -> None:
    window.session.load_samples()
    qtbot.waitUntil(lambda: window.features.views.output.shown is not None, timeout=WAIT)
    plot, count = window.features.views.output.curve, len(window.session.samples.inputs)
    for typed, share in (("0.2", 0.2), ("0.8", 0.8), ("0", 0.0), ("0.9", 0.9)):
        type_over(qtbot, window.features.side.data.validation, typed)
        qtbot.waitUntil(lambda share=share: held_out(plot) == round(share * count), timeout=WAIT)
        assert ("validation" in plot.key.accessibleName()) == (share > 0)
    undo_all(window.document)
    qtbot.waitUntil(lambda: held_out(plot) == 0, timeout=WAIT)
    document = window.document
    document.edit("seed", replace(document.experiment, validation=0.5))
    qtbot.waitUntil(lambda: held_out(plot) == count // 2, timeout=WAIT)
    before = plot.held_out.getData()[0].tolist()
    document.edit("seed", replace(document.experiment, seed=7))
    qtbot.waitUntil(lambda: plot.held_out.getData()[0].tolist() != before, timeout=WAIT)


def held_out(plot: CurvePlot) -> int:
    return len(plot.held_out.getData()[0])


def test_names_of_columns_are_on_the_axes_and_change_without_training_anew(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "fall.csv").write_text("Time [s],Height <b>[m]\n0,9\n1,4\n2,0\n")
    drop(window, tmp_path / "fall.csv")
    dialog = dialog_of(qtbot, window)
    assert dialog.plot.titles == ("Time [s]", "Height <b>[m]")
    qtbot.mouseClick(dialog.use_button, LEFT)
    output, session = window.features.views.output, window.session
    until(qtbot, lambda: output.curve.titles == ("Time [s]", "Height <b>[m]"))
    train(qtbot, window)
    until(qtbot, lambda: " m · largest error " in output.errors.accessibleName())
    run = session.result.run, session.result.history
    field = window.features.side.data.form.controls()["y_name"]
    assert isinstance(field, TextEdit)
    type_over(qtbot, field, "Depth [cm]")
    until(qtbot, lambda: output.curve.titles == ("Time [s]", "Depth [cm]"))
    until(qtbot, lambda: " cm · largest error " in output.errors.accessibleName())
    assert (session.result.run, session.result.history) == run
    points = window.features.views.editing
    assert points is not None
    points.editor.edited.emit("Add", np.array([(0.0, 1.0), (3.0, 2.0)]), None)
    assert window.document.experiment.data["y_name"] == "Depth [cm]"


def test_day_or_month_first_is_asked_where_both_fit(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text("When,Visits\n03/04/2024,1\n05/06/2024,2\n")
    drop(window, tmp_path / "visits.csv")
    qtbot.waitUntil(lambda: bool(window.findChildren(TableDialog)), timeout=WAIT)
    (dialog,) = window.findChildren(TableDialog)
    qtbot.waitUntil(lambda: dialog.isVisible() and dialog.order_field.isVisible(), timeout=WAIT)
    assert dialog.words.text() == "Choose whether the day or the month comes first, as in 03/04/2024."
    assert not dialog.use_button.isEnabled()
    assert unnamed_controls(dialog) == []
    choose(qtbot, dialog.order, "month")
    qtbot.waitUntil(dialog.use_button.isEnabled, timeout=WAIT)
    choose(qtbot, dialog.order, "day")
    qtbot.waitUntil(dialog.use_button.isEnabled, timeout=WAIT)
    qtbot.mouseClick(dialog.use_button, LEFT)
    assert window.document.experiment.data["x_counts"] == "days since 2024-04-03"
    assert points_of(window) == [[0, 1], [63, 2]]
    curve = window.features.views.output.curve
    until(qtbot, lambda: curve.titles == ("When", "Visits"))
    axis = curve.canvas.axis("bottom")
    assert "2024-05" in axis.tickStrings(axis.tickValues(-10, 73, 600)[0][1], 1.0, 1.0)
    assert curve.readout_at(QPointF(31.0, 1.5))[0] == "x 2024-05-04 00:00 · y 1.50"
    window.document.edit("Plain", replace(window.document.experiment, data=part("dataset", "sine")))
    until(qtbot, lambda: curve.titles == ("x", "y"))
    assert curve.canvas.axis("bottom").tickStrings([1.0, 2.0], 1.0, 1.0) == ["1", "2"]
