"""What a person can turn, press and choose beside a lesson's figure, as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Slider:
    """A number between two others; on a logarithmic scale where a factor counts and not a difference."""

    name: str
    label: str
    value: float
    least: float
    most: float
    tip: str
    logarithmic: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Choice:
    """One of some; options are (key, what it says)."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...]
    tip: str


@dataclass(frozen=True)
class Switch:
    """On or off."""

    name: str
    label: str
    value: bool
    tip: str


@dataclass(frozen=True)
class Button:
    """Something that is done at once. With `plays` it is done again and again until pressed once more,
    or until it is no longer possible."""

    name: str
    label: str
    tip: str
    possible: bool = True
    plays: bool = False


Control = Slider | Choice | Switch | Button
Value = float | str | bool
