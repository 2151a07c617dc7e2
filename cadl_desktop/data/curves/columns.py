"""Columns of a curve: what its x and y are called, their units, and the dates that they count."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cadl_desktop.data.curves.date_counts import Counts, counts_of
from cadl_desktop.experiment.part import Part
from cadl_desktop.sentences import shown

_UNIT = re.compile(r"[\[(]\s*([^\[\]()]{1,20}?)\s*[\])]\s*$")
MOST_LETTERS = 60
"""Letters of a name that a plot's axis or a sentence shows."""
_FEWEST_LETTERS = 4
"""Letters of a name that stay beside its unit."""


@dataclass(frozen=True)
class Column:
    """The x or y of a curve: its `letter`, its `name` in the table that it came from, which may be empty and
    ends in the unit in brackets: 'Temperature [°C]', and what its numbers count where they are dates."""

    letter: str
    name: str = ""
    counts: Counts | None = None

    @property
    def title(self) -> str:
        """Title of an axis or a column: the name, or the letter where there is none."""
        return self.name or self.letter

    @property
    def whole(self) -> str:
        """The title with the time zone of dates, however long."""
        zone = "" if self.counts is None else self.counts.zone.replace("Z", "UTC")
        return shown(f"{self.title} ({zone})" if zone else self.title)

    @property
    def label(self) -> str:
        """The title as plots show it: with the time zone of dates, and shortened."""
        return shortened_name(self.whole)

    @property
    def unit(self) -> str:
        """Unit in brackets at the end of the name, or the one in which dates are counted; may be empty."""
        if self.counts is not None:
            return self.counts.unit
        found = _UNIT.search(self.name)
        return shown(found[1]) if found else ""

    def written(self, value: float) -> float | str:
        """Returns a number as a table has it: itself, or its date in ISO 8601."""
        return value if self.counts is None else self.counts.written(value)

    def shown(self, value: float, otherwise: Callable[[float], str]) -> str:
        """Returns a number's date as a readout shows it, or the number itself by `otherwise`."""
        return otherwise(value) if self.counts is None else self.counts.shown(value)


X, Y = Column("x"), Column("y")


def forms_of(name: str) -> tuple[str, ...]:
    """Returns a name in all its lengths, from the whole to a few letters."""
    lengths = range(len(name), _FEWEST_LETTERS, -1)
    return (name, *dict.fromkeys(shortened_name(name, most) for most in lengths if most < len(name)))


def shortened_name(name: str, most: int = MOST_LETTERS) -> str:
    """Returns a name in at most `most` letters: so much of its beginning, and the unit in brackets at its end
    where there is room for both."""
    if len(name) <= most:
        return name
    found = _UNIT.search(name)
    unit = f" {found[0].strip()}" if found else ""
    beginning = name[: found.start()] if found else name
    if most - len(unit) <= _FEWEST_LETTERS:
        unit = ""
    return f"{beginning[: most - len(unit) - 1].rstrip()}…{unit}"


def columns_of(data: Part) -> tuple[Column, Column]:
    """Returns the columns x and y of a dataset of points."""
    settings = data.as_dict()
    x, y = (
        Column(
            letter,
            str(settings.get(f"{letter}_name", "")),
            counts_of(str(settings.get(f"{letter}_counts", ""))),
        )
        for letter in "xy"
    )
    return x, y
