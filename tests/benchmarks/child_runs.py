"""A child whose window lists 200 runs, which are sorted, searched and chosen."""

import time
from collections.abc import Callable

import numpy as np
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.history import COLUMNS
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.ui.settings.settings_table import STUDIO
from tests.benchmarks.showing import let_pass, open_window, wait_for_tensorflow
from tests.benchmarks.workloads import workload

COUNT = 200
ROWS = 512
SETTLE_MS = 500


def runs() -> dict[str, float]:
    """Milliseconds from each act until everything it brings about has been painted."""
    STUDIO.set("all")  # Simple has no list of runs
    window = open_window("lecture")
    wait_for_tensorflow(window)
    let_pass(SETTLE_MS)
    experiment = workload("lecture")
    for number in range(1, COUNT + 1):
        window.session.runs.put(_record(number, experiment))
    window.session.runs.set_current(COUNT)
    window.session.show_run(window.session.runs.record(COUNT))
    let_pass(SETTLE_MS)
    window.features.views.draw()
    pane, newest = window.features.comparing.pane, _record(COUNT + 1, experiment)
    acts: dict[str, Callable[[], object]] = {
        "sort": lambda: pane.table.sorting.chosen.emit("cost"),
        "find": lambda: pane.table.search.setText("2"),
        "clear": pane.table.search.clear,
        "choose": lambda: pane.selection.select(7),
        "add": lambda: window.session.runs.put(newest),
        "choose all": pane.table.grid.selectAll,
    }
    assert pane.isVisible(), "what isn't shown takes no time"
    answer = {name: _milliseconds(act) for name, act in acts.items()}
    window.session.close()
    return answer


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    # What follows in turns of its own is part of it, and so is the painting of all that has changed.
    for _ in range(4):
        QApplication.processEvents()
    took = 1000 * (time.perf_counter() - began)
    let_pass(SETTLE_MS)
    return took


def _record(number: int, experiment: Experiment) -> RunRecord:
    """A run as a sweep over rate, seed and width leaves it."""
    noise = np.random.default_rng(number)
    epochs = np.arange(1.0, ROWS + 1)
    costs = 200 / epochs**0.3 * noise.uniform(0.9, 1.1, ROWS) * (1 + number % 7)
    known = {
        **{
            "epoch": epochs,
            "step": 81 * epochs,
            "seconds": epochs / 60,
            "learning_rate": np.full(ROWS, 0.001),
        },
        **{"cost": costs, "validation_cost": 1.1 * costs, "psnr": 30 - np.log(costs)},
    }
    rows = np.column_stack([known.get(name, np.full(ROWS, np.nan)) for name in COLUMNS])
    optimizer = experiment.optimizer.has(rate=float(f"{10 ** noise.uniform(-4, -1):.2g}"))
    layers = tuple(layer.has(units=(16, 32, 64)[number % 3]) for layer in experiment.layers)
    return RunRecord(
        number=number,
        experiment=replace(experiment, seed=number, optimizer=optimizer, layers=layers),
        rows=rows,
        cost=float(costs[-1]),
        psnr=20.0 + number % 5,
        seconds=float(epochs[-1] / 60),
        thumbnail=noise.integers(0, 256, (64, 64, 3), np.uint8),
    )
