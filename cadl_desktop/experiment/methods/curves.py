"""How curves are fitted."""

from typing import Any

from cadl_desktop.experiment.methods.facts import Facts
from cadl_desktop.experiment.methods.runs import run_of

_MOST_BATCH, _STEPS = 128, 2500


def own_curve(facts: Facts) -> dict[str, Any]:
    """Points of any shape: as many steps for few as for many."""
    batch = min(_MOST_BATCH, facts.learned)
    epochs = _STEPS / facts.steps_of_an_epoch(batch)
    return {"batch_size": batch, **run_of(facts, epochs, batch)}
