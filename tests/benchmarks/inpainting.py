"""How near the inpainting presets come to pixels that they have never seen, beside the biharmonic equation.

Pictures of scikit-image that were not looked at when coherence was chosen: that was done on coffee, rocket,
retina, hubble deep field, motorcycle, page, colour wheel, phantom and text, and on quarters of them, with
other holes.
"""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from tests.benchmarks.figures import Figure
from tests.benchmarks.sitting import Sitting, say

SIDES = (64, 128)
LEAST = {"holes": (0.9, -1.5), "10 % kept": (1.0, 0.0)}
"""dB over the biharmonic equation: of the median case, and of the worst."""
LEAST_TEXTURE = -0.3
"""dB over the better of linear interpolation and the mean colour."""
MOST_SECONDS = 5.0


def inpaint(sitting: Sitting) -> list[Figure]:
    """PSNR on the hidden pixels through the presets as they follow each picture; one turn, as the same seed
    gives the same numbers."""
    once, figures = replace(sitting, rounds=1), []
    for kind, (least, worst) in LEAST.items():
        for side in SIDES:
            say(f"inpaint: {kind}, {side}")
            cases = once.ask("inpaint", kind, side)["cases"]
            over = [case["ours"] - case["biharmonic"] for case in cases]
            name = f"{kind}, {side} pixels, {len(cases)} cases"
            figures += [
                Figure(f"{name}: over biharmonic, median", "dB", (median(over),), ("at least", least)),
                Figure(f"{name}: over biharmonic, worst", "dB", (min(over),), ("at least", worst)),
                _seconds(name, cases),
            ]
    for side in SIDES:
        say(f"inpaint: textures, {side}")
        cases = once.ask("inpaint", "textures", side)["cases"]
        over = [case["ours"] - max(case["linear"], case["mean"]) for case in cases]
        name = f"textures, {side} pixels, {len(cases)} holes"
        words = f"{name}: over the better of linear and mean colour, worst"
        figures.append(Figure(words, "dB", (min(over),), ("at least", LEAST_TEXTURE)))
    return figures


def _seconds(name: str, cases: Sequence[dict[str, float]]) -> Figure:
    slowest = max(case["seconds"] for case in cases)
    return Figure(f"{name}: within 1 dB of its end, slowest", "s", (slowest,), ("at most", MOST_SECONDS))
