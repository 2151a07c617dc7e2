"""What a PNG file says before its pixels (PNG specification, 5 and 11.2.1), looked at without a decoder."""

import struct
from typing import NamedTuple

_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_HEADER = struct.Struct(">IIBBBBB")
_CHUNK = struct.Struct(">I4s")
_AFTER_CHUNK = 4
_MOST_CHUNKS = 100_000
GREY, COLOURS = 0, 2


class PngHeader(NamedTuple):
    """Width and height in pixels, bits a colour, and what the colours are."""

    width: int
    height: int
    bits: int
    colours: int
    packing: int
    filters: int
    interlaced: int


def png_header(png: bytes) -> PngHeader | None:
    """None of what is no PNG."""
    if not png.startswith(_START) or len(png) < len(_START) + _HEADER.size:
        return None
    return PngHeader(*_HEADER.unpack_from(png, len(_START)))


def is_nothing_but_pixels(png: bytes) -> bool:
    """Whether there is neither a palette nor a word beside the pixels, nor another header, which could change
    what they are. One in a million pieces is looked at no further."""
    at = len(_START) + _HEADER.size + _AFTER_CHUNK
    for _ in range(_MOST_CHUNKS):
        if at + _CHUNK.size > len(png):
            return True
        length, kind = _CHUNK.unpack_from(png, at)
        if kind not in (b"IDAT", b"IEND"):
            return False
        at += _CHUNK.size + length + _AFTER_CHUNK
    return False
