"""A child that shows a sweep of 1,000 trials over twelve settings, sorts it, searches it and brushes it."""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from cadl_desktop.session.background import Background
from cadl_desktop.session.sweeps.chosen_trial import SweepSelection
from cadl_desktop.sweeps.records.sweep_log import LogReader, LogWriter
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.ui.sweeps.axes.view import ParallelCoordinates
from cadl_desktop.ui.sweeps.importance import ImportanceView
from cadl_desktop.ui.sweeps.table.columns import VALUE
from cadl_desktop.ui.sweeps.table.view import TrialsTable
from cadl_desktop.ui.theme.theme_switch import set_theme
from tests.benchmarks.showing import Heart, let_pass
from tests.sweeps.sweep_folders import TWELVE, a_folder, a_sweep, records_of

COUNT = 1000
SIZE = (1400, 800)
SETTLE_MS = 300
PATIENCE_TURNS = 100


def sweep_views() -> dict[str, float]:
    """Milliseconds from each act until everything it brings about has been painted."""
    app = QApplication.instance() or QApplication([])
    app.setApplicationName("cadl_desktop")
    set_theme("light")
    with tempfile.TemporaryDirectory() as place:
        return _measured(Path(place))


def _measured(place: Path) -> dict[str, float]:
    sweep = a_sweep(TWELVE, COUNT + 2)
    folder = a_folder(place / "sweep", sweep, COUNT)
    reader, selection, background = LogReader(folder.log), SweepSelection(), Background()
    standings = [SweepStatus().with_news(reader.news())]
    for number in (COUNT + 1, COUNT + 2):
        writer = LogWriter(folder.log)
        for record in records_of(sweep, number):
            writer.add(record)
        writer.close()
        standings.append(standings[-1].with_news(reader.news()))
    table, axes = TrialsTable(selection, background), ParallelCoordinates(selection)
    found: dict[str, float] = {}
    shown: list[tuple[str, TrialsTable | ParallelCoordinates]] = [("show table", table), ("show axes", axes)]
    for name, view in shown:
        _show(view)
        found[name] = _milliseconds(partial(view.show_sweep, sweep, standings[0], folder))
        selection.select(COUNT // 2)
        view.hide()
    acts: list[tuple[str, QWidget, Callable[[], object]]] = [
        ("sort", table, lambda: table.sorting.chosen.emit(str(VALUE))),
        ("find", table, lambda: table.search.setText("cost<0.001")),
        ("words", table, lambda: table.search.setText("fourier")),
        ("clear", table, table.search.clear),
        ("select in table", table, lambda: selection.select(7)),
        ("add to table", table, lambda: table.show_sweep(sweep, standings[1], folder)),
        ("brush", axes, lambda: axes.canvas.brush(0, (0.4, 0.9))),
        ("brush on", axes, lambda: axes.canvas.brush(0, (0.3, 0.9))),
        ("select on axes", axes, lambda: selection.select(9)),
        ("add to axes", axes, lambda: axes.show_sweep(sweep, standings[2], folder)),
    ]
    for name, widget, act in acts:
        widget.show()
        let_pass(SETTLE_MS)
        found[name] = _milliseconds(act)
        widget.hide()
    importance = ImportanceView(selection, background)
    importance.show_sweep(sweep, standings[2], folder)
    found["importance"] = _longest_gap(importance)
    background.close()
    return found


def _show(view: QWidget) -> None:
    view.resize(*SIZE)
    view.show()
    let_pass(SETTLE_MS)


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    # What follows in turns of its own is part of it, and so is the painting of all that has changed.
    for _ in range(4):
        QApplication.processEvents()
    took = 1000 * (time.perf_counter() - began)
    let_pass(SETTLE_MS)
    return took


def _longest_gap(view: ImportanceView) -> float:
    heart = Heart()
    heart.phase("asked")
    _show(view)
    turns = 0
    while not view.bars.count():
        let_pass(SETTLE_MS)
        turns += 1
        if turns == PATIENCE_TURNS:
            raise TimeoutError("no importances were found")
    return heart.gaps()["asked"]["longest"]
