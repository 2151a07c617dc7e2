"""Files of every class of picture, valid and invalid, made in code, with the expected result of each.

False headers are written by hand. A file that declares an enormous picture contains no pixels, so that
decoding it would report damage instead of its size.
"""

import os
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from PIL import ExifTags, Image

Pixels = np.ndarray[Any, np.dtype[np.uint8]]

ROWS, COLUMNS = np.indices((6, 10))
COLOURS: Pixels = np.stack([COLUMNS * 25, ROWS * 50, np.full((6, 10), 80)], axis=-1).astype(np.uint8)
GREYS: Pixels = (COLUMNS * 20 + ROWS).astype(np.uint8)
DEEP = (COLUMNS * 6000 + ROWS * 11).astype(np.uint16)
OTHER: Pixels = np.ascontiguousarray(COLOURS[::-1, ::-1])
GROUND = "#204060"


@dataclass(frozen=True)
class Good:
    """Valid file, and the exact pixels that it must give on a ground of '#204060'."""

    name: str
    content: Callable[[], bytes]
    pixels: Pixels
    frame: int = 1
    frames: int = 1
    tolerance: int = 0


@dataclass(frozen=True)
class Bad:
    """Invalid file, and words that its refusal must contain. `make` creates it where bytes aren't enough."""

    name: str
    message: str
    content: Callable[[], bytes] = bytes
    make: Callable[[Path], None] | None = None
    frame: int = 1

    def put(self, path: Path) -> None:
        if self.make is not None:
            self.make(path)
        else:
            path.write_bytes(self.content())


def good() -> list[Good]:
    return [*_plain_files(), *_transparent_files(), *_deep_files(), *_films(), *_odd_files()]


def bad() -> list[Bad]:
    return [*_no_files(), *_foreign_files(), *_large_headers(), *_truncated_files(), *_damaged_files()]


# Valid files


def _plain_files() -> list[Good]:
    return [
        Good("colours.png", lambda: _saved(COLOURS, "PNG"), COLOURS),
        Good("colours.gif", lambda: _saved(COLOURS, "GIF"), COLOURS),
        Good("colours.bmp", lambda: _saved(COLOURS, "BMP"), COLOURS),
        Good("colours.ppm", lambda: _saved(COLOURS, "PPM"), COLOURS),
        Good("colours.tif", lambda: _saved(COLOURS, "TIFF"), COLOURS),
        Good("packed.tif", lambda: _saved(COLOURS, "TIFF", compression="tiff_lzw"), COLOURS),
        Good("colours.webp", lambda: _saved(COLOURS, "WEBP", lossless=True), COLOURS),
        Good("colours.jpg", lambda: _saved(_flat(90, 90, 90), "JPEG"), _flat(90, 90, 90)),
        Good("colours.avif", lambda: _saved(_flat(90, 140, 30), "AVIF"), _flat(90, 140, 30), tolerance=3),
        Good("wrong name.jpg", lambda: _saved(COLOURS, "PNG"), COLOURS),
        Good("greys.png", lambda: _saved(GREYS, "PNG"), _thrice(GREYS)),
        Good("greys.pgm", lambda: _saved(GREYS, "PPM"), _thrice(GREYS)),
        Good("greys.jpg", lambda: _saved(_flat(77)[..., 0], "JPEG"), _flat(77, 77, 77)),
        Good("bits.png", lambda: _saved(GREYS > 90, "PNG"), _thrice((GREYS > 90) * np.uint8(255))),
        Good("palette.png", lambda: _saved(_palette(), "PNG"), np.asarray(_palette().convert("RGB"))),
        Good("inks.tif", lambda: _saved(_inks(), "TIFF"), np.asarray(_inks().convert("RGB"))),
        Good("turned.png", lambda: _saved(COLOURS, "PNG", exif=_exif(6)), np.rot90(COLOURS, -1)),
        Good(
            "mirrored.webp", lambda: _saved(COLOURS, "WEBP", lossless=True, exif=_exif(2)), COLOURS[:, ::-1]
        ),
    ]


