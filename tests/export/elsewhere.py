"""What another process would do for an export, where all that goes there and comes back is bytes."""

import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from types import GeneratorType
from typing import Any

Ask = Callable[[bytes], bytes]


@dataclass(frozen=True)
class StandIn:
    """For a generator that stays where it is."""

    key: int


class There:
    """Does what it is asked, and keeps generators."""

    def __init__(self) -> None:
        self.generators: list[Any] = []

    @property
    def running(self) -> int:
        """How many of the generators have not ended."""
        return sum(generator.gi_frame is not None for generator in self.generators)

    def __call__(self, asked: bytes) -> bytes:
        reader = pickle.Unpickler(io.BytesIO(asked))
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


class Here:
    """A `Compute` that asks another process for everything."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.asked = 0

    def __call__(self, work: Callable[[], Any]) -> Any:
        self.asked += 1
        reader = pickle.Unpickler(io.BytesIO(self._ask(pickled(work, key_of_stand_in))))
        reader.persistent_load = StandIn  # type: ignore[method-assign]
        how, answer = reader.load()
        if how == "raised":
            raise answer
        return answer


def key_of_stand_in(thing: object) -> int | None:
    return thing.key if isinstance(thing, StandIn) else None


def pickled(thing: object, key_of: Callable[[object], int | None]) -> bytes:
    written = io.BytesIO()
    pickler = pickle.Pickler(written)
    pickler.persistent_id = key_of  # type: ignore[method-assign]
    pickler.dump(thing)
    return written.getvalue()
