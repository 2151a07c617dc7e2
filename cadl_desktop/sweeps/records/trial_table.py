"""`trials.csv`: one row per trial, for other programs."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from cadl_desktop.data.scores import finite
from cadl_desktop.sentences import readable
from cadl_desktop.sweeps.plan.spelling import spelled
from cadl_desktop.sweeps.plan.sweep_model import Measure, Sweep
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, TrialStatus

_FINAL = {measure: f"final_{measure}" for measure in (*get_args(Measure), "seen_ssim", "rms")}
"""Measure -> its column; the prefix tells it from settings, as the cost is a setting, too."""
RESULT = (
    "value",
    *_FINAL.values(),
    "epochs",
    "steps",
    "seconds",
    "processor_seconds",
    "machine",
    "reason",
    "message",
)
"""Columns of a trial that has ended."""


def table_of(sweep: Sweep, status: SweepStatus) -> bytes:
    """All started trials in the order of their numbers, as CSV (RFC 4180) in UTF-8.

    Settings are named by their paths. Unfinished trials have only number, seed and settings; unknown and
    non-finite values are empty.
    """
    columns = ["trial", "seed", *(each.path for each in sweep.varied), *RESULT]
    return csv_of_rows(columns, (_row(trial) for _, trial in sorted(status.trials.items())))


def csv_of_rows(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """Writes a table; cells without a column are left out, and those that a row lacks are empty."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, columns, extrasaction="ignore")
    table.writeheader()
    table.writerows(rows)
    return readable(text.getvalue()).encode()


def _row(trial: TrialStatus) -> dict[str, object]:
    point = {path: spelled(value) for path, value in trial.point}
    begun = {"trial": trial.number, "seed": trial.trial.seed, **point}
    ended = trial.ended
    if ended is None:
        return begun
    return begun | result_cells(ended, ended.reason)


def result_cells(ended: Any, reason: str) -> dict[str, object]:
    """Returns the cells of a `TrialEnded`, or of anything with its attributes."""
    measures = {column: finite(ended.measures.get(measure)) for measure, column in _FINAL.items()}
    return {
        **measures,
        "value": finite(ended.value),
        "epochs": ended.epoch,
        "steps": ended.step,
        "seconds": ended.seconds,
        "processor_seconds": finite(ended.processor_seconds),
        "machine": ended.machine,
        "reason": reason,
        "message": ended.message,
    }
