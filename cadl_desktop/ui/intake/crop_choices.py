"""Choices of the crop step (part, shape, size, background), and rectangles within a picture."""

from dataclasses import dataclass, replace
from typing import Literal, Self

from cadl_desktop.data.pictures.cropping import (
    LARGE,
    MEDIUM,
    SMALL,
    Box,
    Cut,
    carried_size,
    first_longest,
)

Size = tuple[int, int]
Handle = tuple[int, int]
"""Edges that are dragged: -1 left or top, 1 right or bottom, 0 none in this direction."""

SMALLEST = 2


def largest(picture: Size, ratio: float | None, around: Box | None = None) -> Box:
    """Largest box of a ratio of width to height in a picture, centred on another box."""
    width, height = picture
    if ratio is not None:
        width, height = _of_ratio(min(width, height * ratio), ratio, picture)
    x, y = _middle(around or Box(0, 0, *picture))
    return _inside(round(x - width / 2), round(y - height / 2), width, height, picture)


def moved(box: Box, right: int, down: int, picture: Size) -> Box:
    """Box moved within the picture."""
    return _inside(box.left + right, box.top + down, box.width, box.height, picture)


def grown(box: Box, by: int, picture: Size, ratio: float | None) -> Box:
    """Box widened by `by` pixels about its centre, with its height in step, within the picture."""
    kept = ratio or box.width / box.height
    width, height = _of_ratio(box.width + by, kept, picture)
    x, y = _middle(box)
    return _inside(round(x - width / 2), round(y - height / 2), width, height, picture)


def dragged(box: Box, handle: Handle, x: float, y: float, picture: Size, ratio: float | None) -> Box:
    """Box with the dragged edges at (x, y) and the opposite ones in place.

    With a ratio the other direction follows: from the opposite corner, or about the centre if a single edge
    is dragged.
    """
    if ratio is None:
        left, width = _stretched(box.left, box.width, handle[0], x, picture[0])
        top, height = _stretched(box.top, box.height, handle[1], y, picture[1])
        return Box(left, top, width, height)
    wanted = [abs(x - _anchor(box.left, box.width, handle[0]))] if handle[0] else []
    wanted += [abs(y - _anchor(box.top, box.height, handle[1])) * ratio] if handle[1] else []
    across = _room(box.left, box.width, handle[0], picture[0])
    down = _room(box.top, box.height, handle[1], picture[1])
    width, height = _of_ratio(min(max(wanted), across, down * ratio), ratio, picture)
    left = _placed(box.left, box.width, handle[0], width)
    top = _placed(box.top, box.height, handle[1], height)
    return _inside(left, top, width, height, picture)


def _stretched(start: int, length: int, held: int, to: float, whole: int) -> tuple[int, int]:
    """Start and length of one direction with the dragged edge at `to`."""
    if held == 0:
        return start, length
    end = start + length
    if held < 0:
        start = min(max(round(to), 0), max(end - SMALLEST, 0))
    else:
        end = max(min(round(to), whole), min(start + SMALLEST, whole))
    return start, end - start


def _anchor(start: int, length: int, held: int) -> int:
    return start + length if held < 0 else start


def _room(start: int, length: int, held: int, whole: int) -> float:
    """Greatest length in one direction."""
    if held == 0:
        return float(whole)
    return float(start + length if held < 0 else whole - start)


def _placed(start: int, before: int, held: int, length: int) -> int:
    if held < 0:
        return start + before - length
    return start if held > 0 else round(start + (before - length) / 2)


def _of_ratio(width: float, ratio: float, picture: Size) -> Size:
    """Nearest width and height of a ratio within the limits, in whole pixels."""
    width = min(width, picture[0], picture[1] * ratio)
    width = max(width, SMALLEST, SMALLEST * ratio)
    return min(max(1, round(width)), picture[0]), min(max(1, round(width / ratio)), picture[1])


