"""Messages between two processes over a pair of pipes.

A frame is the number of parts of a message, their lengths, and the parts. A codec turns messages into parts:
`PlainCodec` uses JSON and arrays of numbers, where the other side reads untrusted files; `PickleCodec` is for
a process of this program that can be trusted.
"""

import json
import os
import pickle
import re
import struct
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from math import prod
from types import GeneratorType
from typing import IO, Any, NoReturn, Protocol

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.sentences import SentenceError

Array = NDArray[Any]
Part = bytes | memoryview
_COUNT, _LENGTH = struct.Struct("<I"), struct.Struct("<Q")

_NUMBERS = re.compile(r"[<>|][biuf][1248]")
_MOST_DIMENSIONS, _MOST_SIZE = 32, 2**40
LEAST_KEPT_BYTES, MOST_KEPT_BYTES = 2**16, 2**27
MOST_KEPT = 8
"""The receiver caches at most so many large bytes objects (pictures of experiments), MOST_KEPT_BYTES
together: most requests are about an experiment that an earlier one was about."""
_LEAST_ARRAY_BYTES = 4096
"""Smaller arrays stay within the pickle."""
_BYTES, _MINE, _YOURS = "bytes", "mine", "yours"
"""Kinds of persistent ids: cached bytes, an object of the sender, an object of the receiver."""


class ChannelError(Exception):
    """The other process has ended, or sent an invalid message."""


class Codec(Protocol):
    """Converts a message to the parts of a frame and back."""

    def encode(self, message: Any) -> Sequence[Part]: ...

    def decode(self, parts: Sequence[memoryview]) -> Any: ...


@dataclass(frozen=True)
class Bounds:
    """Limits of a frame from an untrusted process: bytes of its first part, bytes of all others together, and
    the number of parts. A larger frame is refused before memory for it is allocated."""

    first: int
    others: int
    parts: int


