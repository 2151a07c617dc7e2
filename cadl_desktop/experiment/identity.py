"""How a network is told which of many pictures it is to paint.

The last input of such a dataset is the picture's number, counted from 0. It enters as that number, scaled
like the others, or as a vector: then positions alone are scaled and encoded, and the vector is laid beside
them. A number between two pictures blends their vectors, which is how one picture turns into another.
"""

from dataclasses import dataclass

from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import entry


@dataclass(frozen=True)
class Identity:
    """The vector that tells one of `pictures` pictures: one-hot where `dimensions` is None, else learned."""

    pictures: int
    dimensions: int | None = None

    @property
    def width(self) -> int:
        """How many numbers it has."""
        return self.pictures if self.dimensions is None else self.dimensions

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of what is learned for it."""
        return [] if self.dimensions is None else [(self.pictures, self.dimensions)]


def identity_of(data: Part) -> Identity | None:
    """The vector of a dataset of many pictures; None where a picture is told by its number, or is the only
    one."""
    match data.as_dict().get("identity"):
        case "one-hot":
            return Identity(picture_count(data))
        case "embedding":
            return Identity(picture_count(data), int(data["dimensions"]))
    return None


def is_many(data: Part) -> bool:
    """Whether a dataset holds many pictures."""
    return entry("dataset", data.kind).makes == "pictures"


def picture_count(data: Part) -> int:
    """How many pictures of a dataset of many are learned."""
    pictures = entry("dataset", data.kind).pictures
    assert pictures is not None, "is_many is to be asked first"
    return pictures(data)
