"""Columns of a curve: what its x and y are called, their units, and the dates that they count."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cadl_desktop.data.curves.date_counts import Counts, counts_of
from cadl_desktop.experiment.part import Part
from cadl_desktop.sentences import shown

_UNIT = re.compile(r"[\[(]\s*([^\[\]()]{1,20}?)\s*[\])]\s*$")


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
    def label(self) -> str:
        """The title as plots show it, with the time zone of dates."""
        zone = "" if self.counts is None else self.counts.zone.replace("Z", "UTC")
        return shown(f"{self.title} ({zone})" if zone else self.title)

    @property
    def unit(self) -> str:
        """What stands in brackets at the end of the name, or the unit in which dates are counted; may be
        empty."""
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
