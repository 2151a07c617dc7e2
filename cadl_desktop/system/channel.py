"""Messages between two processes over a pair of pipes. A frame is how many parts a message has, how long they
are, and the parts as they are; a codec makes them: `PlainCodec` of JSON and numbers, where the other side
reads files of strangers, and `PickleCodec`, where it is this program and may be believed."""

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
"""The other side keeps at most so many large bytes objects (pictures of experiments), and MOST_KEPT_BYTES of
them together: most questions are about what it was asked about before."""
_LEAST_ARRAY_BYTES = 4096
"""Smaller ones are part of the pickle."""
_BYTES, _MINE, _YOURS = "bytes", "mine", "yours"


class ChannelError(Exception):
    """The other side is gone, or has sent what it may not."""


class Codec(Protocol):
    """Makes parts of a message, and a message of parts."""

    def encode(self, message: Any) -> Sequence[Part]: ...

    def decode(self, parts: Sequence[memoryview]) -> Any: ...


@dataclass(frozen=True)
class Bounds:
    """What a frame of somebody who isn't trusted may have: bytes of its first part and of all others
    together, and their number. It is refused before there is room for more."""

    first: int
    others: int
    parts: int


class Channel:
    """One thread sends and one receives."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes], codec: Codec) -> None:
        self.codec = codec
        self._reading, self._writing = reading, writing

    def send(self, message: Any) -> None:
        """Raises ChannelError, and what encoding raises, by which nothing has been sent."""
        parts = self.codec.encode(message)
        lengths = (_LENGTH.pack(part.nbytes if isinstance(part, memoryview) else len(part)) for part in parts)
        try:
            self._writing.write(_COUNT.pack(len(parts)) + b"".join(lengths))
            for part in parts:
                self._writing.write(part)
            self._writing.flush()
        except (OSError, ValueError) as error:  # gone, or closed here
            raise ChannelError("the other side is gone") from error

    def receive(self, bounds: Bounds | None = None) -> Any:
        """The next message. Raises ChannelError."""
        (count,) = _COUNT.unpack(self._read(_COUNT.size))
        if bounds and not 0 < count <= bounds.parts:
            raise ChannelError("a message has too many parts")
        lengths = [length for (length,) in _LENGTH.iter_unpack(self._read(count * _LENGTH.size))]
        if bounds and (lengths[0] > bounds.first or sum(lengths[1:]) > bounds.others):
            raise ChannelError("a message is larger than it may be")
        return self.codec.decode([self._read(length) for length in lengths])

    def close(self) -> None:
        for stream in (self._writing, self._reading):
            with suppress(OSError):  # what was still to be written
                stream.close()

    def _read(self, length: int) -> memoryview:
        room, filled = np.empty(length, np.uint8).data, 0
        try:
            while filled < length:
                count = self._reading.readinto(room[filled:])  # type: ignore[attr-defined]
                if not count:
                    raise ChannelError("the other side is gone")
                filled += count
        except (OSError, ValueError) as error:
            raise ChannelError("the other side is gone") from error
        return room


class PlainCodec:
    """For dicts of JSON values and of arrays of numbers. Nothing that comes in is believed, and no code can
    come with it."""

    def encode(self, message: Mapping[str, Any]) -> list[Part]:
        """A header, and the bytes of each array."""
        arrays = {name: np.asarray(value, order="C") for name, value in message.items() if _is_array(value)}
        values = {name: value for name, value in message.items() if not _is_array(value)}
        described = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
        header = json.dumps({"values": values, "arrays": described}).encode()
        return [header, *(array.reshape(-1).view(np.uint8).data for array in arrays.values())]

    def decode(self, parts: Sequence[memoryview]) -> dict[str, Any]:
        """Raises ChannelError."""
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
    """Wraps an object that stays here: the other side gets a `RemoteRef`, and where it sends that, the object
    itself is found here. Generators are never sent, and need no wrapping."""

    def __init__(self, thing: object) -> None:
        self.thing = thing


class RemoteRef:
    """Reference to an object of the other process, which keeps it as long as this lives."""

    def __init__(self, number: int, let_go: Callable[[int], None]) -> None:
        self.number = number
        self._let_go = let_go

    def __del__(self) -> None:
        self._let_go(self.number)


class DeadRef:
    """What is found for a reference to an object of a process that has ended."""

    def close(self) -> None:
        """It is."""

    def __next__(self) -> NoReturn:
        raise crashed()

    def __getattr__(self, name: str) -> NoReturn:
        raise crashed()


def crashed() -> SentenceError:
    """The error of a request whose process has ended."""
    return SentenceError("What was being computed came to nothing, as its process ended; please try again.")


class PickleCodec:
    """Codec of one side. With `keeps` the other side keeps large bytes, as it is likely to get them again."""

    def __init__(self, *, keeps: bool = True) -> None:
        self._keeps = keeps
        self._numbers = count(os.getpid() << 32)  # no reference is taken for one to another process
        self._sent: OrderedDict[int, tuple[int, bytes]] = OrderedDict()
        """By their address the bytes that the other side keeps, and the number by which it knows them."""
        self._kept: dict[int, bytes] = {}
        self._local: dict[int, object] = {}
        """By their numbers the objects to which the other side has references."""
        self._released: list[object] = []
        self._let_go: deque[int] = deque()

    def encode(self, message: object) -> list[Part]:
        """What the other side is to know first, the pickle, and arrays. Raises what pickling raises."""
        arrays: list[Part] = []
        new: dict[int, bytes] = {}
        referred: list[int] = []
        file = BytesIO()

        def is_part(buffer: pickle.PickleBuffer) -> bool:
            """Whether an array becomes part of the pickle."""
            content = buffer.raw()
            if content.nbytes >= _LEAST_ARRAY_BYTES:
                arrays.append(content)
                return False
            return True

        try:
            _Pickler(file, is_part, lambda thing: self._name(thing, new, referred)).dump(message)
        except Exception:
            self._forget_unsent(new, referred)
            raise
        let_go = [self._let_go.popleft() for _ in range(len(self._let_go))]
        first = pickle.dumps((new, self._forgotten(), let_go), 5) if new or let_go else b""
        return [first, file.getbuffer(), *arrays]

    def decode(self, parts: Sequence[memoryview]) -> Any:
        first, pickled, *arrays = parts
        forgotten: list[int] = []
        if first:
            new, forgotten, let_go = pickle.loads(first)
            self._kept |= new
            self._released += [self._local.pop(number) for number in let_go if number in self._local]
        message = _Unpickler(BytesIO(pickled), arrays, self._thing).load()
        for number in forgotten:
            self._kept.pop(number, None)
        return message

    def take_released(self) -> list[object]:
        """Local objects to which the other side has no reference any more; whoever calls this decides where
        they end."""
        things, self._released = self._released, []
        return things

    def _name(self, thing: object, new: dict[int, bytes], referred: list[int]) -> tuple[str, int] | None:
        """What the other side knows a thing by; None has it pickled."""
        if isinstance(thing, bytes):
            is_kept = self._keeps and len(thing) >= LEAST_KEPT_BYTES
            return (_BYTES, self._kept_there(thing, new)) if is_kept else None
        if isinstance(thing, RemoteRef):
            return _YOURS, thing.number
        if isinstance(thing, GeneratorType | LocalObject):
            number = next(self._numbers)
            self._local[number] = thing.thing if isinstance(thing, LocalObject) else thing
            referred.append(number)
            return _MINE, number
        return None

    def _kept_there(self, content: bytes, new: dict[int, bytes]) -> int:
        if id(content) not in self._sent:
            number = next(self._numbers)
            self._sent[id(content)] = number, content
            new[number] = content
        self._sent.move_to_end(id(content))
        return self._sent[id(content)][0]

    def _forgotten(self) -> list[int]:
        """What the other side is to keep no longer than for this message."""
        found = []
        together = sum(len(content) for _, content in self._sent.values())
        while len(self._sent) > MOST_KEPT or together > MOST_KEPT_BYTES:
            number, content = self._sent.popitem(last=False)[1]
            together -= len(content)
            found.append(number)
        return found

    def _forget_unsent(self, new: dict[int, bytes], referred: list[int]) -> None:
        """Drops what was registered for a message that could not be pickled."""
        for content in new.values():
            self._sent.pop(id(content), None)
        for number in referred:
            del self._local[number]

    def _thing(self, name: tuple[str, int]) -> object:
        kind, number = name
        if kind == _BYTES:
            return self._kept[number]
        if kind == _MINE:
            return RemoteRef(number, self._let_go.append)
        return self._local.get(number, DeadRef())  # of a process that has ended


class _Pickler(pickle.Pickler):
    def __init__(
        self,
        file: IO[bytes],
        is_part: Callable[[pickle.PickleBuffer], bool],
        name: Callable[[object], tuple[str, int] | None],
    ) -> None:
        super().__init__(file, 5, buffer_callback=is_part)
        self._name = name

    def persistent_id(self, thing: object) -> tuple[str, int] | None:
        return self._name(thing)


class _Unpickler(pickle.Unpickler):
    def __init__(
        self, file: IO[bytes], arrays: list[memoryview], find: Callable[[tuple[str, int]], object]
    ) -> None:
        super().__init__(file, buffers=arrays)
        self._find = find

    def persistent_load(self, name: tuple[str, int]) -> object:
        return self._find(name)
