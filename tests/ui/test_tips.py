"""Tooltips: long ones wrap, and none covers a plot or the network's neurons."""

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.looks import wrapped
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.plots.plot import Plot
from tests.ui.driving import show

LONG = "Shows < and & as they are, in a sentence that is much too long to stand on a single line."


@pytest.fixture(autouse=True)
def no_tip_left() -> Iterator[None]:
    yield
    QToolTip.hideText()


def ask(widget: QWidget, position: QPoint) -> None:
    """Sends a widget the event of a resting mouse."""
    QToolTip.hideText()
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, position, widget.mapToGlobal(position)))


def test_a_long_tooltip_wraps_and_its_description_is_plain_text(qtbot: QtBot) -> None:
    button = QToolButton()
    show(qtbot, button)
    describe(button, "Button", LONG)
    assert button.accessibleDescription() == LONG
    ask(button, button.rect().center())
    tip = next(tip for tip in QApplication.topLevelWidgets() if tip.inherits("QTipLabel"))
    assert isinstance(tip, QLabel)
    assert tip.height() > 2 * tip.fontMetrics().height()
    assert tip.width() < tip.fontMetrics().horizontalAdvance(LONG) * 0.7
    assert "&lt; and &amp;" in tip.text()


def test_short_lines_stay_plain() -> None:
    assert wrapped("Adds one neuron.") == "Adds one neuron."
    assert wrapped("One line.\nAnother.") == "One line.\nAnother."
    assert wrapped(f"One line.\n{'a ' * 40}").startswith("<p>One line.<br>a a")


@pytest.mark.parametrize(
    ("text", "on_a_mac"),
    [
        ("Lists every command (Ctrl+Shift+P).", "Lists every command (⇧⌘P)."),
        ("Ctrl++ looks closer, Ctrl+Alt+Left goes back.", "⌘+ looks closer, ⌥⌘Left goes back."),
        ("With Ctrl several, with Shift all up to it.", "With ⌘ several, with Shift all up to it."),
        ("Control+x is no key.", "Control+x is no key."),
    ],
)
def test_keys_have_the_names_of_the_system(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, text: str, on_a_mac: str
) -> None:
    button = QToolButton()
    qtbot.addWidget(button)
    for system, named in (("linux", text), ("win32", text), ("darwin", on_a_mac)):
        monkeypatch.setattr(sys, "platform", system)
        describe(button, "Button", text)
        action = add_action(button, Action("Do", tip=text))
        assert {button.toolTip(), button.whatsThis(), action.toolTip(), action.whatsThis()} == {named}
        assert button.accessibleDescription() == named


def test_a_layer_has_its_help_at_its_head_and_not_at_its_neurons(qtbot: QtBot) -> None:
    designer = Designer(Document(preset("lecture-painting")))
    designer.resize(1200, 600)
    show(qtbot, designer)
    canvas = designer.canvas
    for head in (canvas.layers[0], canvas.output):
        assert "F freezes" in head.accessibleDescription()
    ask(canvas, canvas.view.placed()[1].mosaic.tile(0).center().toPoint())
    assert not QToolTip.isVisible()
    ask(canvas.layers[0], canvas.layers[0].rect().center())
    assert "drag to reorder" in QToolTip.text()


def test_a_plot_has_no_tooltip_over_its_curves(qtbot: QtBot) -> None:
    plot = Plot()
    plot.rename("Cost", "Epoch", "Cost")
    plot.resize(500, 300)
    show(qtbot, plot)
    view = plot.canvas.getPlotItem().getViewBox().sceneBoundingRect()
    viewport = plot.canvas.viewport()
    ask(viewport, plot.canvas.mapFromScene(view.center()))
    assert not QToolTip.isVisible()
    ask(viewport, plot.canvas.mapFromScene(QPointF(view.left() - 15, view.center().y())))
    assert "Wheel to zoom" in QToolTip.text()
