"""What goes between a window and the process that computes for it: pickles, with arrays as they are beside
them. Both are this program, and one has started the other, so that each may believe what comes."""

import os
import pickle
import struct
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from itertools import count
from types import GeneratorType
from typing import IO, Any, NoReturn

import numpy as np

from cadl_desktop.computing.failure import crashed
from cadl_desktop.decoding.stream import StreamError, fill

LEAST_KEPT_BYTES, MOST_KEPT_BYTES = 2**16, 2**27
MOST_KEPT = 8
"""So many large bytes objects, as pictures of experiments are, the other side keeps, and so much of them
together: most questions are about what it was asked about before."""
_COUNTS = struct.Struct("<QQI")
"""How long what goes before a message is, how long the message, and how many arrays come after it."""
_LENGTH = struct.Struct("<Q")
_LEAST_ARRAY_BYTES = 4096
"""Smaller ones are part of the pickle."""
_BYTES, _MINE, _YOURS = "bytes", "mine", "yours"


class BrokenError(Exception):
    """The other side is gone."""


class Staying:
    """Has a thing stay where it is: the other side gets a `StandIn`, and what it asks with that is asked of
    the thing. Generators stay without being wrapped."""

    def __init__(self, thing: object) -> None:
        self.thing = thing


class StandIn:
    """For something that stays with the other side as long as anybody here holds this."""

    def __init__(self, number: int, let_go: Callable[[int], None]) -> None:
        self.number = number
        self._let_go = let_go

    def __del__(self) -> None:
        self._let_go(self.number)


class Gone:
    """What was to stay with a process that has ended."""

    def close(self) -> None:
        """It is."""

    def __next__(self) -> NoReturn:
        raise crashed()

    def __getattr__(self, name: str) -> NoReturn:
        raise crashed()


class Link:
    """Messages to and from the other side; one thread sends and one receives. With `keeps` the other side
    keeps large bytes, as it is likely to be sent them again."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes], *, keeps: bool = True) -> None:
        self._reading, self._writing = reading, writing
        self._keeps = keeps
        self._numbers = count(os.getpid() << 32)  # no stand-in is taken for one of another process
        self._sent: OrderedDict[int, tuple[int, bytes]] = OrderedDict()
        """By their address the bytes that the other side keeps, and the number by which it knows them."""
        self._kept: dict[int, bytes] = {}
        self._staying: dict[int, object] = {}
        self._stay_no_more: list[object] = []
        self._let_go: deque[int] = deque()

    def send(self, message: object) -> None:
        """Raises BrokenError, and what pickling raises, by which nothing has been sent."""
        arrays: list[memoryview] = []
        new: dict[int, bytes] = {}
        stays: list[int] = []
        try:
            body = _pickled(message, arrays, lambda thing: self._name(thing, new, stays))
        except Exception:
            self._take_back(new, stays)
            raise
        let_go = [self._let_go.popleft() for _ in range(len(self._let_go))]
        before = pickle.dumps((new, self._forgotten(), let_go), 5) if new or let_go else b""
        lengths = [_LENGTH.pack(array.nbytes) for array in arrays]
        try:
            counts = _COUNTS.pack(len(before), len(body), len(arrays))
            parts: tuple[bytes | memoryview, ...] = (counts, *lengths, before, body, *arrays)
            for part in parts:
                self._writing.write(part)
            self._writing.flush()
        except (OSError, ValueError) as error:  # gone, or closed here
            raise BrokenError from error

    def receive(self) -> Any:
        """The next message. Raises BrokenError."""
        before, body, arrays = _COUNTS.unpack(self._exactly(_COUNTS.size))
        lengths = [_LENGTH.unpack(self._exactly(_LENGTH.size))[0] for _ in range(arrays)]
        forgotten: list[int] = []
        if before:
            new, forgotten, let_go = pickle.loads(self._exactly(before))
            self._kept |= new
            self._stay_no_more += [self._staying.pop(number) for number in let_go if number in self._staying]
        pickled = BytesIO(self._exactly(body))
        message = _Unpickler(pickled, [self._exactly(length) for length in lengths], self._thing).load()
        for number in forgotten:
            self._kept.pop(number, None)
        return message

    def take_let_go(self) -> list[object]:
        """What nobody on the other side holds any more of what stayed here; whoever calls this decides where
        it ends."""
        things, self._stay_no_more = self._stay_no_more, []
        return things

    def close(self) -> None:
        for stream in (self._writing, self._reading):
            with suppress(OSError):  # what was still to be written
                stream.close()

    def _name(self, thing: object, new: dict[int, bytes], stays: list[int]) -> tuple[str, int] | None:
        """What the other side knows a thing by; None has it pickled."""
        if isinstance(thing, bytes):
            is_kept = self._keeps and len(thing) >= LEAST_KEPT_BYTES
            return (_BYTES, self._kept_there(thing, new)) if is_kept else None
        if isinstance(thing, StandIn):
            return _YOURS, thing.number
        if isinstance(thing, GeneratorType | Staying):
            number = next(self._numbers)
            self._staying[number] = thing.thing if isinstance(thing, Staying) else thing
            stays.append(number)
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

    def _take_back(self, new: dict[int, bytes], stays: list[int]) -> None:
        """Of a message that wasn't sent."""
        for content in new.values():
            self._sent.pop(id(content), None)
        for number in stays:
            del self._staying[number]

    def _thing(self, name: tuple[str, int]) -> object:
        kind, number = name
        if kind == _BYTES:
            return self._kept[number]
        if kind == _MINE:
            return StandIn(number, self._let_go.append)
        return self._staying.get(number, Gone())  # where the process was another one then

    def _exactly(self, length: int) -> memoryview:
        room = np.empty(length, np.uint8).data
        try:
            fill(self._reading, room)
        except (OSError, ValueError, StreamError) as error:
            raise BrokenError from error
        return room


class _Pickler(pickle.Pickler):
    def __init__(
        self,
        file: IO[bytes],
        take: Callable[[pickle.PickleBuffer], object],
        name: Callable[[object], tuple[str, int] | None],
    ) -> None:
        super().__init__(file, 5, buffer_callback=take)
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


def _pickled(
    message: object, arrays: list[memoryview], name: Callable[[object], tuple[str, int] | None]
) -> memoryview:
    def take(buffer: pickle.PickleBuffer) -> bool:
        """Whether it becomes part of the pickle."""
        content = buffer.raw()
        if content.nbytes >= _LEAST_ARRAY_BYTES:
            arrays.append(content)
            return False
        return True

    file = BytesIO()
    _Pickler(file, take, name).dump(message)
    return file.getbuffer()
