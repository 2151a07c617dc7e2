"""Horizon of a run: its expected last step, by which schedules over the run compute the share done, and the
factors on the learning rate that follow from it.

A run limited by epochs knows its last step from the start. One limited by seconds estimates it repeatedly;
each estimate is logged with its step, so that the log determines the rate of every step. A run that goes on
after its schedule has ended at about 0 gets a horizon with a `peak`, which replaces the schedule.
"""

import re
from typing import TYPE_CHECKING, Annotated, Self

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from cadl_desktop.data.samples import Doubles
from cadl_desktop.data.schedules import rate_factors, spans_run
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part

if TYPE_CHECKING:
    from cadl_desktop.runs.events import RunState

NO_HORIZON = "none"
PEAK = 0.1
"""Share of the first rate at which a run goes on whose schedule has ended at about 0."""
RISE = 0.1
"""Share of its course in which the rate rises to the peak: at a tenth of the first rate at once, Adam raised
the costs of the presets up to five times within three epochs."""
_ABOUT_NOTHING = 1e-3
"""Share of the first rate below which a schedule counts as ended at 0."""
_SPELLED = re.compile(
    r"(\S+) of the run at step (\d+), all of it at step (\d+)(?:, up to (\S+) of the rate)?"
)


class Horizon(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """At step `step` the share `done`, 0 to 1, of the run was over; at step `end` all of it will be. In
    between the share grows linearly. With a `peak` the run goes on after its schedule: in this course the
    rate rises to that share of the first rate, then falls to 0. The fields are stored by name."""

    step: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    done: Annotated[float, msgspec.Meta(ge=0, le=1)]
    end: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    peak: Annotated[float, msgspec.Meta(gt=0, le=1)] | None = None

    def __post_init__(self) -> None:
        if self.end <= self.step:
            raise ValueError(f"a run that stands at step {self.step} can't end at step {self.end}")

    def spelled(self) -> str:
        """Line for the log: '0.25 of the run at step 100, all of it at step 400, up to 0.1 of the rate'."""
        line = f"{self.done!r} of the run at step {self.step}, all of it at step {self.end}"
        return line if self.peak is None else f"{line}, up to {self.peak!r} of the rate"

    @property
    def begins_late(self) -> bool:
        """Whether a run whose schedule had ended goes on from here."""
        return self.peak is not None and self.done == 0.0

    def without_peak(self) -> Self:
        """Horizon of the same share done, over which the schedule gives the rate."""
        return replace(self, peak=None)

    @classmethod
    def read(cls, text: str) -> Self:
        """Parses a line made by `spelled`. Raises ValueError for any other."""
        found = _SPELLED.fullmatch(text)
        if found is None:
            raise ValueError(text)
        done, step, end, peak = found.groups()
        fields = {"step": int(step), "done": float(done), "end": int(end)}
        return msgspec.convert(fields | ({"peak": float(peak)} if peak else {}), cls)


def progress(horizon: Horizon | None, steps: NDArray[np.int64] | Doubles) -> Doubles:
    """Share of the run, 0 to 1, that is over at each of these steps, (n,); 0 without a horizon. Half a step
    may be given."""
    if horizon is None:
        return np.zeros(len(steps))
    share = (steps - horizon.step) / (horizon.end - horizon.step)
    return np.clip(horizon.done + (1.0 - horizon.done) * share, 0.0, 1.0)


def run_rate_factors(
    schedule: Part, horizon: Horizon | None, steps: NDArray[np.int64], epochs: Doubles
) -> Doubles:
    """Factors on the learning rate at these steps, (n,), which lie at these places in `epochs`, (n,)."""
    if horizon is not None and horizon.peak is not None:
        done = progress(horizon, steps + np.float64(0.5))  # at its beginning the first step's rate would be 0
        return horizon.peak * np.minimum(done / RISE, 1.0) * (1.0 + np.cos(np.pi * done)) / 2.0
    return rate_factors(schedule, progress(horizon, steps) if spans_run(schedule) else epochs)


def has_ended(schedule: Part, horizon: Horizon | None, step: int, epoch: int) -> bool:
    """Whether the schedule has ended at a rate of about 0: it is so here and stays as it is."""
    now, later = run_rate_factors(
        schedule, horizon, np.array([step, 2 * step + 1]), np.array([epoch, 2 * epoch + 1.0])
    )
    return bool(now < _ABOUT_NOTHING and now == later)


def late_rate(experiment: Experiment, state: "RunState") -> float | None:
    """Highest learning rate at which a run goes on from a state whose schedule has ended at about 0; None
    where it hasn't."""
    if not has_ended(experiment.schedule, state.horizon, state.step, state.epoch):
        return None
    return PEAK * float(experiment.optimizer["rate"])
