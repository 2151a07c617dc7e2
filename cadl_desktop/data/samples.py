"""Samples of a dataset: inputs and targets in their own units, before any scaling."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.columns import Column, X, Y
from cadl_desktop.experiment.catalog.dataset_entries import is_large
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import entry
from cadl_desktop.sentences import SentenceError

Doubles = NDArray[np.float64]
Integers = NDArray[np.unsignedinteger[Any]]


class DataError(SentenceError):
    """Error for data that can't be read or made; the message is one plain sentence with the remedy."""


class PixelPositions:
    """Lazy array (pixels, 2) of the (row, column) of the pixels at the crossings of some `rows` and `columns`
    of a large picture, row by row."""

    def __init__(self, rows: NDArray[np.integer], columns: NDArray[np.integer]) -> None:
        self.shape = len(rows) * len(columns), 2
        self._rows, self._columns = rows, columns

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice | NDArray[np.integer]) -> Doubles:
        """Returns the positions of some pixels, (rows, 2)."""
        numbers = np.arange(*rows.indices(len(self))) if isinstance(rows, slice) else rows
        row, column = np.divmod(numbers, len(self._columns))
        return np.stack([self._rows[row], self._columns[column]], axis=-1).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples of a dataset.

    `inputs` are (samples, 1, 2 or 3) and `targets` (samples, 1 or 3), both float64. For a `large` picture,
    and for the part of it that a screen shows, inputs are `PixelPositions` and targets uint8, to be converted
    a few rows at a time.

    `low` and `high` (one number per input) are the edges of the range of inputs: for a picture 0 and the
    number of rows or columns. `target_low` and `target_high` are the range of targets: 0 and 255 for colours.

    `picture_shape` is (height, width) of a picture, whose samples are in row order; else None. For many
    pictures it is the shape of their montage, in which sample i is pixel `places[i]` in row order, while
    `high` is about a single picture.

    `hidden` (samples,) marks masked samples, which are never trained on, only scored; None where there are
    none. `truth` (samples, 1) are the targets without noise where they are known, and `function` computes it
    for any inputs, with their shape; it is not finite where it has no value. `note` is a sentence for the
    person, about left-out points for example. `columns` say what x and y of a curve are.
    """

    inputs: Any
    targets: NDArray[Any]
    low: Doubles
    high: Doubles
    target_low: float
    target_high: float
    picture_shape: tuple[int, int] | None = None
    truth: Doubles | None = None
    function: Callable[[Doubles], Doubles] | None = None
    hidden: NDArray[np.bool_] | None = None
    places: NDArray[np.int64] | None = None
    note: str = ""
    columns: tuple[Column, Column] = (X, Y)

    @property
    def large(self) -> bool:
        """Whether this is one picture with more pixels than a screen shows."""
        return self.picture_shape is not None and self.places is None and is_large(*self.picture_shape)

    def as_picture(self, colours: NDArray[Any]) -> NDArray[Any]:
        """Returns colours of all samples (samples, 1 or 3) as a picture (height, width, 3), black in the
        unused part of a montage."""
        return as_rgb(self.laid_out(colours))

    def laid_out(self, values: NDArray[Any]) -> NDArray[Any]:
        """Returns values of all samples (samples, columns) as an array (height, width, columns), 0 in the
        unused part of a montage."""
        height, width = self.picture_shape or (len(values), 1)
        if self.places is None:
            return values.reshape(height, width, -1)
        laid_out = np.zeros((height * width, values.shape[1]), values.dtype)
        laid_out[self.places] = values
        return laid_out.reshape(height, width, -1)


def as_rgb(colours: NDArray[Any]) -> NDArray[Any]:
    """Converts colours (..., 1 or 3) to (..., 3): for grey all three are the same."""
    return colours.repeat(3, axis=-1) if colours.shape[-1] == 1 else colours


def as_integers(colours: NDArray[Any], bits: int = 8) -> Integers:
    """Converts colours from 0..255 to uint8, or to uint16 with 0..65535.

    Infinite and missing ones, as a diverged network paints them, become black or white.
    """
    if colours.dtype == np.uint8 and bits == 8:
        return colours
    shown = np.clip(np.nan_to_num(np.asarray(colours, np.result_type(colours, np.float32))), 0, 255)
    whole: Integers = np.rint(shown).astype(np.uint8) if bits == 8 else np.rint(shown * 257).astype(np.uint16)
    return whole


def as_pixels(colours: NDArray[Any]) -> NDArray[np.uint8]:
    """Converts colours from 0..255 to uint8 for the screen; see `as_integers`."""
    return as_integers(colours).astype(np.uint8, copy=False)


def samples_of(data: Part) -> Samples:
    """Returns the samples of a dataset part. Raises DataError where they can't be read or made, or don't
    agree with the catalog's entry."""
    known = entry("dataset", data.kind)
    samples: Samples = known.load()(data)
    columns = samples.inputs.shape[1], samples.targets.shape[1]
    made = _kind_made(samples)
    if made != known.makes or columns != known.columns:
        raise DataError(
            "The dataset '{kind}' makes \"{made}\" of columns={columns}, and its entry in the catalog "
            'says "{makes}" of columns={wanted}; one of them has to change.',
            kind=data.kind,
            made=made,
            columns=columns,
            makes=known.makes,
            wanted=known.columns,
        )
    return samples


def _kind_made(samples: Samples) -> str:
    if samples.picture_shape is None:
        return "curve"
    return "picture" if samples.places is None else "pictures"
