"""How hidden pixels are filled in."""

from typing import Any

from cadl_desktop.experiment.methods.facts import Facts
from cadl_desktop.experiment.methods.runs import run_of

_BATCH = 64
"""The presets' batch size."""


def inpainting(facts: Facts) -> dict[str, Any]:
    """Holes in an otherwise seen picture."""
    return run_of(facts, 100 * 4096 / max(facts.points, 1), _BATCH)


def sparse_inpainting(facts: Facts) -> dict[str, Any]:
    """A few pixels, chosen by chance, of which each epoch has the fewer steps."""
    return run_of(facts, 66.7 * 4096 / max(facts.points * facts.kept, 1), _BATCH)
