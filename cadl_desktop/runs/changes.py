"""The log of what was changed while a run was going on: a run is its experiment and this log."""

from typing import Literal

import msgspec


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From step `step` on, `setting` had the value `value`."""

    step: int
    setting: Literal["rate", "batch_size"]
    value: float
