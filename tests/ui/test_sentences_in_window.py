"""Sentences in the window: names stay unchanged, in every script, and numbers look as elsewhere in it."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from cadl_desktop.comparing.run_trainings import RunReader
from cadl_desktop.engine.device import device_name
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import Changed
from cadl_desktop.runs.record import record_of
from cadl_desktop.sentences import Sentence
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.fields import Chooser, ProblemLine, choices_of, window_text
from cadl_desktop.ui.diagnosis.histograms_panel import HistogramsPanel
from cadl_desktop.ui.panels.training_panel import TrainingPanel
from cadl_desktop.ui.plots.cost_plot import CostPlot
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.export.networks import untrained
from tests.settling import WAIT
from tests.ui.driving import show
from tests.ui.test_histograms import make_sick
from tests.ui.test_own_points import dialog_of
from tests.ui.test_plots import history_of, shown
from tests.ui.test_window import drop


def test_an_error_of_a_file_stands_in_the_message_bar(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "100 %1 {reason}.cadl"
    path.write_bytes(b"no project")
    drop(window, path)
    qtbot.waitUntil(lambda: bool(window.frame.messages.bar.text), timeout=10_000)
    reason = "it is damaged or no project of this program; use another copy."
    assert window.frame.messages.bar.text == f"'100 %1 {{reason}}.cadl' can't be opened: {reason}"


def test_a_finding_of_the_doctor_and_its_remedies(qtbot: QtBot, session: Session) -> None:
    panel = HistogramsPanel(session)
    show(qtbot, panel)
    make_sick(qtbot, session, panel)
    (card,) = panel.doctor.cards()
    assert card.text.text().startswith("In layer 1, 8 of 8 neurons are 0 everywhere:")
    assert "He initial weights in layer 1" in [button.text() for button in card.buttons]


def test_a_problem_under_its_field(qtbot: QtBot) -> None:
    panel = TrainingPanel(Document(replace(small_painting(), batch_size=2_000_000)))
    show(qtbot, panel)
    shown = [line.text() for line in panel.findChildren(ProblemLine) if line.isVisible()]
    assert shown == ["2000000 is too large; choose 1000000 or less."]


def test_titles_and_helps_of_the_catalog(qtbot: QtBot) -> None:
    chooser = Chooser(choices_of("activation"))
    qtbot.addWidget(chooser)
    index = chooser.findData("relu")
    assert chooser.itemText(index) == "ReLU"
    help_text = chooser.itemData(index, Qt.ItemDataRole.ToolTipRole)
    assert "Passes positive sums on and turns negative ones into 0." in help_text


def test_numbers_of_an_error_are_spelled_as_everywhere_in_the_window() -> None:
    sentence = Sentence("cost {less:.4g} against {more:.4g}", less=2.31e-05, more=-1.5e12)
    assert sentence == "cost 2.31e-05 against -1.5e+12"
    assert window_text(sentence) == "cost 2.31e−5 against −1.5e12"
    assert window_text(Sentence("{file}: {count:,}", file="1e-05.csv", count=1000)) == "1e-05.csv: 1,000"
    assert window_text("“1e-05.csv” is open.") == "“1e-05.csv” is open."


def test_file_names_that_look_like_placeholders_stay_unchanged(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.document.open(window.document.experiment, tmp_path / "{name} %1.cadl")
    messages: list[str] = []
    window.features.intake.tables.message.connect(lambda kind, text: messages.append(text))
    table = tmp_path / "%2 {project}.csv"
    table.write_text("1,2\n3,4\n")
    window.features.intake.take([table])
    dialog_of(qtbot, window).use_button.click()
    assert messages[-1].startswith("“%2 {project}.csv” is part of “{name} %1.cadl” now:")


def test_the_device_in_the_status_line(qtbot: QtBot, window: MainWindow) -> None:
    window.session.load_tensorflow()
    qtbot.waitUntil(lambda: bool(window.session.device), timeout=WAIT)
    assert window.session.device == device_name()
    assert window.frame.messages.line.device.text() == device_name()


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("structure", "branched from run 5", "branched from run 5"),
        ("structure", "weights from a, new layer 3.h5", "weights from a, new layer 3.h5"),
        (
            "structure",
            "8 → 12 neurons in layer 1, new layer 2",
            "8 → 12 neurons in layer 1, new layer 2",
        ),
        ("structure", "words of another version", "words of another version"),
        ("frozen", "layer 1, output", "frozen: layer 1, output"),
        ("schedule", "cosine(epochs=5, floor=0.0)", "Cosine rate"),
    ],
)
def test_changes_in_the_log_of_a_run(qtbot: QtBot, setting: str, value: str, words: str) -> None:
    change = Change(20, setting, value)
    plot = shown(qtbot, CostPlot())
    history = history_of([3.0, 2.0, 1.0, 0.5])
    history.add(Changed(change))
    plot.show_history(history)
    # A narrow label breaks its lines.
    assert " ".join(plot.marks.labels[0].text().split()) == words
    if setting == "structure":
        trained = untrained(small_painting())
        runs = [record_of(number, trained.experiment, history, trained.state) for number in (1, 2)]
        assert RunReader().read(runs, 1).trainings[0].origin == words


def test_columns_of_a_table_that_have_no_name(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    table = tmp_path / "bare.csv"
    table.write_text("Step;Share\n1;2\n3;4\n")
    window.features.intake.take([table])
    dialog = dialog_of(qtbot, window)
    header = dialog.preview.model()
    assert header.headerData(0, Qt.Orientation.Horizontal) == "Step → x"
    qtbot.mouseClick(dialog.header, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.use_button.isEnabled, timeout=10_000)
    assert header.headerData(0, Qt.Orientation.Horizontal) == "column 1 → x"
    assert dialog.x_column.currentText() == "column 1"
    assert "'column 1' and 'column 2'" in dialog.words.text()


def test_names_from_right_to_left_leave_the_words_around_them_in_their_order(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    table = tmp_path / "טבלה.csv"
    table.write_text("זמן,ערך\n1,2\n3,4\n5,6\n7,\n", "utf-8")
    window.features.intake.take([table])
    dialog = dialog_of(qtbot, window)
    words = "3 points of '\u2068זמן\u2069' and '\u2068ערך\u2069'; 1 row without two numbers left out."
    assert dialog.words.text() == words
    assert dialog.windowTitle() == "Points of \u2068טבלה.csv\u2069"
    assert places_of(words, "of", "זמן", "and", "ערך", "1 row") == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("שלום (123)", "\u2068שלום (123)\u2069[*] – cadl_desktop"),
        ("a\x1b[2J\u2028b", "a�[2J�b[*] – cadl_desktop"),
    ],
)
def test_a_title_stays_in_its_order_and_in_one_line(window: MainWindow, name: str, title: str) -> None:
    window.document.edit("name", replace(window.document.experiment, name=name))
    assert window.windowTitle() == title


def places_of(text: str, *parts: str) -> list[int]:
    """Order of the parts of a line on screen, from the left."""
    layout = QTextLayout(text)
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    lefts = [line.cursorToX(text.index(part))[0] for part in parts]
    return [sorted(lefts).index(left) for left in lefts]


def test_the_examples_in_the_menu(window: MainWindow) -> None:
    menu = QMenu(window)
    window.features.file_menu.fill_examples(menu)
    assert "Sharp painting" in [action.text() for action in menu.actions()]
