"""How curves are fitted."""

from typing import Any

from cadl_desktop.experiment.methods.facts import Facts


def own_curve(facts: Facts) -> dict[str, Any]:
    """Points of any shape, few or many."""
    batch = min(256, max(1, facts.learned))
    return {
        "batch_size": batch,
        "stop.epochs": (epochs := max(1, round(6000 / facts.steps_of_an_epoch(batch)))),
        "schedule.epochs": facts.stop.epochs or epochs,
    }