class Channel:
    """End of a pair of pipes; one thread may send while another receives."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes], codec: Codec) -> None:
        self.codec = codec
        self._reading, self._writing = reading, writing

    def send(self, message: Any) -> None:
        """Sends a message. Raises ChannelError, and any error of the encoding, in which case nothing was
        sent."""
        parts = self.codec.encode(message)
        lengths = (_LENGTH.pack(part.nbytes if isinstance(part, memoryview) else len(part)) for part in parts)
        try:
            self._writing.write(_COUNT.pack(len(parts)) + b"".join(lengths))
            for part in parts:
                self._writing.write(part)
            self._writing.flush()
        except (OSError, ValueError) as error:  # closed on the other side, or on this one
            raise ChannelError("the other side is gone") from error

    def receive(self, bounds: Bounds | None = None) -> Any:
        """Waits for the next message. Raises ChannelError."""
        (count,) = _COUNT.unpack(self._read(_COUNT.size))
        if bounds and not 0 < count <= bounds.parts:
            raise ChannelError("a message has too many parts")
        lengths = [length for (length,) in _LENGTH.iter_unpack(self._read(count * _LENGTH.size))]
        if bounds and (lengths[0] > bounds.first or sum(lengths[1:]) > bounds.others):
            raise ChannelError("a message is larger than it may be")
        return self.codec.decode([self._read(length) for length in lengths])

    def close(self) -> None:
        for stream in (self._writing, self._reading):
            with suppress(OSError):  # of the last flush
                stream.close()

    def _read(self, length: int) -> memoryview:
        buffer, filled = np.empty(length, np.uint8).data, 0
        try:
            while filled < length:
                count = self._reading.readinto(buffer[filled:])  # type: ignore[attr-defined]
                if not count:
                    raise ChannelError("the other side is gone")
                filled += count
        except (OSError, ValueError) as error:
            raise ChannelError("the other side is gone") from error
        return buffer


class PlainCodec:
    """Codec for dicts of JSON values and numeric arrays. Everything received is validated, and no code can be
    transported."""

    def encode(self, message: Mapping[str, Any]) -> list[Part]:
        """Header as JSON, followed by the bytes of each array."""
        arrays = {name: np.asarray(value, order="C") for name, value in message.items() if _is_array(value)}
        values = {name: value for name, value in message.items() if not _is_array(value)}
        described = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
        header = json.dumps({"values": values, "arrays": described}).encode()
        return [header, *(array.reshape(-1).view(np.uint8).data for array in arrays.values())]

    def decode(self, parts: Sequence[memoryview]) -> dict[str, Any]:
        """Validates and decodes a message. Raises ChannelError."""
        try:
            header = json.loads(bytes(parts[0]))
        except (ValueError, RecursionError) as error:
            raise ChannelError("a message is damaged") from error
        match header:
            case {"values": dict(values), "arrays": list(described)} if len(described) == len(parts) - 1:
                return values | dict(map(_array, described, parts[1:]))
        raise ChannelError("a message is damaged")


def _is_array(value: object) -> bool:
    return isinstance(value, np.ndarray)


def _array(described: object, content: memoryview) -> tuple[str, Array]:
    match described:
        case [str(name), str(kind), list(shape)]:
            dtype = _dtype(kind)
            sizes = all(type(size) is int and 0 <= size < _MOST_SIZE for size in shape)
            fits = sizes and len(shape) <= _MOST_DIMENSIONS
            if fits and prod(shape) * dtype.itemsize == content.nbytes:
                return name, np.ndarray(tuple(shape), dtype, content)
    raise ChannelError("an array has no shape, or another one")


def _dtype(kind: str) -> "np.dtype[Any]":
    if _NUMBERS.fullmatch(kind):
        try:
            return np.dtype(kind)
        except TypeError:  # a float of one byte
            pass
    raise ChannelError("an array is none of numbers")


class LocalObject:
    """Wrapper of an object that stays in this process. The receiver gets a `RemoteRef`; when it sends that
    back, the object itself arrives. Generators always stay, and need no wrapper."""

    def __init__(self, target: object) -> None:
        self.target = target


class RemoteRef:
    """Reference to an object of the other process, which keeps the object as long as the reference exists."""

    def __init__(self, number: int, dropped: Callable[[int], None]) -> None:
        self.number = number
        self._dropped = dropped

    def __del__(self) -> None:
        self._dropped(self.number)


class DeadRef:
    """Stands for an object whose process has ended; every use raises `crash_error`, but for `close`."""

    def close(self) -> None:
        """Does nothing: the object is gone already."""

    def __next__(self) -> NoReturn:
        raise crash_error()

    def __getattr__(self, name: str) -> NoReturn:
        raise crash_error()


def crash_error() -> SentenceError:
    """Error of a request whose process has ended."""
    return SentenceError("What was being computed came to nothing, as its process ended; please try again.")


class PickleCodec:
    """Pickles messages, one codec per side. With `keeps` the receiver caches large bytes, which it is likely
    to get again."""

    def __init__(self, *, keeps: bool = True) -> None:
        self._keeps = keeps
        self._numbers = count(os.getpid() << 32)  # so that references to another process are recognised
        self._sent: OrderedDict[int, tuple[int, bytes]] = OrderedDict()
        """Bytes that the receiver has cached, by their `id`, with the number under which it did; oldest
        first."""
        self._kept: dict[int, bytes] = {}
        self._local: dict[int, object] = {}
        """Objects to which the other side has references, by number."""
        self._released: list[object] = []
        """Objects whose last reference the other side has dropped."""
        self._dropped: deque[int] = deque()
        """Numbers of references that were dropped here, to be told with the next message."""

    def encode(self, message: object) -> list[Part]:
        """Updates of the receiver's cache and references, the pickle, and arrays. Raises errors of
        pickling."""
        arrays: list[Part] = []
        new: dict[int, bytes] = {}
        referred: list[int] = []
        file = BytesIO()

        def stays_within(buffer: pickle.PickleBuffer) -> bool:
            """Whether a buffer stays within the pickle; otherwise it becomes a part of its own."""
            content = buffer.raw()
            if content.nbytes >= _LEAST_ARRAY_BYTES:
                arrays.append(content)
                return False
            return True

        try:
            _Pickler(file, stays_within, lambda item: self._persistent_id(item, new, referred)).dump(message)
        except Exception:
            self._forget_unsent(new, referred)
            raise
        dropped = [self._dropped.popleft() for _ in range(len(self._dropped))]
        first = pickle.dumps((new, self._evict(), dropped), 5) if new or dropped else b""
        return [first, file.getbuffer(), *arrays]

    def decode(self, parts: Sequence[memoryview]) -> Any:
        first, pickled, *arrays = parts
        evicted: list[int] = []
        if first:
            new, evicted, dropped = pickle.loads(first)
            self._kept |= new
            self._released += [self._local.pop(number) for number in dropped if number in self._local]
        message = _Unpickler(BytesIO(pickled), arrays, self._resolve).load()
        for number in evicted:
            self._kept.pop(number, None)
        return message

    def take_released(self) -> list[object]:
        """Local objects to which the other side has no reference any more. The caller decides on which thread
        they are deleted."""
        released, self._released = self._released, []
        return released

    def _persistent_id(
        self, item: object, new: dict[int, bytes], referred: list[int]
    ) -> tuple[str, int] | None:
        """Kind and number under which the receiver finds an object; None for one to be pickled."""
        if isinstance(item, bytes):
            is_kept = self._keeps and len(item) >= LEAST_KEPT_BYTES
            return (_BYTES, self._cached_number(item, new)) if is_kept else None
        if isinstance(item, RemoteRef):
            return _YOURS, item.number
        if isinstance(item, GeneratorType | LocalObject):
            number = next(self._numbers)
            self._local[number] = item.target if isinstance(item, LocalObject) else item
            referred.append(number)
            return _MINE, number
        return None

    def _cached_number(self, content: bytes, new: dict[int, bytes]) -> int:
        """Number of bytes in the receiver's cache, to which they are added as `new` where they are
        missing."""
        if id(content) not in self._sent:
            number = next(self._numbers)
            self._sent[id(content)] = number, content
            new[number] = content
        self._sent.move_to_end(id(content))
        return self._sent[id(content)][0]

    def _evict(self) -> list[int]:
        """Removes the oldest bytes beyond the limits of the cache; returns their numbers, which the receiver
        removes after this message."""
        evicted = []
        together = sum(len(content) for _, content in self._sent.values())
        while len(self._sent) > MOST_KEPT or together > MOST_KEPT_BYTES:
            number, content = self._sent.popitem(last=False)[1]
            together -= len(content)
            evicted.append(number)
        return evicted

    def _forget_unsent(self, new: dict[int, bytes], referred: list[int]) -> None:
        """Drops cached bytes and references that were registered for a message that could not be pickled."""
        for content in new.values():
            self._sent.pop(id(content), None)
        for number in referred:
            del self._local[number]

    def _resolve(self, identity: tuple[str, int]) -> object:
        """The object of a persistent id."""
        kind, number = identity
        if kind == _BYTES:
            return self._kept[number]
        if kind == _MINE:
            return RemoteRef(number, self._dropped.append)
        return self._local.get(number, DeadRef())  # a reference to an earlier process


class _Pickler(pickle.Pickler):
    def __init__(
        self,
        file: IO[bytes],
        stays_within: Callable[[pickle.PickleBuffer], bool],
        identify: Callable[[object], tuple[str, int] | None],
    ) -> None:
        super().__init__(file, 5, buffer_callback=stays_within)
        self._identify = identify

    def persistent_id(self, item: object) -> tuple[str, int] | None:
        return self._identify(item)


class _Unpickler(pickle.Unpickler):
    def __init__(
        self, file: IO[bytes], arrays: list[memoryview], resolve: Callable[[tuple[str, int]], object]
    ) -> None:
        super().__init__(file, buffers=arrays)
        self._resolve = resolve

    def persistent_load(self, identity: tuple[str, int]) -> object:
        return self._resolve(identity)
