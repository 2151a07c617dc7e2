"""The operations that a network is described with, and that each file format has its own words for."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol

from cadl_desktop.data.scaling import Affine
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.events import Floats

Tensor = Any
"""(samples, numbers) in some format's own form; it can be added to, subtracted from, multiplied with and
divided by others of its type and plain numbers."""
Function = Literal["tanh", "sigmoid", "relu", "sin", "cos", "exp", "erf", "floor", "absolute"]
"""TensorFlow Lite has 'erf' inside of a GELU only, which its converter finds by its form."""


NumberType = Literal["float32", "float64"]


def own_type(experiment: Experiment) -> NumberType:
    """What positions and values in their own units are, where a format has both: x and y may lie far from 0
    for their span, as a time since 1970 does, and float32 tells neighbours apart there no more; places in a
    picture and colours never do."""
    return "float32" if is_painting(experiment) else "float64"


class Operations(Protocol):
    """One file format. Names are those that the format keeps for the parts of a network."""

    def scaled(self, positions: Tensor, scaling: Affine) -> Tensor:
        """Raw positions as training scaled them: computed with as many digits as the format has."""

    def unscaled(self, values: Tensor, scaling: Affine, given: NumberType) -> Tensor:
        """The network's numbers in the target's own units, of this type where the format has it."""

    def dense(self, values: Tensor, weights: Sequence[Floats], name: str, learns: bool = True) -> Tensor:
        """Values times W and, where there is one, plus b; whether they learn where a file is trained on."""

    def waves(self, values: Tensor, waves: Floats) -> Tensor:
        """2 pi times values times a matrix that never learns: where waves of high frequencies stand."""

    def layer_normalisation(
        self, values: Tensor, weights: Sequence[Floats], name: str, learns: bool = True
    ) -> Tensor:
        """Mean 0 and deviation 1 in each sample, then stretched and shifted."""

    def dropout(self, values: Tensor, share: float, name: str) -> Tensor:
        """The values as they are, where nothing is trained."""

    def apply(self, function: Function, values: Tensor) -> Tensor:
        """A function of each number."""

    def clip(self, values: Tensor, low: float, high: float) -> Tensor:
        """Each number, taken to between two others."""

    def sum(self, values: Tensor) -> Tensor:
        """The sum of each sample's numbers, (samples, 1)."""

    def join(self, parts: Sequence[Tensor]) -> Tensor:
        """The numbers of several tensors beside one another."""

    def column(self, values: Tensor, index: int) -> Tensor:
        """One number of each sample, (samples, 1)."""

    def table(self, entries: Floats, name: str) -> Callable[[Tensor], Tensor]:
        """A look-up of whole numbers (samples, 1): the entries (samples, features)."""

    def whole(self, values: Tensor) -> Tensor:
        """Numbers without a fraction as whole numbers."""

    def mixed(self, places: Sequence[Tensor], factors: Sequence[int], most: int, size: int) -> Tensor:
        """Whole numbers (samples, 1), from 0 to `most`, each times its factor, mixed by xor; the remainder
        after division by `size`."""
