"""Files and texts altered at random, and what became of reading them."""

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import psutil

from tests.soak.soak import Attempt

LONGEST_REFUSAL = 300
_HEADER_BYTES = 200
_MEGABYTE = 2**20


def altered(whole: bytes, draw: Random) -> bytes:
    """Bytes with some bits flipped, anywhere or at the beginning; or cut short; or with a piece moved."""
    found = bytearray(whole)
    among = min(len(found), _HEADER_BYTES) if draw.random() < 0.5 else len(found)
    for _ in range(draw.choice([1, 1, 3, 20])):
        found[draw.randrange(among)] ^= 1 << draw.randrange(8)
    kind = draw.random()
    if kind < 0.05:
        del found[draw.randrange(len(found)) :]
    elif kind < 0.1:
        at, length = draw.randrange(len(found)), draw.randrange(64)
        to = draw.randrange(len(found))
        found[to : to + length] = found[at : at + length]
    return bytes(found)


@dataclass
class Harm:
    """Counts inputs; `refusals` are errors that a person reads."""

    refusals: tuple[type[Exception], ...]
    most_seconds: float
    most_bytes: int
    clock: Callable[[], float] = time.perf_counter
    """Clock of an input's time; the process's own leaves out what other processes take."""
    _began_with: int = field(default_factory=lambda: psutil.Process().memory_info().rss)
    _inputs: int = 0
    _refused: int = 0
    _slowest: float = 0.0
    _grown: int = 0
    _failures: list[str] = field(default_factory=list)

    def read(self, name: str, read: Callable[[], object]) -> None:
        """Reads one input, which may only succeed or be refused, in time and in a short sentence."""
        began = self.clock()
        try:
            read()
        except self.refusals as refusal:
            self._refused += 1
            if len(str(refusal)) > LONGEST_REFUSAL or "\n" in str(refusal):
                self._failures.append(f"{name}: {str(refusal)[:400]}")
        except Exception:
            self._failures.append(f"{name}: {traceback.format_exc()[-1500:]}")
        seconds = self.clock() - began
        self._inputs += 1
        self._slowest = max(self._slowest, seconds)
        self._grown = max(self._grown, psutil.Process().memory_info().rss - self._began_with)
        if seconds > self.most_seconds:
            self._failures.append(f"{name}: took {seconds:.1f} s")

    def attempt(self) -> Attempt:
        if self._grown > self.most_bytes:
            self._failures.append(f"the program grew by {self._grown / _MEGABYTE:.0f} MB")
        numbers = {
            "inputs": float(self._inputs),
            "refused": float(self._refused),
            "slowest input": self._slowest,
            "growth of the program": self._grown / _MEGABYTE,
        }
        return Attempt(numbers, "; ".join(self._failures))
