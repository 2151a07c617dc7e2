"""Pictures of any size into files: PNG and TIFF as they are painted, JPEG and WebP whole."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from cadl_desktop.data.samples import Integers, as_integers
from cadl_desktop.export.pictures.png import PngWriter
from cadl_desktop.runs.events import Floats

_TILE = 256
"""Pixels along a side of a tile of a TIFF file."""


@dataclass(frozen=True, eq=False)
class Picture:
    """Colours from top to bottom: `bands` are (rows, width, 3), 0 to 255, not necessarily clipped."""

    height: int
    width: int
    bands: Iterator[Floats]
    bits: int = 8
    quality: int = 90
    lossless: bool = False

    def rows(self) -> Iterator[Integers]:
        """The bands in the file's own numbers, (rows, width, 3) uint8 or uint16."""
        for band in self.bands:
            yield as_integers(band, self.bits)


def write_picture(path: Path, ending: str, picture: Picture) -> None:
    """Writes the format of an ending of `ENDINGS`."""
    _WRITERS[ending](path, picture)


def _png(path: Path, picture: Picture) -> None:
    with path.open("wb") as file, PngWriter(file, picture.height, picture.width, picture.bits) as png:
        for rows in picture.rows():
            png.write(rows)


def _tiff(path: Path, picture: Picture) -> None:
    import tifffile

    shape = picture.height, picture.width, 3
    large = picture.height * picture.width * 3 * picture.bits // 8 > 2**32 - 2**25
    with tifffile.TiffWriter(path, bigtiff=large) as file:
        file.write(
            _tiles(picture.rows()),
            shape=shape,
            dtype=np.uint8 if picture.bits == 8 else np.uint16,
            tile=(_TILE, _TILE),
            photometric="rgb",
            compression="adobe_deflate",
            predictor=True,
            maxworkers=1,
            metadata=None,
        )


def _tiles(bands: Iterator[Integers]) -> Iterator[Integers]:
    """The tiles of a picture row by row of them; those at its edges are smaller."""
    waiting: list[Integers] = []
    count = 0
    for band in bands:
        waiting.append(band)
        count += len(band)
        while count >= _TILE:
            joined = np.concatenate(waiting)
            yield from _across(joined[:_TILE])
            waiting, count = [joined[_TILE:]], count - _TILE
    if count:
        yield from _across(np.concatenate(waiting))


def _across(rows: Integers) -> Iterator[Integers]:
    for left in range(0, rows.shape[1], _TILE):
        yield np.ascontiguousarray(rows[:, left : left + _TILE])


def _jpeg(path: Path, picture: Picture) -> None:
    # Without subsampled colours: a painting's edges are between colours as often as between lights.
    _whole(picture).save(path, "JPEG", quality=picture.quality, subsampling=0)


def _webp(path: Path, picture: Picture) -> None:
    _whole(picture).save(path, "WEBP", quality=picture.quality, lossless=picture.lossless)


def _whole(picture: Picture) -> Image.Image:
    image = Image.new("RGB", (picture.width, picture.height))
    top = 0
    for rows in picture.rows():
        image.paste(Image.fromarray(rows), (0, top))
        top += len(rows)
    return image


_WRITERS: Mapping[str, Callable[[Path, Picture], None]] = {
    ".png": _png,
    ".jpg": _jpeg,
    ".jpeg": _jpeg,
    ".webp": _webp,
    ".tiff": _tiff,
    ".tif": _tiff,
}
ENDINGS = tuple(_WRITERS)
DEEP = (".png", ".tiff", ".tif")
"""Formats that can have 16 bits."""
LOSSY = (".jpg", ".jpeg", ".webp")
