"""The list of operations: under their layers, searched by keys, traced again when the network changes."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.session.session import Session
from cadl_desktop.ui.diagnosis.operations_panel import OperationsPanel
from tests.settling import WAIT, wait_for_timers
from tests.ui.driving import show, unnamed_controls


@pytest.fixture
def experiment() -> Experiment:
    return preset("lecture-painting")


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> OperationsPanel:
    """Shown, and filled with the lecture's network."""
    panel = OperationsPanel(session)
    panel.resize(300, 500)
    show(qtbot, panel)
    assert panel.empty.text().startswith("The operations appear here")
    session.load_tensorflow()
    qtbot.waitUntil(lambda: panel.tree.shown_count > 0, timeout=WAIT)
    return panel


def layers(panel: OperationsPanel) -> list[str]:
    """The titles of the rows that are shown."""
    rows = [panel.tree.topLevelItem(index) for index in range(panel.tree.topLevelItemCount())]
    return [row.text(0) for row in rows if not row.isHidden()]


def operations(panel: OperationsPanel) -> list[str]:
    rows = [panel.tree.topLevelItem(index) for index in range(panel.tree.topLevelItemCount())]
    children = [row.child(index) for row in rows for index in range(row.childCount())]
    return [child.text(0) for child in children if not child.isHidden()]


def test_every_layer_of_the_lecture_s_network_lists_its_operations(panel: OperationsPanel) -> None:
    assert layers(panel) == ["Inputs", *(f"Layer {index}" for index in range(1, 7)), "Output"]
    assert operations(panel).count("MatMul") == 7
    assert panel.empty.isHidden()


def test_pictures_that_are_told_apart_otherwise_are_other_operations(
    qtbot: QtBot, panel: OperationsPanel, session: Session
) -> None:
    many = preset("homework-many-pictures")
    for identity in ("number", "one-hot"):
        before = panel.tree.topLevelItem(0)
        session.document.edit("Told by", replace(many, data=many.data.has(identity=identity)))
        qtbot.waitUntil(lambda was=before: panel.tree.topLevelItem(0) is not was, timeout=WAIT)


def test_search_by_keys(qtbot: QtBot, panel: OperationsPanel) -> None:
    panel.search.setFocus()
    qtbot.keyClicks(panel.search, "relu")
    assert operations(panel) == ["Relu"] * 6
    qtbot.keyClicks(panel.search, " layer_2")
    assert operations(panel) == ["Relu"]
    assert layers(panel) == ["Layer 2"]
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    assert panel.tree.hasFocus()
    assert panel.tree.currentItem().text(0) == "Relu"
    panel.search.setFocus()
    qtbot.keyClicks(panel.search, "zzz")
    assert panel.empty.text() == "No operation matches “relu layer_2zzz”. Esc clears the search."
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.search.text() == ""
    assert operations(panel).count("Relu") == 6


def test_another_structure_is_traced_again_and_the_search_stays(
    qtbot: QtBot, panel: OperationsPanel, session: Session
) -> None:
    panel.search.setText("matmul")
    experiment = session.document.experiment
    session.document.edit("fewer", replace(experiment, layers=experiment.layers[:2]))
    qtbot.waitUntil(lambda: layers(panel) == ["Layer 1", "Layer 2", "Output"], timeout=WAIT)
    assert operations(panel) == ["MatMul"] * 3


def test_a_rate_is_no_structure_and_nothing_is_traced_unseen(
    qtbot: QtBot, panel: OperationsPanel, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(session, "ask", lambda *request: asked.append(request))
    experiment = session.document.experiment
    session.document.edit("rate", replace(experiment, optimizer=experiment.optimizer.has(rate=0.5)))
    wait_for_timers(qtbot, panel)
    panel.hide()
    session.document.edit("fewer", replace(experiment, layers=experiment.layers[:1]))
    wait_for_timers(qtbot, panel)
    assert asked == []
    panel.show()
    qtbot.waitUntil(lambda: len(asked) == 1)


def test_what_can_not_be_traced_says_why(panel: OperationsPanel, session: Session) -> None:
    experiment = session.document.experiment
    wrong = (experiment.layers[0].has(units=0), *experiment.layers[1:])
    session.document.edit("wrong", replace(experiment, layers=wrong))
    assert panel.empty.text().startswith("Nothing can be traced yet")
    session.document.undo_stack.undo()
    assert panel.empty.isHidden()


def test_controls_have_names(panel: OperationsPanel) -> None:
    assert unnamed_controls(panel) == []
    assert panel.tree.accessibleName()
    assert panel.tree.toolTip()


def test_operations_are_traced_after_a_request_failed(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = list[str]()
    session.message.connect(lambda kind, text: messages.append(text))
    panel = OperationsPanel(session)
    monkeypatch.setattr(session, "ask", lambda *arguments: arguments[3](OSError("no answer")))
    show(qtbot, panel)
    session.load_tensorflow()
    qtbot.waitUntil(lambda: bool(messages), timeout=WAIT)
    monkeypatch.undo()
    panel.hide()
    panel.show()
    qtbot.waitUntil(lambda: panel.tree.shown_count > 0, timeout=WAIT)
