"""How long a watchable run takes from noise to a likeness, and in how many frames."""

from tests.benchmarks.figures import Figure
from tests.benchmarks.sitting import Sitting

PRESETS = (
    "lecture-minibatch",
    "lecture-tanh",
    "own-curve",
    "lecture-painting",
    "learned-painting",
    "siren-painting",
    "fourier-painting",
    "own-painting",
    "sharp-painting",
)
OWN = [(name, size) for size in (64, 256, 512) for name in ("coffee", "zone plate")]


def watching(sitting: Sitting) -> list[Figure]:
    """Seconds to four fifths of the change that a picture goes through in the end; one turn."""
    figures: list[Figure] = []
    for name, size in [*((name, 0) for name in PRESETS), *OWN]:
        found = sitting.ask("watch", name, size)
        words = f"own picture, {name}, {size}x{size}" if size else name
        figures += [
            Figure(f"{words}: likeness at full speed", "s", (found["full"],)),
            Figure(f"{words}: likeness when watched", "s", (found["watched"],), ("at most", 15)),
            Figure(f"{words}: frames that differ", "", (found["frames"],), ("at least", 40)),
            Figure(f"{words}: steps until then", "", (found["steps"],)),
        ]
    return figures
