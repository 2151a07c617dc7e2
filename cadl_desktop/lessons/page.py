"""A page of the lessons: its text, its demonstration, its goal, and what of it can be tried in the studio."""

from collections.abc import Callable
from dataclasses import dataclass

from cadl_desktop.experiment import Experiment
from cadl_desktop.lessons.demonstration import Demonstration


@dataclass(frozen=True)
class Trial:
    """An experiment that a page offers to try; the text links to it by its name, as in [Try it](try:NAME)."""

    name: str
    label: str
    experiment: Callable[[], Experiment]


@dataclass(frozen=True)
class Studio:
    """What a person has done in the studio since the page was opened, as far as goals ask for it."""

    experiment: Experiment
    trial: str = ""
    """The trial of this page that was loaded, and hasn't been replaced."""
    epochs: int = 0
    """Trained in all of the run that is shown."""
    cost: float = float("nan")
    """The whole-set cost last measured of that run, and the one it began with."""
    first_cost: float = float("nan")
    exported: frozenset[str] = frozenset()
    """Kinds of export that were written, by their names in `export.exports`."""


@dataclass(frozen=True)
class Page:
    """`name` is the stem of resources/lessons/NAME.md, whose first line is its title."""

    name: str
    title: str
    goal: str
    begin: Callable[[], Demonstration] | None = None
    """None where everything happens in the studio: the page is a dock beside it."""
    trials: tuple[Trial, ...] = ()
    reached_in_studio: Callable[[Studio], bool] | None = None
    """Where the goal is reached in the studio and not in the demonstration."""
