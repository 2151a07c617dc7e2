"""Penalties and the rate's schedule in the training panel, driven as a person would."""

from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Stop, preset
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.fields import ProblemLine
from cadl_desktop.ui.panels.schedule_editor import RateDrawing, epochs_shown
from cadl_desktop.ui.panels.training_panel import TrainingPanel
from cadl_desktop.ui.theme.theme_switch import set_theme
from tests.ui.driving import choose, show, tab_walk, type_over, undo_all, unnamed_controls


@pytest.fixture
def document(qapp: object) -> Iterator[Document]:
    document = Document(preset("lecture-tanh"))
    yield document
    undo_all(document)
    assert document.experiment == preset("lecture-tanh")


@pytest.fixture
def panel(qtbot: QtBot, document: Document) -> TrainingPanel:
    panel = TrainingPanel(document)
    show(qtbot, panel)
    return panel


def test_penalties_are_typed_and_stepped(qtbot: QtBot, document: Document, panel: TrainingPanel) -> None:
    type_over(qtbot, panel.penalties["l1"], "0,001")
    assert document.experiment.l1 == 0.001
    assert document.undo_stack.undoText() == "L1 penalty 0.001"
    panel.penalties["l2"].setFocus()
    qtbot.keyClick(panel.penalties["l2"], Qt.Key.Key_Up)
    assert document.experiment.l2 == 1e-6
    qtbot.keyClick(panel.penalties["l2"], Qt.Key.Key_Up)
    assert document.experiment.l2 == 2e-6
    for _ in range(3):
        qtbot.keyClick(panel.penalties["l2"], Qt.Key.Key_Down)
    assert document.experiment.l2 == 0.0
    document.undo_stack.undo()
    assert panel.penalties["l1"].text() == "0"


def test_how_often_is_measured_is_typed(qtbot: QtBot, document: Document, panel: TrainingPanel) -> None:
    type_over(qtbot, panel.measure_every, "50")
    assert document.experiment.measure_every == 50
    assert document.undo_stack.undoText() == "Measured every 50 epochs"
    document.undo_stack.undo()
    assert panel.measure_every.text() == "1"
    document.edit("seldom", replace(document.experiment, measure_every=2))
    type_over(qtbot, panel.measure_every, "1")
    assert document.undo_stack.undoText() == "Measured every epoch"


@pytest.mark.parametrize("kind", [kind for kind in entries("schedule") if kind != "constant"])
def test_a_schedule_is_chosen_set_and_drawn(
    qtbot: QtBot, document: Document, panel: TrainingPanel, kind: str
) -> None:
    assert panel.schedule.form.isHidden()
    flat = panel.schedule.drawing.factors
    assert (flat == 1).all()
    choose(qtbot, panel.schedule.kind, kind)
    assert document.experiment.schedule.kind == kind
    assert document.undo_stack.undoText().startswith("Schedule: ")
    name = next(own.name for own in entries("schedule")[kind].parameters if own.kind != "choice")
    field = panel.schedule.form.field(name)
    assert field is not None
    assert field.isVisible()
    type_over(qtbot, field.control, "40")
    assert document.experiment.schedule[name] == 40
    factors = panel.schedule.drawing.factors
    assert factors[0] == 1
    assert factors[-1] < 0.5
    assert (np.diff(factors) <= 0).all()


def test_a_cosine_ends_with_the_run(qtbot: QtBot, document: Document, panel: TrainingPanel) -> None:
    choose(qtbot, panel.schedule.kind, "cosine")
    assert document.experiment.schedule["epochs"] == document.experiment.stop.epochs == 100
    assert panel.schedule.drawing.captions[1] == "100 epochs"
    assert panel.schedule.drawing.captions[0] == "0.02 → 0"
    assert "100 epochs" in panel.schedule.drawing.accessibleDescription()


def test_the_drawing_follows_rate_and_stop_rules(document: Document, panel: TrainingPanel) -> None:
    document.edit("rate", replace(document.experiment, optimizer=document.experiment.optimizer.has(rate=0.5)))
    document.edit("stop", replace(document.experiment, stop=Stop(epochs=30)))
    assert panel.schedule.drawing.captions == ("0.5", "30 epochs")


