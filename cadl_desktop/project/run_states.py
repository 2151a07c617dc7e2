"""Run states in a project file: the numbers of run.json, their validation, and snapshots.

    snapshots.json          the numbers of each snapshot, as in run.json, oldest first
    snapshots.safetensors   'weights' (snapshots, parameters) and 'slots' (snapshots, slots, parameters), the
                            latter only of the newest snapshots where others have none

A file without snapshots has neither member, and can be read by versions that don't know them.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite, nan
from typing import Annotated, Any, Self

import msgspec
import numpy as np

from cadl_desktop.data.scores import finite
from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.experiment.check import check_live
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import OMITTED_AT_DEFAULT, Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.presets import without_defaults
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.project.binary_members import Pieces, pack_array_parts, read_arrays
from cadl_desktop.runs.events import BestEpoch, Floats, RunState
from cadl_desktop.runs.horizon import Horizon
from cadl_desktop.runs.network_weights import weights_of
from cadl_desktop.runs.run_snapshots import MOST, Snapshots
from cadl_desktop.storage.container import DamageError
from cadl_desktop.system.machine import MOST_CORES

MOST_SLOTS = 8


SNAPSHOT_NUMBERS, SNAPSHOT_ARRAYS = "snapshots.json", "snapshots.safetensors"
MOST_SNAPSHOT_BYTES = {SNAPSHOT_NUMBERS: 4 * 2**20, SNAPSHOT_ARRAYS: 513 * 2**20}
_MOST_ARRAY_BYTES = 512 * 2**20
"""Beyond this, only every second, third, ... snapshot is saved, as a file is written and read in one go."""
_DAMAGED = "its snapshots are damaged; use another copy."


class BestNumbers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `BestEpoch` without its weights."""

    epoch: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    step: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    seconds: Annotated[float, msgspec.Meta(ge=0, le=1e10)]
    cost: float
    waited: Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class StateNumbers(LiveSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `RunState` without its arrays: live settings and progress, side by side."""

    step: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    epoch: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    row: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    seconds: Annotated[float, msgspec.Meta(ge=0, le=1e10)]
    horizon: Horizon | None = None
    cores: Annotated[int, msgspec.Meta(ge=1, le=MOST_CORES)] | None = None
    optimizer_since: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    processor_seconds: Annotated[float, msgspec.Meta(ge=0, le=1e12)] | None = None
    best: BestNumbers | None = None

    @classmethod
    def of_state(cls, state: RunState) -> Self:
        place = {name: getattr(state, name) for name in _PLACE}
        place["processor_seconds"] = finite(state.processor_seconds)
        if state.best is not None:
            names = BestNumbers.__struct_fields__
            place["best"] = BestNumbers(**{name: getattr(state.best, name) for name in names})
        return cls(**place, **state.settings.as_dict())

    @classmethod
    def read(cls, plain: Mapping[str, Any], experiment: Experiment) -> Self:
        """Reads the numbers of a file.

        Settings missing in older files are the experiment's, except those that files omit at their
        defaults. Raises `msgspec.ValidationError`.
        """
        own = msgspec.to_builtins(LiveSettings.of(experiment))
        own = {name: value for name, value in own.items() if name not in OMITTED_AT_DEFAULT}
        found = own | {name: value for name, value in plain.items() if value is not None}
        numbers = msgspec.convert(found, cls)
        return msgspec.structs.replace(
            numbers,
            optimizer=_completed("optimizer", numbers.optimizer),
            schedule=_completed("schedule", numbers.schedule),
        )

    def plain(self) -> dict[str, Any]:
        """Returns the numbers as plain data for a file."""
        optimizer, schedule = _written("optimizer", self.optimizer), _written("schedule", self.schedule)
        plain = msgspec.to_builtins(msgspec.structs.replace(self, optimizer=optimizer, schedule=schedule))
        own = "horizon", "cores", "optimizer_since", "processor_seconds", "best"
        return without_defaults(plain, type(self), (*OMITTED_AT_DEFAULT, *own))

    def state(self, weights: tuple[Floats, ...], slots: Floats, best: tuple[Floats, ...] = ()) -> RunState:
        """Returns the state with these arrays; `best` are the weights of the best epoch, if they are kept."""
        numbers = self.as_dict()
        place: dict[str, Any] = {name: numbers.pop(name) for name in _PLACE}
        if self.processor_seconds is None:  # files of earlier versions
            place["processor_seconds"] = nan
        if self.best is not None:
            place["best"] = BestEpoch(**msgspec.structs.asdict(self.best), weights=best)
        return RunState(weights=weights, slots=slots, settings=LiveSettings(**numbers), **place)


def _completed(category: Category, part: Part) -> Part:
    """Adds the defaults of settings that are newer than the file."""
    known = entries(category).get(part.kind)
    return known.part(**part.as_dict()) if known else part


def _written(category: Category, part: Part) -> Part:
    """Returns a part with the settings that a file contains."""
    return Part(part.kind, tuple(entries(category)[part.kind].written(part.as_dict()).items()))


_PLACE = StateNumbers.__annotations__.keys()


def memories_fit(numbers: StateNumbers, slots: Floats, parameters: int) -> bool:
    """Whether these are memories of the optimizer in force: a number per slot and parameter, or none where it
    begins anew."""
    known = entries("optimizer").get(numbers.optimizer.kind)
    begins = numbers.optimizer_since == numbers.step
    counts = {known.memories if known else 0, *([0] if begins else [])}
    return slots.shape in {(count, parameters) for count in counts}


def are_sound(states: Sequence[RunState]) -> bool:
    """Whether all numbers are finite and possible, and all live settings valid."""
    settings = {repr(state.settings): state.settings for state in states}
    possible = all(isfinite(state.seconds) and state.optimizer_since <= state.step for state in states)
    return possible and not any(map(check_live, settings.values()))


def members_of_snapshots(state: RunState, snapshots: Snapshots) -> tuple[object, Pieces] | None:
    """Returns snapshots.json as plain data and the content of snapshots.safetensors, for all snapshots up to
    a state; None if there are none."""
    saved = snapshots.until(state.latest.step).within(_MOST_ARRAY_BYTES).states
    if not saved:
        return None
    numbers = [StateNumbers.of_state(each).plain() for each in saved]
    count, newest = len(saved), saved[-1]
    slots, parameters = newest.slots.shape
    with_slots = [each.slots for each in saved if each.has_memories_of(newest) and len(each.slots) == slots]
    arrays = {
        "slots": ((len(with_slots), slots, parameters), with_slots),
        "weights": ((count, parameters), [array for each in saved for array in each.weights]),
    }
    return numbers, pack_array_parts(arrays)


def read_snapshots(experiment: Experiment, members: Mapping[str, bytes]) -> Snapshots | None:
    """Reads the snapshots of a project; None if it has none. Raises DamageError."""
    if not members.keys() & {SNAPSHOT_NUMBERS, SNAPSHOT_ARRAYS}:
        return None
    numbers = _numbers(experiment, members)
    arrays = read_arrays(members, SNAPSHOT_ARRAYS)
    count, parameters = len(numbers), parameter_count(experiment)
    weights, slots = (arrays.get(name, np.empty(0, np.float32)) for name in ("weights", "slots"))
    fits = weights.shape == (count, parameters) and slots.ndim == 3 and len(slots) <= count
    if len(arrays) != 2 or not fits:
        raise DamageError(_DAMAGED)
    # Copies, so that the memory of dropped snapshots is freed.
    without = [np.empty((0, parameters), np.float32)] * (count - len(slots))
    memories = [*without, *(own.copy() for own in slots)]
    if not all(memories_fit(*pair, parameters) for pair in zip(numbers, memories, strict=True)):
        raise DamageError(_DAMAGED)
    states = [
        each.state(weights_of(experiment, weights[index].copy()), memories[index])
        for index, each in enumerate(numbers)
    ]
    return sound_snapshots(states)


def sound_snapshots(states: list[RunState]) -> Snapshots:
    """Validates states as the snapshots of one run. Raises DamageError."""
    ordered = all(before.step < after.step for before, after in pairwise(states))
    finite = all(np.isfinite(array).all() for state in states for array in state.weights)
    if not (ordered and finite and 1 <= len(states) <= MOST and are_sound(states)):
        raise DamageError(_DAMAGED)
    snapshots = Snapshots(states)
    snapshots.drop_earlier_memories()
    return snapshots


def _numbers(experiment: Experiment, members: Mapping[str, bytes]) -> list[StateNumbers]:
    try:
        plain = msgspec.json.decode(members[SNAPSHOT_NUMBERS], type=list[dict[str, Any]])
        numbers = [StateNumbers.read(each, experiment) for each in plain]
    except (KeyError, msgspec.MsgspecError, RecursionError) as error:
        raise DamageError(_DAMAGED) from error
    if not 1 <= len(numbers) <= MOST:
        raise DamageError(_DAMAGED)
    return numbers
