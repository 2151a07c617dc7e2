"""Parts of a page that are computed beside TensorFlow, in a module that goes without it."""

from dataclasses import dataclass
from typing import Any

from cadl_desktop.data.scaling import Affine
from cadl_desktop.runs.events import Floats


@dataclass(frozen=True, eq=False)
class Shader:
    """Statements that make `values` of `places`, and scalings that the page applies before and after.

    The texture has so many `texels`. An array is `placed` in it by (number, rows, columns, texel, padded):
    the weight's number or, counted from the last weight on, that of a constant; its shape; the texel of its
    first number; and how many numbers a row takes.
    """

    code: str
    placed: list[tuple[int, ...]]
    texels: int
    constants: tuple[Floats, ...]
    to_input: Affine
    to_target: Affine


@dataclass(frozen=True, eq=False)
class CodedNetwork:
    """Weights that the page has, in bits a weight and in bytes without moments, what it needs to read them,
    and all numbers as the end of a raw deflate stream."""

    weights: tuple[Floats, ...]
    bits: float
    size: int
    header: dict[str, Any]
    content: bytes
