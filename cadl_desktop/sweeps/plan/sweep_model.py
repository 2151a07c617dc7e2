"""Sweep as frozen plain data: the base experiment, what varies, and the objective. `sweep.json` stores the
fields by name."""

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

import msgspec

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import is_painting

PRESET = "preset"
"""Path that stands for a whole preset, which gets the base's data."""
LAYERS = "layers"
"""Path that stands for all layers of the network."""
DESIGN = "design"
"""Path that stands for everything but the seed; where it varies, nothing else does."""

Strategy = Literal["grid", "random", "tpe", "cmaes"]
Measure = Literal["cost", "validation_cost", "seen_psnr", "held_out_psnr", "hidden_psnr", "r2"]
"""Names as in the output of `train --json`."""
Value = int | float | str | tuple[Part, ...]
"""Number of a range, choice as `--set` spells it, or layers of a network."""
Point = tuple[tuple[str, Value], ...]
"""Value of each varied path, in the sweep's order."""


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="range", tag_field="of"):
    """Numbers from `low` to `high` inclusive, in the experiment's unit; `steps` is for a grid."""

    low: int | float
    high: int | float
    logarithmic: bool = False
    steps: int = 5


class Choices(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="choices", tag_field="of"):
    """Values as `--set` spells them: 'relu', '64', 'none'."""

    values: tuple[str, ...]


class Networks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="networks", tag_field="of"):
    """Layers of whole networks, without encoding and output."""

    values: tuple[tuple[Part, ...], ...]


class Designs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="designs", tag_field="of"):
    """Experiments with the same data, by the names that points have for them. All get the base's seeds."""

    values: tuple[str, ...]
    experiments: tuple[Experiment, ...]


Among = Range | Choices | Networks | Designs


def is_among(among: Among, value: Value) -> bool:
    """Whether a value may be chosen. Any number fits a range, as rounding may leave it slightly outside."""
    return isinstance(value, (int, float)) if isinstance(among, Range) else value in among.values


class Varied(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Setting that varies, by its path as in `--set` (or PRESET, LAYERS or DESIGN), and its values."""

    path: str
    among: Among


LengthUnit = Literal["epochs", "steps", "processor_seconds", "seconds"]
"""Names of the stop rules that say how long a training is."""
LENGTH_UNITS: tuple[LengthUnit, ...] = get_args(LengthUnit)


class Length(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Length of every trial; it takes the place of all epochs, steps and seconds of the trial's own rules."""

    count: int | float
    unit: LengthUnit


class Limit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Limits of a sweep (the first one reached ends it) and of each trial. `seconds_each` applies in addition
    to the trial's own stop rules. Seconds are training time by the clock."""

    trials: int | None = None
    length: Length | None = None
    seconds_each: float | None = None
    seconds_together: float | None = None


class Objective(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Quantity to optimise: a measure at the end of a trial or, with `reaches`, the training seconds until
    the measure is at least as good as that."""

    measure: Measure = "cost"
    reaches: float | None = None

    @property
    def more_is_better(self) -> bool:
        """Whether a larger measure is better."""
        return self.measure == "r2" or self.measure.endswith("psnr")

    @property
    def wants_more(self) -> bool:
        """Whether a larger value of a trial is better. Its value is the measure, or the seconds to reach
        it."""
        return self.more_is_better and self.reaches is None


def fitting_objective(experiment: Experiment) -> Objective:
    """Objective by which networks on the data of an experiment are compared, whatever their costs and
    scalings are: PSNR of paintings, R² of curves."""
    return Objective(measure="seen_psnr" if is_painting(experiment) else "r2")


class Halving(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Successive halving: at epochs `least`, `least * factor`, ... one in `factor` trials continues."""

    least: int
    factor: int = 3


class Sweep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything, besides results, on which the proposals depend. Each point is trained with `seeds` seeds,
    from the base's seed upwards; `seed` is that of the proposals. If only the seed varies, the strategy is
    the grid and its only point is empty."""

    base: Experiment
    varied: tuple[Varied, ...]
    seeds: int = 1
    strategy: Strategy = "random"
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 1
    limit: Limit = Limit()
    objective: Objective = Objective()
    pruning: Halving | None = None

    @property
    def designs(self) -> Mapping[str, Experiment]:
        """Designs by name; empty where settings vary, or only the seed."""
        among = self.varied[0].among if self.varied else None
        return dict(zip(among.values, among.experiments, strict=True)) if isinstance(among, Designs) else {}


class Trial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Training of one point with one seed; `number` counts from 1."""

    number: int
    seed: int
    point: Point
