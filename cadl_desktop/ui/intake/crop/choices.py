"""What a person has chosen of a picture so far: part, shape, size and ground."""

from dataclasses import dataclass, replace
from typing import Literal, Self

from cadl_desktop.data.pictures.cropping import LONGEST, Box, Cut
from cadl_desktop.ui.intake.crop.rectangle import Size, largest

Shape = Literal["picture", "square", "free"]


@dataclass(frozen=True)
class CropChoices:
    """Each change gives new choices that fit together."""

    picture: Size
    """Width and height of the frame that is cut."""
    box: Box
    shape: Shape = "picture"
    longest: int = LONGEST
    size: Size | None = None
    """Width and height where they were typed, which may stretch the picture."""
    ground: str = "#ffffff"

    @classmethod
    def at_first(cls, picture: Size, longest: int = LONGEST) -> Self:
        """The whole picture."""
        return cls(picture, largest(picture, None), longest=longest)

    @property
    def ratio(self) -> float | None:
        """Width over height that the box keeps; None where it is free."""
        if self.shape == "free":
            return None
        return 1.0 if self.shape == "square" else self.picture[0] / self.picture[1]

    @property
    def cut(self) -> Cut:
        return Cut(self.box, self.longest, self.size, self.ground)

    @property
    def painted_size(self) -> Size:
        """Width and height of the picture that is painted."""
        return self.cut.painted_size(self.picture)

    @property
    def stretched(self) -> bool:
        """Whether the painted picture has another shape than the part that it is made of."""
        return self.size is not None and self.size != self.with_box(self.box).painted_size

    def with_box(self, box: Box) -> Self:
        """Another part; what was typed for the one before gives way to its shape."""
        longest = max(self.size) if self.size else self.longest
        return replace(self, box=box, longest=longest, size=None)

    def with_shape(self, shape: Shape) -> Self:
        """Another shape, and the largest part that has it, where the part was."""
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

    def for_picture(self, picture: Size) -> Self:
        """The same for another frame; one of another size begins as a whole."""
        if picture == self.picture:
            return self
        whole = replace(self, picture=picture, box=Box(0, 0, *picture), size=None)
        return whole.with_shape(self.shape)
