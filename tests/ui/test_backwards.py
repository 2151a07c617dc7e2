"""Gradients in place of values in the network's drawing, and the next step as a formula in numbers."""

import re
from collections.abc import Iterator
from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.experiment.shapes import with_frozen
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.network.cards.step_formulas import Rows, StepFormulas
from cadl_desktop.ui.network.scene import Highlight
from tests.engine.runs import small_painting
from tests.engine.test_backward import single_steps
from tests.settling import until, wait_for_timers
from tests.ui.driving import show

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def paused(qtbot: QtBot, session: Session) -> Iterator[Designer]:
    """Designer of a run that is paused after its first step."""
    neurons = Neurons(session)
    designer = Designer(session.document, neurons, NeuronGains(neurons))
    designer.resize(1200, 480)
    show(qtbot, designer)
    session.load_samples()
    session.step()
    until(qtbot, lambda: session.status is Status.PAUSED)
    wait_for_timers(qtbot, designer)
    yield designer
    designer.canvas.pointing.leave()


def popup_at(designer: Designer, highlight: Highlight) -> str:
    designer.canvas.pointing._highlight(highlight)
    return designer.canvas.pointing.popup.text()


def switch_on(qtbot: QtBot, designer: Designer) -> None:
    qtbot.mouseClick(designer.bar.backwards, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: designer.canvas.view.gradients is not None)


def test_gradients_are_shown_in_a_pause_and_values_again_without_the_switch(
    qtbot: QtBot, session: Session, paused: Designer
) -> None:
    view, values = paused.canvas.view, paused.canvas.grab().toImage()
    layout = view.placed()
    switch_on(qtbot, paused)
    backward = session.result.backward
    assert backward is not None
    assert view.shown is view.gradients
    assert np.array_equal(view.gradients.columns[2].values, backward.columns[2])
    lines = view.gradients.lines(2, 40)
    assert np.array_equal(lines.weights, backward.gradients[2][lines.before, lines.after])
    assert abs(lines.weights[-1]) == np.abs(backward.gradients[2]).max()
    assert paused.canvas.grab().toImage() != values
    assert view.placed() == layout
    assert "gradient" in paused.bar.legend.accessibleName()
    qtbot.mouseClick(paused.bar.backwards, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: view.gradients is None)
    assert paused.canvas.grab().toImage() == values
    assert "gradient" not in paused.bar.legend.accessibleName()


def test_cards_write_out_the_step_that_step_takes(qtbot: QtBot, session: Session, paused: Designer) -> None:
    neuron, line = Highlight(2, neuron=3), Highlight(2, line=(5, 3))
    assert "New weight" not in popup_at(paused, neuron)
    switch_on(qtbot, paused)
    source = paused.canvas.view.gradients.source_of_strongest(2, 3)
    text = popup_at(paused, neuron)
    assert f"From Layer 1, neuron {source + 1}; " in text
    assert "By output" in text
    for shown, place in ((neuron, (source, 3)), (line, (5, 3))):
        told = float(popup_at(paused, shown).rpartition("= ")[2].split(";")[0].replace("−", "-"))
        after = session.result.backward.after[2][place]
        assert told == pytest.approx(float(after), abs=1e-5)
    assert re.search("Rate .* Step .* New weight ", text)  # Adam's
    session.step()
    until(qtbot, lambda: session.result.state.step == 2 and paused.next_step.backward.step == 2)
    assert session.result.state.weights[2][5, 3] == after


def test_the_switch_is_for_pauses_and_stays_on(qtbot: QtBot, session: Session, paused: Designer) -> None:
    view, switch = paused.canvas.view, paused.bar.backwards
    session.train()
    assert not switch.isEnabled()
    until(qtbot, lambda: session.result.step > 10)
    session.pause()
    until(qtbot, switch.isEnabled)
    switch.setFocus()
    QTest.keyClick(switch, Qt.Key.Key_Space)
    until(qtbot, lambda: view.gradients is not None)
    session.train()
    until(qtbot, lambda: view.gradients is None)
    assert switch.isEnabled()  # to be switched off
    session.pause()
    until(qtbot, lambda: view.gradients is not None)
    assert not np.isnan(view.gradients.columns[1].values).any()


def evaluated(formula: str) -> float:
    """Value of a formula as it is written."""
    for ours, pythons in (("−", "-"), ("·", "*"), (",", "")):
        formula = formula.replace(ours, pythons)
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
    formula = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"**{found[0].translate(digits)}", formula)
    formula = re.sub(r"√([\d.e-]+)", r"sqrt(\1)", formula).replace("√", "sqrt")
    return float(eval(formula, {"sqrt": sqrt}))


def assert_adds_up(rows: Rows) -> None:
    sums = {"Gradient g", "Mean m", "Ahead", "Speed u"}
    for name, text in rows:
        formula, is_equation, result = text.replace(" of penalties", "").partition(" = ")
        if is_equation:
            terms = formula.split(" + ") if name in sums else [formula]
            size = sum(abs(evaluated(term)) for term in terms)
            assert evaluated(formula) == pytest.approx(evaluated(result), abs=0.02 * size + 1e-9), text


def optimized(kind: str) -> Experiment:
    layers = (part("layer", "dense", units=6, activation="tanh"), part("layer", "dense", units=12))
    return small_painting(optimizer=part("optimizer", kind), layers=layers, l2=0.05)


@pytest.mark.parametrize("kind", entries("optimizer"))
def test_formulas_of_every_optimizer_add_up_to_the_step(kind: str) -> None:
    experiment = optimized(kind)
    passes, states = single_steps(experiment, 3)
    for step in (0, 2):
        formulas = StepFormulas(experiment, passes[step])
        for column, (source, neuron) in ((1, (1, 2)), (2, (3, 4)), (3, (5, 1))):
            rows = formulas.rows(column, source, neuron)
            assert [name for name, _ in rows][:2] == ["Weight", "Gradient g"]
            assert [name for name, _ in rows][-2:] == ["Step", "New weight"]
            assert_adds_up(rows)
            places = len(rows[-1][1].rpartition(".")[2])
            came = float(states[step + 1].weights[2 * column - 2][source, neuron])
            assert evaluated(rows[-1][1].rpartition(" = ")[2]) == pytest.approx(came, abs=0.51 * 10**-places)


def test_a_frozen_weight_stays() -> None:
    experiment = with_frozen(optimized("adam"), (2,))
    passes, _ = single_steps(experiment, 1)
    formulas = StepFormulas(experiment, passes[0])
    assert formulas.rows(2, 0, 0)[-1] == ("Step", "none: the layer is frozen")
    assert formulas.rows(1, 0, 0)[-1][0] == "New weight"


def test_neurons_whose_values_are_dead_are_hatched_in_gradients_too(qtbot: QtBot, paused: Designer) -> None:
    switch_on(qtbot, paused)
    view = paused.canvas.view
    assert view.gradients is not None
    assert view.pictures is not None
    alive, known = view.gradients.large_image(1, 3, (40, 40)), view.pictures.columns[1]
    assert known.dies
    dead = np.where(np.arange(len(known.values))[:, None] == 3, -1.0, known.values).astype(np.float32)
    view.pictures.columns = (
        view.pictures.columns[0],
        replace(known, values=dead),
        *view.pictures.columns[2:],
    )
    view.renew_pictures()
    assert view.gradients.large_image(1, 3, (40, 40)) != alive
    assert view.pictures.large_image(1, 3, (40, 40)) != view.pictures.large_image(1, 4, (40, 40))
