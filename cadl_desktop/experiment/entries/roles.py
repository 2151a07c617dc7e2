"""What a network's weights are to an optimizer, which may treat them differently."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["hidden", "first", "last", "bias", "table", "normalisation"]
"""Matrices between two hidden layers, of the first layer and of the output; what neurons add; entries that
are looked up by number; what normalised neurons are stretched and shifted by."""
Kind = Literal["matrix", "bias", "table", "normalisation"]
"""The same as far as one column of a network can say."""


@dataclass(frozen=True)
class Weight:
    """One of the arrays that a network learns."""

    shape: tuple[int, ...]
    role: Role
