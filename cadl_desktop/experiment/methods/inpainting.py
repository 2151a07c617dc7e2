"""How hidden pixels are filled in: by grids that have no hidden layer between them and the colours, and that
coherence alone holds together where nothing is seen."""

from typing import Any

from cadl_desktop.experiment.methods.facts import Facts
from cadl_desktop.experiment.methods.painting import grid_of
from cadl_desktop.experiment.methods.runs import run_of

_SIDE = 64
"""Pixels along each side of the presets' pictures."""
_BATCH, _MOST_BATCH = 512, 4096
_STEPS = 800
"""Of a small picture; within 1 dB of the end after some 100."""


def inpainting(facts: Facts) -> dict[str, Any]:
    """Whatever is hidden: holes in an otherwise seen picture, or all but a few pixels chosen by chance."""
    times = max(1.0, facts.longest / _SIDE)
    batch = max(1, min(round(_BATCH * times), _MOST_BATCH, facts.learned))
    epochs = _STEPS * times / facts.steps_of_an_epoch(batch)
    return {**grid_of(facts), "batch_size": batch, **run_of(facts, epochs, batch)}
