"""Rule by which a script keeps the weights of its best epoch, and ends by patience."""

from dataclasses import dataclass

import numpy as np

from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.history import COLUMNS

_EPOCH, _COST, _VALIDATION = (COLUMNS.index(name) for name in ("epoch", "cost", "validation_cost"))


@dataclass(frozen=True)
class BestRule:
    """Patience in measured epochs, None without; and whether the best weights are the result."""

    patience: int | None
    keeps_weights: bool

    @property
    def beginning(self) -> str:
        """Line before the loop."""
        return (
            "lowest, waited, best = np.inf, 0, None" if self.keeps_weights else "lowest, waited = np.inf, 0"
        )

    @property
    def ending(self) -> list[str]:
        """Lines after the loop."""
        return ["epoch, weights = best  # those of the best epoch"] if self.keeps_weights else []

    def measured(self, cost: str) -> list[str]:
        """Lines at the end of a measured epoch; `cost` is the code of the cost that decides."""
        best = ["    best = epoch, weights"] if self.keeps_weights else []
        ends = [f"if waited == {self.patience}:", "    break"] if self.patience else []
        return [
            f"decides = {cost}",
            "waited += 1",
            "if decides < lowest:",
            "    lowest, waited = decides, 0",
            *best,
            *ends,
        ]


def best_rule(trained: Trained) -> BestRule | None:
    """Rule that leads a script to the run's own end and best epoch. None where the run has none, or the rule
    applied from its start gives others: it was set on the way, or the run went on after its end."""
    stop, end = trained.experiment.stop, trained.state.latest
    if end.best is None:
        return None
    rows = trained.history.rows
    rows = rows[rows[:, _EPOCH] > 0]
    validation = rows[:, _VALIDATION]
    costs = validation if np.isfinite(validation).any() else rows[:, _COST]
    if not len(rows) or rows[np.argmin(costs), _EPOCH] != end.best.epoch:
        return None
    best = np.minimum.accumulate(costs)
    since = np.arange(len(rows)) - np.searchsorted(-best, -best)  # measured epochs since the best so far
    over = rows[since >= stop.patience, _EPOCH] if stop.patience else rows[:0, _EPOCH]
    if len(over) and over[0] != end.epoch:
        return None
    return BestRule(stop.patience, trained.state.newest is not None)
