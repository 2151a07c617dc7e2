"""Columns of dates and times of day in tables, read as numbers since the first of them.

ISO 8601 (2024-03-01, 2024-03-01T06:30:00+02:00, 2024-03), day or month first (01/03/2024, 1.3.2024 6:30),
months by their English names (3 Mar 2024, March 3, 2024), and times of day (23:50, 11:50 PM). Which of day
and month comes first is concluded from all rows; where both fit, `OrderError` asks for it. A date with points
in between has the day first.
"""

import re
from array import array
from datetime import date, datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.columns import shortened_name
from cadl_desktop.data.curves.date_counts import DAY, MICROSECONDS, Counts
from cadl_desktop.data.curves.table_text import TableError
from cadl_desktop.data.samples import Doubles
from cadl_desktop.sentences import shown

Order = Literal["day", "month"]
Mask = NDArray[np.bool_]

_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_ZONE = r"(?:\s?(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?"
_CELL = re.compile(
    r"(?:(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d{1,2})(?:(?P=mark)(?P<day>\d{1,2}))?"
    r"|(?P<one>\d{1,2})(?P<sign>[./-])(?P<other>\d{1,2})(?P=sign)(?P<last>\d{4}))"
    rf"(?:(?:[Tt]|,?\s+){_TIME}{_ZONE})?|{_TIME.replace('?P<', '?P<only_')}"
)
_NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})(?:\.?\s+|[-/]))?(?P<month>[A-Za-z]{3,9})(?:[.,]?\s+|[-/])"
    r"(?:(?P<later>\d{1,2})(?:,?\s+|[-/]))?(?P<year>\d{4})(?P<time>\D.*)?"
)
"""A date with the name of its month: 3 Mar 2024, 3-Mar-2024, March 3, 2024, Mar 2024."""
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORT_YEAR = re.compile(r"\d{1,2}([./ -])(?:\d{1,2}|[A-Za-z]{3,9})\1\d\d(?:[ T,].*)?")
_MOST_LETTERS = 40
_NONE = -(2**62)
"""Stands for no date, and for no time zone."""
_HALF_DAY, _END = DAY // 2, (date.max.toordinal() + 1) * DAY


class OrderError(TableError):
    """Error for dates in which day and month can't be told apart; one of them is the sentence's value
    'cell'."""


def is_date(cell: str) -> bool:
    """Tells whether a cell looks like a date or a time of day."""
    return _matched(cell) is not None


def is_time(cell: str) -> bool:
    """Tells whether a cell looks like a time of day without a date."""
    found = _matched(cell)
    return found is not None and found["only_hour"] is not None


def has_short_year(cell: str) -> bool:
    """Tells whether a cell looks like a date whose year has two digits, which isn't read."""
    return len(cell) <= _MOST_LETTERS and _SHORT_YEAR.fullmatch(cell.strip()) is not None


