"""What a person can turn, press and choose beside a lesson's figure, as plain data."""

from dataclasses import dataclass

from cadl_desktop.sentences import Sentence


@dataclass(frozen=True)
class Slider:
    """A number between two others; on a logarithmic scale where a factor counts and not a difference."""

    name: str
    label: Sentence
    value: float
    least: float
    most: float
    tip: Sentence
    logarithmic: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Choice:
    """One of some; options are (key, what it says)."""

    name: str
    label: Sentence
    value: str
    options: tuple[tuple[str, Sentence], ...]
    tip: Sentence


@dataclass(frozen=True)
class Switch:
    """On or off."""

    name: str
    label: Sentence
    value: bool
    tip: Sentence


@dataclass(frozen=True)
class Button:
    """Something that is done at once. With `plays` it is done again and again until pressed once more,
    or until it is no longer possible."""

    name: str
    label: Sentence
    tip: Sentence
    possible: bool = True
    plays: bool = False


Control = Slider | Choice | Switch | Button
Value = float | str | bool
