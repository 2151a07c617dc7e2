"""What every dataset gives: inputs and targets in their own units, before any scaling."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.catalog.large_pictures import is_large
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import entry
from cadl_desktop.sentences import SentenceError

Doubles = NDArray[np.float64]
Integers = NDArray[np.unsignedinteger[Any]]


class DataError(SentenceError):
    """Data that can't be read or made; the message is one plain sentence with the remedy."""


class PixelPositions:
    """(row, column) of the pixels where some `rows` and `columns` of a large picture meet, row by row,
    (pixels, 2), made when they are asked for."""

    def __init__(self, rows: NDArray[np.integer], columns: NDArray[np.integer]) -> None:
        self.shape = len(rows) * len(columns), 2
        self._rows, self._columns = rows, columns

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice | NDArray[np.integer]) -> Doubles:
        """Those of some pixels, (rows, 2)."""
        numbers = np.arange(*rows.indices(len(self))) if isinstance(rows, slice) else rows
        row, column = np.divmod(numbers, len(self._columns))
        return np.stack([self._rows[row], self._columns[column]], axis=-1).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Samples:
    """`inputs` (samples, 1, 2 or 3) and `targets` (samples, 1 or 3), float64; of a picture that is `large`
    inputs are `PixelPositions` and targets uint8, to be made other numbers a few rows at a time. So they are
    of what a screen shows of it.

    `low` and `high` (one per input) are the edges of where the inputs lie: 0 and the number of rows or
    columns for a picture. `target_low` and `target_high` are what targets lie between: 0 and 255 for
    colours. `picture_shape` is (height, width) for a picture, whose samples stand row by row; else None. Of
    many pictures it is that of their montage, in which sample i stands at pixel `places[i]`, counted row by
    row; `high` is about one of them.
    `hidden` (samples,) says which samples are masked: never trained on, only scored; None where none is.
    `truth` is what the targets were before noise, (samples, 1), where that is known, and `function` makes it
    of inputs anywhere, of their shape; not finite where it has no value. `note` says in a
    sentence what a person should know of them, such as what was left out.
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

    @property
    def large(self) -> bool:
        """Whether this is one picture with more pixels than a screen."""
        return self.picture_shape is not None and self.places is None and is_large(*self.picture_shape)

    def as_picture(self, colours: NDArray[Any]) -> NDArray[Any]:
        """Colours of all samples (samples, 1 or 3) where they stand in the picture, (height, width, 3); black
        where a montage has room left."""
        return in_colour(self.laid_out(colours))

    def laid_out(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values of all samples (samples, columns) where they stand in the picture, (height, width, columns);
        0 where a montage has room left."""
        height, width = self.picture_shape or (len(values), 1)
        if self.places is None:
            return values.reshape(height, width, -1)
        laid_out = np.zeros((height * width, values.shape[1]), values.dtype)
        laid_out[self.places] = values
        return laid_out.reshape(height, width, -1)


def in_colour(colours: NDArray[Any]) -> NDArray[Any]:
    """Colours (..., 1 or 3) as (..., 3): of grey all three are alike."""
    return colours.repeat(3, axis=-1) if colours.shape[-1] == 1 else colours


def as_integers(colours: NDArray[Any], bits: int = 8) -> Integers:
    """Colours 0 to 255 as uint8, or as uint16 0 to 65535.

    Infinite or missing ones, as a network that has lost its way paints them, become black or white.
    """
    if colours.dtype == np.uint8 and bits == 8:
        return colours
    shown = np.clip(np.nan_to_num(np.asarray(colours, np.result_type(colours, np.float32))), 0, 255)
    whole: Integers = np.rint(shown).astype(np.uint8) if bits == 8 else np.rint(shown * 257).astype(np.uint16)
    return whole


def as_pixels(colours: NDArray[Any]) -> NDArray[np.uint8]:
    """The same as uint8 alone, as a screen has them."""
    return as_integers(colours).astype(np.uint8, copy=False)


def samples_of(data: Part) -> Samples:
    """The samples of a dataset part. Raises DataError where they can't be read or made, or are not what the
    catalog says of this dataset."""
    known = entry("dataset", data.kind)
    samples: Samples = known.load()(data)
    columns = samples.inputs.shape[1], samples.targets.shape[1]
    made = _made(samples)
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


def _made(samples: Samples) -> str:
    if samples.picture_shape is None:
        return "curve"
    return "picture" if samples.places is None else "pictures"
