"""How many arrays a safetensors file says that it has: a million empty ones take its library minutes."""

_LENGTH_BYTES = 8
"""They say how long the header is."""
_COLONS = 4
"""Each array has so many in it, and as many more as its name has."""


def arrays_at_most(content: bytes) -> int:
    length = int.from_bytes(content[:_LENGTH_BYTES], "little")
    return content.count(b":", _LENGTH_BYTES, _LENGTH_BYTES + length) // _COLONS
