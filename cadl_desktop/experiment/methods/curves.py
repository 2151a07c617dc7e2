"""How curves are fitted."""

from typing import Any

from cadl_desktop.experiment.methods.facts import Facts
from cadl_desktop.experiment.methods.runs import run_of

_MOST_BATCH, _STEPS = 128, 2500
_SHRINKING, _MOST_L2 = 0.2, 0.01
"""The weight of L2 beside the sum of all errors, and the most of it beside their mean."""


def own_curve(facts: Facts) -> dict[str, Any]:
    """Points of any shape: as many steps for few as for many. Few are not followed into their noise; of
    points without any, what L2 costs can hardly be seen."""
    batch = min(_MOST_BATCH, facts.learned)
    epochs = _STEPS / facts.steps_of_an_epoch(batch)
    l2 = min(_MOST_L2, float(f"{_SHRINKING / facts.learned:.1g}"))
    return {"batch_size": batch, "l2": l2, **run_of(facts, epochs, batch)}
