"""The log of what was changed while a run was going on: a run is its experiment and this log."""

from typing import Literal

import msgspec

from cadl_desktop.experiment.part import Part

Setting = Literal[
    "rate",
    "batch_size",
    "cost",
    "l1",
    "l2",
    "smoothness",
    "bending",
    "schedule",
    "frozen",
    "structure",
]


USUAL: dict[Setting, float | str] = {"smoothness": 0.0, "bending": 0.0, "frozen": "nothing"}
"""What settings are as long as a log says nothing of them; the others it begins with."""

PIXELS_SHOWN = "pixels shown"
"""What a structure's change is called where an edit only shows more of a picture."""


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From step `step` on, `setting` had the value `value`. A run's first entries are those it began with.

    A schedule's value is what `spelled` makes of it; that of a structure is a plain sentence's worth of
    words, as the layers themselves stand in the experiment. What is frozen is 'layer 1, output' or 'nothing'.
    """

    step: int
    setting: Setting
    value: float | str


def spelled(part: Part) -> str:
    """A part in one line, with all that it is set to: 'cosine(epochs=500, floor=0.0)'."""
    settings = ", ".join(f"{name}={value!r}" for name, value in part.settings)
    return f"{part.kind}({settings})" if settings else part.kind
