"""How hidden pixels are filled in."""

from typing import Any

from cadl_desktop.experiment.methods.facts import Facts
from cadl_desktop.experiment.methods.schedules import over_the_run


def inpainting(facts: Facts) -> dict[str, Any]:
    """Holes in an otherwise seen picture."""
    return over_the_run(facts, 100 * 4096 / max(facts.points, 1))


def sparse_inpainting(facts: Facts) -> dict[str, Any]:
    """A few pixels, chosen by chance, of which each epoch has the fewer steps."""
    return over_the_run(facts, 66.7 * 4096 / max(facts.points * facts.kept, 1))
