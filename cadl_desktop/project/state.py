"""The plain numbers of a `RunState` as JSON holds them, and what has to be true of them."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Annotated, Any, Self

import msgspec

from cadl_desktop.experiment.catalog import entries, entry
from cadl_desktop.experiment.check import check_live
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import OMITTED_AT_DEFAULT, Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.presets import without_defaults
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.horizon import Horizon
from cadl_desktop.system.machine import MOST_CORES

MOST_SLOTS = 8


class StateNumbers(LiveSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `RunState` but for its arrays: its live settings and its place, side by side."""

    step: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    epoch: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    row: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    seconds: Annotated[float, msgspec.Meta(ge=0, le=1e10)]
    horizon: Horizon | None = None
    cores: Annotated[int, msgspec.Meta(ge=1, le=MOST_CORES)] | None = None

    @classmethod
    def of_state(cls, state: RunState) -> Self:
        place = {name: getattr(state, name) for name in _PLACE}
        return cls(**place, **state.settings.as_dict())

    @classmethod
    def read(cls, plain: Mapping[str, Any], experiment: Experiment) -> Self:
        """Those of a file; settings that were not live when it was saved are the experiment's own, but for
        those that files leave out at their defaults.

        Raises `msgspec.ValidationError`."""
        own = msgspec.to_builtins(LiveSettings.of(experiment))
        own = {name: value for name, value in own.items() if name not in OMITTED_AT_DEFAULT}
        found = own | {name: value for name, value in plain.items() if value is not None}
        numbers = msgspec.convert(found, cls)
        return msgspec.structs.replace(numbers, schedule=_completed(numbers.schedule))

    def plain(self) -> dict[str, Any]:
        """As a file has them."""
        known = entries("schedule")[self.schedule.kind]
        written = Part(self.schedule.kind, tuple(known.written(self.schedule.as_dict()).items()))
        plain = msgspec.to_builtins(msgspec.structs.replace(self, schedule=written))
        return without_defaults(plain, type(self), (*OMITTED_AT_DEFAULT, "horizon", "cores"))

    def state(self, weights: tuple[Floats, ...], slots: Floats) -> RunState:
        numbers = self.as_dict()
        place: dict[str, Any] = {name: numbers.pop(name) for name in _PLACE}
        return RunState(weights=weights, slots=slots, settings=LiveSettings(**numbers), **place)


def _completed(schedule: Part) -> Part:
    """With the defaults of what is newer than the file."""
    known = entries("schedule").get(schedule.kind)
    return known.part(**schedule.as_dict()) if known else schedule


_PLACE = StateNumbers.__annotations__.keys()


def memory_shape(experiment: Experiment) -> tuple[int, int]:
    """Of what its optimizer remembers: another one's can't be gone on with."""
    return entry("optimizer", experiment.optimizer.kind).memories, parameter_count(experiment)


def are_sound(states: Sequence[RunState]) -> bool:
    """Whether their numbers are finite, and their live settings such as can be trained with."""
    settings = {repr(state.settings): state.settings for state in states}
    return all(isfinite(state.seconds) for state in states) and not any(map(check_live, settings.values()))
