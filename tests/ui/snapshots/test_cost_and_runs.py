"""Snapshots of the cost plot and the list of runs."""

from dataclasses import replace as with_changes

import numpy as np
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import RunRecord, Thumbnail, record_of
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.session.comparing.run_comparison import RunComparison
from cadl_desktop.session.session import Session
from cadl_desktop.ui.comparing.table.runs_pane import RunsPane
from cadl_desktop.ui.plots.cost_curves import OtherRun
from cadl_desktop.ui.plots.cost_plot import CostPlot
from tests.ui.driving import show
from tests.ui.snapshots.snapshots import Snapshots


def falling(number: int, rows: int, last: float) -> History:
    """History of `rows` noisy costs that fall from 300 to `last`."""
    epochs = np.arange(1.0, rows + 1)
    noise = np.random.default_rng(number).uniform(0.9, 1.1, rows)
    costs = (last + (300 - last) / epochs**1.5) * noise
    columns = [epochs, 50 * epochs, epochs / 50, costs, np.full(rows, np.nan), np.full(rows, 0.001)]
    return History.from_rows(np.column_stack(columns), [])


def test_the_cost_among_other_runs(qtbot: QtBot, snapshots: Snapshots) -> None:
    plot = CostPlot()
    qtbot.addWidget(plot)
    histories = {1: falling(1, 150, 40.0), 2: falling(2, 300, 25.0)}
    others = [OtherRun(it, had.column("epoch"), had.column("cost")) for it, had in histories.items()]
    plot.resize(320, 260)
    plot.show_history(falling(3, 400, 20.0))
    plot.show_others(others, [2])
    assert not snapshots.difference(plot, "cost", (320, 260))


def test_the_list_of_runs(qtbot: QtBot, session: Session, snapshots: Snapshots) -> None:
    rows, columns = np.mgrid[0:32, 0:48]
    picture = np.stack([8 * rows, 5 * columns, 255 - 5 * columns], axis=-1).astype(np.uint8)
    curve = np.sin(np.linspace(-3, 3, 64)).astype(np.float32)
    painting = preset("lecture-painting")

    def run(number: int, rate: float, thumbnail: Thumbnail) -> RunRecord:
        experiment = replace(painting, optimizer=painting.optimizer.has(rate=rate))
        made = record_of(number, experiment, falling(number, 100, 20.0), None, psnr=21.5, seconds=4.0)
        return with_changes(made, thumbnail=thumbnail)

    noted = with_changes(run(2, 0.005, curve), note="the best so far, and a long word at its end")
    diverged = with_changes(run(3, 1000.0, picture), diverged=True)
    for made in (run(1, 0.001, picture), noted, diverged):
        session.runs.put(made)
    session.runs.set_current(1)
    pane = RunsPane(RunComparison(session), Selection(), session)
    pane.resize(320, 300)
    show(qtbot, pane)
    pane.selection.select(2)
    assert not snapshots.difference(pane, "runs", (320, 300))
