"""How large the canvas of a WebP file is, as its header says (RFC 9649, 2.7)."""

_EXTENDED = slice(12, 16)
_LESS_ONE = slice(24, 27), slice(27, 30)


def webp_canvas(start: bytes) -> tuple[int, int]:
    """Width and height in pixels; 0 of other files, and of a WebP that can't be larger than a picture may."""
    if start[:4] != b"RIFF" or start[8:12] != b"WEBP" or start[_EXTENDED] != b"VP8X":
        return 0, 0
    width, height = (int.from_bytes(start[at], "little") + 1 for at in _LESS_ONE)
    return width, height