def _transparent_files() -> list[Good]:
    ground = np.broadcast_to(np.array([0x20, 0x40, 0x60], np.uint8), COLOURS.shape)
    half_clear = np.where(COLUMNS[..., np.newaxis] < 5, ground, COLOURS)
    alpha = np.where(COLUMNS < 5, 0, 255).astype(np.uint8)
    clear_index = _palette().getpixel((0, 0))
    without_index = np.asarray(_palette().convert("RGB")).copy()
    without_index[np.asarray(_palette()) == clear_index] = [0x20, 0x40, 0x60]
    deep = np.rint(_thrice(DEEP).astype(float) / 257).astype(np.uint8)
    deep[DEEP[2, 3] == DEEP] = [0x20, 0x40, 0x60]
    return [
        Good("clear.png", lambda: _saved(np.dstack([COLOURS, alpha]), "PNG"), half_clear),
        Good("clear.webp", lambda: _saved(np.dstack([COLOURS, alpha]), "WEBP", lossless=True), half_clear),
        Good("clear.tif", lambda: _saved(np.dstack([COLOURS, alpha]), "TIFF"), half_clear),
        Good(
            "clear grey.png",
            lambda: _saved(np.dstack([GREYS, alpha]), "PNG"),
            np.where(COLUMNS[..., np.newaxis] < 5, ground, _thrice(GREYS)),
        ),
        Good("clear palette.png", lambda: _saved(_palette(), "PNG", transparency=clear_index), without_index),
        Good("clear palette.gif", lambda: _saved(_palette(), "GIF", transparency=clear_index), without_index),
        Good(
            "clear deep grey.png",
            lambda: _png(DEEP, 16, 0, tRNS=struct.pack(">H", DEEP[2, 3])),
            deep,
        ),
    ]


def _colour_tiff(values: np.ndarray, **options: Any) -> bytes:
    file = BytesIO()
    tifffile.imwrite(file, values, photometric="rgb", **options)
    return file.getvalue()


def _map_tiff(values: np.ndarray, no_data: str) -> bytes:
    """Grey TIFF with GDAL's tag of the number that stands for none."""
    file = BytesIO()
    tifffile.imwrite(file, values, photometric="minisblack", extratags=[(42113, "s", 0, no_data, True)])
    return file.getvalue()


def _with_holes(pixels: np.ndarray) -> Pixels:
    """Pixels whose first three show the ground."""
    holes = pixels.copy()
    holes[0, :3] = 0x20, 0x40, 0x60
    return holes


def _scaled(colours: np.ndarray) -> np.ndarray:
    return np.rint(colours / 257).astype(np.uint8)


def _stretched(colours: np.ndarray) -> np.ndarray:
    low, high = float(colours.min()), float(colours.max())
    return np.rint((colours - low) / (high - low) * 255).astype(np.uint8)


