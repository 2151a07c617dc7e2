"""How near each method comes to pictures that it wasn't made for, and which of them an own picture gets.

Every cell is a run of its own through the words of the command line, and is kept (`cells.py`).
"""

from collections.abc import Iterable

from tests.benchmarks.cells import Cell, Cells
from tests.benchmarks.figures import Figure
from tests.benchmarks.pictures import KINDS, TEN
from tests.benchmarks.sitting import Sitting

WANTED = {64: (44, 57), 256: (40, 48), 512: (34, 43), 1024: (28, 37)}
"""Bounds by picture size: median PSNR in dB of ten own pictures after 1 s and 5 s."""
LARGER = {64: 4, 256: 2}
"""How many times as large a picture of this size is painted to look between its pixels."""
HARD = {"checkerboard": 50, "zone plate": 50, "noise": 30}
"""The dB to be reached after 5 s at 64 pixels."""
_SINE = ("--preset", "siren-painting")
METHODS: dict[str, tuple[str, ...]] = {
    "own picture": ("--preset", "own-painting"),
    "sharp": ("--preset", "sharp-painting"),
    "SIREN": _SINE,
    "FINER": (*_SINE, "--set", "layers.0.activation=finer", "layers.1.activation=finer"),
    "SIREN by Muon": (*_SINE, "--set", "optimizer.kind=muon", "optimizer.rate=0.0003"),
    "Fourier": ("--preset", "fourier-painting"),
    "lecture": ("--preset", "lecture-painting"),
}
SIZES = 64, 256


def methods(sitting: Sitting) -> list[Figure]:
    """The table by which the method of an own picture is chosen; one turn, whatever the rounds."""
    cells = _Cells(sitting)
    figures = [figure for size in WANTED for figure in _of_ten(cells, size)]
    for name, least in HARD.items():
        value = cells.of("own picture", name, 64, 5)["seen"]
        figures.append(Figure(f"own picture, {name}, 64x64, after 5 s", "dB", (value,), ("at least", least)))
    for kind, name in KINDS.items():
        for size in SIZES:
            value = cells.of("own picture", name, size, 20)["seen"]
            figures.append(Figure(f"own picture, {kind}, {size}x{size}, after 20 s", "dB", (value,)))
    for method in list(METHODS)[1:]:
        for size in SIZES:
            figures += _of_kinds(cells, method, size)
    return figures


def _of_ten(cells: "_Cells", size: int) -> Iterable[Figure]:
    for seconds, least in zip((1, 5), WANTED[size], strict=True):
        seen = tuple(cells.of("own picture", name, size, seconds)["seen"] for name in TEN)
        words = f"own picture, ten of {size}x{size}, after {seconds} s"
        yield Figure(words, "dB", seen, ("at least", least))
    if size in LARGER:
        found = [cells.of("own picture", name, size, 5) for name in TEN]
        over = tuple(cell["between"] - cell["bicubic"] for cell in found)
        words = f"own picture, ten of {size}x{size}, painted {LARGER[size]} times as large: over bicubic"
        yield Figure(words, "dB", over, ("at least", 0))


def _of_kinds(cells: "_Cells", method: str, size: int) -> Iterable[Figure]:
    """Yields a figure for each kind of picture."""
    for seconds in (1, 5):
        found = [cells.of(method, name, size, seconds) for name in KINDS.values()]
        words = f"{method}, {', '.join(KINDS)} of {size}x{size}"
        yield Figure(f"{words}, after {seconds} s", "dB", tuple(cell["seen"] for cell in found))
    looked = [cell for cell, kind in zip(found, KINDS, strict=True) if kind != "noise"]
    over = tuple(cell["between"] - cell["bicubic"] for cell in looked)
    words = f"{method}, all but noise of {size}x{size}, painted {LARGER[size]} times as large: over bicubic"
    yield Figure(words, "dB", over)


class _Cells:
    """Measurements of this call and of earlier ones."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting, self._cells = sitting, Cells("methods")

    def of(self, method: str, picture: str, size: int, seconds: int) -> Cell:
        key = f"{method}, {picture}, {size}, {seconds} s"
        times = LARGER.get(size, 1) if seconds == 5 and picture not in HARD else 1
        words = METHODS[method]
        return self._cells.of(key, lambda: self._sitting.ask("method", picture, size, seconds, times, *words))
