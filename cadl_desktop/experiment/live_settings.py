"""Live settings: those that may change while a run goes on. They are named here and nowhere else."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Any, Self

import msgspec

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import entries
from cadl_desktop.experiment.shapes import frozen_columns, with_frozen


class LiveSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings that each step depends on beside the structure, and how often the whole set is measured. Stop
    rules are not among them.

    Each field is the experiment's field of the same name, except `rate`, which `optimizer` leaves out, and
    `frozen`, the columns whose weights don't learn (numbered as in `shapes.columns`). A run's log names a
    field with a default only from where it has another value. Files and logs of older versions lack the
    optimizer, which a run couldn't change: it is that of their experiment.
    """

    rate: Annotated[float, msgspec.Meta(gt=0)]
    batch_size: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    cost: str
    l1: float
    l2: float
    optimizer: Part
    schedule: Part
    smoothness: float = 0.0
    bending: float = 0.0
    coherence: float = 0.0
    example: float = 0.0
    frozen: tuple[int, ...] = ()
    measure_every: Annotated[int, msgspec.Meta(ge=1, le=2**53)] = 1

    def __post_init__(self) -> None:
        rest = tuple(setting for setting in self.optimizer.settings if setting[0] != "rate")
        msgspec.structs.force_setattr(self, "optimizer", Part(self.optimizer.kind, rest))

    @classmethod
    def of(cls, experiment: Experiment) -> Self:
        elsewhere: dict[str, Any] = {
            "rate": float(experiment.optimizer["rate"]),
            "frozen": frozen_columns(experiment),
        }
        own = {name: getattr(experiment, name) for name in cls.names() if name not in elsewhere}
        return cls(**own, **elsewhere)

    def into(self, experiment: Experiment) -> Experiment:
        """Returns the experiment with these settings. Columns that can't be frozen are ignored."""
        own = self.as_dict()
        own.pop("rate")
        own["optimizer"] = self.whole_optimizer
        return msgspec.structs.replace(with_frozen(experiment, own.pop("frozen")), **own)

    @property
    def whole_optimizer(self) -> Part:
        """The optimizer with its rate, as an experiment has it."""
        known = entries("optimizer").get(self.optimizer.kind)
        settings = {**self.optimizer.as_dict(), "rate": self.rate}
        return known.part(**settings) if known else self.optimizer.has(rate=self.rate)

    def differing(self, other: "LiveSettings") -> tuple[str, ...]:
        """Returns the names of the settings whose values differ in `other`."""
        return tuple(name for name in self.names() if getattr(self, name) != getattr(other, name))

    def with_values_of(self, names: Collection[str], other: "LiveSettings") -> Self:
        """Returns a copy with the values that `other` has for the settings of these names."""
        return msgspec.structs.replace(self, **{name: getattr(other, name) for name in names})

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.names()}

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return cls.__struct_fields__


MOST_PENALTY = 1000.0

COUNTS = {"batch_size": "Batch size", "measure_every": "Measured every"}
"""Titles of the live settings that are counts, 1 to `check.MOST_COUNT` (scripts may set larger batches)."""


@dataclass(frozen=True)
class Penalty:
    title: str
    help: str
    most: float = MOST_PENALTY


PENALTIES = {
    "l1": Penalty("L1 penalty", "What every weight's size costs: it drives weights that do little to 0."),
    "l2": Penalty(
        "L2 penalty", "What every weight's square costs: it keeps weights small and outputs smooth."
    ),
    "smoothness": Penalty(
        "Smoothness", "What a difference between neighbouring outputs costs: it fills in what is hidden."
    ),
    "bending": Penalty(
        "Bending", "What bent outputs cost where pixels are hidden: it continues slopes into the gap."
    ),
    "coherence": Penalty(
        "Coherence",
        "What it costs where pixels are hidden that a picture changes in other directions than around them: "
        "it continues edges and slopes into the gap.",
    ),
    "example": Penalty(
        "Example",
        "How much hidden pixels count that are filled in from the picture itself, by places of it that look "
        "alike: at 1 as much as seen ones.",
        most=1.0,
    ),
}
"""Weights of penalties, 0 to `most`, in the order in which compiled steps take them."""
