"""Soaks: attempts that follow from a seed, and the figures made of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.benchmarks.figures import Bound, Figure


@dataclass(frozen=True)
class Attempt:
    """Outcome of an attempt: numbers by name, and what did not hold, in words ('' if all held)."""

    numbers: Mapping[str, float] = field(default_factory=dict)
    failure: str = ""


@dataclass(frozen=True)
class Row:
    """A number of the attempts as a line of the table: their sum, or one value an attempt."""

    number: str
    unit: str
    told_as: Literal["sum", "each"] = "sum"
    bound: Bound | None = None


@dataclass(frozen=True)
class Soak:
    """`attempt(seed, folder)` makes one attempt in an empty folder of its own; `count` are made in all. `end`
    comes after the last of a call, whatever has become of it."""

    about: str
    count: int
    attempt: Callable[[int, Path], Attempt]
    rows: tuple[Row, ...] = ()
    end: Callable[[], object] = lambda: None


def figures(soak: Soak, attempts: Sequence[Attempt]) -> list[Figure]:
    """The soak's table: how many attempts were made, how many failed, and its own rows."""
    failed = sum(bool(attempt.failure) for attempt in attempts)
    return [
        Figure("attempts", "", (float(len(attempts)),), ("at least", float(soak.count))),
        Figure("attempts that failed", "", (float(failed),), ("at most", 0.0)),
        *(
            Figure(row.number, row.unit, values, row.bound)
            for row in soak.rows
            if (values := _values(row, attempts))
        ),
    ]


def _values(row: Row, attempts: Sequence[Attempt]) -> tuple[float, ...]:
    found = tuple(attempt.numbers[row.number] for attempt in attempts if row.number in attempt.numbers)
    return (sum(found),) if found and row.told_as == "sum" else found
