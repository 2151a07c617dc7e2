"""How long large exports take, and how much memory."""

from tests.benchmarks.figures import Figure
from tests.benchmarks.sitting import Sitting, say

SIDE = 4096
MOST_MEGABYTES = 1500.0


def paintings(sitting: Sitting) -> list[Figure]:
    """The lecture network's painting, rendered and written whole."""
    say("exports")
    png, tiff = sitting.alternate(
        [
            lambda: sitting.ask("export-painting", ".png", SIDE),
            lambda: sitting.ask("export-painting", ".tiff", SIDE),
        ]
    )
    figures = []
    for ending, rounds in ((".png", png), (".tiff", tiff)):
        words = f"lecture-painting as {ending}, {SIDE}x{SIDE}"
        peaks = tuple(answer["peak_megabytes"] for answer in rounds)
        figures.append(Figure(f"{words}, peak memory", "MB", peaks, ("at most", MOST_MEGABYTES)))
        figures.append(Figure(f"{words}, time", "s", tuple(answer["seconds"] for answer in rounds)))
    return figures
