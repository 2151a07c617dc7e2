"""Remote side of an export's `compute`, in the same process but connected by bytes only."""

import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from types import GeneratorType
from typing import Any

Send = Callable[[bytes], bytes]


@dataclass(frozen=True)
class GeneratorRef:
    """Reference to a generator that stays on the remote side."""

    key: int


class RemoteWorker:
    """Executes requests, and keeps their generators."""

    def __init__(self) -> None:
        self.generators: list[Any] = []

    @property
    def running(self) -> int:
        """Number of generators that have not ended."""
        return sum(generator.gi_frame is not None for generator in self.generators)

    def __call__(self, request: bytes) -> bytes:
        reader = pickle.Unpickler(io.BytesIO(request))
        reader.persistent_load = self.generators.__getitem__  # type: ignore[method-assign]
        try:
            answer: tuple[str, Any] = "gave", reader.load()()
        except Exception as error:
            answer = "raised", error
        return pickled(answer, self._key_of)

    def _key_of(self, thing: object) -> int | None:
        if not isinstance(thing, GeneratorType):
            return None
        self.generators.append(thing)
        return len(self.generators) - 1


class RemoteCompute:
    """`Compute` that sends all work to a remote side."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.sent = 0

    def __call__(self, work: Callable[[], Any]) -> Any:
        self.sent += 1
        reader = pickle.Unpickler(io.BytesIO(self._send(pickled(work, key_of_ref))))
        reader.persistent_load = GeneratorRef  # type: ignore[method-assign]
        how, answer = reader.load()
        if how == "raised":
            raise answer
        return answer


def key_of_ref(thing: object) -> int | None:
    return thing.key if isinstance(thing, GeneratorRef) else None


def pickled(thing: object, key_of: Callable[[object], int | None]) -> bytes:
    written = io.BytesIO()
    pickler = pickle.Pickler(written)
    pickler.persistent_id = key_of  # type: ignore[method-assign]
    pickler.dump(thing)
    return written.getvalue()
