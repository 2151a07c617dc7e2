"""Operations by which a network is built; each file format implements them."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from cadl_desktop.data.scaling import Affine
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.events import Floats

Tensor = Any
"""Tensor (samples, numbers) of some format; supports +, -, * and / with others of its type and numbers."""
Function = Literal["tanh", "sigmoid", "relu", "sin", "cos", "exp", "erf", "floor", "absolute"]
"""TensorFlow Lite supports 'erf' only inside a GELU, which its converter recognises by its form."""


NumberType = Literal["float32", "float64"]


def position_type(experiment: Experiment) -> NumberType:
    """Number type of unscaled positions and values, if a format has both.

    x and y of a curve may lie far from 0 compared with their span, such as times since 1970, where float32
    can't distinguish neighbours; pixels and colours never do.
    """
    return "float32" if is_painting(experiment) else "float64"


class Operations(Protocol):
    """Interface of a file format. `name` becomes the name of a part of the network in the file."""

    def scaled(self, positions: Tensor, scaling: Affine) -> Tensor:
        """Positions scaled as in training, computed with the format's highest precision."""

    def unscaled(self, values: Tensor, scaling: Affine, given: NumberType) -> Tensor:
        """Values in the target's units, of type `given` if the format has it."""

    def dense(self, values: Tensor, weights: Sequence[Floats], name: str, learns: bool = True) -> Tensor:
        """values @ W, plus b if there is one. `learns` says whether they are trainable in the file."""

    def waves(self, values: Tensor, waves: Floats) -> Tensor:
        """Angles of waves: 2 pi values @ waves, for a matrix that is never trained."""

    def layer_normalisation(
        self, values: Tensor, weights: Sequence[Floats], name: str, learns: bool = True
    ) -> Tensor:
        """Normalises each sample to mean 0 and deviation 1, then scales and shifts it."""

    def dropout(self, values: Tensor, share: float, name: str) -> Tensor:
        """Dropout in training; the values unchanged otherwise."""

    def apply(self, function: Function, values: Tensor) -> Tensor:
        """Applies a function to each number."""

    def clip(self, values: Tensor, low: float, high: float) -> Tensor:
        """Clips each number to the range `low` to `high`."""

    def sum(self, values: Tensor) -> Tensor:
        """Sum of each sample's numbers, (samples, 1)."""

    def join(self, parts: Sequence[Tensor]) -> Tensor:
        """Concatenates tensors along the second axis."""

    def column(self, values: Tensor, index: int) -> Tensor:
        """Column of a tensor, (samples, 1)."""

    def table(self, entries: Floats, name: str) -> Callable[[Tensor], Tensor]:
        """Look-up function from integers (samples, 1) to `entries`, (samples, features)."""

    def to_integers(self, values: Tensor) -> Tensor:
        """Converts numbers without a fraction to integers."""

    def hashed(self, indices: Sequence[Tensor], factors: Sequence[int], largest: int, size: int) -> Tensor:
        """Hash of integers (samples, 1) from 0 to `largest`: the xor of all `indices` times `factors`, modulo
        `size`."""


@runtime_checkable
class Blending(Protocol):
    """Operations that look many rows of a table up in one loop, where each on its own is long to compile."""

    def blend(self, entries: Floats, terms: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
        """Sum of rows of `entries`, given as integers (samples, 1), each times its share (samples, 1)."""
