"""The snapshots of the run that a project shows, as members of its file.

    snapshots.json          the plain numbers of each, as run.json has them, the oldest first
    snapshots.safetensors   'weights' (snapshots, parameters) and 'slots' (snapshots, slots, parameters)

A file without snapshots holds neither and can be read by programs that don't know them.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.project.arrays import Pieces, arrays_in, packed_of
from cadl_desktop.project.state import StateNumbers, are_sound, memory_shape
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.network_weights import weights_of
from cadl_desktop.runs.run_snapshots import MOST, Snapshots
from cadl_desktop.storage.container import DamageError

NUMBERS, ARRAYS = "snapshots.json", "snapshots.safetensors"
MOST_BYTES = {NUMBERS: 4 * 2**20, ARRAYS: 513 * 2**20}

_MOST_ARRAY_BYTES = 512 * 2**20
"""Of more, every second, third, ... snapshot is saved: a file has to be written and read in one go."""
_DAMAGED = "its snapshots are damaged; use another copy."


def members_of_snapshots(state: RunState, snapshots: Snapshots) -> tuple[object, Pieces] | None:
    """snapshots.json as plain data and the content of snapshots.safetensors, of all that came before a state;
    None where nothing did."""
    saved = snapshots.until(state.step).within(_MOST_ARRAY_BYTES).states
    if not saved:
        return None
    numbers = [StateNumbers.of_state(each).plain() for each in saved]
    count, (slots, parameters) = len(saved), state.slots.shape
    arrays = {
        "slots": ((count, slots, parameters), [each.slots for each in saved]),
        "weights": ((count, parameters), [array for each in saved for array in each.weights]),
    }
    return numbers, packed_of(arrays)


def read_snapshots(experiment: Experiment, members: Mapping[str, bytes]) -> Snapshots | None:
    """The snapshots of a project, None where it has none. Raises DamageError."""
    if not members.keys() & {NUMBERS, ARRAYS}:
        return None
    numbers = _numbers(experiment, members)
    arrays = arrays_in(members, ARRAYS)
    count, parameters = len(numbers), parameter_count(experiment)
    weights, slots = (arrays.get(name, np.empty(0, np.float32)) for name in ("weights", "slots"))
    fits = weights.shape == (count, parameters) and slots.shape == (count, *memory_shape(experiment))
    if len(arrays) != 2 or not fits:
        raise DamageError(_DAMAGED)
    # Copies, so that the memory of those that are let go is given back.
    states = [
        each.state(weights_of(experiment, weights[index].copy()), slots[index].copy())
        for index, each in enumerate(numbers)
    ]
    return sound_snapshots(states)


def sound_snapshots(states: list[RunState]) -> Snapshots:
    """Such states together. Raises DamageError where no run can have gone through them."""
    ordered = all(before.step < after.step for before, after in pairwise(states))
    finite = all(np.isfinite(array).all() for state in states for array in state.weights)
    if not (ordered and finite and 1 <= len(states) <= MOST and are_sound(states)):
        raise DamageError(_DAMAGED)
    return Snapshots(states)


def _numbers(experiment: Experiment, members: Mapping[str, bytes]) -> list[StateNumbers]:
    try:
        plain = msgspec.json.decode(members[NUMBERS], type=list[dict[str, Any]])
        numbers = [StateNumbers.read(each, experiment) for each in plain]
    except (KeyError, msgspec.MsgspecError, RecursionError) as error:
        raise DamageError(_DAMAGED) from error
    if not 1 <= len(numbers) <= MOST:
        raise DamageError(_DAMAGED)
    return numbers
