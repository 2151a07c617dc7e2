"""What is said of the pixel under the cursor."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.computing.view_rendering import PaintedLayer


def pixel_text(
    row: int,
    column: int,
    hidden: bool,
    target: NDArray[Any] | None,
    painted: NDArray[Any] | None,
    error: np.float32 | None,
) -> str:
    """Of one inside the picture: its colours (3,) and the error, as far as there are any."""
    words = [_place(row, column), *(["hidden"] if hidden else [])]
    words += [_colour(name, it) for name, it in (("target", target), ("painted", painted)) if it is not None]
    if error is not None:
        whole = round(float(error))
        words.append("error " + (f"{whole:+}".replace("-", "−") if whole else "0"))
    return "  ·  ".join(words)


def outside_text(row: int, column: int, shape: tuple[int, int], layers: Sequence[PaintedLayer]) -> str:
    """Of one outside the picture, which has so many rows and columns."""
    rows, columns = shape
    painted = _colour_at(layers, (row + 0.5) / rows, (column + 0.5) / columns) if rows else None
    words = [_place(row, column), "outside the frame"]
    return "  ·  ".join(words if painted is None else [*words, _colour("painted", painted)])


def _colour_at(layers: Sequence[PaintedLayer], down: float, across: float) -> NDArray[np.uint8] | None:
    """What is painted there, in units of the picture, by the finest layer that reaches so far: (3,)."""
    for layer in reversed(layers):
        rows, columns = layer.pixels.shape[:2]
        row = math.floor((down - layer.frame.top) / layer.frame.height * rows)
        column = math.floor((across - layer.frame.left) / layer.frame.width * columns)
        if 0 <= row < rows and 0 <= column < columns:
            colour: NDArray[np.uint8] = layer.pixels[row, column]
            return colour
    return None


def _place(row: int, column: int) -> str:
    return f"row {row}, column {column}".replace("-", "−")


def _colour(name: str, colour: Iterable[float]) -> str:
    return f"{name} {' '.join(str(int(value)) for value in colour)}"
