"""How long large exports take, and how much memory; how large pages are, and how soon they paint."""

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


MOST_BYTES = {"bytes_0": 45_000.0, "bytes_30": 400_000.0}
"""Most bytes of a page by its moments."""


def pages(sitting: Sitting) -> list[Figure]:
    """Smallest pages of a picture learned with 10 %; where Chromium is found, when it first paints one."""
    say("pages")
    (rounds,) = sitting.alternate([lambda: sitting.ask("export-pages")])
    figures = []
    for name, most in MOST_BYTES.items():
        words = f"astronaut of 256 pixels with 10 %, {name.removeprefix('bytes_')} moments, smallest page"
        figures.append(Figure(words, "B", tuple(answer[name] for answer in rounds), ("at most", most)))
    if "seconds" in rounds[0]:
        seconds = tuple(answer["seconds"] for answer in rounds)
        figures.append(Figure("first paint, software renderer", "s", seconds, ("at most", 2.0)))
    return figures
