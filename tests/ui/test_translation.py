"""What the layers without Qt say reaches a person in their own language, with the values in its places."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, Qt, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.fields import Chooser, ProblemLine, choices_of
from cadl_desktop.ui.diagnosis.histograms_panel import HistogramsPanel
from cadl_desktop.ui.panels.training_panel import TrainingPanel
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.ui.driving import show
from tests.ui.test_histograms import make_sick
from tests.ui.test_own_points import dialog_of
from tests.ui.test_window import drop

GERMAN = {
    "{name} can't be opened: {reason}": "{reason} Darum geht {name} nicht auf.",
    "it is damaged or no project of this program; use another copy.": "Das ist kein Projekt.",
    "{value} is too large; choose {most:.12g} or less.": "Höchstens {most:.12g} geht, nicht {value}.",
    "In {layer}, {dead} of {neurons} neurons are 0 everywhere: no gradient reaches them any more, "
    "so they can't learn.": "{dead} von {neurons} Neuronen in {layer} sind tot.",
    "layer {number}": "Schicht {number}",
    "{kind} initial weights in {layer}": "{layer} mit Gewichten nach {kind}",
    "ReLU": "Gleichrichter",
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
    qtbot.waitUntil(lambda: bool(window.message_bar.text), timeout=10_000)
    assert window.message_bar.text == "Das ist kein Projekt. Darum geht '100 %1 {reason}.cadl' nicht auf."


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


def test_names_of_files_that_look_like_places_stay_whole(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.document.open(window.document.experiment, tmp_path / "{name} %1.cadl")
    said: list[str] = []
    window.intake.tables.message.connect(lambda kind, text: said.append(text))
    table = tmp_path / "%2 {project}.csv"
    table.write_text("1,2\n3,4\n")
    window.intake.take([table])
    dialog_of(qtbot, window).use_button.click()
    assert said[-1].startswith("“%2 {project}.csv” is part of “{name} %1.cadl” now:")