class DateCells:
    """Cells of one column, added one by one; `numbers` then has their values."""

    def __init__(self, name: str, order: Order | None = None) -> None:
        self._name, self._order = shown(shortened_name(name)), order
        self._day_first, self._month_first = array("q"), array("q")
        self._zones = array("q")
        self._is_clock = array("b")
        self.made_utc = False
        """Whether `numbers` has changed several time zones to UTC."""
        self._example = ""

    def add(self, cell: str) -> bool:
        """Adds a cell; False, adding nothing, where it is no date."""
        found = _matched(cell)
        if found is None:
            return False
        clock = found["only_hour"] is not None
        time = _time_of(found, "only_" if clock else "")
        if time is None:
            return False
        first, second = (time, time) if clock else (_days(found, "day"), _days(found, "month"))
        if not clock:
            first, second = (each if each == _NONE else each * DAY + time for each in (first, second))
        if first == second == _NONE:
            return False
        if not self._example and _NONE not in (first, second) and first != second:
            self._example = cell.strip()
        self._day_first.append(first)
        self._month_first.append(second)
        self._zones.append(_zone_of(found["zone"]))
        self._is_clock.append(clock)
        return True

    def drop_last(self) -> None:
        """Takes the last cell back, whose row has no other value."""
        for each in (self._day_first, self._month_first, self._zones, self._is_clock):
            each.pop()

    def numbers(self, increases: bool) -> tuple[Doubles, Mask, str]:
        """Returns the cells as numbers, which of them are dates in the column's order of day and month, and
        what the numbers count. `increases`: times of day go on over midnight, as those of x do; otherwise
        each is as near to the one before as it can be.

        Raises OrderError, and TableError where only some cells have a time zone, or orders are mixed.
        """
        moments = np.array(self._day_first if self._chosen_order() == "day" else self._month_first)
        clock = np.array(self._is_clock, np.bool_)
        known = moments != _NONE
        is_clock = bool(clock.all())
        if not is_clock:
            known &= ~clock
        zone = "" if is_clock else self._in_one_zone(moments, known)
        if not is_clock:
            known &= (moments >= DAY) & (moments < _END)  # another time zone may lead out of the calendar
        kept = moments[known]
        if is_clock:
            kept = _over_midnight(kept, increases)
        start = int(kept.min()) if len(kept) else 0
        since = kept - start
        unit = next((unit for unit, length in MICROSECONDS.items() if not (since % length).any()), "seconds")
        numbers = np.full(len(moments), np.nan)
        numbers[known] = since / MICROSECONDS[unit]
        first = datetime.min + timedelta(microseconds=start % DAY + DAY if is_clock else start - DAY)
        return numbers, known, str(Counts(unit, first, zone, is_clock))

    def _chosen_order(self) -> Order:
        if self._order is not None:
            return self._order
        day, month = np.array(self._day_first), np.array(self._month_first)
        only_day, only_month = bool((month == _NONE).any()), bool((day == _NONE).any())
        if only_day and only_month:
            raise TableError(
                "'{name}' has the day first in some rows and the month in others; write dates as 2024-03-01.",
                name=self._name,
            )
        if not (only_day or only_month) and self._example:
            raise OrderError(
                "'{name}' may have the day or the month first, as in '{cell}'; choose --dates "
                "day-first or --dates month-first, or write dates as 2024-03-01.",
                name=self._name,
                cell=shown(self._example),
            )
        return "month" if only_month else "day"

    def _in_one_zone(self, moments: NDArray[np.int64], known: Mask) -> str:
        """Changes moments of several zones to UTC; returns the zone of all."""
        zones = np.array(self._zones)
        found = np.unique(zones[known])
        if len(found) <= 1:
            return _zone_text(int(found[0])) if len(found) else ""
        if _NONE in found:
            raise TableError(
                "'{name}' has a time zone in some rows only; give all of them one, or none.",
                name=self._name,
            )
        moments[known] -= zones[known]
        self.made_utc = True
        return "Z"


def _matched(cell: str) -> re.Match[str] | None:
    """Matches a date or a time of day; one with the name of its month as ISO 8601 has it."""
    if len(cell) > _MOST_LETTERS:
        return None
    text = cell.strip()
    if named := _NAMED.fullmatch(text):
        month = next((i for i, name in enumerate(_MONTHS, 1) if name.startswith(named["month"].lower())), 0)
        day = named["day"] or named["later"] or "1"
        text = f"{named['year']}-{month}-{day}{named['time'] or ''}"
    return _CELL.fullmatch(text)


def _days(found: re.Match[str], order: Order) -> int:
    """Returns the number of a date's day, the 1st of January of year 1 being 1; _NONE where it has none."""
    if found["year"]:
        year, month, day = found["year"], found["month"], found["day"] or 1
    else:
        day_first = order == "day" or found["sign"] == "."
        year, (day, month) = found["last"], (found["one"], found["other"])[:: 1 if day_first else -1]
    try:
        return date(int(year), int(month), int(day)).toordinal()
    except ValueError:
        return _NONE


def _time_of(found: re.Match[str], prefix: str) -> int | None:
    """Returns the time of day in microseconds, 0 of a date alone; None where there is no such time."""
    hour, minute, second, fraction, half = (
        found[f"{prefix}{name}"] for name in ("hour", "minute", "second", "fraction", "half")
    )
    if hour is None:
        return 0
    hours, minutes, seconds = int(hour), int(minute), int(second or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half in "Pp" else 0)
    time = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + int((fraction or "0").ljust(6, "0")[:6])
    return time if minutes < 60 and seconds < 60 and time <= DAY else None


def _zone_of(text: str | None) -> int:
    """Returns a time zone's distance from UTC in microseconds; _NONE where there is none."""
    if not text:
        return _NONE
    if text[0] not in "+-":
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return (-minutes if text[0] == "-" else minutes) * MICROSECONDS["minutes"]


def _zone_text(zone: int) -> str:
    if zone in (_NONE, 0):
        return "" if zone == _NONE else "Z"
    minutes = abs(zone) // MICROSECONDS["minutes"]
    return f"{'-' if zone < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _over_midnight(times: NDArray[np.int64], increases: bool) -> NDArray[np.int64]:
    """Adds the days that have passed to times of day."""
    steps = np.diff(times)
    days = (steps < -_HALF_DAY).astype(np.int64)
    if not increases:
        days -= steps > _HALF_DAY
    return times + DAY * np.concatenate([[0], np.cumsum(days)]) if len(times) else times
