"""Plots by keyboard, and in words for a screen reader."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import Changed
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls import speech
from cadl_desktop.ui.plots.cost_plot import CostPlot
from cadl_desktop.ui.plots.curve_plot import MANY_POINTS, CurvePlot
from cadl_desktop.ui.plots.output_view import OutputView
from cadl_desktop.ui.plots.plot import Plot
from cadl_desktop.ui.window.views.live_views import LiveViews
from tests.engine.runs import epochs, small_painting
from tests.settling import WAIT, wait_for_timers
from tests.ui.driving import show
from tests.ui.test_plots import history_of, hover, view_range

pytestmark = pytest.mark.usefixtures("light")
pytest_plugins: list[str] = []
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader was asked to say."""
    said: list[str] = []

    class Listening:
        @staticmethod
        def updateAccessibility(event: QAccessibleAnnouncementEvent) -> None:
            said.append(event.message())

    monkeypatch.setattr(speech, "QAccessible", Listening)
    return said


@pytest.fixture
def samples() -> Samples:
    """Four points, two of them at one place."""
    x, y = np.array([[0.0], [1.0], [1.0], [4.0]]), np.array([[0.0], [1.0], [3.0], [2.0]])
    return Samples(x, y, np.array([0.0]), np.array([4.0]), 0.0, 3.0)


def press(qtbot: QtBot, plot: Plot, *keys: str, shift: bool = False) -> str:
    """Presses keys by their names; the values that are shown afterwards."""
    for key in keys:
        modifier = SHIFT if shift else Qt.KeyboardModifier.NoModifier
        qtbot.keyClick(plot.canvas, getattr(Qt.Key, f"Key_{key}"), modifier)
    return plot.readout.text()


def described(widget: QWidget) -> str:
    """Description that a screen reader gets."""
    spoken = QAccessible.queryAccessibleInterface(widget)
    return spoken.text(QAccessible.Text.Description)


def opened_cost(qtbot: QtBot, costs: list[float]) -> CostPlot:
    plot = CostPlot()
    plot.resize(600, 360)
    show(qtbot, plot)
    plot.show_history(history_of(costs))
    plot.canvas.setFocus()
    return plot


def test_keys_walk_along_the_costs_and_their_values_are_said(qtbot: QtBot, told: list[str]) -> None:
    plot = opened_cost(qtbot, [4.0 / epoch for epoch in range(1, 201)])
    assert press(qtbot, plot, "Left") == "epoch 200 · cost 0.0200"
    assert press(qtbot, plot, "Left") == "epoch 199 · cost 0.0201"
    assert press(qtbot, plot, "Left", shift=True) == "epoch 189 · cost 0.0212"
    assert press(qtbot, plot, "PageDown").startswith("epoch 169 ")
    assert press(qtbot, plot, "Home") == "epoch 1 · cost 4.000"
    assert press(qtbot, plot, "Left") == "epoch 1 · cost 4.000"
    assert press(qtbot, plot, "End", "PageUp") == "epoch 200 · cost 0.0200"
    wait_for_timers(qtbot, plot)
    assert told == ["epoch 200 · cost 0.0200"]  # of keys pressed in a row only the last
    assert plot._mark == plot._cursor.value() == 200
    assert press(qtbot, plot, "Escape") == ""
    assert not plot._cursor.isVisible()


def test_the_mouse_takes_the_cursor_over_and_leaving_the_plot_removes_it(
    qtbot: QtBot, told: list[str]
) -> None:
    plot = opened_cost(qtbot, [4.0, 2.0, 1.0])
    press(qtbot, plot, "Home")
    hover(qtbot, plot, 3.0, 1.0)
    assert plot.readout.text() == "epoch 3 · cost 1.000"
    assert press(qtbot, plot, "Home") == "epoch 1 · cost 4.000"
    plot.canvas.clearFocus()
    assert plot.canvas.cursor.x is None
    assert plot.readout.text() == "epoch 3 · cost 1.000"  # the mouse is still there
    wait_for_timers(qtbot, plot)
    assert told == []


def test_keys_stop_at_marks_and_enter_leads_to_their_moment(qtbot: QtBot) -> None:
    plot, chosen = opened_cost(qtbot, [4.0, 2.0]), list[int]()
    plot.change_chosen.connect(chosen.append)
    history = history_of([4.0, 2.0])
    history.add(Changed(Change(15, "rate", 0.005)))
    plot.show_history(history)
    press(qtbot, plot, "Return")
    said = press(qtbot, plot, "Home", "Right")
    assert said.endswith(" · rate 0.005: Enter to see that moment")
    assert plot._cursor.value() == 1.5
    press(qtbot, plot, "Return")
    assert chosen == [15]


