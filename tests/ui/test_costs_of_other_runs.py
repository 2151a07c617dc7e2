"""Costs of other runs behind the current one's, in the cost plot of the studio."""

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.runs.events import EpochEnded
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import record_of
from cadl_desktop.ui.plots.cost_curves import OtherRun
from cadl_desktop.ui.plots.cost_plot import CostPlot
from cadl_desktop.ui.theme.theme import RUN_COLOUR_COUNT, run_colour, theme
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import epochs, small_painting
from tests.settling import process_events, until
from tests.ui.test_plots import history_of, hover, shown, view_range


def other(number: int, costs: list[float]) -> OtherRun:
    return OtherRun(number, np.arange(1.0, len(costs) + 1), np.array(costs))


def drawn(plot: CostPlot, number: int, *, chosen: bool = False) -> NDArray[np.float64]:
    """The epochs at which the line of a run's colour is drawn."""
    found = plot.others.items[number % RUN_COLOUR_COUNT + RUN_COLOUR_COUNT * chosen].xData
    return np.empty(0) if found is None else found


class TestOthersInTheCostPlot:
    def test_nothing_is_drawn_behind_an_empty_plot(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_others([other(1, [3.0, 2.0])], [])
        assert not len(drawn(plot, 1))
        plot.show_history(history_of([4.0]))
        assert len(drawn(plot, 1)) == 3
        assert plot.key.accessibleName() == "training, other runs"
        plot.show_history(History())
        assert not len(drawn(plot, 1))

    def test_a_run_that_was_stopped_before_its_first_epoch_draws_nothing(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0]))
        plot.show_others([other(1, [3.0, 2.0]), other(2, [])], [])
        assert (len(drawn(plot, 1)), len(drawn(plot, 2))) == (3, 0)

    def test_the_range_covers_them_but_for_one_that_went_wrong(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0] * 25 + [3.0] * 25))
        plot.show_others([other(1, [5.0] * 80)], [])
        assert np.allclose(view_range(plot), [[0, 80], [0, 6]])
        plot.show_others([other(1, [5.0] * 40 + [1e9] * 40), other(2, [12.0] * 80)], [])
        assert np.allclose(view_range(plot), [[0, 80], [0, 12.5]])
        plot.show_others([other(1, [1e9] * 80)], [])
        assert np.allclose(view_range(plot), [[0, 80], [0, 5]])
        plot.show_others([], [])
        assert np.allclose(view_range(plot), [[0, 50], [0, 5]])

    def test_longer_and_lower_runs_are_cut_off(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([400.0, 100.0, 4.0, 3.0]))
        plot.show_others([other(1, [5.0, *[1e-9] * 5000])], [1])
        assert plot.logarithmic
        (left, right), (bottom, top) = view_range(plot)
        assert (left, right, top) == (0, 8, 3)
        assert -0.5 <= bottom < np.log10(3.0)

    def test_the_range_is_that_of_the_runs_that_are_chosen(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0] * 25 + [3.0] * 25))
        runs = [other(1, [5.0] * 80), other(2, [4.5] * 10)]
        plot.show_others(runs, [2])
        assert np.allclose(view_range(plot), [[0, 50], [0, 5]])
        hover(qtbot, plot, 2.0, 2.0)
        plot.show_others(runs, [2, 1])
        assert np.allclose(view_range(plot), [[0, 50], [0, 5]])  # somebody looks at it
        QApplication.sendEvent(plot.canvas, QEvent(QEvent.Type.Leave))
        assert np.allclose(view_range(plot), [[0, 80], [0, 6]])

    def test_a_run_that_ended_before_its_first_epoch_has_no_curve(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0, 3.0]))
        plot.show_others([other(1, []), other(2, [5.0, 4.0])], [])
        assert drawn(plot, 2)[:2].tolist() == [1.0, 2.0]
        plot.show_others([other(1, [])], [1])
        assert not len(drawn(plot, 1, chosen=True))

    def test_a_logarithmic_axis_takes_them_along(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0, 3.0]))
        plot.show_others([other(1, [100.0, 10.0, 0.0])], [1])
        plot.log_axis.trigger()
        plot.grab()
        costs = plot.others.items[RUN_COLOUR_COUNT + 1].yData
        assert costs[:2].tolist() == [2.0, 1.0]
        assert np.isnan(costs[2])
        assert np.isfinite(view_range(plot)).all()

    def test_long_runs_are_drawn_with_few_points(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0, 3.0]))
        plot.show_others([other(1, [3.0] * 512)], [])
        assert len(drawn(plot, 1)) <= 161

    def test_news_of_the_current_run_does_not_draw_them_again(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        history = history_of([4.0, 3.0])
        plot.show_history(history)
        plot.show_others([other(1, [3.0] * 50)], [])
        before = drawn(plot, 1)
        history.add(EpochEnded(3, 30, 0.3, 2.0, None, 0.01))
        plot.show_history(history)
        assert drawn(plot, 1) is before

    def test_the_cursor_reads_the_chosen_one(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0, 3.0, 2.0]))
        plot.show_others([other(7, [9.0, 8.0, 7.0])], [7])
        assert plot.readout_at(QPointF(2.1, 1.0))[0] == "epoch 2 · cost 3.000 · run 7: 8.000"


def test_runs_of_other_data_or_of_another_cost_are_not_overlaid(qtbot: QtBot, window: MainWindow) -> None:
    def listed(seed: int) -> None:
        window.document.edit("seed", replace(epochs(small_painting(), 2), seed=seed))
        window.session.train()
        until(qtbot, lambda: window.session.result.finished is not None)
        process_events(qtbot)

    listed(1)
    listed(2)
    others, experiment = window.features.views.cost.others, window.document.experiment
    assert [run.number for run in others.runs] == [1]
    own = window.features.views.cost.lines[0].every.opts["pen"]
    assert own.color().name() == run_colour(theme(), 2)  # as on the page, whichever run is shown
    for other_one in (
        replace(experiment, cost="l2"),
        replace(experiment, data=experiment.data.has(longest=10)),
    ):
        window.document.edit("other", other_one)
        process_events(qtbot)
        assert others.runs == ()
        window.document.edit("back", experiment)
        process_events(qtbot)
        assert [run.number for run in others.runs] == [1]
    plot = window.features.views.cost
    plot.show_psnr.trigger()
    assert window.frame.docks["cost"].windowTitle() == "PSNR"
    window.document.edit("cost", replace(experiment, cost="l2"))
    process_events(qtbot)
    assert [run.number for run in others.runs] == [1]  # PSNR is the same of any cost
    window.document.edit("curve", preset("lecture-tanh"))
    assert (plot.show_psnr.isChecked(), plot.show_psnr.isEnabled(), plot.measure) == (False, False, "cost")
    assert window.frame.docks["cost"].windowTitle() == "Cost"


def test_the_newest_runs_are_overlaid_or_those_that_are_chosen(qtbot: QtBot, window: MainWindow) -> None:
    window.document.edit("small", small_painting())
    history = history_of([4.0, 3.0])
    for number in range(1, 16):
        window.session.runs.put(record_of(number, window.document.experiment, history, None))
    others, chosen = window.features.views.cost.others, window.features.comparing.pane.selection
    for numbers, wanted in (
        ((), range(4, 16)),
        ((2,), (2, *range(4, 16))),
        ((1, 7), (1, 7)),
        ((), range(4, 16)),
    ):
        chosen.select(*numbers)
        process_events(qtbot)
        assert [run.number for run in others.runs] == list(wanted)
