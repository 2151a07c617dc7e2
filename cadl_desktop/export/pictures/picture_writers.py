"""Writers of pictures of any size: PNG and TIFF band by band, JPEG and WebP as a whole.

PNG follows its specification (ISO/IEC 15948).
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.samples import Integers, as_integers
from cadl_desktop.runs.events import Floats

_TILE = 256
"""Side of a TIFF file's tile in pixels."""
DEEP = (".png", ".tiff", ".tif")
"""Formats that can have 16 bits."""
HOLD_RECIPE = (*DEEP, ".webp")
LOSSY = (".jpg", ".jpeg", ".webp")
Bytes = NDArray[np.uint8]
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_END = len(_SIGNATURE) + 25
_RGB = 2
_CHANNELS = 3
_XMP = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">RECIPE</rdf:li></rdf:Alt></dc:description>'
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)
_COMPRESSION_LEVEL = 4
"""zlib's: a photograph becomes 7 % larger than with the default 6, in a quarter of the time."""
_STRATEGIES = zlib.Z_DEFAULT_STRATEGY, zlib.Z_RLE
"""zlib's: search for repetitions everywhere, which suits drawings, or of adjacent bytes only, which makes
photographs a tenth smaller in half the time."""
_CHUNK = 1 << 18
_FILTERED_AT_ONCE = 1 << 18
"""Bytes that are filtered together, so that intermediate arrays fit the processor's cache."""


@dataclass(frozen=True, eq=False)
class Picture:
    """Picture to be written: `bands` from top to bottom are (rows, width, 3), 0 to 255, maybe not clipped.
    Formats in `HOLD_RECIPE` have `recipe` in them, if there is one."""

    height: int
    width: int
    bands: Iterator[Floats]
    bits: int = 8
    quality: int = 90
    lossless: bool = False
    recipe: str = ""

    def rows(self) -> Iterator[Integers]:
        """Bands as integers of the file's depth, (rows, width, 3) uint8 or uint16."""
        for band in self.bands:
            yield as_integers(band, self.bits)


def write_picture(path: Path, ending: str, picture: Picture) -> None:
    """Writes the format of a suffix, one of `ENDINGS`."""
    _WRITERS[ending](path, picture)


def _png(path: Path, picture: Picture) -> None:
    size = picture.height, picture.width
    with path.open("wb") as file, PngWriter(file, *size, picture.bits, picture.recipe) as png:
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
            description=picture.recipe or None,
            metadata=None,
        )


def _tiles(bands: Iterator[Integers]) -> Iterator[Integers]:
    """Tiles of a picture, row by row; those at its edges are smaller."""
    pending: list[Integers] = []
    count = 0
    for band in bands:
        pending.append(band)
        count += len(band)
        while count >= _TILE:
            joined = np.concatenate(pending)
            yield from _across(joined[:_TILE])
            pending, count = [joined[_TILE:]], count - _TILE
    if count:
        yield from _across(np.concatenate(pending))


def _across(rows: Integers) -> Iterator[Integers]:
    for left in range(0, rows.shape[1], _TILE):
        yield np.ascontiguousarray(rows[:, left : left + _TILE])


def _jpeg(path: Path, picture: Picture) -> None:
    # Without chroma subsampling, as edges of a painting often differ in colour rather than in brightness.
    _whole(picture).save(path, "JPEG", quality=picture.quality, subsampling=0)


def _webp(path: Path, picture: Picture) -> None:
    options = {"quality": picture.quality, "lossless": picture.lossless}
    _whole(picture).save(path, "WEBP", xmp=xmp_with(picture.recipe), **options)


def _whole(picture: Picture) -> Image.Image:
    image = Image.new("RGB", (picture.width, picture.height))
    top = 0
    for rows in picture.rows():
        image.paste(Image.fromarray(rows), (0, top))
        top += len(rows)
    return image


