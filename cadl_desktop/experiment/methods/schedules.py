"""How the learning rate falls, which all methods share."""

from typing import Any

from cadl_desktop.experiment.methods.facts import Facts


def over_the_run(facts: Facts, epochs: float) -> dict[str, Any]:
    """The rate is at its floor when the run ends, which takes so many epochs where nobody says otherwise."""
    usual = max(1, round(epochs))
    return {"stop.epochs": usual, "schedule.epochs": facts.stop.epochs or usual}
