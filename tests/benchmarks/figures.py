"""Measured figures and the tables that show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

Bound = tuple[Literal["at least", "at most"], float]
GAP: Bound = ("at most", 150.0)
"""Milliseconds for which the window may stand still."""


@dataclass(frozen=True)
class Figure:
    """Row of a table: a value for each round, and the bound for their median."""

    name: str
    unit: str
    values: tuple[float, ...]
    bound: Bound | None = None

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def reached(self) -> bool | None:
        """Whether the median is within its bound; None without a bound."""
        if self.bound is None:
            return None
        side, limit = self.bound
        return self.median >= limit if side == "at least" else self.median <= limit

    def as_plain(self) -> dict[str, object]:
        return {
            "name": self.name,
            "unit": self.unit,
            "values": list(self.values),
            "median": self.median,
            "bound": list(self.bound) if self.bound else None,
            "reached": self.reached,
        }


def paired_ratios(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, ...]:
    """Ratio of each round, so that what slows a whole round cancels out."""
    return tuple(our / their for our, their in zip(ours, theirs, strict=True))


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least this many percent of the values do not exceed."""
    if not values:
        raise ValueError("there is no percentile of nothing")
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


def table(figures: Sequence[Figure]) -> str:
    """Plain text in columns; a Markdown table as well."""
    rows = [["figure", "unit", "median", "min – max", "wanted", "reached"]]
    rows += [_row(figure) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def _row(figure: Figure) -> list[str]:
    wanted = f"{figure.bound[0]} {figure.bound[1]:g}" if figure.bound else ""
    reached = {None: "", True: "yes", False: "no"}[figure.reached]
    spread = f"{_digits(min(figure.values))} – {_digits(max(figure.values))}"
    return [figure.name, figure.unit, _digits(figure.median), spread, wanted, reached]


def _digits(value: float) -> str:
    """Three digits that count, and whole numbers from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
