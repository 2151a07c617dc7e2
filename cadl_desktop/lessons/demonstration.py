"""A lesson's demonstration: what it stands at, as frozen data, and what a hand makes of that."""

from dataclasses import dataclass, replace
from typing import Self

from cadl_desktop.lessons.controls import Control, Value
from cadl_desktop.lessons.figure import Figure, Table


@dataclass(frozen=True)
class Demonstration:
    """Made without arguments it stands as the lecture begins. Every change gives another one, so that the
    same hand movements lead to the same figures."""

    def controls(self) -> tuple[Control, ...]:
        """Beside the figures, from top to bottom."""
        return ()

    def turned(self, name: str, value: Value) -> Self:
        """After a slider, a choice or a switch of this name was set; they are fields of the same name where
        nothing else is said."""
        return replace(self, **{name: value})

    def pressed(self, name: str) -> Self:
        """After a button of this name was pressed."""
        raise NotImplementedError

    def moved(self, name: str, x: float, y: float) -> Self:
        """After a handle of this name was moved to (x, y), or the plane of a figure was clicked there."""
        raise NotImplementedError

    def figures(self) -> tuple[Figure, ...]:
        """From left to right, or from top to bottom where the page is narrow; within 30 ms."""
        raise NotImplementedError

    def tables(self) -> tuple[Table, ...]:
        """Numbers that stand beside the figures."""
        return ()

    def words(self) -> tuple[str, ...]:
        """What is to be said of the state: one line each, with formulas between dollar signs."""
        return ()

    def as_in_lecture(self) -> Self:
        """Played to its end with the lecture's settings, as files show it."""
        return self

    def numbers(self) -> tuple[Table, ...]:
        """What files hold of it, as CSV."""
        return self.tables()

    def reached(self) -> bool:
        """Whether the page's goal has been reached by what a person did; never so at the beginning."""
        raise NotImplementedError