def test_the_rate_is_drawn_anew_in_another_size(qtbot: QtBot) -> None:
    falling = replace(preset("lecture-tanh"), schedule=part("schedule", "step"))
    resized, anew = RateDrawing(), RateDrawing()
    for drawing in (resized, anew):
        qtbot.addWidget(drawing)
        drawing.show_experiment(falling)
    resized.resize(300, 64)
    resized.grab()
    for drawing in (resized, anew):
        drawing.resize(400, 90)
    assert resized.grab().toImage() == anew.grab().toImage()


def test_without_a_limit_the_drawing_spans_what_the_schedule_does(document: Document) -> None:
    endless = replace(document.experiment, stop=Stop(epochs=None))
    spans = {
        kind: epochs_shown(replace(endless, schedule=part("schedule", kind))) for kind in entries("schedule")
    }
    assert spans == {"constant": 500.0, "cosine": 500.0, "step": 400.0, "exponential": 400.0}


def test_what_is_wrong_with_a_schedule_stands_beside_it(document: Document, panel: TrainingPanel) -> None:
    wrong = part("schedule", "step", every=0)
    document.edit("wrong", replace(document.experiment, schedule=wrong, l2=-1.0))
    shown = [line.text() for line in panel.findChildren(ProblemLine) if line.isVisible()]
    assert sorted(shown) == ["-1 is too small; choose 0 or more.", "0 is too small; choose 1 or more."]
    assert panel.schedule.drawing.isHidden()
    document.undo_stack.undo()
    assert panel.schedule.drawing.isVisible()


@pytest.mark.parametrize("kind", entries("schedule"))
def test_controls_are_named_and_in_order(qtbot: QtBot, kind: str) -> None:
    panel = TrainingPanel(Document(replace(preset("lecture-painting"), schedule=part("schedule", kind))))
    show(qtbot, panel)
    panel.more.set_folded(False)
    assert unnamed_controls(panel) == []
    assert panel.schedule.drawing.accessibleName() == "Learning rate over the epochs"
    heights = [widget.mapTo(panel, widget.rect().center()).y() for widget in tab_walk(panel)]
    assert heights == sorted(heights)


def test_the_drawing_wears_the_theme(document: Document, panel: TrainingPanel) -> None:
    set_theme("light")
    light = panel.schedule.drawing.grab().toImage()
    set_theme("dark")
    dark = panel.schedule.drawing.grab().toImage()
    set_theme("light")
    middle = light.width() // 2, light.height() // 2
    assert light.pixelColor(*middle).lightness() > 200
    assert dark.pixelColor(*middle).lightness() < 80


def test_the_run_s_epoch_is_marked(document: Document, panel: TrainingPanel) -> None:
    drawing = panel.schedule.drawing
    places = []
    for epoch in (0, 50, 100, 101):
        drawing.show_place(epoch, 0.9)
        places.append(drawing.place)
    assert places == [None, 300, 600, None]
    before = drawing.grab().toImage()
    drawing.show_place(30, 0.9)
    assert drawing.grab().toImage() != before


@pytest.mark.parametrize("kind", [kind for kind in entries("schedule") if kind != "constant"])
def test_a_schedule_over_the_run_is_chosen_and_drawn(
    qtbot: QtBot, document: Document, panel: TrainingPanel, kind: str
) -> None:
    choose(qtbot, panel.schedule.kind, kind)
    shown = [own.name for own in entries("schedule")[kind].parameters if is_shown(panel, own.name)]
    over = panel.schedule.form.field("over")
    assert over is not None
    choose(qtbot, over.control, "run")
    assert document.experiment.schedule["over"] == "run"
    assert [own.name for own in entries("schedule")[kind].parameters if is_shown(panel, own.name)] != shown
    drawing = panel.schedule.drawing
    assert drawing.captions[1] == "the run"
    assert drawing.accessibleName() == "Learning rate over the run"
    assert drawing.factors[0] == 1
    assert drawing.factors[-1] < 0.2
    # Whatever ends it.
    document.edit("stop", replace(document.experiment, stop=Stop(epochs=None, seconds=5.0)))
    assert drawing.captions[1] == "the run"
    drawing.show_place(1000, 0.5)
    assert drawing.place == 300


def is_shown(panel: TrainingPanel, name: str) -> bool:
    field = panel.schedule.form.field(name)
    return field is not None and field.isVisible()
