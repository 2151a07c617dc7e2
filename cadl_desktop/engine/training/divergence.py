"""When a cost has grown so far that nothing is learned any more, and the sentence that says so."""

import math

import numpy as np

from cadl_desktop.engine.device import tf
from cadl_desktop.engine.samples import Prepared
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import RunState
from cadl_desktop.sentences import Sentence

EXPLODED = 1e6
"""Times what the simplest answer costs. At rates that were far too large, runs at 1e5 times that still came
back; those of the lecture's painting that passed this were at 1e27."""
_MOST_LOOKED_AT = 4096


class Divergence:
    """Watches the costs of one run. `step` is where it diverged, None as long as it hasn't; `begun` is the
    cost before the first step of a new run, where it was measured and is of the same kind."""

    def __init__(self, experiment: Experiment, prepared: Prepared, state: RunState | None = None) -> None:
        self.step: int | None = None
        self._cost = math.nan
        self._prepared = prepared
        # A file may hold such a memory: squares of large slopes are beyond float32, and Adam goes on with
        # them, but not with everything that is no number.
        is_broken = state is not None and not np.isfinite(state.slots).all()
        self._broken_from = state.step if state is not None and is_broken else None
        self.begun: float | None = None
        self.follow(experiment)

    def follow(self, experiment: Experiment) -> None:
        """Goes by the cost of this experiment from now on."""
        self.begun = None
        self._bound = EXPLODED * _cost_of_the_mean(experiment, self._prepared)

    def begin(self, cost: float, step: int) -> None:
        """Tells of the cost that training begins with, at this step."""
        if math.isfinite(cost):
            self.begun = cost if step == 0 else None
            self._bound = max(self._bound, EXPLODED * cost) if self._bound else 0.0

    def happens(self, step: int, cost: float) -> bool:
        """Whether the run has diverged with this cost at this step, of the whole training set or, where it is
        no number, of a batch."""
        if math.isfinite(cost) and (not self._bound or cost <= self._bound):
            return False
        self.step, self._cost = step, cost
        return True

    def message(self, step: int) -> str:
        """One plain sentence for a person; `step` is where the weights stand now."""
        if step == self._broken_from:
            return (
                f"Diverged: the optimizer's memory that training went on with at step {step:,} "
                "holds what is no finite number. The weights are unchanged; Reset begins anew."
            )
        if math.isfinite(self._cost):
            return Sentence(
                "Diverged: the cost had grown to {cost:.2g} at step {diverged_at:,}; the weights are those "
                "of step {step:,}. Try a smaller learning rate.",
                cost=self._cost,
                diverged_at=self.step,
                step=step,
            )
        return (
            f"Diverged: the cost stopped being a number at step {self.step:,}; the weights are "
            f"those of step {step:,}. Try a smaller learning rate."
        )


def _cost_of_the_mean(experiment: Experiment, prepared: Prepared) -> float:
    """What it costs to answer with the mean of the targets everywhere; 0 where they are all the same."""
    rows = prepared.training
    few = rows[np.linspace(0, len(rows) - 1, min(len(rows), _MOST_LOOKED_AT)).astype(np.int64)]
    targets = np.asarray(prepared.targets_of(few), np.float32)
    mean = np.broadcast_to(targets.mean(0, dtype=np.float64).astype(np.float32), targets.shape)
    costs = entry("cost", experiment.cost).load()(tf.constant(mean), tf.constant(targets))
    return float(np.mean(costs.numpy(), dtype=np.float64))
