"""Plots draw what they are given, in the theme's colours, and keep still while being read."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise
from typing import TypeVar

import numpy as np
import pyqtgraph as pg
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.data.curves.columns import Column, X
from cadl_desktop.data.curves.curve_datasets import curve_positions, encode_points, points
from cadl_desktop.data.curves.date_counts import counts_of
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.scores import CurveScores, Scores
from cadl_desktop.drawing.palette import ERROR_REACH
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import Changed, EpochEnded
from cadl_desktop.runs.history import MOST_EARLIER_FITS, History
from cadl_desktop.ui.controls.number_text import figure, signed
from cadl_desktop.ui.painting.images import error_reach
from cadl_desktop.ui.painting.painting_view import PaintingView, pixel_text
from cadl_desktop.ui.plots.axes import Axis, log_ticks, nice_ceiling
from cadl_desktop.ui.plots.cost_curves import OtherRun
from cadl_desktop.ui.plots.cost_plot import CostPlot, Newest
from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.plots.fast_curves import FastCurve
from cadl_desktop.ui.plots.key import Key, KeyEntry
from cadl_desktop.ui.plots.output_view import OutputView
from cadl_desktop.ui.plots.plot import Plot
from cadl_desktop.ui.theme.theme import DARK, LIGHT, Theme, sign_colours, theme
from cadl_desktop.ui.theme.theme_switch import set_theme
from tests.settling import process_events, wait_for_timers
from tests.ui.driving import double_click
from tests.ui.test_theme import BOTH, contrast

W = TypeVar("W", bound=QWidget)


pytestmark = pytest.mark.usefixtures("light")


def history_of(costs: list[float], validation: float | None = None) -> History:
    history = History()
    for epoch, cost in enumerate(costs, 1):
        history.add(EpochEnded(epoch, 10 * epoch, 0.1 * epoch, cost, validation, 0.01))
    return history


def shown(qtbot: QtBot, widget: W) -> W:
    qtbot.addWidget(widget)
    widget.resize(600, 360)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def view_range(plot: Plot) -> list[list[float]]:
    found: list[list[float]] = plot.canvas.getPlotItem().getViewBox().viewRange()
    return found


def drawn_numbers(axis: Axis) -> list[tuple[QRectF, int, str]]:
    """Position, alignment and text of each tick number."""
    paper = QImage(600, 40, QImage.Format.Format_RGB32)
    painter = QPainter(paper)
    painter.setFont(axis.style["tickFont"])
    drawn: list[tuple[QRectF, int, str]] = axis.generateDrawSpecs(painter)[2]
    painter.end()
    return drawn


def place_in(plot: Plot, x: float, y: float) -> QPoint:
    view = plot.canvas.getPlotItem().getViewBox()
    place: QPoint = plot.canvas.mapFromScene(view.mapViewToScene(QPointF(x, y)))
    return place


def hover(qtbot: QtBot, plot: Plot, x: float, y: float) -> None:
    where = place_in(plot, x, y)
    qtbot.mouseMove(plot.canvas.viewport(), where + QPoint(3, 0))
    qtbot.mouseMove(plot.canvas.viewport(), where)
    wait_for_timers(qtbot, plot.canvas)


def canvas_pixels(plot: Plot) -> NDArray[np.int_]:
    """Pixels of the canvas without the focus, flattened."""
    plot.canvas.clearFocus()
    image = plot.canvas.grab().toImage()  # kept, as it owns the bits
    return np.frombuffer(image.constBits(), np.uint8).astype(int)


def strength(plot: Plot, x: float, y: float) -> float:
    """Highest contrast with the background around a point of the plane."""
    view = plot.canvas.getPlotItem().getViewBox()
    where = plot.canvas.mapFromScene(view.mapViewToScene(QPointF(x, y)))
    seen = plot.canvas.grab(QRect(where - QPoint(3, 3), QSize(7, 7))).toImage()
    colours = {seen.pixelColor(column, row).name() for column in range(7) for row in range(7)}
    return max(contrast(colour, theme().plot_background) for colour in colours)


@pytest.fixture
def samples() -> Samples:
    return samples_of(part("dataset", "sine", observations=200))


class TestCostPlot:
    def test_the_empty_state_says_what_to_do(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.set_hint("Press Train.")
        assert plot.empty_text == "Press Train."
        plot.show_history(history_of([3.0, 2.0]))
        assert plot.empty_text == ""
        plot.set_hint("Press Continue.")
        assert plot.empty_text == ""
        plot.show_history(History())
        assert plot.empty_text == "Press Continue."

    def test_it_draws_both_costs(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([3.0, 2.0, 1.0], validation=2.5))
        training, validation = plot.lines
        assert training.every.yData.tolist() == [3.0, 2.0, 1.0]
        assert validation.every.yData.tolist() == [2.5] * 3
        assert plot.key.accessibleName() == "training, validation"

    def test_it_draws_the_psnr_in_place_of_the_cost(self, qtbot: QtBot) -> None:
        plot, history = shown(qtbot, CostPlot()), history_of([100.0, 10.0, 0.1], validation=2.5)
        plot.show_history(history)
        assert plot.logarithmic
        assert not plot.psnr_switch.isVisible()  # of a file of an earlier version
        history.add(EpochEnded(4, 40, 0.4, 0.1, 2.5, 0.01, psnr=24.0))
        history.add(EpochEnded(5, 50, 0.5, 0.1, 2.5, 0.01, psnr=30.5))
        plot.show_history(history)
        with qtbot.waitSignal(plot.measure_changed):
            qtbot.mouseClick(plot.psnr_switch, Qt.MouseButton.LeftButton)
        assert plot.accessibleName() == "PSNR"
        assert plot.titles == ("epoch", "PSNR in dB")
        assert not plot.log_axis.isEnabled()
        training, validation = plot.lines
        assert training.every.yData[-2:].tolist() == [24.0, 30.5]
        assert not np.isfinite(training.every.yData[:-2]).any()
        assert validation.every.yData is None or not np.isfinite(validation.every.yData).any()
        low, high = view_range(plot)[1]
        assert 15 < low <= 24
        assert 30.5 <= high < 40
        assert plot.readout_along(5.0) == "epoch 5 · PSNR 30.50 dB"
        assert plot.summary_words() == "The PSNR went from 24.00 dB to 30.50 dB in 5 epochs."
        plot.show_psnr.trigger()
        assert plot.logarithmic
        assert plot.titles == ("epoch", "cost, logarithmic")
        assert plot.lines[0].every.yData[0] == 2.0

    def test_a_run_continued_from_an_earlier_state_is_drawn_from_there(self, qtbot: QtBot) -> None:
        plot, history = shown(qtbot, CostPlot()), history_of([3.0] * 20)
        for _ in range(2):  # the second time the range is unchanged
            plot.show_history(history)
        history.add(EpochEnded(5, 50, 0.5, 3.0, None, 0.01))
        plot.show_history(history)
        assert plot.lines[0].every.xData.tolist() == [1, 2, 3, 4, 5]

    @pytest.mark.parametrize(
        "costs", [[4.0, 0.0, 2.0], [0.0, 0.0], [-1.0, 2.0], [np.inf, 1.0], [np.nan, np.nan]]
    )
    def test_costs_that_have_no_logarithm_are_gaps(self, qtbot: QtBot, costs: list[float]) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of(costs))
        plot.log_axis.trigger()
        plot.grab()
        assert np.isfinite(view_range(plot)).all()
        plot.log_axis.trigger()
        plot.grab()
        assert np.isfinite(view_range(plot)).all()

    def test_the_switch_shows_logarithms(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([10.0, 1.0, 1.0]))
        qtbot.mouseClick(plot.switch, Qt.MouseButton.LeftButton)
        assert plot.logarithmic
        assert plot.lines[0].every.yData.tolist() == [1.0, 0.0, 0.0]

    def test_epochs_become_logarithmic_where_the_cost_falls_at_first(self, qtbot: QtBot) -> None:
        plot, early = shown(qtbot, CostPlot()), [max(1.0, 50 / epoch) for epoch in range(1, 201)]
        plot.show_history(history_of(early))
        assert plot.log_steps.isChecked()
        assert plot.titles[0] == "epoch, logarithmic"
        assert plot.lines[0].every.xData[9] == 1.0, "the tenth epoch"
        assert view_range(plot)[0] == pytest.approx([np.log10(0.5), np.log10(200)])
        assert "epoch 10 " in f"{plot.readout_along(1.0)} "
        plot.show_history(history_of([200.0 - epoch for epoch in range(150)]))
        assert not plot.log_steps.isChecked(), "another run begins linear"
        assert plot.lines[0].every.xData[9] == 10.0
        plot.log_steps.trigger()
        assert plot.lines[0].every.xData[9] == 1.0
        assert not plot.automatic_axis.isChecked()
        plot.show_history(history_of(early))
        assert plot.log_steps.isChecked(), "what a person has chosen stays"

    def test_the_newest_point_within_an_epoch_is_drawn(self, qtbot: QtBot) -> None:
        plot, history = shown(qtbot, CostPlot()), history_of([3.0, 2.0])
        plot.show_history(history, newest=Newest(2.5, 1.5, np.nan))
        assert plot.lines[0].every.getData()[0].tolist() == [1.0, 2.0, 2.5]
        assert plot.lines[0].every.getData()[1].tolist() == [3.0, 2.0, 1.5]
        plot.show_history(history)
        assert plot.lines[0].every.getData()[0].tolist() == [1.0, 2.0]
        plot.show_history(history, newest=Newest(2.5, 0.001, np.nan))
        assert not plot.logarithmic, "what is kept decides the axes"

    def test_the_beginning_of_a_long_run_is_drawn_over_logarithmic_epochs(self, qtbot: QtBot) -> None:
        plot, costs = shown(qtbot, CostPlot()), [max(1.0, 50 / epoch) for epoch in range(1, 4001)]
        others = history_of(costs)
        plot.show_history(history_of(costs))
        plot.show_others([OtherRun(2, others.column("epoch"), others.column("cost"))], [])
        beginning = np.log10(np.arange(1, 10))
        for item in (plot.lines[0].every, plot.lines[0].calm, *plot.others.items):
            x = item.getData()[0]
            if x is not None and len(x):
                assert np.isin(beginning.round(6), np.round(x, 6)).mean() > 0.5

    def test_the_range_grows_in_steps_and_forgets_the_beginning(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.automatic_axis.setChecked(False)
        history, ranges = history_of([50.0]), []
        for epoch in range(2, 400):
            history.add(EpochEnded(epoch, 10 * epoch, 0.1, max(1.0, 50 / epoch), None, 0.01))
            plot.show_history(history)
            ranges.append(view_range(plot))
        rights = [horizontal[1] for horizontal, _ in ranges]
        assert rights == sorted(rights)
        assert len(set(rights)) < 25
        tops = [vertical[1] for _, vertical in ranges]
        assert tops == sorted(tops, reverse=True)
        assert len(set(tops)) < 8
        assert tops[-1] < 5
        plot.show_history(history_of([50.0]))
        assert view_range(plot)[1][1] > 50

    @pytest.mark.parametrize("epochs", [1, 2, 3])
    def test_ticks_of_epochs_are_whole_numbers(self, qtbot: QtBot, epochs: int) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([3.0] * epochs))
        bottom = plot.canvas.axis("bottom")
        (_, ticks), *_ = bottom.tickValues(*view_range(plot)[0], 600)
        assert ticks == list(range(epochs + 1))
        assert [text for *_, text in drawn_numbers(bottom)] == [f"{tick:.0f}" for tick in ticks]

    def test_the_axis_does_not_start_at_zero_for_costs_far_above_it(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([9.0, *[0.25 + 0.01 * (epoch % 4) for epoch in range(60)]]))
        assert np.allclose(view_range(plot), [[0, 80], [0.248, 0.288]])

    def test_the_axis_becomes_logarithmic_after_two_decades_and_says_so(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        history = history_of([100.0, 10.0, 1.1])
        plot.show_history(history)
        assert not plot.logarithmic
        hover(qtbot, plot, 1.0, 50.0)
        before = view_range(plot)
        for epoch in range(4, 30):
            history.add(EpochEnded(epoch, 10 * epoch, 0.1, 0.9, None, 0.01))
            plot.show_history(history)
        assert view_range(plot) == before  # the mouse is over it
        QApplication.sendEvent(plot.canvas, QEvent(QEvent.Type.Leave))
        assert plot.logarithmic
        assert plot.readout.text() == "Now logarithmic"
        assert plot.canvas.axis("left").labelText == "cost, logarithmic"
        plot.log_axis.trigger()
        plot.show_history(history)
        assert not plot.logarithmic  # the user has chosen
        assert plot.readout.text() == ""
        plot.automatic_axis.trigger()
        assert plot.logarithmic
        plot.show_history(history_of([3.0, 2.0]))
        assert not plot.logarithmic
        assert plot.readout.text() == ""

    @pytest.mark.parametrize("width", [180, 240, 300, 600])
    def test_numbers_below_a_plot_stand_apart(self, qtbot: QtBot, width: int) -> None:
        plot = shown(qtbot, CostPlot())
        plot.resize(width, 300)
        for epochs in (7, 90, 1250, 3600, 40000, 999_999):
            history = History()
            for epoch in (1, epochs):
                history.add(EpochEnded(epoch, epoch, 0.1, 1.0, None, 0.01))
            plot.show_history(history)
            plot.grab()
            places = [place for place, *_ in drawn_numbers(plot.canvas.axis("bottom"))]
            assert len(places) > 1
            assert all(one.right() + 4 <= other.left() for one, other in pairwise(places))

    def test_a_calm_line_lies_over_noise_and_no_extreme_is_lost(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        noisy = [2.0 + 0.5 * (-1) ** epoch for epoch in range(400)]
        noisy[200] = 9.0
        plot.show_history(history_of(noisy))
        line = plot.lines[0]
        assert line.calm.opts["symbol"] is None
        assert line.every.yData.max() == 9.0
        assert 1.5 < line.calm.yData[50] < 2.5
        assert line.calm.yData.max() < 4.0
        plot.smooth.trigger()
        assert line.calm.yData is None or not len(line.calm.yData)

    def test_one_value_alone_can_be_seen(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([3.0]))
        assert plot.lines[0].every.opts["symbol"] == "o"
        plot.show_history(history_of([3.0, 2.0]))
        assert plot.lines[0].every.opts["symbol"] is None

    def test_a_zoom_stays_until_it_is_reset(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        history = history_of([3.0, 2.0, 1.0])
        plot.show_history(history)
        whole = view_range(plot)
        qtbot.keyClick(plot.canvas, Qt.Key.Key_Plus)
        qtbot.keyClick(plot.canvas, Qt.Key.Key_Right)
        zoomed = view_range(plot)
        assert zoomed != whole
        history.add(EpochEnded(4, 40, 0.4, 0.9, None, 0.01))
        plot.show_history(history)
        assert view_range(plot) == zoomed
        double_click(plot.canvas.viewport())
        assert np.allclose(view_range(plot), [[0, 4], [0, whole[1][1]]])

    def test_another_run_starts_its_range_anew(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([300.0] * 80))
        plot.show_history(history_of([3.0, 2.0]))
        assert np.allclose(view_range(plot), [[0, 2], [0, 4]])

    def test_live_changes_are_marked_at_their_epoch(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        history = history_of([3.0, 2.0, 1.0, 0.5])
        history.add(Changed(Change(0, "rate", 0.01)))
        history.add(Changed(Change(20, "rate", 0.005)))
        plot.show_history(history)
        (mark,) = plot.marks.lines
        assert mark.value() == pytest.approx(2.0)
        assert plot.marks.labels[0].text() == "rate 0.005"
        plot.show_history(history_of([3.0]))
        assert not mark.isVisible()

    @pytest.mark.parametrize(
        ("change", "text"),
        [
            (Change(20, "batch_size", 32), "batch 32"),
            (Change(20, "cost", "l2-sum"), "cost L2, summed"),
            (Change(20, "l1", 0.001), "L1 penalty 0.001"),
            (Change(20, "l2", 0.0), "L2 penalty 0"),
            (Change(20, "schedule", "cosine(epochs=5, floor=0.0)"), "Cosine rate"),
            (Change(20, "structure", "64 → 80 neurons in layer 2"), "64 → 80 neurons in layer 2"),
        ],
    )
    def test_every_change_has_a_label(self, qtbot: QtBot, change: Change, text: str) -> None:
        plot = shown(qtbot, CostPlot())
        history = history_of([3.0, 2.0, 1.0, 0.5])
        history.add(Changed(change))
        plot.show_history(history)
        assert plot.marks.labels[0].text() == text

    def test_a_click_on_a_mark_leads_to_its_moment(self, qtbot: QtBot) -> None:
        plot, chosen = shown(qtbot, CostPlot()), list[int]()
        plot.change_chosen.connect(chosen.append)
        history = history_of([3.0, 2.0, 1.0, 0.5])
        history.add(Changed(Change(20, "rate", 0.005)))
        plot.show_history(history)
        viewport = plot.canvas.viewport()
        hover(qtbot, plot, 1.0, 1.0)
        assert viewport.cursor().shape() is Qt.CursorShape.ArrowCursor
        hover(qtbot, plot, 2.0, 1.0)
        assert "rate 0.005" in plot.readout.text()
        assert viewport.cursor().shape() is Qt.CursorShape.PointingHandCursor
        for epoch in (1.0, 2.0):
            qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place_in(plot, epoch, 1.0))
        assert chosen == [20]

    def test_a_click_on_a_label_is_not_one_on_the_line_below_it(self, qtbot: QtBot) -> None:
        plot, chosen = shown(qtbot, CostPlot()), list[int]()
        plot.change_chosen.connect(chosen.append)
        history = history_of([3.0, 2.0, 1.0, 0.5])
        history.add(Changed(Change(10, "structure", "12 → 14 neurons in layer 1, new layer 2")))
        history.add(Changed(Change(15, "rate", 0.005)))
        plot.show_history(history)
        process_events(qtbot)
        label, line = plot.marks.labels[0].sceneBoundingRect(), plot.marks.lines[1]
        view = plot.canvas.getPlotItem().getViewBox()
        crossing = view.mapViewToScene(QPointF(line.value(), 0.0)).x()
        assert label.left() < crossing < label.right()
        where = plot.canvas.mapFromScene(QPointF(crossing, label.center().y()))
        qtbot.mouseClick(plot.canvas.viewport(), Qt.MouseButton.LeftButton, pos=where)
        assert chosen == [10]

    def test_labels_of_marks_stand_above_the_plot_and_leave_most_of_its_height(self, qtbot: QtBot) -> None:
        plot, history = shown(qtbot, CostPlot()), history_of([3.0, 2.0, 1.0, 0.5])
        for step in range(1, 30):
            history.add(Changed(Change(step, "rate", step / 1000)))
        for height in (400, 160):
            plot.resize(300, height)
            plot.show_history(history)
            process_events(qtbot)
            inside = plot.canvas.getPlotItem().getViewBox().sceneBoundingRect()
            labels = [it.sceneBoundingRect() for it in plot.marks.labels if it.isVisible()]
            assert labels
            assert max(it.bottom() for it in labels) <= inside.top() + 1
            assert not any(one.intersects(other) for one, other in combinations(labels, 2))
            assert inside.height() > 0.5 * plot.canvas.height()

    def test_the_cursor_reads_values(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([30.0, 20.5, 10.0], validation=40.0))
        hover(qtbot, plot, 2.1, 10.0)
        assert plot.readout.text() == "epoch 2 · cost 20.50 · validation 40.00"
        QApplication.sendEvent(plot.canvas, QEvent(QEvent.Type.Leave))
        assert plot.readout.text() == ""

    def test_steps_and_seconds_as_axis(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([3.0, 2.0]), axis="step")
        assert plot.lines[0].every.xData.tolist() == [10.0, 20.0]
        hover(qtbot, plot, 18.0, 2.5)
        assert plot.readout.text().startswith("step 20")

    def test_it_draws_again_only_when_a_pixel_would_change(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        history = history_of([5.0] * 4000)
        plot.show_history(history)
        for epoch in range(4001, 4011):
            history.add(EpochEnded(epoch, 10 * epoch, 0.1, 4.0, None, 0.01))
            plot.show_history(history)
        assert 4000 < plot.lines[0].every.xData[-1] < 4010
        hover(qtbot, plot, 4800.0, 5.0)
        assert plot.readout.text() == "epoch 4,010 · cost 4.000"
        qtbot.keyClick(plot.canvas, Qt.Key.Key_Plus)
        plot.show_history(history)
        assert plot.lines[0].every.xData[-1] == 4010


class TestCurvePlot:
    def test_the_empty_state_says_what_to_do(self, qtbot: QtBot, samples: Samples) -> None:
        plot = shown(qtbot, CurvePlot())
        assert plot.empty_text == "Choose a curve under Data to see its points here."
        plot.show_samples(samples)
        assert plot.empty_text == ""

    def test_fit_is_solid_inside_and_dashed_beyond(self, qtbot: QtBot, samples: Samples) -> None:
        plot = shown(qtbot, CurvePlot())
        plot.show_samples(samples, np.arange(0, 200, 5))
        positions = curve_positions(samples)
        plot.show_fit(positions, np.sin(positions))
        plot.grab()
        x, inside = plot.fit_item.getData()
        _, outside = plot.outside_item.getData()
        assert np.isnan(inside[np.abs(x) > 3]).all()
        assert np.isfinite(outside[np.abs(x) > 3]).all()
        assert np.isnan(outside[np.abs(x) < 2.9]).all()
        assert plot.key.accessibleName() == "observed, validation, truth, network, earlier"

    @BOTH
    def test_points_are_clearly_seen_where_they_are_few(self, qtbot: QtBot, colours: Theme) -> None:
        set_theme("dark" if colours.dark else "light")
        plot = shown(qtbot, CurvePlot())
        strengths = []
        for others in (59, 1499):
            row = [(x, 0.0) for x in np.linspace(0, 2, others)]
            plot.show_samples(points(part("dataset", "points", points=encode_points([(1.0, 1.0), *row]))))
            strengths.append(strength(plot, 1.0, 1.0))
        assert strengths[0] >= 3
        assert strengths[1] < 2.2

    def test_a_fit_never_moves_the_range(self, qtbot: QtBot, samples: Samples) -> None:
        plot = shown(qtbot, CurvePlot())
        plot.show_samples(samples)
        before = view_range(plot)
        positions = curve_positions(samples)
        for prediction in (1e30 * positions, np.full_like(positions, np.nan), 1e-30 * positions):
            plot.show_fit(positions, prediction)
            plot.grab()
        assert view_range(plot) == before
        low, high = samples.targets.min(), samples.targets.max()
        margin = 0.3 * (high - low)
        assert np.allclose(before[1], [low - margin, high + margin])

    def test_earlier_selves_use_the_same_few_lines(self, qtbot: QtBot, samples: Samples) -> None:
        plot = shown(qtbot, CurvePlot())
        plot.show_samples(samples)
        items = len(plot.canvas.getPlotItem().items)
        selves = [np.full(481, float(value), np.float32) for value in range(20)]
        plot.show_earlier_fits(selves)
        plot.show_earlier_fits(selves[:3])
        assert len(plot.canvas.getPlotItem().items) == items
        drawn = [item.getData()[1] for item in plot.earlier_items]
        lengths = [0 if values is None else len(values) for values in drawn]
        assert lengths == [0] * (MOST_EARLIER_FITS - 3) + [481] * 3
        assert drawn[-1][0] == drawn[-2][0] + 1

    def test_everything_is_drawn_after_panning(self, qtbot: QtBot, samples: Samples) -> None:
        def look(*moves: float) -> NDArray[np.int_]:
            plot = shown(qtbot, CurvePlot())
            plot.show_samples(samples)
            plot.show_earlier_fits([np.full(481, 0.1 * value, np.float32) for value in range(5)])
            view = plot.canvas.getPlotItem().getViewBox()
            plot.zoomed = True
            view.setRange(xRange=(-1, 1), yRange=(-1, 1), padding=0)
            for pixels in moves:
                plot.grab()
                view.translateBy(x=pixels * 2 / view.width(), y=pixels * 2 / view.height())
            return canvas_pixels(plot)

        assert np.abs(look(-30, -30, -40) - look(-100)).max() < 10

    @pytest.mark.parametrize(
        "change",
        [
            lambda _: set_theme("dark"),
            lambda plot: plot.show_earlier_fits([np.full(481, 0.5, np.float32)]),
            lambda plot: plot.clear_fit(),
            lambda plot: plot.show_held_out(np.arange(0, 200, 2)),
            lambda plot: plot.show_samples(samples_of(part("dataset", "sine", observations=30))),
            lambda plot: plot.show_samples(None),
        ],
        ids=["theme", "selves", "no fit", "held out", "samples", "empty"],
    )
    def test_no_cached_picture_survives_a_change(
        self, qtbot: QtBot, samples: Samples, change: Callable[[CurvePlot], None]
    ) -> None:
        def filled_plot() -> CurvePlot:
            plot = CurvePlot()
            plot.show_samples(samples)
            plot.show_earlier_fits([np.full(481, 0.1 * value, np.float32) for value in range(5)])
            return plot

        kept = shown(qtbot, filled_plot())
        before = canvas_pixels(kept)
        change(kept)
        fresh = filled_plot()
        change(fresh)
        after = canvas_pixels(shown(qtbot, fresh))
        assert np.abs(canvas_pixels(kept) - after).max() < 10 < np.abs(before - after).max()

    def test_points_match_the_resolution_of_another_screen(self, qtbot: QtBot, samples: Samples) -> None:
        plot = shown(qtbot, CurvePlot())
        plot.show_samples(samples)
        plot.held_out.fragmentAtlas.setDevicePixelRatio(2.0)
        plot.show_held_out(np.arange(0, 200, 2))
        plot.grab()
        assert plot.held_out.fragmentAtlas.devicePixelRatio() == plot.devicePixelRatioF()

    def test_the_last_of_many_mouse_moves_is_read(self, qtbot: QtBot, samples: Samples) -> None:
        plot = shown(qtbot, CurvePlot())
        plot.show_samples(samples)
        told: list[QPointF | None] = []
        plot.canvas.mouse_moved.connect(lambda: told.append(plot.canvas.under_mouse()))
        middle = plot.canvas.viewport().rect().center()
        for x in range(50):
            qtbot.mouseMove(plot.canvas.viewport(), middle + QPoint(x, 0))
        last = plot.canvas.under_mouse()
        assert last is not None
        wait_for_timers(qtbot, plot.canvas)
        assert len(told) < 25
        assert told[-1] == last
        assert plot.readout.text() == plot.readout_at(last)[0]
        QApplication.sendEvent(plot.canvas, QEvent(QEvent.Type.Leave))
        assert told[-1] is None
        assert plot.readout.text() == ""

    def test_a_drag_moves_what_is_seen(self, qtbot: QtBot, samples: Samples) -> None:
        plot = shown(qtbot, CurvePlot())
        plot.show_samples(samples)
        (low, high), _ = view_range(plot)
        view, mouse = plot.canvas.viewport(), Qt.MouseButton.LeftButton
        middle, by = view.rect().center(), QPoint(60, 0)
        qtbot.mousePress(view, mouse, pos=middle)
        qtbot.mouseMove(view, middle + by / 2)
        qtbot.mouseMove(view, middle + by)
        qtbot.mouseRelease(view, mouse, pos=middle + by)
        moved = by.x() * (high - low) / plot.canvas.getPlotItem().getViewBox().width()
        assert np.allclose(view_range(plot)[0], [low - moved, high - moved])

    def test_the_cursor_reads_values(self, qtbot: QtBot, samples: Samples) -> None:
        plot = shown(qtbot, CurvePlot())
        plot.show_samples(samples)
        positions = curve_positions(samples)
        plot.show_fit(positions, np.full_like(positions, 0.25))
        hover(qtbot, plot, 1.0, 0.0)
        assert plot.readout.text().startswith("x ")
        assert "network 0.25" in plot.readout.text()
        assert "truth 0.8" in plot.readout.text()

    def test_the_truth_extends_beyond_the_points_and_follows_the_view(
        self, qtbot: QtBot, samples: Samples
    ) -> None:
        plot = shown(qtbot, CurvePlot())
        plot.show_samples(samples)
        x, y = plot.truth_outside_item.getData()
        beyond = np.isfinite(y)
        assert (x[beyond].min(), x[beyond].max()) == (-4, 4)
        assert np.abs(x[beyond]).min() >= 3
        np.testing.assert_allclose(y[beyond], np.sin(x[beyond]))
        qtbot.keyClick(plot.canvas, Qt.Key.Key_Minus)
        x, y = plot.truth_outside_item.getData()
        assert x.max() > 4.5
        np.testing.assert_allclose(y[-1], np.sin(x[-1]))
        hover(qtbot, plot, 4.5, 0.0)
        assert "truth −0.9" in plot.readout.text()

    def test_no_truth_is_drawn_if_none_is_known(self, qtbot: QtBot, samples: Samples) -> None:
        plot = shown(qtbot, CurvePlot())
        plot.show_samples(samples)
        plot.show_samples(points(part("dataset", "points", points=encode_points([(0.0, 0.0), (1.0, 1.0)]))))
        assert not len(plot.truth_outside_item.getData()[0])

    def test_the_value_under_a_resting_cursor_follows_what_is_drawn(
        self, qtbot: QtBot, samples: Samples
    ) -> None:
        plot = shown(qtbot, CurvePlot())
        plot.show_samples(samples)
        positions = curve_positions(samples)
        plot.show_fit(positions, np.full_like(positions, 0.25))
        hover(qtbot, plot, 1.0, 0.0)
        plot.show_fit(positions, np.full_like(positions, 0.5))
        assert "network 0.50" in plot.readout.text()
        far = [(100.0, 0.0), (200.0, 1.0)]
        plot.show_samples(points(part("dataset", "points", points=encode_points(far))))
        assert plot.readout.text().startswith("x 16")
        assert "truth" not in plot.readout.text()
        assert "network" not in plot.readout.text()


class TestPaintingView:
    target = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)

    def painted(self, by: float) -> NDArray[np.float32]:
        return self.target.astype(np.float32) + np.float32(by)

    def test_empty_panes_say_what_to_do(self, qtbot: QtBot) -> None:
        view = shown(qtbot, PaintingView())
        view.grab()
        assert view.target.empty_text == "Choose a picture under Data."
        view.show_target(self.target)
        assert view.target.empty_text == ""
        assert view.painting.empty_text == "The network will paint here."

    def test_the_pictures_have_the_right_pixels(self, qtbot: QtBot) -> None:
        view = shown(qtbot, PaintingView())
        view.show_target(self.target)
        view.show_painting(self.painted(-20.0), 22.1)
        for row, column in ((0, 0), (2, 5), (3, 1)):
            assert _rgb(view.target.image.pixelColor(column, row)) == self.target[row, column].tolist()
            expected = np.maximum(self.target[row, column].astype(int) - 20, 0).tolist()
            assert _rgb(view.painting.image.pixelColor(column, row)) == expected
            assert (
                view.error.image.pixelColor(column, row).rgb()
                == sign_colours(LIGHT, ERROR_REACH)[ERROR_REACH - 20]
            )
        assert view.head.score.text() == "PSNR 22.10 dB"

    def test_error_is_orange_below_and_blue_above(self, qtbot: QtBot) -> None:
        view = shown(qtbot, PaintingView())
        view.show_target(self.target)
        for error, colour in ((-500.0, LIGHT.orange), (0.0, LIGHT.neutral), (500.0, LIGHT.blue)):
            view.show_painting(self.painted(error), None)
            assert view.error.image.pixelColor(1, 1) == QColor(colour)
        set_theme("dark")
        assert view.error.image.pixelColor(1, 1) == QColor(DARK.blue)

    def test_the_error_is_amplified_by_a_key_and_its_scale_says_so(self, qtbot: QtBot) -> None:
        view = shown(qtbot, PaintingView())
        view.show_target(self.target)
        view.show_painting(self.painted(-2.0), 42.1)
        view.stage.make_large(view.error)
        for reach, words in ((128, "×1"), (32, "×4"), (8, "×16"), (8, "auto"), (128, "×1")):
            assert view.head.amplifier.text() == f"Error {words}"
            assert view.head.scale.accessibleName() == f"Colours of the error, −{reach} to +{reach}"
            colour = sign_colours(LIGHT, ERROR_REACH)[ERROR_REACH - 2 * ERROR_REACH // reach]
            assert view.error.image.pixelColor(1, 1).rgb() == colour
            qtbot.keyClick(view.error, Qt.Key.Key_A)
        for error, reach in ((0.0, 1), (3.0, 16), (1e30, 128)):
            assert error_reach(self.painted(error), self.target) == reach

    def test_a_diverged_painting_is_drawn(self, qtbot: QtBot) -> None:
        view = shown(qtbot, PaintingView())
        view.show_target(self.target)
        painting = self.painted(0.0)
        painting[0, 0], painting[1, 1] = np.nan, np.inf
        view.show_painting(painting, float("nan"))
        view.grab()
        assert _rgb(view.painting.image.pixelColor(0, 0)) == [0, 0, 0]
        assert view.head.score.text() == ""

    def test_pixels_are_crisp_and_fill_the_frame(self, qtbot: QtBot) -> None:
        view = shown(qtbot, PaintingView())
        view.show_target(np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8))
        view.stage.make_large(view.target)
        picture, frame = view.target.grab().toImage(), view.target.frame().toRect()
        inside = range(frame.left() + 2, frame.right() - 2)
        colours = {picture.pixelColor(x, frame.top() + 5).name() for x in inside}
        assert colours == {"#ff0000", "#0000ff"}

    def test_all_three_zoom_and_move_as_one(self, qtbot: QtBot) -> None:
        view = shown(qtbot, PaintingView())
        view.show_target(self.target)
        view.show_painting(self.painted(3.0), 20.0)
        qtbot.keyClick(view.painting, Qt.Key.Key_Plus, delay=0)
        assert view.view.zoom > 1
        middle, cells = QPointF(view.painting.rect().center()), set()
        for pane in view.panes():
            view.stage.make_large(pane)
            cells.add(pane.cell(middle))
        assert len(cells) == 1
        double_click(view.error)
        assert view.view.zoom == 1
        assert view.error.cell(view.error.frame().topLeft()) == (0, 0)

    def test_the_cursor_reads_colours(self, qtbot: QtBot) -> None:
        view = shown(qtbot, PaintingView())
        view.show_target(self.target)
        view.show_painting(self.painted(2.0), 20.0)
        corner = view.error.frame().topLeft().toPoint()
        qtbot.mouseMove(view.error, corner + QPoint(3, 3))
        qtbot.mouseMove(view.error, corner + QPoint(2, 2))
        assert view.readout.text() == "row 0, column 0  ·  target 0 1 2  ·  painted 2 3 4  ·  error +2 +2 +2"
        view.show_painting(self.painted(-0.3), 60.0)
        assert view.readout.text().endswith("  ·  painted 0 1 2  ·  error 0 0 0")

    def test_errors_of_colours_do_not_cancel_in_the_readout(self) -> None:
        text = pixel_text(0, 0, False, None, np.array([79, 10, 20]), np.array([77, 11, 21]))
        assert text.endswith("target 79 10 20  ·  painted 77 11 21  ·  error −2 +1 +1")

    def test_the_value_under_a_resting_cursor_follows_the_training(self, qtbot: QtBot) -> None:
        view = shown(qtbot, PaintingView())
        view.show_target(self.target)
        view.show_painting(self.painted(2.0), 20.0)
        corner = view.error.frame().topLeft().toPoint()
        qtbot.mouseMove(view.error, corner + QPoint(3, 3))
        qtbot.mouseMove(view.error, corner + QPoint(2, 2))
        view.show_painting(self.painted(1.0), 30.0)
        assert view.readout.text() == "row 0, column 0  ·  target 0 1 2  ·  painted 1 2 3  ·  error +1 +1 +1"
        view.show_hidden(np.ones((4, 6), bool))
        assert "  ·  hidden  ·  " in view.readout.text()
        view.show_hidden(None)
        assert "hidden" not in view.readout.text()
        view.clear_painting()
        assert view.readout.text() == "row 0, column 0  ·  target 0 1 2"
        view.show_hidden(np.ones((1, 1), bool))
        view.target.hovered.emit(0, 0)
        view.show_target(self.target + np.uint8(1))
        assert view.readout.text() == "row 0, column 0  ·  target 1 2 3"
        view.error.left.emit()
        view.show_painting(self.painted(2.0), 20.0)
        assert view.readout.text() == ""

    def test_scores_that_do_not_fit_leave_out_the_later_one(self, qtbot: QtBot) -> None:
        view = shown(qtbot, PaintingView())
        view.show_target(self.target)
        view.show_painting(self.painted(0.0), 20.0)
        view.resize(540, 300)
        view.show_scores(Scores(20.0, None, 0.5, None), 20.0)
        assert view.head.score.text() == "20.00 dB"
        view.resize(700, 300)
        assert view.head.score.text() == "PSNR 20.00 dB · SSIM 0.50"
        view.resize(540, 300)
        assert view.head.score.text() == "20.00 dB"
        assert "0.500" in view.head.score.toolTip()

    @pytest.mark.parametrize("scored", [None, 6.1])
    def test_scores_are_those_of_the_painting_that_is_shown(self, qtbot: QtBot, scored: float | None) -> None:
        view = shown(qtbot, PaintingView())
        view.show_target(self.target)
        view.show_painting(self.painted(-60.0), scored)
        view.show_scores(Scores(6.1, 4.2, 0.03, 0.01), scored)
        assert view.head.score.text() == "PSNR 6.1 dB seen · 4.2 hidden"
        view.show_painting(self.painted(0.0), 38.2)
        assert view.head.score.text() == "PSNR 38.20 dB seen"
        assert "0.010" not in view.head.score.toolTip()
        view.show_scores(Scores(37.9, 30.1, 0.9, 0.8), 37.9)
        assert view.head.score.text() == "PSNR 37.9 dB seen · 30.1 hidden"

    def test_copies_have_the_pictures_own_pixels(self, qtbot: QtBot) -> None:
        view = shown(qtbot, PaintingView())
        view.show_target(self.target)
        view.show_painting(self.painted(0.0), 20.0)
        view.copy_picture()
        copied = QGuiApplication.clipboard().image()
        assert (copied.width(), copied.height()) == (6, 4)
        assert _rgb(copied.pixelColor(5, 3)) == self.target[3, 5].tolist()
        view.copy_all()
        assert QGuiApplication.clipboard().image().width() == 3 * 6 + 2 * 4


def test_every_part_is_named_and_explained(qtbot: QtBot) -> None:
    cost, output = shown(qtbot, CostPlot()), shown(qtbot, OutputView())
    panes = (output.painting.target, output.painting.painting, output.painting.error)
    for widget in (cost, cost.switch, cost.canvas, output, output.curve.canvas, output.painting, *panes):
        assert widget.accessibleName(), widget
    for widget in (cost.switch, cost.canvas, output.curve.canvas, *panes):
        assert widget.toolTip(), widget
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, widget


def test_the_output_shows_what_is_learned(qtbot: QtBot) -> None:
    output = shown(qtbot, OutputView())
    output.show_kind(True)
    assert output.is_painting
    assert output.painting.isVisible()
    output.show_kind(False)
    assert output.curve.isVisible()


def test_a_long_readout_never_widens_a_plot(qtbot: QtBot) -> None:
    plot = shown(qtbot, CostPlot())
    plot.say("a very long name of a run " * 20)
    process_events(qtbot)
    assert plot.width() == 600
    assert plot.readout.text().endswith("…")


def test_a_key_names_as_many_entries_as_fit(qtbot: QtBot) -> None:
    key = shown(qtbot, Key())
    key.show_entries(
        KeyEntry("truth", "truth"), KeyEntry("left " * 30, "series"), KeyEntry("right " * 30, "series_two")
    )
    first, left, right = key.shown_texts()
    assert first == "truth"
    assert left.startswith("left left")
    assert right.startswith("right right")
    assert left.endswith("…")
    assert right.endswith("…")
    key.resize(140, 20)
    assert [text[:5] for text in key.shown_texts()] == ["truth", "left ", "right"]
    assert key.heightForWidth(140) == 2 * key.heightForWidth(600)
    key.resize(75, 40)
    assert [text[:5] for text in key.shown_texts()] == ["truth", "left "]
    key.show_entries(KeyEntry("x", "series"))
    key.resize(40, 20)
    assert key.shown_texts() == ["x"]


def test_the_cost_s_key_has_the_validation_at_every_width(qtbot: QtBot) -> None:
    plot = shown(qtbot, CostPlot())
    history = History()
    for epoch in range(1, 4):
        history.add(EpochEnded(epoch, epoch, float(epoch), 1.0, 2.0, 0.1, psnr=9.0))
    plot.show_history(history)
    plot.offer_psnr(True)
    for width in (600, 300, 200, plot.minimumSizeHint().width()):
        plot.resize(width, 300)
        process_events(qtbot)
        names = plot.key.shown_texts()
        assert [name[:5] for name in names] == ["train", "valid"], width
        assert plot.key.height() >= plot.key.heightForWidth(plot.key.width())


def test_errors_of_a_curve_are_shown_as_far_as_they_fit(qtbot: QtBot) -> None:
    output = shown(qtbot, OutputView())
    output.resize(700, 300)
    output.show_kind(False)
    output.errors.show_errors(CurveScores(0.93456, 0.2612, 1.02), 0.0405)
    assert output.errors.text() == "R² 0.9346 · RMS 0.261 · largest error 1.02 · 0.0405 to the truth"
    assert "noise" in output.errors.toolTip()
    output.resize(240, 300)
    QApplication.processEvents()
    assert output.errors.text() == "R² 0.9346 · RMS 0.261"
    output.errors.show_errors(CurveScores(0.99999, 0.1, 0.2), unit="°C")
    assert output.errors.accessibleName() == "R² 0.9999 · RMS 0.1 °C · largest error 0.2 °C"
    output.errors.show_errors(CurveScores(None, 0.2612, 1.02))
    assert output.errors.text() == "RMS 0.261 · largest error 1.02"
    for nothing in (None, CurveScores(float("nan"), float("nan"), float("nan"))):
        output.errors.show_errors(CurveScores(1.0, 1.0, 1.0))
        output.errors.show_errors(nothing)
        assert output.errors.text() == ""


def test_residuals_are_a_strip_below_the_curve(qtbot: QtBot, samples: Samples) -> None:
    output = shown(qtbot, OutputView())
    output.resize(700, 500)
    output.show_kind(False)
    output.curve.show_samples(samples)
    strip = output.residuals
    strip.show_residuals(samples, samples.targets[:, 0] - 0.5)
    assert not strip.isVisible()
    strip.switch.click()
    assert strip.isVisible()
    x, drawn = strip.marks.getData()
    assert np.array_equal(x, samples.inputs[:, 0])
    assert np.allclose(drawn, 0.5)
    QApplication.processEvents()
    views = [canvas.getPlotItem().getViewBox() for canvas in (output.curve.canvas, strip)]
    assert views[0].viewRange()[0] == pytest.approx(views[1].viewRange()[0], abs=1e-3)
    assert strip.axis("left").label.toPlainText().strip() == "Residual"
    strip.show_residuals(replace(samples, columns=(X, Column("y", "level [m]"))), None)
    assert not len(strip.marks.getData()[0])
    assert strip.axis("left").label.toPlainText().strip() == "Residual [m]"
    strip.switch.click()
    assert strip.isHidden()


def test_the_switch_of_residuals_stands_before_other_buttons(qtbot: QtBot) -> None:
    output = shown(qtbot, OutputView())
    other = QPushButton()
    output.curve.header.addWidget(other)  # a project opens with its points before its residuals
    switch = output.residuals.switch
    process_events(qtbot)
    assert output.curve.header.indexOf(switch) == 1
    assert output.curve.header.indexOf(other) == 2


def test_titles_that_are_longer_than_their_axes_keep_the_unit_and_the_tip_has_the_whole(
    qtbot: QtBot, samples: Samples
) -> None:
    plot = shown(qtbot, CurvePlot())
    names = [f"{what} of the water two metres below the surface of the lake" for what in ("Time", "Heat")]
    columns = Column("x", f"{names[0]} [min]"), Column("y", f"{names[1]} [°C]")
    plot.show_samples(replace(samples, columns=columns))
    axis = plot.canvas.axis("left")
    for height in (260, 500, 220):
        plot.resize(480, height)
        process_events(qtbot)
        said = axis.label.toPlainText().strip()
        assert said.startswith("Heat")
        assert said.endswith("[°C]")
        assert axis.label.boundingRect().width() <= axis.size().height()
    assert names[1] in axis.toolTip()
    assert names[0] in plot._below.toolTip()
    assert plot._below.text().endswith("… [min]")


def test_dates_of_y_are_drawn_beside_their_axis(qtbot: QtBot, samples: Samples) -> None:
    dated = replace(samples, columns=(X, Column("y", "end", counts_of("days since 2024-02-20"))))
    output = shown(qtbot, OutputView())
    output.show_kind(False)
    output.curve.show_samples(dated)
    output.residuals.show_residuals(dated, dated.targets[:, 0])
    axis = output.curve.canvas.axis("left")
    title, space = axis.label.boundingRect().height(), axis.style["tickTextOffset"][0]
    texts = QFontMetricsF(axis.style["tickFont"]).horizontalAdvance("2024-02-26 06:30")
    assert axis.minimumWidth() >= title + texts + space
    assert output.residuals.axis("left").minimumWidth() == axis.minimumWidth()
    set_theme("dark")
    assert axis.minimumWidth() >= title + texts + space
    output.curve.show_samples(samples)
    assert axis.minimumWidth() < texts


def test_plots_apply_a_new_theme(qtbot: QtBot, samples: Samples) -> None:
    cost, curve = shown(qtbot, CostPlot()), shown(qtbot, CurvePlot())
    cost.show_history(history_of([3.0, 2.0]))
    curve.show_samples(samples)
    set_theme("dark")
    for plot in (cost, curve):
        corner = plot.canvas.grab().toImage().pixelColor(5, 5)
        assert corner == QColor(DARK.plot_background)
    assert cost.lines[0].every.opts["pen"].color() == QColor(DARK.series)
    assert curve.fit_item.opts["pen"].color() == QColor(DARK.series)


def test_copying_a_plot_puts_its_picture_on_the_clipboard(qtbot: QtBot) -> None:
    plot = shown(qtbot, CostPlot())
    plot.show_history(history_of([3.0, 2.0, 1.0]))
    menu = plot.menu()
    titles = ["Copy picture of plot", "Reset zoom", "Summary in words"]
    titles += ["Logarithmic epochs", "Choose axes automatically", "Smooth line"]
    assert [action.text() for action in menu.actions()] == titles
    menu.actions()[0].trigger()
    picture = QGuiApplication.clipboard().image()
    assert picture.width() == plot.canvas.width()
    drawn = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(0, 120, 2)}
    assert LIGHT.series in drawn


@pytest.mark.parametrize(
    ("value", "text"),
    [(61.32, "61.3"), (0.0005, "0.0005"), (0.0, "0"), (12345.6, "12,346"), (2.5e-7, "2.5e−7"), (-3.0, "−3")],
)
def test_figures_are_short(value: float, text: str) -> None:
    assert figure(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(3.1e-7, "+3.1e−7"), (-0.25, "−0.25"), (999.7, "+1,000"), (0.0, "0"), (2e7, "+2e7")]
)
def test_figures_with_a_sign_are_written_as_on_the_axes(value: float, text: str) -> None:
    assert signed(value) == text


@pytest.mark.parametrize(
    ("logarithmic", "ticks", "texts"),
    [
        (True, [2e-4, 1e-4, 5e-5], ["2e−4", "1e−4", "5e−5"]),
        (True, [0.01, 0.001, 0.0005], ["0.01", "0.001", "0.0005"]),
        (False, [0.0, 5e-5, 1e-4, 1.5e-4], ["0", "5e−5", "1e−4", "1.5e−4"]),
        (False, [-4e-4, 0.0, 4e-4], ["−0.0004", "0", "0.0004"]),
        (False, [0.0, 0.5, 1.0], ["0", "0.5", "1.0"]),
        (False, [1.095e-6, 1.09e-6, 1.085e-6], ["1.095e−6", "1.09e−6", "1.085e−6"]),
        (False, [1e9, 1e9 + 0.2, 1e9 + 0.4], ["1e9", "+0.2", "+0.4"]),
        (False, [-1e9 - 1, -1e9, -1e9 + 1], ["−1", "−1e9", "+1"]),
        (False, [250_000.8, 250_000.9, 250_001.0], ["−0.2", "−0.1", "250,001"]),
        (False, [1.7e9, 1.8e9, 1.9e9], ["1.7e9", "1.8e9", "1.9e9"]),
        (False, [12345678.4, 12345678.6, 12345678.8], ["−0.4", "−0.2", "≈1.23457e7"]),
        (True, [1.0, 1e10, 1e20, 1e30], ["1e0", "1e10", "1e20", "1e30"]),
        (True, [2e9 + 2000, 2e9 + 1000, 2e9], ["+2,000", "+1,000", "2e9"]),
    ],
)
def test_the_ticks_of_an_axis_are_written_alike(
    qtbot: QtBot, logarithmic: bool, ticks: list[float], texts: list[str]
) -> None:
    axis = Axis("left")
    axis.logarithmic = logarithmic
    values = np.log10(ticks).tolist() if logarithmic else ticks
    assert axis.tickStrings(values, 1.0, abs(ticks[1] - ticks[0])) == texts


def test_ranges_end_at_round_numbers() -> None:
    assert [nice_ceiling(value) for value in (1.0, 1.1, 61.0, 220.0, 0.0, 9e-5)] == pytest.approx(
        [1.0, 1.25, 80.0, 250.0, 1.0, 1e-4]
    )


def test_logarithmic_ticks_are_decades_or_finer() -> None:
    (_, wide), *_ = log_ticks(0.0, 5.0)
    assert wide == [0, 1, 2, 3, 4, 5]
    (_, near), *_ = log_ticks(1.5, 2.5)
    assert np.round(np.power(10, near)).tolist() == [50, 100, 200]
    (_, close), *_ = log_ticks(1.6, 1.7)
    assert 3 <= len(close) <= 8


@pytest.mark.parametrize("height", [90, 130, 200, 400])
@pytest.mark.parametrize("lowest", [0.5, 0.1, 0.02, 0.0005, 1e-9])
def test_numbers_of_a_low_cost_plot_stand_apart(qtbot: QtBot, height: int, lowest: float) -> None:
    plot = shown(qtbot, CostPlot())
    plot.resize(260, height + 60)
    plot.show_history(history_of([1.2, lowest]))
    if not plot.logarithmic:
        plot.log_axis.trigger()
    process_events(qtbot)
    numbers = sorted(
        (rect.center().y(), rect.height()) for rect, *_ in drawn_numbers(plot.canvas.axis("left"))
    )
    assert numbers
    assert all(below - above >= high for (above, high), (below, _) in pairwise(numbers))


def test_the_title_of_an_axis_stays_in_its_middle(qtbot: QtBot) -> None:
    plot = shown(qtbot, CostPlot())
    plot.resize(260, 200)
    plot.show_history(history_of([1.2, 0.5]))
    axis = plot.canvas.axis("left")
    for _ in range(2):
        plot.log_axis.trigger()
        process_events(qtbot)
        title = axis.label.mapRectToParent(axis.label.boundingRect())
        assert axis.size().height() / 2 == pytest.approx(title.center().y(), abs=1)
        assert title.height() <= axis.size().height()


def _rgb(colour: QColor) -> list[int]:
    return [colour.red(), colour.green(), colour.blue()]


def test_a_sign_beside_the_curve_s_name_moves_nothing(qtbot: QtBot, light: None) -> None:
    sign = QLabel("Step 72")
    sign.setProperty("badge", True)
    output = shown(qtbot, OutputView(lambda: sign))
    output.show_kind(is_painting=False)
    places = []
    for visible in (False, True):
        sign.setVisible(visible)
        process_events(qtbot)
        places.append(output.curve.pos())
    assert places[0] == places[1]


def test_a_resize_is_painted_once(qtbot: QtBot, samples: Samples) -> None:
    plot = shown(qtbot, CurvePlot())
    plot.show_samples(samples)
    process_events(qtbot)
    paints = Paints()
    plot.canvas.viewport().installEventFilter(paints)
    plot.resize(500, 300)
    process_events(qtbot)
    assert paints.count == 1


class Paints(QObject):
    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_only_dense_curves_are_drawn_without_antialiasing(qtbot: QtBot, samples: Samples) -> None:
    plot = shown(qtbot, CurvePlot())
    plot.show_samples(samples)
    x = curve_positions(samples)
    calm = np.sin(x)
    dense = np.where(np.arange(len(x)) % 2, 1.0, -1.0)
    plot.show_earlier_fits([calm, dense])
    assert [item.is_dense() for item in plot.earlier_items[-2:]] == [False, True]
    plot.grab()
    assert [item.opts["antialias"] for item in plot.earlier_items[-2:]] == [True, False]
    far = x.ravel()[:5]
    plot.zoomed = True
    plot.canvas.getPlotItem().getViewBox().setRange(xRange=(far[0], far[-1]), padding=0)
    assert not plot.earlier_items[-1].is_dense()  # with few oscillations in view, antialiasing is visible
    plot.show_earlier_fits([np.full(len(x), np.nan)])
    assert not plot.earlier_items[-1].is_dense()


def test_only_the_last_of_many_dense_earlier_curves_are_drawn(qtbot: QtBot, samples: Samples) -> None:
    plot = shown(qtbot, CurvePlot())
    plot.show_samples(samples)
    x = curve_positions(samples)
    calm = [np.sin(x + phase) for phase in range(MOST_EARLIER_FITS)]
    dense = [np.where(np.arange(len(x)) % 2, 1.0, -1.0) * (1 + age / 10) for age in range(MOST_EARLIER_FITS)]

    def looks_the_same_with_another_in(selves: list[NDArray[np.float64]], place: int) -> bool:
        plot.show_earlier_fits(selves)
        before = plot.canvas.grab().toImage()
        plot.show_earlier_fits([*selves[:place], 0.5 * selves[place], *selves[place + 1 :]])
        return before == plot.canvas.grab().toImage()

    assert looks_the_same_with_another_in(dense, 0)
    assert not looks_the_same_with_another_in(dense, MOST_EARLIER_FITS - 1)
    assert not looks_the_same_with_another_in(calm, 0)


def test_a_busy_curve_is_drawn_in_parts_if_their_joints_are_invisible(qtbot: QtBot) -> None:
    plot = shown(qtbot, Plot())
    line = FastCurve(plot.canvas.getPlotItem().getViewBox())
    plot.canvas.addItem(line)
    x = np.linspace(0, 1, 481)

    def mode(periods: int, pen: QPen) -> str:
        line.setData(x, np.sin(2 * np.pi * periods * x))
        line.setPen(pen)
        plot.grab()
        return str(line.opts["segmentedLineMode"])

    wide, faint = pg.mkPen("red", width=2), pg.mkPen((255, 0, 0, 100), width=2)
    dashed = pg.mkPen("red", width=2, style=Qt.PenStyle.DashLine)
    assert [mode(1, wide), mode(11, wide), mode(100, wide)] == ["off", "on", "on"]
    assert [mode(11, faint), mode(11, dashed)] == ["off", "off"]
    # Dashes too fine to be seen are left out, and joints of faint parts cannot be seen.
    assert [mode(100, faint), mode(100, dashed)] == ["on", "on"]


def test_a_dense_curve_is_drawn_without_dashes(qtbot: QtBot) -> None:
    plot = shown(qtbot, Plot())
    line = FastCurve(plot.canvas.getPlotItem().getViewBox())
    plot.canvas.addItem(line)
    dashed, solid = pg.mkPen("red", style=Qt.PenStyle.DashLine), pg.mkPen("red")
    x = np.linspace(0, 1, 481)

    def looks_the_same_without_dashes(y: NDArray[np.float64]) -> bool:
        line.setData(x, y)
        line.setPen(dashed)
        with_dashes = plot.grab().toImage()
        line.setPen(solid)
        return with_dashes == plot.grab().toImage()

    assert not looks_the_same_without_dashes(x)
    # Indistinguishable dashes took a second to draw.
    assert looks_the_same_without_dashes(np.where(np.arange(len(x)) % 2, 1.0, -1.0))
    assert not looks_the_same_without_dashes(x)