class PngWriter:
    """Writer of one RGB picture of 8 or 16 bits a channel, row by row from top to bottom.

    A context manager: leaving it without an error completes the file.
    """

    def __init__(self, file: BinaryIO, height: int, width: int, bits: int = 8, recipe: str = "") -> None:
        self._file = file
        self._pixel = _CHANNELS * bits // 8
        self._compressor: Any = None
        self._pending = bytearray()
        self._above = np.zeros(width * self._pixel, np.uint8)
        file.write(_SIGNATURE)
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, _RGB, 0, 0, 0))
        file.write(_png_text(recipe))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            self._put(self._compressor.flush(), whole=True)
            self._chunk(b"IEND", b"")

    def write(self, rows: NDArray[np.unsignedinteger[Any]]) -> None:
        """Appends rows (rows, width, 3), uint8 or uint16 according to the writer's depth."""
        samples = rows.astype(">u2") if rows.dtype == np.uint16 else rows
        plain = np.ascontiguousarray(samples).view(np.uint8).reshape(len(rows), -1)
        filtered = self._filtered(plain)
        if self._compressor is None:
            self._compressor = min(
                map(_compressor, _STRATEGIES), key=lambda each: _length(each.copy(), filtered)
            )
        self._put(self._compressor.compress(filtered.data))

    def _filtered(self, rows: Bytes) -> Bytes:
        """Filters rows by `filtered_rows`, a few at a time."""
        step, filtered = max(1, _FILTERED_AT_ONCE // rows.shape[1]), list[Bytes]()
        for first in range(0, len(rows), step):
            part = rows[first : first + step]
            filtered.append(filtered_rows(part, self._above, self._pixel))
            self._above = part[-1].copy()
        return np.concatenate(filtered)

    def _put(self, compressed: bytes, whole: bool = False) -> None:
        self._pending += compressed
        if whole or len(self._pending) >= _CHUNK:
            self._chunk(b"IDAT", bytes(self._pending))
            self._pending.clear()

    def _chunk(self, name: bytes, content: bytes) -> None:
        self._file.write(_png_chunk(name, content))


def _png_chunk(name: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(content, zlib.crc32(name)))
    return struct.pack(">I", len(content)) + name + content + checksum


def _png_text(recipe: str) -> bytes:
    """Chunk with a recipe as international text, not compressed; empty without one."""
    return _png_chunk(b"iTXt", b"recipe\0\0\0\0\0" + recipe.encode()) if recipe else b""


def png_with(recipe: str, content: bytes) -> bytes:
    """PNG file with a recipe behind its header."""
    return content[:_HEADER_END] + _png_text(recipe) + content[_HEADER_END:]


def xmp_with(recipe: str) -> bytes:
    """XMP packet whose description is a recipe; empty without one."""
    return _XMP.replace("RECIPE", escape(recipe)).encode() if recipe else b""


def _compressor(strategy: int) -> Any:
    return zlib.compressobj(_COMPRESSION_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy)


def _length(compressor: Any, data: Bytes) -> int:
    """Length of the compressed data in bytes."""
    return len(compressor.compress(data.data)) + len(compressor.flush())


def filtered_rows(rows: Bytes, above: Bytes, pixel: int) -> Bytes:
    """Rows (rows, bytes) filtered for PNG, each preceded by its filter's number, (rows, 1 + bytes).

    Each row takes the filter, of 'sub', 'up' and Paeth's, with the smallest sum of absolute differences, as
    the specification advises. `above` is the row before the first; `pixel` is the number of bytes of a pixel.
    """
    up = np.concatenate([above[np.newaxis], rows[:-1]])
    left = _shifted(rows, pixel)
    kinds = (1, 2, 4)
    candidates = [rows - left, rows - up, rows - _paeth(left, up, _shifted(up, pixel))]
    sums = np.stack([_size(candidate) for candidate in candidates])
    best = sums.argmin(axis=0)
    filtered = np.empty((len(rows), 1 + rows.shape[1]), np.uint8)
    for number, (kind, candidate) in enumerate(zip(kinds, candidates, strict=True)):
        mine = best == number
        filtered[mine, 0] = kind
        filtered[mine, 1:] = candidate[mine]
    return filtered


def _shifted(rows: Bytes, pixel: int) -> Bytes:
    """Rows shifted right by one pixel; 0 before the first."""
    shifted = np.zeros_like(rows)
    shifted[:, pixel:] = rows[:, :-pixel]
    return shifted


def _size(differences: Bytes) -> NDArray[np.int64]:
    """Sum of absolute differences in each row, taken as signed bytes."""
    sums: NDArray[np.int64] = np.minimum(differences, np.uint8(0) - differences).sum(axis=1, dtype=np.int64)
    return sums


def _paeth(left: Bytes, up: Bytes, corner: Bytes) -> Bytes:
    """Neighbour nearest to left + up − corner (A. W. Paeth, Graphics Gems II, 1991)."""
    a, b, c = (array.astype(np.int16) for array in (left, up, corner))
    to_left, to_up = b - c, a - c
    to_corner = np.abs(to_left + to_up)
    to_left, to_up = np.abs(to_left), np.abs(to_up)
    nearest = np.where(to_up <= to_corner, up, corner)
    return np.where((to_left <= to_up) & (to_left <= to_corner), left, nearest)


_WRITERS: Mapping[str, Callable[[Path, Picture], None]] = {
    ".png": _png,
    ".jpg": _jpeg,
    ".jpeg": _jpeg,
    ".webp": _webp,
    ".tiff": _tiff,
    ".tif": _tiff,
}
ENDINGS = tuple(_WRITERS)
