"""How long a run lasts and how often it is measured; the rates of all methods fall over the run."""

from typing import Any

from cadl_desktop.experiment.methods.facts import Facts

_STEPS_BETWEEN = 200
"""Of two measurements of the whole set: where an epoch has a few steps, measuring each takes a third of the
time."""


def run_of(facts: Facts, epochs: float, batch_size: int) -> dict[str, Any]:
    """About so many epochs of such batches, the whole set measured every few hundred steps, of whatever
    batches somebody has typed."""
    every = max(1, round(_STEPS_BETWEEN / facts.steps_of_an_epoch(facts.typed_batch or batch_size)))
    return {"stop.epochs": max(1, round(epochs)), "measure_every": every}
