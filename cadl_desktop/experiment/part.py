"""One choice from the catalog, with its settings: what experiments are put together from."""

from typing import Any, Self

import msgspec

Value = bool | int | float | str | bytes
"""What a setting can hold; bytes are a picture, as the PNG file that `data.pictures` made of it, or points,
as the .npy file that `data.points` made of them."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One choice from the catalog (a dataset, an encoding, a layer, an optimizer) with its settings.

    `Part` does not know which settings exist: `catalog` does, and `check` compares the two. That keeps
    the model open for entries that other packages register.
    """

    kind: str
    settings: tuple[tuple[str, Any], ...] = ()

    def __getitem__(self, name: str) -> Any:
        """The value of one setting. Raises KeyError where this part has no such setting."""
        for key, value in self.settings:
            if key == name:
                return value
        raise KeyError(name)

    def has(self, /, **settings: Value) -> Self:
        """A copy with these settings changed or added."""
        merged = dict(self.settings) | settings
        return msgspec.structs.replace(self, settings=tuple(merged.items()))

    def as_dict(self) -> dict[str, Value]:
        return dict(self.settings)
