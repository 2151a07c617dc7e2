"""How far a run has come on its way to its end, by its steps: what schedules over the run go by.

A run of so many epochs knows its last step from the start. One of so many seconds estimates it again and
again; each estimate is logged with its step, so that whoever reads the log knows every step's rate.
"""

import re
from typing import Annotated, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Doubles

NO_HORIZON = "none"
_SPELLED = re.compile(r"(\S+) of the run at step (\d+), all of it at step (\d+)")


class Horizon(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At step `step` the share `done`, 0 to 1, of the run lay behind, and at step `end` all of it will; every
    step between brings it equally far."""

    step: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    done: Annotated[float, msgspec.Meta(ge=0, le=1)]
    end: Annotated[int, msgspec.Meta(ge=1, le=2**53)]

    def __post_init__(self) -> None:
        if self.end <= self.step:
            raise ValueError(f"a run that stands at step {self.step} can't end at step {self.end}")

    def spelled(self) -> str:
        """In one line: '0.25 of the run at step 100, all of it at step 400'."""
        return f"{self.done!r} of the run at step {self.step}, all of it at step {self.end}"

    @classmethod
    def read(cls, text: str) -> Self:
        """What `spelled` made a line of. Raises ValueError of any other."""
        found = _SPELLED.fullmatch(text)
        if found is None:
            raise ValueError(text)
        done, step, end = found.groups()
        return msgspec.convert({"step": int(step), "done": float(done), "end": int(end)}, cls)


def progress(horizon: Horizon | None, steps: NDArray[np.int64]) -> Doubles:
    """Which share of the run, 0 to 1, lies behind at each of these steps, (n,); 0 as long as nobody knows."""
    if horizon is None:
        return np.zeros(len(steps))
    share = (steps - horizon.step) / (horizon.end - horizon.step)
    return np.clip(horizon.done + (1.0 - horizon.done) * share, 0.0, 1.0)
