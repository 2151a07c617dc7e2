"""The plain numbers of a `RunState` as JSON holds them, and what has to be true of them."""

from collections.abc import Sequence
from math import isfinite, prod
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.check import check
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import weight_shapes
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.live import in_force

MOST_SLOTS = 8

_LIVE = ("cost", "l1", "l2", "schedule", "smoothness", "bending")


class StateNumbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `RunState` but for its arrays."""

    step: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    epoch: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    row: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    seconds: Annotated[float, msgspec.Meta(ge=0)]
    rate: Annotated[float, msgspec.Meta(gt=0)]
    batch_size: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    cost: str | None = None
    l1: float | None = None
    l2: float | None = None
    schedule: Part | None = None
    smoothness: float | None = None
    bending: float | None = None
    frozen: tuple[int, ...] | None = None

    @classmethod
    def of(cls, state: RunState) -> "StateNumbers":
        return cls(**{name: getattr(state, name) for name in cls.__struct_fields__})

    def state(self, weights: tuple[Floats, ...], slots: Floats) -> RunState:
        numbers: dict[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__}
        return RunState(weights=weights, slots=slots, **numbers)


def are_sound(experiment: Experiment, states: Sequence[RunState]) -> bool:
    """Whether their numbers are finite, and their live settings such as can be trained with."""
    if not all(isfinite(state.seconds) and isfinite(state.rate) for state in states):
        return False
    settings = {repr([getattr(state, name) for name in _LIVE]): state for state in states}
    return not any(
        problem.field.startswith(_LIVE)
        for state in settings.values()
        for problem in check(in_force(experiment, state))
    )


def split_weights(experiment: Experiment, vector: NDArray[np.float32]) -> tuple[Floats, ...]:
    """W1, b1, W2, b2, ... out of one vector of all parameters, as views of it."""
    shapes = [shape for shapes in weight_shapes(experiment) for shape in shapes]
    ends = np.cumsum([prod(shape) for shape in shapes])[:-1]
    return tuple(piece.reshape(shape) for piece, shape in zip(np.split(vector, ends), shapes, strict=True))
