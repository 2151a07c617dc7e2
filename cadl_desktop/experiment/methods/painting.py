"""How pictures are painted."""

from math import log2, sqrt
from typing import Any

from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.methods.facts import Facts
from cadl_desktop.experiment.methods.runs import run_of
from cadl_desktop.experiment.part import Part

_SIDE = 64
"""Pixels along each side of the presets' pictures: what is said of them is said of others in proportion."""
_SMOOTH = 2**16
"""Pixels up to which knots are blended cubically: smooth between pixels, at a third of the speed. A larger
picture has more detail than time, and is seldom looked at between its pixels."""
_OWN_ENTRIES, _SHARED_ENTRIES = 2**21, 2**19
"""Up to so many pixels every knot has an entry of its own; those of finer grids share so many, and twelve
megapixels train within a gigabyte."""
_COHERENCE = 3e-4
"""What holds hidden pixels together; ten times the presets' for inpainting, as a hidden layer bends more."""
_SAMPLES = 20e6
"""How many pixels a run looks at: some 20 s on two cores."""
_MOST_EPOCHS = 3600
"""Of an own picture: a small one whose pixels are all seen is exact by then, and a rate that is still high
throws it out again."""


def own_painting(facts: Facts) -> dict[str, Any]:
    """Any picture: sharp on its pixels and, up to 256 along each side, smooth between them."""
    smooth = facts.points <= _SMOOTH
    batch = _batch(facts, 1024 if smooth else 4096 if facts.points <= 2**20 else 16384)
    epochs = max(4, _SAMPLES / facts.learned)
    return {
        **grid_of(facts),
        "encoding.features": 3 if facts.points <= 2**14 else 2,
        "encoding.interpolation": "cubic" if smooth else "linear",
        "layers": (_hidden_layer(32 if smooth else 16),),
        "coherence": _COHERENCE if facts.hidden else 0.0,
        "batch_size": batch,
        **run_of(facts, epochs if facts.hidden else min(epochs, _MOST_EPOCHS), batch),
    }


def sharp_painting(facts: Facts) -> dict[str, Any]:
    """The same with one layer of 48 and knots blended linearly, however small the picture. A pixel that isn't
    learned leaves its knot untouched, so that held-out ones are held together, too."""
    batch = _batch(facts, 1024 * max(facts.longest, _SIDE) // _SIDE)
    return {
        **grid_of(facts),
        "coherence": _COHERENCE if facts.hidden or facts.validation else 0.0,
        "batch_size": batch,
        **run_of(facts, max(4, _SAMPLES / facts.learned), batch),
    }


def grid_of(facts: Facts) -> dict[str, Any]:
    """The finest grid has a knot on every pixel, and each one before it half as many along each side."""
    finest = max(2, facts.longest)
    coarsest = min(8 if facts.longest <= 128 else 16, finest)
    return {
        "encoding.levels": 1 + round(log2(finest / coarsest)),
        "encoding.table": max(16, facts.points) if facts.points <= _OWN_ENTRIES else _SHARED_ENTRIES,
        "encoding.coarsest": coarsest,
        "encoding.finest": finest,
        "encoding.aspect": facts.height / facts.width,
    }


def _hidden_layer(units: int) -> Part:
    return part("layer", "dense", units=units, activation="relu", initialiser="he")


def _batch(facts: Facts, wanted: int) -> int:
    """At least two steps an epoch, so that what no whole batch reaches is little."""
    return max(1, min(wanted, facts.learned // 2))


def siren_painting(facts: Facts) -> dict[str, Any]:
    """Waves as many times faster as the root of the sides: at 256 pixels 120 came nearer than 60 and 240."""
    w0 = round(60 * sqrt(max(1.0, facts.longest / _SIDE)), 1)
    return {"encoding.w0": w0, **run_of(facts, _epochs_like(600, facts), 256)}


def fourier_painting(facts: Facts) -> dict[str, Any]:
    return run_of(facts, _epochs_like(500, facts), 64)


def _epochs_like(epochs: int, facts: Facts) -> float:
    """As many as make the steps that a preset's picture gets in so many epochs."""
    return epochs * _SIDE**2 / max(facts.points, 1)
