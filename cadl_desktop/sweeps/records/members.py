"""A sweep as members of a folder: its base as a project has it, and all else in sweep.json."""

from collections.abc import Mapping
from typing import Any

import msgspec

from cadl_desktop.project.members import Members, json_of, of_experiment
from cadl_desktop.project.reading import project_of
from cadl_desktop.storage.container import DamageError
from cadl_desktop.sweeps.plan.sweep import Sweep

SWEEP = "sweep.json"
FORMAT = 1
MOST_SWEEP_BYTES = 4 * 2**20


def members_of_sweep(sweep: Sweep) -> Members:
    """All members. Raises ValueError where a number is no finite one."""
    attached: Members = {}
    base = of_experiment(sweep.base, attached)
    plain = msgspec.to_builtins(sweep)
    del plain["base"]
    content = json_of({"format": FORMAT, **plain})
    return {SWEEP: content} | base | attached


def sweep_of(members: Mapping[str, bytes]) -> Sweep:
    """The sweep that these members are. Whether it can be started is `check_sweep`'s to say.

    Raises DamageError where they aren't those of a sweep.
    """
    base = project_of({name: content for name, content in members.items() if name != SWEEP}).experiment
    try:
        plain = msgspec.json.decode(members[SWEEP], type=dict[str, Any])
        version = plain.pop("format", None)
        if isinstance(version, int) and version > FORMAT:
            raise DamageError("a newer version of the program saved it; update the program.")
        return msgspec.convert({**plain, "base": base}, Sweep)
    except (KeyError, msgspec.MsgspecError, RecursionError) as error:
        raise DamageError("'{name}' in it is damaged; use another copy.", name=SWEEP) from error