def test_the_axis_rests_while_keys_read_it(qtbot: QtBot) -> None:
    plot = opened_cost(qtbot, [10.0, 9.0])
    press(qtbot, plot, "Home")
    plot.show_history(history_of([10.0, 9.0, *[0.01] * 40]))
    assert not plot.logarithmic
    press(qtbot, plot, "Escape")
    assert plot.logarithmic


def test_a_zoomed_view_moves_along(qtbot: QtBot) -> None:
    plot = opened_cost(qtbot, [4.0 / epoch for epoch in range(1, 101)])
    press(qtbot, plot, *["Plus"] * 5)
    press(qtbot, plot, "End")
    low, high = view_range(plot)[0]
    assert low < 100 < high
    qtbot.keyClick(plot.canvas, Qt.Key.Key_Left, CONTROL)
    assert view_range(plot)[0][0] < low  # with Ctrl the view moves alone
    assert plot.canvas.cursor.x == 100
    press(qtbot, plot, "0")
    assert view_range(plot)[0] == [0, 100]


def test_keys_stop_at_the_points_of_a_curve_and_say_residuals(qtbot: QtBot, samples: Samples) -> None:
    output = OutputView()
    output.resize(700, 500)
    show(qtbot, output)
    output.show_kind(False)
    plot, strip = output.curve, output.residuals
    plot.show_samples(samples)
    positions = curve_positions(samples)
    plot.show_fit(positions, np.full_like(positions, 0.5), np.full(4, 0.5))
    plot.canvas.setFocus()
    plot.canvas.cursor.x = 0.999
    assert press(qtbot, plot, "Right") == ("x 1.00 · network 0.50 · observed 3.00, one of 2 · residual +2.5")
    assert strip._cursor.isVisible()
    assert strip._cursor.value() == 1.0
    assert press(qtbot, plot, "Right").endswith("network 0.50")
    press(qtbot, plot, "Escape")
    assert not strip._cursor.isVisible()


def test_the_mouse_reads_the_point_that_it_is_near(qtbot: QtBot, samples: Samples) -> None:
    plot = CurvePlot()
    show(qtbot, plot)
    plot.show_samples(samples)
    positions = curve_positions(samples)
    plot.show_fit(positions, np.full_like(positions, 0.5), np.full(4, 0.5))
    across, up = plot.canvas.getPlotItem().getViewBox().viewPixelSize()
    near = plot.readout_at(QPointF(1 - 5 * across, 3 + 5 * up))
    assert near == ("x 1.00 · network 0.50 · observed 3.00 · residual +2.5", 1.0)
    assert "observed 1.00 · residual +0.5" in plot.readout_at(QPointF(1.0, 1.0))[0]
    assert plot.readout_at(QPointF(1.0, 2.0)) == ("x 1.00 · network 0.50 · y 2.00", 1.0)
    many = np.linspace(0.0, 4.0, MANY_POINTS)[:, None]
    plot.show_samples(Samples(many, many, np.array([0.0]), np.array([4.0]), 0.0, 4.0))
    assert plot.readout_at(QPointF(2.0, 2.0))[0] == "x 2.00 · y 2.00"


def test_an_empty_plot_has_no_cursor(qtbot: QtBot) -> None:
    for plot in (CostPlot(), CurvePlot()):
        show(qtbot, plot)
        assert press(qtbot, plot, "Right", "Home") == ""
        assert plot.canvas.cursor.x is None


def test_summaries_are_kept_up_to_date_and_told_on_asking(
    qtbot: QtBot, samples: Samples, told: list[str]
) -> None:
    plot = opened_cost(qtbot, [4.0, 2.0])
    summary = "The cost fell from 4.000 to 2.000 in 2 epochs."
    assert summary not in described(plot.canvas)  # not at every row
    wait_for_timers(qtbot, plot)
    assert described(plot.canvas).startswith(f"{summary} Wheel to zoom")
    assert told == []
    press(qtbot, plot, "Space")
    assert told == [summary]
    curve = CurvePlot()
    show(qtbot, curve)
    curve.show_samples(samples)
    curve.show_fit(np.array([0.0, 4.0]), np.zeros(2), np.zeros(4))
    curve.canvas.clearFocus()
    curve.canvas.setFocus()
    assert "The largest error of the network is 3, below the point at x 1." in described(curve.canvas)


def test_the_end_of_a_training_is_told(qtbot: QtBot, told: list[str]) -> None:
    session = Session(Document(epochs(small_painting(), 3)))
    neurons = Neurons(session)
    views = LiveViews(session, NeuronGains(neurons), TimeMachine(neurons))
    qtbot.addWidget(views.cost)
    qtbot.addWidget(views.output)
    session.train()
    qtbot.waitUntil(lambda: session.status is Status.RESULT and bool(told), timeout=WAIT)
    assert [words.split()[:2] for words in told] == [["The", "cost"]]
    session.close()
