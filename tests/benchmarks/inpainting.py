"""How near the inpainting presets come to pixels that they have never seen.

The presets' settings were compared on other pictures alone (cat, coffee, rocket, retina, camera, hubble deep
field), with other holes and other choices of pixels. That of the hole was chosen in two rounds: what the
first had chosen failed here, so the second compared with one hole a picture, as here, instead of four.
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
