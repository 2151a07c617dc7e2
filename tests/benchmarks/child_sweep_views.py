"""A child that shows 1,000 trials over twelve settings in every view, sorts, searches and brushes them."""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication, QWidget

from cadl_desktop.comparing.sweep_trainings import SweepReader
from cadl_desktop.comparing.training import TrainingSet
from cadl_desktop.session.background import Background
from cadl_desktop.session.comparing.comparison import Comparison, Selection
from cadl_desktop.sweeps.records.sweep_folder import Preview
from cadl_desktop.sweeps.records.sweep_log import LogReader, LogWriter
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.ui.comparing.coordinates.view import CoordinatesView
from cadl_desktop.ui.comparing.importance import ImportanceView
from cadl_desktop.ui.comparing.pictures.view import PicturesView
from cadl_desktop.ui.comparing.plots.courses import CoursesView
from cadl_desktop.ui.comparing.plots.setting import SettingView
from cadl_desktop.ui.comparing.spread.view import SpreadView
from cadl_desktop.ui.comparing.table.view import TrainingsTable
from cadl_desktop.ui.comparing.view import ComparisonView
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


def _sets(place: Path) -> list[TrainingSet]:
    """The trainings, and again with one more each time."""
    sweep = a_sweep(TWELVE, COUNT + 2)
    folder = a_folder(place / "sweep", sweep, COUNT)
    reader, rows = SweepReader(sweep, "sweep"), LogReader(folder.log)
    random = np.random.default_rng(1)
    previews: dict[int, Preview] = {
        number: random.integers(0, 255, (64, 64, 3)).astype(np.uint8) for number in range(1, COUNT + 3)
    }
    standing = SweepStatus().with_news(rows.news())
    found = [reader.read(standing, previews, {})]
    for number in (COUNT + 1, COUNT + 2):
        writer = LogWriter(folder.log)
        for record in records_of(sweep, number):
            writer.add(record)
        writer.close()
        standing = standing.with_news(rows.news())
        found.append(reader.read(standing, previews, {}))
    return found


def _measured(place: Path) -> dict[str, float]:
    first, second, _ = _sets(place)
    background, selection = Background(), Selection()
    table = TrainingsTable(selection, Comparison(TrainingSet("sweep", "sweep")), background)
    coordinates = CoordinatesView(selection)
    views: dict[str, ComparisonView | TrainingsTable] = {
        "table": table,
        "pictures": PicturesView(selection),
        "costs": CoursesView(selection),
        "setting": SettingView(selection),
        "coordinates": coordinates,
        "spread": SpreadView(selection, background),
    }
    found: dict[str, float] = {}
    for name, view in views.items():
        _show(view)
        found[f"show {name}"] = _milliseconds(partial(_show_set, view, first))
        view.hide()
    acts: list[tuple[str, QWidget, Callable[[], object]]] = [
        ("sort", table, lambda: table.sorting.chosen.emit("cost")),
        ("find", table, lambda: table.search.setText("cost<0.001")),
        ("words", table, lambda: table.search.setText("fourier")),
        ("clear", table, table.search.clear),
        ("brush", coordinates, lambda: coordinates.brush(0, (0.4, 0.9))),
        ("brush on", coordinates, lambda: coordinates.brush(0, (0.3, 0.9))),
    ]
    for number, (name, view) in enumerate(views.items(), 7):
        acts.append((f"select in {name}", view, partial(selection.select, number)))
    for name, view in views.items():
        acts.append((f"add to {name}", view, partial(_show_set, view, second)))
    for name, widget, act in acts:
        widget.show()
        let_pass(SETTLE_MS)
        found[name] = _milliseconds(act)
        widget.hide()
    importance = ImportanceView(selection, background)
    importance.show_trainings(first, None)
    found["importance"] = _longest_gap(importance)
    background.close()
    return found


def _show_set(view: TrainingsTable | ComparisonView, trainings: TrainingSet) -> None:
    if isinstance(view, TrainingsTable):
        view.show_trainings(trainings)
    else:
        view.show_trainings(trainings, None)


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
    while not view.bars.topLevelItemCount():
        let_pass(SETTLE_MS)
        turns += 1
        if turns == PATIENCE_TURNS:
            raise TimeoutError("no importances were found")
    return heart.gaps()["asked"]["longest"]
