"""Part: one choice from the catalog with its settings. Experiments are made of parts."""

from typing import Any, Self

import msgspec

Value = bool | int | float | str | bytes
"""Type of a setting. Bytes hold a picture (a PNG file made by `data.pictures.cropping`), a mask (made by
`data.pictures.masks`) or points (an .npy file made by `data.curves.curve_datasets`)."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choice from the catalog (a dataset, an encoding, a layer, an optimizer) with its settings.

    `Part` does not know which settings exist: the catalog does, and `check` compares the two. That keeps the
    model open for entries that other packages register.
    """

    kind: str
    settings: tuple[tuple[str, Any], ...] = ()

    def __getitem__(self, name: str) -> Any:
        """Returns the value of one setting. Raises KeyError where this part has no such setting."""
        for key, value in self.settings:
            if key == name:
                return value
        raise KeyError(name)

    def has(self, /, **settings: Value) -> Self:
        """Returns a copy with these settings changed or added."""
        merged = dict(self.settings) | settings
        return msgspec.structs.replace(self, settings=tuple(merged.items()))

    def as_dict(self) -> dict[str, Value]:
        return dict(self.settings)
