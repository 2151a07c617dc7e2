"""How near the presets come to a picture, and how soon."""

from dataclasses import dataclass, replace
from functools import partial

from cadl_desktop.experiment.shapes import parameter_count
from tests.benchmarks.figures import Bound, Figure
from tests.benchmarks.sitting import Sitting, say
from tests.benchmarks.workloads import colour_values, workload

HELD_OUT = 0.1
"""The share of the pixels that the held-out figures are of; the network never sees these."""


@dataclass(frozen=True)
class Painting:
    """Workload with the PSNR in dB to reach after each number of seconds; None without a bound."""

    words: str
    wanted: dict[int, float | None]
    keeps_to_the_picture: bool = True
    """Whether it may have no more parameters than the picture has colour values."""


PAINTINGS = {
    "sharp": Painting("sharp-painting, 64x64", {1: 36.0, 10: 41.0}),
    "sharp-256": Painting("sharp-painting, 256x256", {1: 33.0, 16: 42.0}),
    "fourier": Painting("fourier-painting, 64x64", {10: 36.0}),
    "siren": Painting("siren-painting, 64x64", {10: 43.0}),
}
BESIDE = {
    "lecture": Painting("lecture-painting, 64x64", {1: None, 10: None}, keeps_to_the_picture=False),
    "lecture-256": Painting("lecture-painting, 256x256", {1: None, 16: None}, keeps_to_the_picture=False),
}
"""Paintings of the same pictures by the lecture's network in the same time."""


def paint(sitting: Sitting) -> list[Figure]:
    """PSNR after seconds of training, of all pixels and of those held out; one turn for what is beside."""
    say("paint")
    names = list(PAINTINGS)
    whole = sitting.alternate([partial(_psnr, sitting, name, PAINTINGS[name], 0.0) for name in names])
    say("paint, held out and beside")
    once = replace(sitting, rounds=1)
    held = once.alternate([partial(_psnr, once, name, PAINTINGS[name], HELD_OUT) for name in names])
    beside = once.alternate([partial(_psnr, once, name, BESIDE[name], 0.0) for name in BESIDE])
    figures = []
    for name, rounds, apart in zip(names, whole, held, strict=True):
        painting = PAINTINGS[name]
        figures += _figures(painting, "all pixels", rounds, painting.wanted)
        figures += _figures(painting, f"{HELD_OUT:.0%} held out", apart, {})
        figures.append(_parameters(name, painting))
    for name, rounds in zip(BESIDE, beside, strict=True):
        figures += _figures(BESIDE[name], "all pixels", rounds, {})
    return figures


def _psnr(sitting: Sitting, name: str, painting: Painting, held_out: float) -> dict[str, float]:
    return sitting.ask("paint", name, held_out, *painting.wanted)


def _figures(
    painting: Painting, what: str, rounds: list[dict[str, float]], wanted: dict[int, float | None]
) -> list[Figure]:
    figures = []
    for seconds in painting.wanted:
        least = wanted.get(seconds)
        bound: Bound | None = None if least is None else ("at least", least)
        values = tuple(found[str(seconds)] for found in rounds)
        figures.append(Figure(f"{painting.words}, after {seconds} s: {what}", "dB", values, bound))
    return figures


def _parameters(name: str, painting: Painting) -> Figure:
    experiment = workload(name)
    most: Bound = ("at most", colour_values(experiment))
    bound = most if painting.keeps_to_the_picture else None
    return Figure(f"{painting.words}: parameters", "", (parameter_count(experiment),), bound)
