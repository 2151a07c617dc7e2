"""A sweep as frozen plain data: what is trained again and again, what varies, and what is looked for."""

from typing import Annotated, Literal

import msgspec

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part

PRESET = "preset"
"""In place of a setting's path: whole presets are chosen among, each with the base's data."""
LAYERS = "layers"
"""In place of a setting's path: whole layers are chosen among."""

Strategy = Literal["grid", "random", "tpe", "cmaes"]
Measure = Literal["cost", "validation_cost", "seen_psnr", "held_out_psnr", "hidden_psnr"]
"""Called as in what `train --json` says."""
Value = int | float | str | tuple[Part, ...]
"""Of a range its number, of choices what is chosen as `--set` spells it, of networks the layers."""
Point = tuple[tuple[str, Value], ...]
"""A value for each path that varies, in the sweep's order."""


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="range", tag_field="of"):
    """Numbers from `low` to `high`, both among them, in the unit that the experiment has them in. `steps` are
    those of a grid."""

    low: int | float
    high: int | float
    logarithmic: bool = False
    steps: int = 5


class Choices(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="choices", tag_field="of"):
    """Values as `--set` spells them: 'relu', '64', 'none'."""

    values: tuple[str, ...]


class Networks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="networks", tag_field="of"):
    """Whole layers, each a network's between its encoding and its output."""

    values: tuple[tuple[Part, ...], ...]


def is_among(among: Range | Choices | Networks, value: Value) -> bool:
    """Whether this may be chosen; of a range any number, as rounding may lead a little out of it."""
    return isinstance(value, (int, float)) if isinstance(among, Range) else value in among.values


class Varied(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A setting, by the path that `--set` takes, and what it may be; or PRESET, or LAYERS."""

    path: str
    among: Range | Choices | Networks


class Limit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """When a sweep ends, whichever comes first, and when each of its trials does beside its own stop rules.
    Seconds are those of training."""

    trials: int | None = None
    seconds_each: float | None = None
    seconds_together: float | None = None


class Objective(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to be best: a measure at a trial's end or, with `reaches`, the seconds until the measure was as
    good as that."""

    measure: Measure = "cost"
    reaches: float | None = None

    @property
    def more_is_better(self) -> bool:
        """Of the measure; seconds are always to be few."""
        return self.measure.endswith("psnr")

    @property
    def wants_more(self) -> bool:
        """Of what a trial comes to: its measure, or the seconds until that was reached."""
        return self.more_is_better and self.reaches is None


class Halving(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Successive halving: after `least` epochs, `least * factor`, ... one of `factor` trials goes on."""

    least: int
    factor: int = 3


class Sweep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """All that the proposals of a sweep depend on, with what its trials came to. Each point is trained with
    the base's seed and the next `seeds - 1`; `seed` is that of the proposals. Where nothing varies but the
    seed there is one point, which is empty, and the strategy is the grid."""

    base: Experiment
    varied: tuple[Varied, ...]
    seeds: int = 1
    strategy: Strategy = "random"
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 1
    limit: Limit = Limit()
    objective: Objective = Objective()
    pruning: Halving | None = None


class Trial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One training of a sweep; `number` counts from 1, `seed` is its experiment's."""

    number: int
    seed: int
    point: Point
