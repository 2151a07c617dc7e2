"""How pictures are painted."""

from math import log2
from typing import Any

from cadl_desktop.experiment.methods.facts import Facts
from cadl_desktop.experiment.methods.runs import run_of

_SIDE = 64
"""Pixels along each side of the presets' pictures: what is said of them is said of others in proportion."""
_COARSEST = 8
"""Knots of the coarsest grid along each side; each is about twice as fine as the one before it."""
_DENSE, _MOST_ENTRIES = 2048, 2**21
"""Up to so many knots along each side every one has an entry of its own; those of finer grids share so many,
and with them the network stays below the most weights that are possible."""


def own_painting(facts: Facts) -> dict[str, Any]:
    """Any picture."""
    return sharp_painting(facts)


def sharp_painting(facts: Facts) -> dict[str, Any]:
    """The finest grid has a knot on every pixel. Batches grow as the sides do, the rate falls within fewer
    epochs, and the penalty of each weight shrinks as the weights grow in number."""
    finest = max(facts.longest, _COARSEST)
    times = finest / _SIDE
    batch = max(16, round(1024 * times))
    return {
        "encoding.levels": 1 + round(log2(finest / _COARSEST)),
        "encoding.table": finest**2 if finest <= _DENSE else _MOST_ENTRIES,
        "encoding.finest": finest,
        "batch_size": batch,
        "l2": _rounded(5e-6 / times**2),
        **run_of(facts, 1500 / times**2, batch),
    }


def siren_painting(facts: Facts) -> dict[str, Any]:
    return run_of(facts, _epochs_like(600, facts), 256)


def fourier_painting(facts: Facts) -> dict[str, Any]:
    return run_of(facts, _epochs_like(500, facts), 64)


def _epochs_like(epochs: int, facts: Facts) -> float:
    """As many as make the steps that a preset's picture gets in so many epochs."""
    return epochs * _SIDE**2 / max(facts.points, 1)


def _rounded(value: float) -> float:
    """To three digits, as forms show it."""
    return float(f"{value:.3g}")