def _deep_files() -> list[Good]:
    scaled = np.rint(DEEP / 257).astype(np.uint8)
    unit = (DEEP / 65535).astype(np.float32)
    wide = DEEP.astype(np.float32) * 7 - 4000
    stretched = np.rint((DEEP.astype(float) - DEEP.min()) / float(DEEP.max() - DEEP.min()) * 255)
    holes, least, odd, whole = unit.copy(), unit.copy(), unit.copy(), DEEP.copy()
    holes[0, :3] = np.nan, np.inf, -np.inf
    least[0, :3] = -np.finfo(np.float32).max
    odd[0, :3] = -9999.9
    whole[0, :3] = 65535
    colours = np.stack([DEEP, DEEP.T.reshape(DEEP.shape), DEEP // 2], axis=-1)
    high = (colours >> 8).astype(np.uint8)
    return [
        Good("deep.png", lambda: _png(DEEP, 16, 0), _thrice(scaled)),
        Good("deep.tif", lambda: _saved(DEEP, "TIFF"), _thrice(scaled)),
        Good("deep.pgm", lambda: b"P5 10 6 65535\n" + DEEP.astype(">u2").tobytes(), _thrice(scaled)),
        Good(
            "decimal colours.tif", lambda: _colour_tiff(colours.astype(np.float32) / 65535), _scaled(colours)
        ),
        Good(
            "planar decimals.tif",
            lambda: _colour_tiff(
                np.moveaxis(colours.astype(np.float32) / 65535, -1, 0), planarconfig="separate"
            ),
            _scaled(colours),
        ),
        Good(
            "wide colours.tif",
            lambda: _colour_tiff(colours.astype(np.float64) / 655),
            _stretched(colours),
            tolerance=1,
        ),
        Good("deep colours.png", lambda: _png(colours, 16, 2), high, tolerance=1),
        Good("decimals.tif", lambda: _saved(unit, "TIFF"), _thrice(scaled)),
        Good(
            "wide decimals.tif",
            lambda: _saved(wide, "TIFF"),
            _thrice(stretched.astype(np.uint8)),
            tolerance=1,
        ),
        Good("holes.tif", lambda: _saved(holes, "TIFF"), _with_holes(_thrice(scaled))),
        Good("the least float.tif", lambda: _saved(least, "TIFF"), _with_holes(_thrice(scaled))),
        Good("no data.tif", lambda: _map_tiff(odd, "-9999.9"), _with_holes(_thrice(scaled))),
        Good("no data of whole.tif", lambda: _map_tiff(whole, "65535"), _with_holes(_thrice(scaled))),
        Good("no number as no data.tif", lambda: _map_tiff(unit, "1e999 m"), _thrice(scaled)),
        Good(
            "colours with holes.tif",
            lambda: _colour_tiff(
                np.stack([odd, unit, unit], axis=-1), extratags=[(42113, "s", 0, "-9999.9", True)]
            ),
            _with_holes(_thrice(scaled)),
        ),
        Good(
            "whole numbers.tif",
            lambda: _saved(DEEP.astype(np.int32) * 9 - 5, "TIFF"),
            _thrice(stretched.astype(np.uint8)),
        ),
    ]


def _films() -> list[Good]:
    larger = np.kron(COLOURS, np.ones((2, 3, 1), np.uint8))
    return [
        Good("film.gif", lambda: _film("GIF"), OTHER, frame=3, frames=3),
        Good("film.png", lambda: _film("PNG"), OTHER, frame=3, frames=3),
        Good("film.webp", lambda: _film("WEBP", lossless=True), OTHER, frame=3, frames=3),
        Good("pages.tif", lambda: _film("TIFF"), OTHER, frame=3, frames=3),
        Good("unequal pages.tif", lambda: _film("TIFF", second=larger), larger, frame=2, frames=3),
        Good("long.gif", lambda: _long_film("GIF"), _flat(0, 0, 0)[:1, :1], frame=1000, frames=1000),
        Good("long.tif", lambda: _long_film("TIFF"), _flat(0, 0, 0)[:1, :1], frame=1000, frames=1000),
        Good("circle.tif", lambda: _circle_of_pages(), _thrice(GREYS), frame=1, frames=1),
    ]


def _odd_files() -> list[Good]:
    return [
        Good("more than asked for.png", lambda: _png(COLOURS, 8, 2, extra=bytes(50_000_000)), COLOURS),
        Good("something behind.png", lambda: _saved(COLOURS, "PNG") + b"PK\x03\x04 and more", COLOURS),
        Good("one pixel.png", lambda: _saved(_flat(1, 2, 3)[:1, :1], "PNG"), _flat(1, 2, 3)[:1, :1]),
        Good("odd profile.png", lambda: _saved(COLOURS, "PNG", icc_profile=b"nothing of the kind"), COLOURS),
        Good(
            "odd metadata.png", lambda: _saved(COLOURS, "PNG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"), COLOURS
        ),
    ]


# Invalid files


def _no_files() -> list[Bad]:
    return [
        Bad("empty.png", "is empty"),
        Bad("folder.png", "is a folder", make=Path.mkdir),
        Bad("pipe.png", "is not an ordinary file", make=os.mkfifo),
        Bad("device.png", "is not an ordinary file", make=lambda path: path.symlink_to(os.devnull)),
        Bad("missing.png", "is not there", make=lambda path: None),
        Bad("link.png", "is not there", make=lambda path: path.symlink_to("nowhere.png")),
        Bad("circle.png", "is not there", make=lambda path: path.symlink_to(path.name)),
        Bad(f"{'x' * 300}.png", "can't be read", make=lambda path: None),
    ]


def _foreign_files() -> list[Bad]:
    kinds = {
        "text.png": (b"Dear diary,\n", "is not a picture that can be opened"),
        "page.png": (b"<!DOCTYPE html><html><body>cat.png</body></html>", "is not a picture that"),
        "archive.png": (b"PK\x03\x04" + bytes(100), "is not a picture that"),
        "noise.png": (bytes(range(1, 256)) * 20, "is not a picture that"),
        "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "is an SVG drawing"),
        "prolog.svg": (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<svg/>', "is an SVG drawing"),
        "paper.pdf": (b"%PDF-1.7\n%\xe2\xe3\n", "is a PDF document"),
        "paper.ps": (b"%!PS-Adobe-3.0\n", "is a PostScript document"),
        "phone.heic": (_brand(b"heic"), "is a HEIC picture"),
        "phone.heif": (_brand(b"mif1"), "is a HEIC picture"),
        "film.mp4": (_brand(b"isom"), "is a film"),
        "film.webm": (b"\x1aE\xdf\xa3" + bytes(40), "is a film"),
        "layers.psd": (b"8BPS\0\1" + bytes(40), "is a Photoshop file"),
        "layers.xcf": (b"gimp xcf v011\0" + bytes(40), "is a GIMP file"),
        "new.jxl": (b"\xff\x0a" + bytes(40), "is a JPEG XL picture"),
        "new.jp2": (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(40), "is a JPEG 2000 picture"),
        "light.exr": (b"\x76\x2f\x31\x01" + bytes(40), "is an OpenEXR picture"),
        "light.hdr": (b"#?RADIANCE\n", "is a Radiance picture"),
        "page.ico": (b"\0\0\1\0\1\0" + bytes(40), "is an icon"),
    }
    return [Bad(name, message, lambda held=held: held) for name, (held, message) in kinds.items()]


def _large_headers() -> list[Bad]:
    """Files that declare pictures of gigabytes and end where their pixels would begin."""
    message = "more than 100 megapixels"
    return [
        Bad("large.png", message, lambda: _png_header(10_001, 10_000)),
        Bad("enormous.png", message, lambda: _png_header(2**31 - 1, 2**31 - 1)),
        Bad("large.jpg", message, lambda: _jpeg_header(65_500, 65_500)),
        Bad(
            "large.gif",
            message,
            lambda: _gif((60_000, 60_000), (1, 1)),
        ),
        Bad(
            "large frame.gif",
            message,
            lambda: _gif((4, 4), (60_000, 60_000)),
        ),
        Bad("large.webp", message, lambda: _webp_header(16_000, 16_000)),
        Bad("enormous.webp", message, lambda: _webp_header(2**24, 2**24)),
        Bad("long.webp", "more than 262,144 pixels long", lambda: film_header(12_517_386, 6)),
        Bad("large.tif", message, lambda: _tiff([(200_000, 200_000)])),
        Bad("large.bmp", message, lambda: _bmp_header(40_000, 40_000)),
        Bad("large.ppm", message, lambda: b"P6 100000 100000 255\n"),
        Bad("large page.tif", message, lambda: _tiff([(4, 4), (200_000, 200_000)]), frame=2),
        Bad("later large frame.gif", message, lambda: _gif((1, 1), (1, 1), (11_000, 11_000)), frame=2),
    ]


def _truncated_files() -> list[Bad]:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)

    def half(kind: str) -> bytes:
        whole = _saved(noise, kind)
        return whole[: len(whole) // 2]

    kinds = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "PPM", "AVIF")
    return [Bad(f"half.{kind.lower()}", "is damaged", lambda kind=kind: half(kind)) for kind in kinds]


def _damaged_files() -> list[Bad]:
    def flipped_byte() -> bytes:
        content = bytearray(_saved(COLOURS, "PNG"))
        content[content.index(b"IDAT") + 6] ^= 0xFF
        return bytes(content)

    def bomb_in_its_text() -> bytes:
        return _png(COLOURS, 8, 2, zTXt=b"x\0\0" + zlib.compress(bytes(80_000_000)))

    def half_a_film() -> bytes:
        whole = _film("GIF")
        return whole[: whole.rindex(b",") + 14]

    nothing = np.full((4, 4), np.nan, np.float32)
    return [
        Bad("no number.tif", "has no pixel with a number", lambda: _saved(nothing, "TIFF")),
        Bad(
            "no colour.tif",
            "has no pixel with a number",
            lambda: _colour_tiff(np.stack([nothing] * 3, axis=-1)),
        ),
        Bad("spoilt.png", "is damaged", flipped_byte),
        Bad(
            "bomb in its text.png",
            "is damaged",
            lambda: _png(COLOURS, 8, 2, zTXt=b"x\0\0" + zlib.compress(bytes(80_000_000))),
        ),
        Bad("only a header.png", "is damaged", lambda: _png_header(9_000, 9_000)),
        Bad("half a film.gif", "is damaged", half_a_film, frame=3),
        Bad("no such frame.gif", "has no frame 4", lambda: _film("GIF"), frame=4),
        Bad("no frame at all.gif", "has no frame 0", lambda: _film("GIF"), frame=0),
    ]


# Encoders


def _saved(pixels: Any, kind: str, **options: Any) -> bytes:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def _film(kind: str, second: Pixels | None = None, **options: Any) -> bytes:
    frames = [
        Image.fromarray(frame) for frame in (COLOURS, COLOURS // 2 if second is None else second, OTHER)
    ]
    return _saved(frames[0], kind, save_all=True, append_images=frames[1:], **options)


def _long_film(kind: str) -> bytes:
    """Encodes more frames than are offered, each of one black pixel."""
    if kind == "GIF":
        return _gif((1, 1), *[(1, 1)] * 1200)
    frame = Image.new("L", (1, 1))
    return _saved(frame, kind, save_all=True, append_images=[frame] * 1199)


def _circle_of_pages() -> bytes:
    """Encodes a TIFF whose second page names the first as the next one."""
    written = BytesIO()
    tifffile.imwrite(written, GREYS)
    content = bytearray(written.getvalue())
    (at,) = struct.unpack("<I", content[4:8])
    (count,) = struct.unpack("<H", content[at : at + 2])
    content[at + 2 + 12 * count : at + 6 + 12 * count] = struct.pack("<I", at)
    return bytes(content)


def _thrice(grey: Any) -> Any:
    return np.repeat(np.asarray(grey)[..., np.newaxis], 3, axis=2)


def _flat(*colour: int) -> Pixels:
    return np.broadcast_to(np.array(colour, np.uint8), (16, 16, len(colour))).copy()


def _palette() -> Image.Image:
    return Image.fromarray(COLOURS).quantize(16)


def _inks() -> Image.Image:
    return Image.fromarray(np.dstack([COLOURS, GREYS]), "CMYK")


def _exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return exif


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _png(values: Any, bits: int, colour_type: int, extra: bytes = b"", **chunks: bytes) -> bytes:
    """Encodes a PNG by hand, since Pillow can't write all kinds."""
    height, width = values.shape[:2]
    rows = b"".join(b"\0" + row.astype(f">u{bits // 8}").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    others = b"".join(_chunk(name.encode(), content) for name, content in chunks.items())
    data = _chunk(b"IDAT", zlib.compress(rows + extra))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + others + data + _chunk(b"IEND", b"")


def _png_header(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(1000)))


def _jpeg_header(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 3) + bytes([1, 17, 0, 2, 17, 0, 3, 17, 0])
    scan = bytes([3, 1, 0, 2, 0, 3, 0, 0, 63, 0])
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", 2 + len(frame)) + frame + b"\xff\xda\x00\x0c" + scan


def _gif(screen: tuple[int, int], *frames: tuple[int, int]) -> bytes:
    """Encodes frames of these sizes with one pixel of data each: clear code, first colour, end code."""
    header = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80, 0, 0) + bytes(6)
    pixel = b"\x02\x02\x44\x01\x00"
    return header + b"".join(b"," + struct.pack("<HHHHB", 0, 0, *size, 0) + pixel for size in frames) + b";"


def _webp_header(width: int, height: int) -> bytes:
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    chunk = b"VP8X" + struct.pack("<I", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def film_header(width: int, height: int) -> bytes:
    """Returns a WebP animation of six small frames on a canvas of this size: 320 bytes."""
    frame = _saved(_flat(1, 2, 3)[:4, :4], "WEBP", lossless=True)[12:]
    less_one = (struct.pack("<I", side - 1)[:3] for side in (width, height))
    film = _webp_chunk(b"VP8X", b"\2\0\0\0" + b"".join(less_one)) + _webp_chunk(b"ANIM", bytes(6))
    place = bytes(6) + b"\3\0\0\3\0\0" + b"\x10\0\0\0"
    film += 6 * _webp_chunk(b"ANMF", place + frame)
    return b"RIFF" + struct.pack("<I", len(film) + 4) + b"WEBP" + film


def _webp_chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _tiff(sizes: list[tuple[int, int]]) -> bytes:
    """Encodes pages that have one byte of pixels each, whatever size they declare."""
    content = bytearray(b"II*\0" + struct.pack("<I", 8))
    for index, (width, height) in enumerate(sizes):
        entries = [
            (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
            (273, 4, 1, 4), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 16),
        ]  # fmt: skip
        following = 0 if index == len(sizes) - 1 else len(content) + 6 + 12 * len(entries)
        content += struct.pack("<H", len(entries)) + b"".join(
            struct.pack("<HHII", *entry) for entry in entries
        )
        content += struct.pack("<I", following)
    return bytes(content) + bytes(64)


def _bmp_header(width: int, height: int) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + info


def _brand(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand + bytes(200)
