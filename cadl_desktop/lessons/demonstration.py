"""A lesson's demonstration: what it stands at, as frozen data, and what a hand makes of that."""

from dataclasses import dataclass, replace
from typing import Self

from cadl_desktop.lessons.figure import Figure, Table


@dataclass(frozen=True)
class Slider:
    """Control for a number from `least` to `most`, on a linear or logarithmic scale; disabled unless
    `possible`."""

    name: str
    label: str
    value: float
    least: float
    most: float
    tip: str
    logarithmic: bool = False
    whole: bool = False
    possible: bool = True


@dataclass(frozen=True)
class Choice:
    """Control that chooses one of `options`, each a pair (key, label)."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...]
    tip: str


@dataclass(frozen=True)
class Switch:
    """Control that is on or off."""

    name: str
    label: str
    value: bool
    tip: str


@dataclass(frozen=True)
class Button:
    """Control that acts when pressed. With `plays` it repeats until it is pressed again or no longer
    `possible`."""

    name: str
    label: str
    tip: str
    possible: bool = True
    plays: bool = False


Control = Slider | Choice | Switch | Button
Value = float | str | bool
Hints = tuple[str, str]
"""What to look at, then what to set, each in at most 25 words of plain text."""


@dataclass(frozen=True)
class Demonstration:
    """State of a page's demonstration; without arguments, as the lecture begins.

    Every change returns another state, so that the same inputs lead to the same figures.
    """

    def controls(self) -> tuple[Control, ...]:
        """Controls beside the figures, from top to bottom."""
        return ()

    def with_value(self, name: str, value: Value) -> Self:
        """State after a slider, choice or switch was set; by default, sets the field of that name."""
        return replace(self, **{name: value})

    def after_press(self, name: str) -> Self:
        """State after the button `name` was pressed."""
        raise NotImplementedError

    def after_move(self, name: str, x: float, y: float) -> Self:
        """State after the handle `name` was moved to (x, y), or the plane of a figure was clicked there."""
        raise NotImplementedError

    def figures(self) -> tuple[Figure, ...]:
        """Figures from left to right, on a narrow page from top to bottom. Has to return within 30 ms."""
        raise NotImplementedError

    def tables(self) -> tuple[Table, ...]:
        """Tables beside the figures."""
        return ()

    def words(self) -> tuple[str, ...]:
        """Lines of text about the state, with formulas between dollar signs."""
        return ()

    def as_in_lecture(self) -> Self:
        """State after playing to the end with the lecture's settings, as exported files show it."""
        return self

    def numbers(self) -> tuple[Table, ...]:
        """Tables that are exported as CSV."""
        return self.tables()

    def reached(self) -> bool:
        """Whether the person has reached the page's goal; False in the initial state."""
        raise NotImplementedError

    def missed(self) -> bool:
        """Whether the last input was an attempt at the goal that failed."""
        return False

    def hints(self) -> Hints:
        """Hints from this state to the goal."""
        raise NotImplementedError
