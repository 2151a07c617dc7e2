"""Edits that a running training takes over as it goes."""

from collections.abc import Sequence

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.check import Problem
from cadl_desktop.experiment.freezing import frozen_columns
from cadl_desktop.session.worker.training_request import Run


def change_live(run: Run, before: Experiment, after: Experiment, problems: Sequence[Problem]) -> None:
    """Tells a run what has changed, but for what is wrong with the experiment as it is `after`."""
    if after.optimizer != before.optimizer and after.optimizer["rate"] > 0:
        run.set_rate(after.optimizer["rate"])
    wrong = {problem.field.partition(".")[0] for problem in problems}
    # Layers are no live setting: what is wrong with them is that they have no room with this batch.
    if after.batch_size != before.batch_size and not wrong & {"batch_size", "layers"}:
        run.set_batch_size(after.batch_size)
    if after.stop != before.stop:
        run.set_stop(after.stop)
    if after.cost != before.cost and "cost" not in wrong:
        run.set_cost(after.cost)
    if (after.l1, after.l2) != (before.l1, before.l2) and not wrong & {"l1", "l2"}:
        run.set_regularisation(after.l1, after.l2)
    if after.smoothness != before.smoothness and "smoothness" not in wrong:
        run.set_smoothness(after.smoothness)
    if after.bending != before.bending and "bending" not in wrong:
        run.set_bending(after.bending)
    if after.schedule != before.schedule and "schedule" not in wrong:
        run.set_schedule(after.schedule)
    if (frozen := frozen_columns(after)) != frozen_columns(before):
        run.set_frozen(frozen)
