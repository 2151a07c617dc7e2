"""What goes between the program and the process that decodes: JSON headers, and the bytes of arrays.

Nothing that comes in is believed: headers are short, arrays are numbers, and their size is known and allowed
before there is room for them.
"""

import json
import re
import struct
from collections.abc import Mapping
from math import prod
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.sentences import Sentence, SentenceError

Array = NDArray[Any]

LONGEST_SENTENCE = 300
_LENGTH = struct.Struct("<I")
_MOST_HEADER_BYTES = 2**16
_NUMBERS = re.compile(r"[<>|][biuf][1248]")
_MOST_DIMENSIONS, _MOST_SIZE = 32, 2**40
_MOST_NESTED = 3


THE_FILE = "the file"
"""What a file is called where its name isn't known."""


class RefusedError(SentenceError):
    """A file isn't decoded; the sentence calls it THE_FILE, which is its value '{name}'."""

    def naming(self, name: str) -> Sentence:
        sentence: Sentence = self.args[0]
        return Sentence(sentence.template, **{**sentence.values, "name": name})


class StreamError(Exception):
    """The other side broke off, or said what it may not."""


def write_header(stream: IO[bytes], header: Mapping[str, Any]) -> None:
    written = json.dumps(header).encode()
    stream.write(_LENGTH.pack(len(written)) + written)


def read_header(stream: IO[bytes]) -> dict[str, Any]:
    """Raises StreamError."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > _MOST_HEADER_BYTES:
        raise StreamError("a header is too long")
    try:
        header = json.loads(_exactly(stream, length))
    except (ValueError, RecursionError) as error:
        raise StreamError("a header is damaged") from error
    if not isinstance(header, dict):
        raise StreamError("a header is damaged")
    return header


def write_array(stream: IO[bytes], name: str, array: Array) -> None:
    array = np.asarray(array, order="C")
    write_header(stream, {"array": name, "type": array.dtype.str, "shape": array.shape})
    stream.write(array.reshape(-1).view(np.uint8).data)


def read_array(stream: IO[bytes], header: Mapping[str, Any], most_bytes: int) -> Array:
    """The array that a header announces. Raises StreamError, where it is too large before it is read."""
    kind, shape = header.get("type"), _shape(header.get("shape"))
    if not isinstance(kind, str) or not _NUMBERS.fullmatch(kind):
        raise StreamError("an array is none of numbers")
    try:
        dtype = np.dtype(kind)
    except TypeError as error:  # a float of one byte
        raise StreamError("an array is none of numbers") from error
    if prod(shape) * dtype.itemsize > most_bytes:
        raise StreamError("an array is larger than it may be")
    array = np.empty(shape, dtype)
    fill(stream, array.reshape(-1).view(np.uint8).data)
    return array


def fill(stream: IO[bytes], room: memoryview) -> None:
    """Raises StreamError where there is less."""
    filled = 0
    while filled < len(room):
        count = stream.readinto(room[filled:])  # type: ignore[attr-defined]
        if not count:
            raise StreamError("the other side broke off")
        filled += count


def plain_refusal(refusal: SentenceError) -> dict[str, Any]:
    """A refusal's sentence for a header."""
    plain: dict[str, Any] = _plain(refusal.args[0])
    return plain


def refusal_of(plain: object) -> RefusedError:
    """Raises StreamError."""
    sentence = _sentence(plain, _MOST_NESTED)
    if len(sentence) > LONGEST_SENTENCE:
        raise StreamError("a sentence is too long")
    return RefusedError(sentence)


def _exactly(stream: IO[bytes], length: int) -> bytearray:
    found = bytearray(length)
    fill(stream, memoryview(found))
    return found


def _shape(plain: object) -> tuple[int, ...]:
    if not isinstance(plain, list) or len(plain) > _MOST_DIMENSIONS:
        raise StreamError("an array has no shape")
    if not all(type(size) is int and 0 <= size < _MOST_SIZE for size in plain):
        raise StreamError("an array has no shape")
    return tuple(plain)


def _plain(value: object) -> Any:
    if isinstance(value, Sentence):
        return {
            "template": value.template,
            "values": {name: _plain(each) for name, each in value.values.items()},
        }
    return value if isinstance(value, int | float | str) else str(value)


def _sentence(plain: object, nested: int) -> Sentence:
    match plain:
        case {"template": str(template), "values": dict(values)} if nested:
            held = {str(name): _value(value, nested - 1) for name, value in values.items()}
            return Sentence(template, **held)
    raise StreamError("a sentence is damaged")


def _value(value: object, nested: int) -> object:
    return value if isinstance(value, int | float | str) else _sentence(value, nested)
