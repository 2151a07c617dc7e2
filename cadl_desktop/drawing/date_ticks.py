"""Ticks of axes that count dates, on round dates and times."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile

from cadl_desktop.data.curves.date_counts import Counts

_SECOND, _MINUTE, _HOUR, _DAY = (timedelta(seconds=count) for count in (1, 60, 3600, 86_400))
_STEPS = (
    *(count * unit for unit in (_SECOND, _MINUTE) for count in (1, 2, 5, 10, 15, 30)),
    *(count * _HOUR for count in (1, 2, 3, 6, 12)),
    *(count * _DAY for count in (1, 2, 4, 7, 14)),
)
"""Distances of ticks; weeks begin on Mondays, as the year 1 did."""
_MONTHS = (1, 2, 3, 6, *(12 * count * ten for ten in (1, 10, 100, 1000) for count in (1, 2, 5)))
_LAST_YEAR = 9999

Ticks = list[tuple[float, str]]


def date_ticks(counts: Counts, low: float, high: float, most: int) -> Ticks | None:
    """Returns at most so many ticks between two numbers, each with its text; None where the numbers stand for
    no dates, or are too near to each other for seconds."""
    first, last = counts.moment(low), counts.moment(high)
    if first is None or last is None or last - first < 2 * _SECOND:
        return None
    most = max(most, 1)
    step = next((step for step in _STEPS if (last - first) / step <= most), None)
    if step is not None:
        ticks = list(takewhile(lambda moment: moment <= last, _steps(first, step)))
        texts = _clock_texts(ticks, step, counts) if step < _DAY or counts.is_clock else _days(ticks)
    else:
        months = (last.year - first.year) * 12 + last.month - first.month
        every = next(every for every in _MONTHS if months / every <= most or every == _MONTHS[-1])
        ticks = [moment for moment in _months(first, every) if first <= moment <= last]
        texts = [f"{moment:%Y-%m-%d}"[: 4 if every >= 12 else 7] for moment in ticks]
    return [(counts.number(moment), text) for moment, text in zip(ticks, texts, strict=True)]


def _steps(first: datetime, step: timedelta) -> Iterator[datetime]:
    """Yields round moments from `first` on."""
    number = -((datetime.min - first) // step)
    while True:
        try:
            yield datetime.min + number * step
        except OverflowError:
            return
        number += 1


def _months(first: datetime, every: int) -> Iterator[datetime]:
    """Yields the first days of every so many months, from a little before `first` on."""
    month = (first.year * 12 + first.month - 1) // every * every
    while month < 12:
        month += every
    while month // 12 <= _LAST_YEAR:
        yield datetime(month // 12, month % 12 + 1, 1)
        month += every


def _days(ticks: list[datetime]) -> list[str]:
    return [moment.date().isoformat() for moment in ticks]


def _clock_texts(ticks: list[datetime], step: timedelta, counts: Counts) -> list[str]:
    """Returns times of day, and at midnight the date; without a midnight the first tick has its date."""
    precision = "seconds" if step < _MINUTE else "minutes"
    texts = [moment.time().isoformat(precision) for moment in ticks]
    if counts.is_clock:
        return texts
    midnights = [place for place, moment in enumerate(ticks) if moment == _midnight(moment)]
    for place in midnights:
        texts[place] = ticks[place].date().isoformat()
    if ticks and not midnights:
        texts[0] = f"{ticks[0].date().isoformat()} {texts[0]}"
    return texts


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
