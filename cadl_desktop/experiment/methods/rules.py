"""Rules of the methods, and the table of methods by the name of the shipped experiment that uses each.

A rule derives settings from facts about the data. The learning rates of all methods fall over the run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log2, sqrt
from typing import Any, Literal

from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.methods.facts import Facts
from cadl_desktop.experiment.methods.sized_networks import sized_network
from cadl_desktop.experiment.model import Experiment

Rule = Callable[[Facts], Mapping[str, Any]]
"""Function from the facts to the values of the settings that follow them, by the paths of `--set`:
'encoding.finest', 'batch_size', 'stop.epochs'. For a whole part ('encoding': Part) its kind and all of its
settings follow; hidden layers follow together ('layers': a tuple of Parts)."""


@dataclass(frozen=True)
class Method:
    """Rule, and the data it is for. All other settings are those of the shipped experiment of the same
    name."""

    makes: Literal["curve", "picture", "pictures"]
    rule: Rule
    sizes_network: bool = False
    """Whether the rule looks at how many parameters the network may have."""


_STEPS_BETWEEN = 200
"""Steps between two measurements of the whole set: after every short epoch they would take a third of the
time."""


def run_length(facts: Facts, epochs: float, batch_size: int) -> dict[str, Any]:
    """Returns settings for about so many epochs of batches of this size, with the whole set measured every
    few hundred steps. An explicit batch size, if any, determines the steps of an epoch."""
    every = max(1, round(_STEPS_BETWEEN / facts.steps_per_epoch(facts.explicit_batch or batch_size)))
    return {"stop.epochs": max(1, round(epochs)), "measure_every": every}


_MOST_CURVE_BATCH, _CURVE_STEPS = 128, 2500
_SHRINKING, _MOST_L2 = 0.2, 0.01
"""Weight of the L2 penalty relative to the sum of all errors, and its maximum relative to their mean."""


def own_curve(facts: Facts) -> dict[str, Any]:
    """Rule for points of any shape: the number of steps doesn't depend on the number of points. The L2
    penalty keeps a network from following the noise of few points, and is hardly visible where there is no
    noise."""
    batch = min(_MOST_CURVE_BATCH, facts.learned)
    epochs = _CURVE_STEPS / facts.steps_per_epoch(batch)
    l2 = min(_MOST_L2, float(f"{_SHRINKING / facts.learned:.1g}"))
    return {"batch_size": batch, "l2": l2, **run_length(facts, epochs, batch)}


_SIDE = 64
"""Pixels along each side of the presets' pictures. Numbers that suit these are scaled for other pictures."""
_SMOOTH = 2**16
"""Pixels up to which the grid is interpolated cubically: smooth between pixels, at a third of the speed. A
larger picture has more detail than there is time for, and is seldom enlarged."""
_OWN_ENTRIES, _SHARED_ENTRIES = 2**21, 2**19
"""Pixels up to which every knot has a table entry of its own; and the entries that the knots of finer grids
share above that, so that twelve megapixels train within a gigabyte."""
_COHERENCE = 3e-4
"""Weight of coherence where pixels are hidden: ten times the inpainting presets', as a hidden layer bends
more."""
_SAMPLES = 20e6
"""Samples of a whole run: some 20 s on two cores."""
_MOST_EPOCHS = 3600
"""Most epochs for an own picture without hidden pixels: a copy of a small one is exact by then, and a rate
that is still high would spoil it again; a small network has learned what it can."""


def own_painting(facts: Facts) -> dict[str, Any]:
    """Rule for any picture: sharp at its pixels and, up to 256 along each side, smooth between them."""
    smooth = facts.points <= _SMOOTH
    batch = _batch(facts, 1024 if smooth else 4096 if facts.points <= 2**20 else 16384)
    epochs = max(4, _SAMPLES / facts.learned)
    return {
        **grid_settings(facts),
        "encoding.features": 3 if facts.points <= 2**14 else 2,
        "encoding.interpolation": "cubic" if smooth else "linear",
        "layers": (part("layer", "dense", units=32 if smooth else 16, activation="relu", initialiser="he"),),
        "coherence": _COHERENCE if facts.hidden else 0.0,
        "batch_size": batch,
        **run_length(facts, epochs if facts.hidden else min(epochs, _MOST_EPOCHS), batch),
    }


FIRST_SHARE = 0.1
"""Share of a picture's numbers that a network has as parameters unless somebody has set another."""
_LEARNED_SAMPLES = 30e6
"""Samples of a whole run: some 20 s on two cores."""
_LEARNED_FAST = 2**18
"""Pixels up to which batches have 1,024 samples: at 512 pixels, 12,000 steps with these were 0.8 dB better
than 3,000 with 4,096; at 1,024 pixels there was no difference."""


def learned_painting(facts: Facts) -> dict[str, Any]:
    """Rule for a network that is smaller than the picture, and has to learn what its pixels share."""
    allowed = facts.allowed(FIRST_SHARE if facts.parameters is None else facts.parameters)
    batch = _batch(facts, 1024 if facts.points <= _LEARNED_FAST else 4096 if facts.points <= 2**20 else 16384)
    return {
        **sized_network(allowed, facts.height, facts.width),
        "batch_size": batch,
        **run_length(facts, min(max(4, _LEARNED_SAMPLES / facts.learned), _MOST_EPOCHS), batch),
    }