def _inside(left: int, top: int, width: int, height: int, picture: Size) -> Box:
    width, height = min(width, picture[0]), min(height, picture[1])
    return Box(min(max(left, 0), picture[0] - width), min(max(top, 0), picture[1] - height), width, height)


def _middle(box: Box) -> tuple[float, float]:
    return box.left + box.width / 2, box.top + box.height / 2


EXACT = "Original"
SIZES = {"Small": SMALL, "Medium": MEDIUM, "Large": LARGE}
"""Sizes that are offered beside the original one, with pixels along their longer sides."""
Shape = Literal["picture", "square", "free"]


@dataclass(frozen=True)
class CropChoices:
    """Choices that fit together; each change gives new ones."""

    picture: Size
    """Width and height of the picture that is cropped."""
    box: Box
    shape: Shape = "picture"
    longest: int = MEDIUM
    size: Size | None = None
    """Width and height that were typed, which may stretch the picture."""
    ground: str = "#ffffff"

    @classmethod
    def at_first(cls, picture: Size, longest: int = MEDIUM) -> Self:
        """Choices of the whole picture."""
        return cls(picture, largest(picture, None), longest=longest)

    @property
    def ratio(self) -> float | None:
        """Ratio of width to height that the box keeps; None if it is free."""
        if self.shape == "free":
            return None
        return 1.0 if self.shape == "square" else self.picture[0] / self.picture[1]

    @property
    def cut(self) -> Cut:
        return Cut(self.box, self.longest, self.size, self.ground)

    @property
    def painted_size(self) -> Size:
        """Width and height of the picture to paint."""
        return self.cut.painted_size(self.picture)

    @property
    def stretched(self) -> bool:
        """Whether the picture to paint has another ratio than the box."""
        return self.size is not None and self.size != self.with_box(self.box).painted_size

    @property
    def sizes(self) -> dict[str, int]:
        """Pixels along the longer side at each of the sizes that are offered. The original has every pixel of
        the part, as far as a picture may have so many."""
        named = {name: first_longest(self.box[2:], side) for name, side in SIZES.items()}
        return {**named, EXACT: max(carried_size(replace(self.cut, size=None), self.picture))}

    @property
    def chosen_size(self) -> str:
        """Name of the size in use; empty where it is none of those offered."""
        sizes = self.sizes
        if self.longest >= sizes[EXACT]:
            return EXACT
        return next((name for name, longest in sizes.items() if longest == self.longest), "")

    def with_box(self, box: Box) -> Self:
        """Choices with another box; a typed size, which has another ratio, is dropped."""
        longest = max(self.size) if self.size else self.longest
        return replace(self, box=box, longest=longest, size=None)

    def with_shape(self, shape: Shape) -> Self:
        """Choices with another shape, and the largest box of it around the current one."""
        chosen = replace(self, shape=shape)
        if shape == "free":
            return chosen
        return chosen.with_box(largest(self.picture, chosen.ratio, self.box))

    def with_longest(self, longest: int) -> Self:
        return replace(self, longest=longest, size=None)

    def with_width(self, width: int) -> Self:
        return replace(self, size=(width, self.painted_size[1]))

    def with_height(self, height: int) -> Self:
        return replace(self, size=(self.painted_size[0], height))

    def with_ground(self, ground: str) -> Self:
        return replace(self, ground=ground)

    def turned(self, quarters: int) -> Self:
        """Choices for the picture turned clockwise by quarters of a full turn; the box turns with it."""
        choices = self
        for _ in range(quarters % 4):
            left, top, width, height = choices.box
            wide, high = choices.picture
            box = Box(high - top - height, left, height, width)
            choices = replace(
                choices, picture=(high, wide), box=box, size=choices.size and choices.size[::-1]
            )
        return choices

    def for_picture(self, picture: Size) -> Self:
        """Choices for another frame. Of one with another size, the largest box of the shape is taken."""
        if picture == self.picture:
            return self
        whole = replace(self, picture=picture, box=Box(0, 0, *picture), size=None)
        return whole.with_shape(self.shape)
