"""Headers of files, read without a decoder: PNG, the canvas of a WebP, and kinds of other files."""

import struct
from typing import NamedTuple

_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_HEADER = struct.Struct(">IIBBBBB")
_CHUNK = struct.Struct(">I4s")
_AFTER_CHUNK = 4
_MOST_CHUNKS = 100_000
GREY_COLOURS, RGB_COLOURS = 0, 2


class PngHeader(NamedTuple):
    """PNG header (PNG specification, 11.2.1): width and height in pixels, bits a colour, colour type,
    compression, filter and interlace methods."""

    width: int
    height: int
    bits: int
    colours: int
    packing: int
    filters: int
    interlaced: int


def png_header(png: bytes) -> PngHeader | None:
    """Returns the header of a PNG file; None for any other bytes."""
    if not png.startswith(_START) or len(png) < len(_START) + _HEADER.size:
        return None
    return PngHeader(*_HEADER.unpack_from(png, len(_START)))


def has_only_pixel_chunks(png: bytes) -> bool:
    """Tells whether a PNG file (specification, 5) has only chunks of pixels after its header: no palette,
    profile, orientation or second header, which could change their meaning. False for files with too many
    chunks."""
    at = len(_START) + _HEADER.size + _AFTER_CHUNK
    for _ in range(_MOST_CHUNKS):
        if at + _CHUNK.size > len(png):
            return True
        length, kind = _CHUNK.unpack_from(png, at)
        if kind not in (b"IDAT", b"IEND"):
            return False
        at += _CHUNK.size + length + _AFTER_CHUNK
    return False


_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"8BPS", "a Photoshop file"),
    (b"gimp xcf", "a GIMP file"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (b"#?RADIANCE", "a Radiance picture"),
    (b"\0\0\x01\0", "an icon"),
)
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_FILM_BRANDS = (b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"qt  ", b"M4V ")


def unsupported_kind(start: bytes) -> str | None:
    """Returns a well-known kind of file with its article, from its first kilobyte; else None."""
    for beginning, kind in _BEGINNINGS:
        if start.startswith(beginning):
            return kind
    if is_avif(start):
        return "an AVIF picture"
    if start[4:8] == b"ftyp":
        return _kind_of_brand(start[8:12])
    if start.startswith(b"\x1aE\xdf\xa3"):
        return "a film"
    return "an SVG drawing" if _is_svg(start) else None


def is_avif(start: bytes) -> bool:
    return start[4:12] in (b"ftypavif", b"ftypavis")


def _kind_of_brand(brand: bytes) -> str | None:
    """Returns the kind of an ISO base media file (ISO/IEC 14496-12) from its brand, which follows 'ftyp'."""
    if brand in _HEIF_BRANDS:
        return "a HEIC picture"
    return "a film" if brand in _FILM_BRANDS else None


def _is_svg(start: bytes) -> bool:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"<svg") or (
        text.startswith((b"<?xml", b"<!--", b"<!DOCTYPE")) and b"<svg" in text
    )


_EXTENDED = slice(12, 16)
_CANVAS_SIZE = slice(24, 27), slice(27, 30)


def webp_canvas(start: bytes) -> tuple[int, int]:
    """Returns width and height of the canvas of an extended WebP file (RFC 9649, 2.7); 0 for other files, and
    for plain WebP, which can't exceed the limits of a picture."""
    if start[:4] != b"RIFF" or start[8:12] != b"WEBP" or start[_EXTENDED] != b"VP8X":
        return 0, 0
    width, height = (int.from_bytes(start[at], "little") + 1 for at in _CANVAS_SIZE)
    return width, height