def sharp_painting(facts: Facts) -> dict[str, Any]:
    """Rule like `own_painting`, but with a hidden layer of 48 and linear interpolation for pictures of any
    size. A pixel that isn't learned leaves its knot untouched, so that coherence is needed for held-out
    pixels, too."""
    batch = _batch(facts, 1024 * max(facts.longest, _SIDE) // _SIDE)
    return {
        **grid_settings(facts),
        "coherence": _COHERENCE if facts.hidden or facts.validation else 0.0,
        "batch_size": batch,
        **run_length(facts, max(4, _SAMPLES / facts.learned), batch),
    }


def grid_settings(facts: Facts) -> dict[str, Any]:
    """Returns settings of a hash grid whose finest level has a knot on every pixel, and each level before it
    half as many along each side."""
    finest = max(2, facts.longest)
    coarsest = min(8 if facts.longest <= 128 else 16, finest)
    return {
        "encoding.levels": 1 + round(log2(finest / coarsest)),
        "encoding.table": max(16, facts.points) if facts.points <= _OWN_ENTRIES else _SHARED_ENTRIES,
        "encoding.coarsest": coarsest,
        "encoding.finest": finest,
        "encoding.aspect": facts.height / facts.width,
    }


def _batch(facts: Facts, wanted: int) -> int:
    """Returns a batch size with at least two steps an epoch, so that whole batches leave few samples over."""
    return max(1, min(wanted, facts.learned // 2))


def siren_painting(facts: Facts) -> dict[str, Any]:
    """Rule for SIREN: w0 grows with the root of the side. At 256 pixels 120 was better than 60 and 240."""
    w0 = round(60 * sqrt(max(1.0, facts.longest / _SIDE)), 1)
    return {"encoding.w0": w0, **run_length(facts, _epochs_like(600, facts), 256)}


def fourier_painting(facts: Facts) -> dict[str, Any]:
    """Rule for random Fourier features: only the run's length depends on the picture."""
    return run_length(facts, _epochs_like(500, facts), 64)


def _epochs_like(epochs: int, facts: Facts) -> float:
    """Returns the epochs that give as many steps as a preset's picture gets in `epochs`."""
    return epochs * _SIDE**2 / max(facts.points, 1)


_PAINTER_BATCH, _PAINTER_STEPS = 512, 6000
"""Batch size and steps of a painter's whole run: some 5 s on two cores, whatever the picture's size."""


def painter(facts: Facts) -> dict[str, Any]:
    """Rule for the painters whose network has one size: only the run's length depends on the picture."""
    batch = _batch(facts, _PAINTER_BATCH)
    return {"batch_size": batch, **run_length(facts, _PAINTER_STEPS / facts.steps_per_epoch(batch), batch)}


_INPAINTING_BATCH, _MOST_INPAINTING_BATCH = 512, 4096
_INPAINTING_STEPS = 800
"""Steps for a small picture; after some 100 it is within 1 dB of the final result."""


def inpainting(facts: Facts) -> dict[str, Any]:
    """Rule for hidden pixels: holes in a picture, or all but a few pixels kept at random.

    The grids have no hidden layer between them and the colours, and are held together by coherence alone
    where nothing is seen.
    """
    times = max(1.0, facts.longest / _SIDE)
    batch = max(1, min(round(_INPAINTING_BATCH * times), _MOST_INPAINTING_BATCH, facts.learned))
    epochs = _INPAINTING_STEPS * times / facts.steps_per_epoch(batch)
    return {**grid_settings(facts), "batch_size": batch, **run_length(facts, epochs, batch)}


METHODS: dict[str, Method] = {
    "learned-painting": Method("picture", learned_painting, sizes_network=True),
    "fog": Method("picture", painter),
    "facets": Method("picture", painter),
    "stained-glass": Method("picture", painter),
    "waves": Method("picture", painter),
    "own-painting": Method("picture", own_painting),
    "own-curve": Method("curve", own_curve),
    "sharp-painting": Method("picture", sharp_painting),
    "fourier-painting": Method("picture", fourier_painting),
    "siren-painting": Method("picture", siren_painting),
    "inpainting": Method("picture", inpainting),
    "sparse-inpainting": Method("picture", inpainting),
}
METHODS_FOR_OPENED = {"picture": "learned-painting", "curve": "own-curve"}
"""Names of the methods for data that a person opens, by what the network makes."""
EXACT_COPY = "own-painting"


BLURRED_DB = 26.0
"""PSNR below which a painting counts as blurred. The lecture's network reaches some 21 dB on a photograph,
with soft edges; from 30 dB on a painting looks like its target."""
_POSITION_ENCODINGS = frozenset({"none", "polynomial"})


def sharper_methods(experiment: Experiment, psnr: float | None) -> tuple[str, ...]:
    """Returns the presets that paint this picture more sharply where a network like the lecture's has ended
    blurred at `psnr` dB; empty otherwise. The first learns it with few parameters, the others by grid knots
    on its pixels, or by many waves."""
    blurred = psnr is not None and psnr < BLURRED_DB
    if not blurred or experiment.data.kind != "picture" or experiment.method:
        return ()
    if experiment.encoding.kind not in _POSITION_ENCODINGS:
        return ()
    by_knots = "own-painting" if experiment.data["source"] == "own" else "sharp-painting"
    return "learned-painting", by_knots, "siren-painting"
