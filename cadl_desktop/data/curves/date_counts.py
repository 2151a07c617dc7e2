"""Dates and times of day as numbers: 'hours since 2024-03-01 06:00' says what a number counts."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

MICROSECONDS = {"days": 86_400_000_000, "hours": 3_600_000_000, "minutes": 60_000_000, "seconds": 1_000_000}
"""Units in which dates are counted, the longest first."""
DAY = MICROSECONDS["days"]
_FIRST_DAY = "0001-01-02"
"""Day that times of day are counted from: not the first of the calendar, so that there is one before it."""
_CLOCK = r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?"
_COUNTS = re.compile(
    rf"({'|'.join(MICROSECONDS)}) since (?:(\d{{4}}-\d\d-\d\d(?:[ T]{_CLOCK})?)(Z|[+-]\d\d:\d\d)?|({_CLOCK}))"
)
EXAMPLE = "write such as 'days since 2024-03-01', 'hours since 2024-03-01 06:00' or 'minutes since 23:50'"


@dataclass(frozen=True)
class Counts:
    """Meaning of a number that counts dates: the `unit` since `start`, in the time zone `zone` ('', 'Z' or
    '+02:00'). Where `is_clock`, only the time of day is known."""

    unit: str
    start: datetime
    zone: str = ""
    is_clock: bool = False

    def __str__(self) -> str:
        """Returns the text that `counts_of` reads."""
        if self.is_clock:
            return f"{self.unit} since {_short(self.start.time().isoformat())}"
        start = self.start.isoformat(" ").removesuffix(" 00:00:00")
        return f"{self.unit} since {_short(start) if ' ' in start else start}{self.zone}"

    def moment(self, value: float) -> datetime | None:
        """Returns the moment that a number stands for; None outside of the years 1 to 9999."""
        try:
            return self.start + timedelta(microseconds=round(value * MICROSECONDS[self.unit]))
        except (OverflowError, ValueError):
            return None

    def number(self, moment: datetime) -> float:
        """Returns the number that stands for a moment."""
        return (moment - self.start) / timedelta(microseconds=MICROSECONDS[self.unit])

    def written(self, value: float) -> str:
        """Returns a number as ISO 8601 writes its moment, to the microsecond; the number itself where that
        has none."""
        if (moment := self.moment(value)) is None:
            return repr(float(value))
        return moment.time().isoformat() if self.is_clock else f"{moment.isoformat()}{self.zone}"

    def shown(self, value: float) -> str:
        """Returns a number's moment as a readout shows it, to the minute or the second."""
        if (moment := self.moment(value)) is None:
            return "–"
        precision = "seconds" if self.unit == "seconds" else "minutes"
        if self.is_clock:
            return moment.time().isoformat(precision)
        return moment.isoformat(" ", precision)


@lru_cache(maxsize=64)
def counts_of(text: str) -> Counts | None:
    """Parses what a number counts; None where the text doesn't say that."""
    found = _COUNTS.fullmatch(text.strip())
    if not found:
        return None
    unit, date, zone, clock = found.groups()
    try:
        if clock:
            return Counts(unit, datetime.fromisoformat(f"{_FIRST_DAY} {clock}"), is_clock=True)
        return Counts(unit, datetime.fromisoformat(date), zone or "")
    except ValueError:  # there is no such day or time
        return None


def _short(clock: str) -> str:
    """Drops seconds of 0."""
    return clock.removesuffix(":00") if clock.count(":") == 2 else clock
