"""Columns of a curve: what its x and y are called, and their units."""

import re
from dataclasses import dataclass

from cadl_desktop.experiment.part import Part
from cadl_desktop.sentences import shown

MOST_LETTERS = 61
"""Longest name of a column, as tables give them."""
_UNIT = re.compile(r"[\[(]\s*([^\[\]()]{1,20}?)\s*[\])]\s*$")


@dataclass(frozen=True)
class Column:
    """The x or y of a curve: its `letter`, and its `name` in the table that it came from, which may be empty
    and ends in the unit in brackets: 'Temperature [°C]'."""

    letter: str
    name: str = ""

    @property
    def title(self) -> str:
        """Title of an axis or a column: the name, or the letter where there is none."""
        return self.name or self.letter

    @property
    def label(self) -> str:
        """The title as plots and sentences show it."""
        return shown(self.title)

    @property
    def unit(self) -> str:
        """What stands in brackets at the end of the name; may be empty."""
        found = _UNIT.search(self.name)
        return shown(found[1]) if found else ""


X, Y = Column("x"), Column("y")


def columns_of(data: Part) -> tuple[Column, Column]:
    """Returns the columns x and y of a dataset of points."""
    settings = data.as_dict()
    x, y = (Column(letter, str(settings.get(f"{letter}_name", ""))) for letter in "xy")
    return x, y
