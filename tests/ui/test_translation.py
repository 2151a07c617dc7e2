"""What the layers without Qt say reaches a person in their own language, with the values in its places."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, Qt, QTranslator
from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from cadl_desktop.engine.device import device_name
from cadl_desktop.experiment.model import Stop
from cadl_desktop.export.exports import export
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import Changed
from cadl_desktop.runs.record import record_of
from cadl_desktop.sentences import filled
from cadl_desktop.sentences import said as words_of
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.fields import Chooser, ProblemLine, choices_of, translated
from cadl_desktop.ui.diagnosis.histograms_panel import HistogramsPanel
from cadl_desktop.ui.export.dialog import ExportDialog
from cadl_desktop.ui.panels.training_panel import TrainingPanel
from cadl_desktop.ui.plots.cost_plot import CostPlot
from cadl_desktop.ui.runs.model import RunsModel
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.export.networks import CURVE, untrained
from tests.ui.driving import show
from tests.ui.test_histograms import make_sick
from tests.ui.test_own_points import dialog_of
from tests.ui.test_plots import history_of, shown
from tests.ui.test_window import drop

GERMAN = {
    "{name} can't be opened: {reason}": "{reason} Darum geht {name} nicht auf.",
    "it is damaged or no project of this program; use another copy.": "Das ist kein Projekt.",
    "{value} is too large; choose {most} or less.": "Höchstens {most} geht, nicht {value}.",
    "In {layer}, {dead} of {neurons} neurons are 0 everywhere: no gradient reaches them any more, "
    "so they can't learn.": "{dead} von {neurons} Neuronen in {layer} sind tot.",
    "layer {number}": "Schicht {number}",
    "{kind} initial weights in {layer}": "{layer} mit Gewichten nach {kind}",
    "ReLU": "Gleichrichter",
    "Sharp painting": "Scharfes Gemälde",
    "CPU, {count} cores": "{count} Kerne",
    "CPU, 1 core": "Ein Kern",
    "output": "Ausgang",
    "frozen: {layers}": "{layers} fest",
    "new layer {number}": "Schicht {number} ist neu",
    "{was} → {now} neurons in layer {number}": "Schicht {number} hat {now} statt {was} Neuronen",
    "branched from run {run}": "Zweig von Lauf {run}",
    "weights from {name}": "Gewichte aus {name}",
    "{schedule} rate": "Rate nach {schedule}",
    "Cosine": "Kosinus",
    "column {number}": "Spalte {number}",
    "{points} of {x} and '{y}'": "{points}: {x} und „{y}“",
    "'{name}'": "„{name}“",
    "Epoch": "Epoche",
    "Epoch {epoch:,}": "Epoche {epoch:,}",
    "Cost ({unit})": "Kosten ({unit})",
    "L1": "L1-Summe",
    "Training": "Lernen",
    "Validation": "Prüfung",
    "Learning rate": "Lernrate",
    "Fit": "Kurve",
    "Observed": "Gemessen",
    "Truth": "Wahrheit",
    "Step": "Schritt",
    "Share": "Anteil",
    "Weights": "Gewichte",
    "Layer {number}": "Schicht Nr. {number}",
    "Output": "Ausgang",
    "Passes positive sums on and turns negative ones into 0.": "Summen über 0 gehen durch.",
}


class German(QTranslator):
    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        return GERMAN.get(source)


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    translator = German()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


@pytest.mark.usefixtures("german")
def test_an_error_of_a_file_stands_in_the_message_bar(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "100 %1 {reason}.cadl"
    path.write_bytes(b"no project")
    drop(window, path)
    qtbot.waitUntil(lambda: bool(window.frame.messages.bar.text), timeout=10_000)
    assert (
        window.frame.messages.bar.text == "Das ist kein Projekt. Darum geht '100 %1 {reason}.cadl' nicht auf."
    )


@pytest.mark.usefixtures("german")
def test_a_finding_of_the_doctor_and_its_remedies(qtbot: QtBot, session: Session) -> None:
    panel = HistogramsPanel(session)
    show(qtbot, panel)
    make_sick(qtbot, session, panel)
    (card,) = panel.doctor.cards()
    assert card.text.text() == "8 von 8 Neuronen in Schicht 1 sind tot."
    assert "Schicht 1 mit Gewichten nach He" in [button.text() for button in card.buttons]


@pytest.mark.usefixtures("german")
def test_a_problem_under_its_field(qtbot: QtBot) -> None:
    panel = TrainingPanel(Document(replace(small_painting(), batch_size=2_000_000)))
    show(qtbot, panel)
    shown = [line.text() for line in panel.findChildren(ProblemLine) if line.isVisible()]
    assert shown == ["Höchstens 1000000 geht, nicht 2000000."]


@pytest.mark.usefixtures("german")
def test_titles_and_helps_of_the_catalog(qtbot: QtBot) -> None:
    chooser = Chooser(choices_of("activation"))
    qtbot.addWidget(chooser)
    index = chooser.findData("relu")
    assert chooser.itemText(index) == "Gleichrichter"
    assert "Summen über 0 gehen durch." in chooser.itemData(index, Qt.ItemDataRole.ToolTipRole)


def test_numbers_of_a_sentence_are_spelled_as_everywhere_in_the_window() -> None:
    told = words_of("cost {less:.4g} against {more:.4g}", less=2.31e-05, more=-1.5e12)
    assert told == "cost 2.31e-05 against -1.5e+12"
    assert translated(told) == "cost 2.31e−5 against −1.5e12"
    assert translated(words_of("{file}: {count:,}", file="1e-05.csv", count=1000)) == "1e-05.csv: 1,000"


def test_names_of_files_that_look_like_places_stay_whole(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.document.open(window.document.experiment, tmp_path / "{name} %1.cadl")
    said: list[str] = []
    window.features.intake.tables.message.connect(lambda kind, text: said.append(text))
    table = tmp_path / "%2 {project}.csv"
    table.write_text("1,2\n3,4\n")
    window.features.intake.take([table])
    dialog_of(qtbot, window).use_button.click()
    assert said[-1].startswith("“%2 {project}.csv” is part of “{name} %1.cadl” now:")


@pytest.mark.usefixtures("german")
def test_what_training_runs_on(qtbot: QtBot, window: MainWindow) -> None:
    window.session.load_tensorflow()
    qtbot.waitUntil(lambda: bool(window.session.device), timeout=60_000)
    name = device_name()
    assert window.session.device == name
    words = GERMAN.get(name.template, name.template)
    assert window.frame.messages.line.device.text() == filled(words, **name.values)


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("structure", "branched from run 5", "Zweig von Lauf 5"),
        ("structure", "weights from a, new layer 3.h5", "Gewichte aus a, new layer 3.h5"),
        (
            "structure",
            "8 → 12 neurons in layer 1, new layer 2",
            "Schicht 1 hat 12 statt 8 Neuronen, Schicht 2 ist neu",
        ),
        ("structure", "words of another version", "words of another version"),
        ("frozen", "layer 1, output", "Schicht 1, Ausgang fest"),
        ("schedule", "cosine(epochs=5, floor=0.0)", "Rate nach Kosinus"),
    ],
)
def test_what_the_log_of_a_run_keeps(qtbot: QtBot, setting: str, value: str, words: str) -> None:
    change = Change(20, setting, value)
    plot = shown(qtbot, CostPlot())
    history = history_of([3.0, 2.0, 1.0, 0.5])
    history.add(Changed(change))
    plot.show_history(history)
    # A narrow mark breaks its lines.
    assert " ".join(plot.marks.lines[0].label.format.split()) == words
    if setting == "structure":
        model, trained = RunsModel(), untrained(small_painting())
        runs = [record_of(number, trained.experiment, history, trained.state) for number in (1, 2)]
        model.show_runs(tuple(runs), 1)
        assert model.row(0).origin == words


@pytest.mark.usefixtures("german")
def test_columns_of_a_table_that_have_no_name(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    table = tmp_path / "bare.csv"
    table.write_text("Step;Share\n1;2\n3;4\n")
    window.features.intake.take([table])
    dialog = dialog_of(qtbot, window)
    header = dialog.preview.model()
    # Names in the file stand for themselves, whatever they mean to the program.
    assert header.headerData(0, Qt.Orientation.Horizontal) == "Step → x"
    qtbot.mouseClick(dialog.header, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.use_button.isEnabled, timeout=10_000)
    assert header.headerData(0, Qt.Orientation.Horizontal) == "Spalte 1 → x"
    assert dialog.x_column.currentText() == "Spalte 1"
    assert "„Spalte 1“ und „Spalte 2“" in dialog.words.text()


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


def test_a_title_from_right_to_left_stays_apart_from_the_programs_name(window: MainWindow) -> None:
    window.document.edit("name", replace(window.document.experiment, name="שלום (123)"))
    assert window.windowTitle() == "\u2068שלום (123)\u2069[*] – cadl_desktop"


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("cost", {"Epoche", "Kosten (L1-Summe)", "Lernen", "Prüfung", "Zweig von Lauf 5"}),
        ("rate", {"Epoche", "Lernrate", "Zweig von Lauf 5"}),
        ("curve", {"x", "y", "Kurve", "Gemessen", "Wahrheit"}),
        ("histograms", {"Gewichte", "Anteil", "Schicht Nr. 1", "Ausgang"}),
    ],
)
def test_a_plot_in_a_file_speaks_as_the_window_and_a_table_english(
    tmp_path: Path, what: str, words: set[str]
) -> None:
    english = untrained(CURVE, validation_cost=0.5)
    english.history.add(Changed(Change(10, "structure", "branched from run 5")))
    plot, other, table, plain = (tmp_path / name for name in ("1.svg", "2.svg", "1.csv", "2.csv"))
    german = dataclasses.replace(english, translate=translated)
    for trained, path in ((german, plot), (german, table), (english, other), (english, plain)):
        export(what, path, trained)
    texts = [{*re.findall(r">([^<>]+)</text>", path.read_text(encoding="utf-8"))} for path in (plot, other)]
    assert words <= texts[0]
    assert not words & texts[1] - {"x", "y"}
    assert table.read_bytes() == plain.read_bytes()


@pytest.mark.usefixtures("german")
def test_the_export_dialog_gives_the_language_along(qtbot: QtBot, window: MainWindow) -> None:
    window.document.open(replace(small_painting(), stop=Stop(epochs=1)), None)
    window.session.train()
    qtbot.waitUntil(lambda: window.session.status is Status.RESULT, timeout=60_000)
    window.features.exports.open_at("cost")
    qtbot.waitUntil(lambda: bool(window.findChildren(ExportDialog)), timeout=60_000)
    (dialog,) = window.findChildren(ExportDialog)
    assert dialog.chosen.trained.translate("Epoch") == "Epoche"
    # A file holds the words alone: Matplotlib draws a box for each sign without a shape.
    assert (
        dialog.chosen.trained.translate(words_of("weights from {name}", name="שם.npz"))
        == "Gewichte aus שם.npz"
    )
    dialog.reject()


def places_of(text: str, *parts: str) -> list[int]:
    """Which place from the left each part of a line has on the screen."""
    layout = QTextLayout(text)
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    lefts = [line.cursorToX(text.index(part))[0] for part in parts]
    return [sorted(lefts).index(left) for left in lefts]


@pytest.mark.usefixtures("german")
def test_the_examples_in_the_menu(window: MainWindow) -> None:
    menu = QMenu(window)
    window.features.file_menu.fill_examples(menu)
    assert "Scharfes Gemälde" in [action.text() for action in menu.actions()]
