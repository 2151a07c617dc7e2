"""How near the inpainting presets come to pixels that they have never seen.

The presets' settings were chosen on the cat, the coffee and the rocket, with other holes and other choices
of pixels, never by the astronaut.
"""

from dataclasses import replace

from tests.benchmarks.figures import Figure
from tests.benchmarks.sitting import Sitting, say

PRESETS = {
    "inpainting": "64x64 astronaut, rows and columns 24 to 39 hidden",
    "sparse-inpainting": "64x64 astronaut, 10 % kept, seed 0",
}
BELOW = 0.5
"""dB that a preset may be below the biharmonic equation on the same mask."""


def inpaint(sitting: Sitting) -> list[Figure]:
    """PSNR on the hidden pixels; one turn, as the same seed gives the same numbers."""
    say("inpaint")
    once = replace(sitting, rounds=1)
    figures = []
    for name, words in PRESETS.items():
        found = once.ask("inpaint", name)
        apart = found["preset"] - found["biharmonic"]
        figures += [
            Figure(f"{words}: {name}, PSNR of hidden pixels", "dB", (found["preset"],)),
            Figure(f"{words}: biharmonic", "dB", (found["biharmonic"],)),
            Figure(f"{words}: mean colour", "dB", (found["mean"],)),
            Figure(f"{words}: {name} over biharmonic", "dB", (apart,), ("at least", -BELOW)),
        ]
    return figures
