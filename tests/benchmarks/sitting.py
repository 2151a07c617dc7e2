"""Sitting of the benchmark: its rounds, their length, and the alternation of sides."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.processes import Environment, ask


@dataclass(frozen=True)
class Sitting:
    """Settings that all benchmarks of one call share."""

    environment: Environment
    rounds: int
    seconds: float

    @property
    def cores(self) -> int:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    @property
    def thread_counts(self) -> tuple[int, ...]:
        return (1,) if self.cores == 1 else (1, self.cores)

    def ask(self, name: str, *arguments: object) -> dict[str, Any]:
        return ask(self.environment, name, *arguments)

    def alternate(self, sides: Sequence[Callable[[], Any]]) -> list[list[Any]]:
        """Results of each side in each round; every other round goes through the sides backwards."""
        found: list[list[Any]] = [[] for _ in sides]
        for number in range(self.rounds):
            order = list(range(len(sides)))
            for side in order if number % 2 == 0 else reversed(order):
                found[side].append(sides[side]())
            say(f"  round {number + 1} of {self.rounds}")
        return found


def say(text: str) -> None:
    """Tells of progress, apart from the results."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
