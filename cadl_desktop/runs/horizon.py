"""Horizon of a run: its expected last step, by which schedules over the run compute the share done.

A run limited by epochs knows its last step from the start. One limited by seconds estimates it repeatedly;
each estimate is logged with its step, so that the log determines the rate of every step.
"""

import re
from typing import Annotated, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Doubles

NO_HORIZON = "none"
AT_REST = (
    "The schedule has ended at a learning rate of 0: going on changes nothing until you choose another "
    "schedule or start over."
)
"""Note of a run that goes on after its schedule has ended at a learning rate of 0."""
_SPELLED = re.compile(r"(\S+) of the run at step (\d+), all of it at step (\d+)")


class Horizon(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At step `step` the share `done`, 0 to 1, of the run was over; at step `end` all of it will be. In
    between the share grows linearly. The fields are stored by name."""

    step: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    done: Annotated[float, msgspec.Meta(ge=0, le=1)]
    end: Annotated[int, msgspec.Meta(ge=1, le=2**53)]

    def __post_init__(self) -> None:
        if self.end <= self.step:
            raise ValueError(f"a run that stands at step {self.step} can't end at step {self.end}")

    def spelled(self) -> str:
        """Line for the log: '0.25 of the run at step 100, all of it at step 400'."""
        return f"{self.done!r} of the run at step {self.step}, all of it at step {self.end}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Parses a line made by `spelled`. Raises ValueError for any other."""
        found = _SPELLED.fullmatch(text)
        if found is None:
            raise ValueError(text)
        done, step, end = found.groups()
        return msgspec.convert({"step": int(step), "done": float(done), "end": int(end)}, cls)


def progress(horizon: Horizon | None, steps: NDArray[np.int64]) -> Doubles:
    """Share of the run, 0 to 1, that is over at each of these steps, (n,); 0 without a horizon."""
    if horizon is None:
        return np.zeros(len(steps))
    share = (steps - horizon.step) / (horizon.end - horizon.step)
    return np.clip(horizon.done + (1.0 - horizon.done) * share, 0.0, 1.0)
