"""The log of what was changed while a run was going on: a run is its experiment and this log."""

from typing import Any

import msgspec

from cadl_desktop.experiment.catalog import entries
from cadl_desktop.experiment.freezing import frozen_in_words
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.runs.horizon import NO_HORIZON

STRUCTURE = "structure"
"""What a change of what is no live setting is logged as."""

HORIZON = "horizon"
"""What is logged where a run, whose schedule goes over it, says when it will end: no setting of anybody's."""

PIXELS_SHOWN = "pixels shown"
"""What a structure's change is called where an edit only shows more of a picture."""


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From step `step` on, `setting` had the value `value`. A run's first entries are those it began with.

    A setting is live, STRUCTURE or HORIZON; ValueError of any other. A schedule's value is what `spelled`
    makes of it; that of a structure is a plain sentence's worth of words, as the layers themselves stand in
    the experiment. What is frozen is 'layer 1, output' or 'nothing'.
    """

    step: int
    setting: str
    value: float | str

    def __post_init__(self) -> None:
        if self.setting not in (*LiveSettings.names(), STRUCTURE, HORIZON):
            raise ValueError(f"a run can't change its '{self.setting}'")

    @property
    def is_visible(self) -> bool:
        """Whether people are shown it: what a run estimates by itself they aren't."""
        return self.step > 0 and self.setting != HORIZON


def logged(settings: LiveSettings, experiment: Experiment) -> dict[str, float | str]:
    """The live settings of an experiment's run as its log has them."""
    output = len(experiment.layers) + 1
    return {name: _logged(value, output) for name, value in settings.as_dict().items()}


def spelled(part: Part) -> str:
    """A schedule in one line, with all that a file says of it: 'cosine(epochs=500, floor=0.0)'."""
    known = entries("schedule").get(part.kind)
    written = known.written(part.as_dict()) if known else part.as_dict()
    settings = ", ".join(f"{name}={value!r}" for name, value in written.items())
    return f"{part.kind}({settings})" if settings else part.kind


def _logged(value: Any, output: int) -> float | str:
    match value:
        case Part():
            return spelled(value)
        case tuple():
            return frozen_in_words(value, output)
        case _:
            return value  # type: ignore[no-any-return]


USUAL: dict[str, float | str] = {
    field.name: _logged(field.default, 0)
    for field in msgspec.structs.fields(LiveSettings)
    if not field.required
} | {HORIZON: NO_HORIZON}
"""What settings are as long as a log says nothing of them; the others it begins with."""
