"""`trials.csv`: one row per trial, for other programs."""

import csv
import io
from typing import get_args

from cadl_desktop.data.scores import finite
from cadl_desktop.sentences import readable
from cadl_desktop.sweeps.plan.spelling import spelled
from cadl_desktop.sweeps.plan.sweep_model import Measure, Sweep
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, TrialStatus

_FINAL = {measure: f"final_{measure}" for measure in get_args(Measure)}
"""Measure -> its column; the prefix tells it from settings, as the cost is a setting, too."""
_ENDED = ("epochs", "steps", "seconds", "machine", "reason", "message")


def table_of(sweep: Sweep, status: SweepStatus) -> bytes:
    """All started trials in the order of their numbers, as CSV (RFC 4180) in UTF-8.

    Settings are named by their paths. Unfinished trials have only number, seed and settings; unknown and
    non-finite values are empty.
    """
    text = io.StringIO(newline="")
    settings = [each.path for each in sweep.varied]
    table = csv.DictWriter(text, ["trial", "seed", *settings, "value", *_FINAL.values(), *_ENDED])
    table.writeheader()
    table.writerows(_row(trial) for _, trial in sorted(status.trials.items()))
    return readable(text.getvalue()).encode()


def _row(trial: TrialStatus) -> dict[str, object]:
    point = {path: spelled(value) for path, value in trial.point}
    begun = {"trial": trial.number, "seed": trial.trial.seed, **point}
    ended = trial.ended
    if ended is None:
        return begun
    measures = {column: finite(ended.measures.get(measure)) for measure, column in _FINAL.items()}
    return {
        **begun,
        "value": finite(ended.value),
        **measures,
        "epochs": ended.epoch,
        "steps": ended.step,
        "seconds": ended.seconds,
        "machine": ended.machine,
        "reason": ended.reason,
        "message": ended.message,
    }
