"""The log of what was changed while a run was going on: a run is its experiment and this log."""

from typing import Literal

import msgspec

Setting = Literal["rate", "batch_size"]


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From step `step` on, `setting` had the value `value`. A run's first entries are those it began with."""

    step: int
    setting: Setting
    value: float
