"""Page of the lessons: text, demonstration, goal, and experiments to try in the studio."""

from collections.abc import Callable
from dataclasses import dataclass

from cadl_desktop.experiment import Experiment
from cadl_desktop.lessons.demonstration import Demonstration, Hints


@dataclass(frozen=True)
class Trial:
    """Experiment that a page offers to try; its text links to it by name, as in [Try it](try:NAME)."""

    name: str
    label: str
    experiment: Callable[[], Experiment]


@dataclass(frozen=True)
class Studio:
    """Actions in the studio since the page was opened, as far as goals depend on them."""

    experiment: Experiment
    trial: str = ""
    """Name of the page's trial that is still loaded."""
    epochs: int = 0
    """Epochs trained in the run that is shown."""
    cost: float = float("nan")
    """Last measured cost of that run over the whole training set; `first_cost` is the initial one."""
    first_cost: float = float("nan")
    exported: frozenset[str] = frozenset()
    """Exports that were written, by their names in `export.exports`."""


@dataclass(frozen=True)
class Page:
    """Page of the lessons; `name` is the stem of resources/lessons/NAME.md, whose first line is the title."""

    name: str
    title: str
    goal: str
    begin: Callable[[], Demonstration] | None = None
    """Creates the demonstration; None if the page only accompanies work in the studio."""
    trials: tuple[Trial, ...] = ()
    reached_in_studio: Callable[[Studio], bool] | None = None
    """Predicate for a goal that is reached in the studio instead of the demonstration."""
    hints_in_studio: Callable[[Studio], Hints] | None = None
    """Hints to such a goal, from what was done in the studio."""
