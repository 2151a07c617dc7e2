"""Dataset of many pictures: squares of one size, displayed as a montage."""

import os
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from math import ceil, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.pictures.cropping import image_to_png, resized
from cadl_desktop.data.pictures.picture_dataset import Bytes, decode
from cadl_desktop.data.pictures.picture_decoding import middle_square
from cadl_desktop.data.pictures.picture_reading import PictureError, read_frame, read_squares
from cadl_desktop.data.samples import Samples
from cadl_desktop.experiment.catalog.dataset_entries import FACES, pictures_learned
from cadl_desktop.experiment.part import Part

_PREVIEWED = 3
"""Pictures along each side of a preview."""
MOST_SIDE = 256
"""Most pixels along a side of each picture that an experiment holds."""


def pictures(data: Part) -> Samples:
    """Makes the samples of the dataset 'pictures' (loaded by name, `experiment/catalog/dataset_entries.py`).

    Inputs are (pictures · side · side, 3): row and column in pixels, and the picture's number. Targets are
    the colours (..., 3), 0 to 255. Samples are ordered picture by picture. Raises PictureError.
    """
    stack = stack_of(data)
    count, side = stack.shape[:2]
    grid = montage_grid(count)
    number, row, column = np.indices(stack.shape[:3]).reshape(3, -1)
    top, left = number // grid[1] * side, number % grid[1] * side
    return Samples(
        inputs=np.stack([row, column, number], 1).astype(np.float64),
        targets=stack.reshape(-1, 3).astype(np.float64),
        low=np.array([0.0, 0.0, -0.5]),
        high=np.array([side, side, count - 0.5]),
        target_low=0.0,
        target_high=255.0,
        picture_shape=(grid[0] * side, grid[1] * side),
        places=((top + row) * grid[1] * side + left + column).astype(np.int64),
    )


def montage_grid(count: int) -> tuple[int, int]:
    """Returns rows and columns of a montage of so many pictures, as square as possible."""
    columns = ceil(sqrt(count))
    return ceil(count / columns), columns


def preview(data: Part, longest: int) -> Bytes:
    """Returns a small montage of the first pictures, (rows, columns, 3), 0 to 255. Raises PictureError."""
    side = max(1, longest // _PREVIEWED)
    stack = stack_of(data.has(count=min(int(data["count"]), _PREVIEWED**2), longest=side))
    return montage(stack)


def montage(stack: Bytes) -> Bytes:
    """Lays pictures (pictures, height, width, 3) out in rows; unused places are black."""
    count, height, width = stack.shape[:3]
    rows, columns = montage_grid(count)
    padded = np.zeros((rows * columns, height, width, 3), stack.dtype)
    padded[:count] = stack
    return padded.reshape(rows, columns, height, width, 3).swapaxes(1, 2).reshape(rows * height, -1, 3)


def stack_of(data: Part) -> Bytes:
    """Returns the learned pictures (pictures, side, side, 3), 0 to 255, read-only. Raises PictureError."""
    source = data["source"]
    image = data["image"] if source == "own" else b""
    return _stack(source, image, pictures_learned(data), int(data["longest"]))


def load_pictures(sources: Sequence[Path | bytes], most: int) -> tuple[bytes, int, int]:
    """Reads at most `most` pictures from files and folders (by name), and returns the PNG that an experiment
    holds, the number of pictures, and the number of files that could not be read.

    The PNG has their middle squares, one below the other, all with the size of the smallest. A file that
    comes alone gives each of its frames or pages. Raises PictureError where there is no picture.
    """
    if len(sources) == 1 and not is_folder(sources[0]):
        squares = read_squares(sources[0], most, MOST_SIDE)
        return _sheet(squares), len(squares), 0
    squares = []
    left_out = 0
    for file in chain.from_iterable(map(_files_at, sources)):
        if len(squares) == most:
            break
        try:
            # Reduced one by one: a thousand photographs at full size would need gigabytes.
            squares.append(middle_square(read_frame(file).image, MOST_SIDE))
        except PictureError:
            left_out += 1
    if not squares and len(sources) > 1:
        raise PictureError("None of these files is a picture that can be opened; choose others.")
    if not squares:
        name = sources[0].name if isinstance(sources[0], Path) else "-"
        raise PictureError("'{name}' holds no picture that can be opened; choose another.", name=name)
    return _sheet(squares), len(squares), left_out


def taken_note(count: int, left_out: int) -> str:
    """Returns a sentence about the pictures that were taken, and one about files that were left out."""
    taken = f"Pictures taken: {count}."
    without = f"Files left out, as they are no pictures that can be read: {left_out}."
    return f"{taken} {without}" if left_out else taken


def is_folder(source: Path | bytes) -> bool:
    """Tells whether a source of pictures is a folder."""
    # Path.is_dir raises where the parent folder is not searchable.
    return isinstance(source, Path) and os.path.isdir(source)


def _files_at(path: Path | bytes) -> list[Path | bytes]:
    """Returns the file itself, or the visible files of a folder."""
    if isinstance(path, bytes) or not is_folder(path):
        return [path]
    try:
        return sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PictureError(
            "'{name}' can't be read ({reason}); choose another folder.", name=path.name, reason=reason
        ) from error


def _sheet(squares: Sequence[Image.Image]) -> bytes:
    side = min(square.width for square in squares)
    sheet = np.concatenate([np.asarray(resized(square, (side, side))) for square in squares])
    return image_to_png(Image.fromarray(sheet))


@lru_cache(maxsize=8)
def _stack(source: str, image: bytes, count: int, longest: int) -> Bytes:
    stored = _faces() if source == "faces" else _squares(decode(image))
    side = min(longest, stored.shape[1])
    stack = np.stack(
        [np.asarray(resized(Image.fromarray(square), (side, side))) for square in stored[:count]]
    )
    stack.flags.writeable = False  # shared by all callers through the cache
    return stack


def _faces() -> Bytes:
    """Returns the faces of scikit-image's patches, which are grey: (FACES, 25, 25, 3)."""
    with files("skimage").joinpath("data", "lfw_subset.npy").open("rb") as file:
        patches: NDArray[np.floating] = np.load(file, allow_pickle=False)[:FACES]
    grey = np.rint(patches * 255).astype(np.uint8)
    return np.repeat(grey[..., np.newaxis], 3, axis=3)


def _squares(sheet: Bytes) -> Bytes:
    side = sheet.shape[1]
    count = max(1, len(sheet) // side)
    return sheet[: count * side].reshape(count, -1, side, 3)
