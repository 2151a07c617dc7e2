"""Reading of a project from its members, refusing whatever this program would not have written."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import numpy as np
from msgspec import ValidationError, convert
from msgspec.structs import replace

from cadl_desktop.data.pictures.many_pictures import MOST_SIDE as MOST_SQUARE
from cadl_desktop.data.pictures.masks import normalised_mask
from cadl_desktop.data.pictures.picture_headers import png_header
from cadl_desktop.data.pictures.picture_reading import PictureError
from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.experiment.catalog.dataset_entries import MOST_PICTURES, MOST_PIXELS
from cadl_desktop.experiment.check import MOST_LAYERS, check
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.paths import SETTING_TYPES, parts_of
from cadl_desktop.experiment.presets import experiment_from
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.project.binary_members import (
    attach_bytes,
    is_attached,
    member_content,
    member_damage,
    read_arrays,
)
from cadl_desktop.project.listed_runs import plain_name, read_runs
from cadl_desktop.project.project_members import (
    BEST,
    CHANGES,
    EXPERIMENT,
    FORMAT,
    HISTORY,
    OPTIMIZER,
    OWN,
    RUN,
    WEIGHTS,
    Project,
)
from cadl_desktop.project.run_states import StateNumbers, are_sound, memories_fit, read_snapshots
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.history import (
    COLUMNS,
    MOST_CHANGES,
    MOST_MEASURES,
    MOST_ROWS,
    History,
    measure_name_problem,
)
from cadl_desktop.runs.network_weights import shapes_of, weight_names
from cadl_desktop.runs.record import MOST_RUNS
from cadl_desktop.storage.container import DamageError

Decoded = TypeVar("Decoded")


_UNFINISHED = frozenset(
    {
        "output.kind",
        "layers",
        *(f"data.{name}" for name in ("image", "high", "mask", "keep", "points", "expression")),
        *("data.x_counts", "data.y_counts"),
    }
)
"""Fields that may be unfinished: such an experiment can't be trained, but opened and completed."""
_MOST_TOGETHER, _MOST_OF_A_RUN = 1000, 2 * MOST_LAYERS
"""Longest list or dict in an experiment, and in that of a run, which has no more layers than can be
trained."""
_MOST_BRACKETS_AND_COMMAS = 100_000
_HISTORY_COLUMNS = range(COLUMNS.index("psnr"), len(COLUMNS) + 1)
"""Possible widths of a history: files of earlier versions lack the PSNR, or the processor seconds."""
_TOO_MUCH = "its experiment holds too much to be one; use another copy."


class _Version(msgspec.Struct, frozen=True):
    """The version in experiment.json, which every format has."""

    format: Any = None


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """experiment.json."""

    format: int
    program: str
    experiment: dict[str, Any]


def project_from_members(
    members: Mapping[str, bytes], known: Mapping[bytes, Experiment] | None = None
) -> Project:
    """Converts the members of a file into a project. Raises DamageError.

    `known` are its experiments by the content of experiment.json, if they were read already.
    """
    known = read_experiments(members) if known is None else known

    def one_run(own: Mapping[str, bytes]) -> tuple[Experiment, RunState | None, History | None]:
        experiment = known.get(own.get(EXPERIMENT, b"")) or read_experiment(own)
        return experiment, _result(experiment, own), _history(own)

    experiment = known.get(members.get(EXPERIMENT, b"")) or read_experiment(members)
    runs, number, note, diverged, baseline = read_runs(members, one_run)
    snapshots = read_snapshots(experiment, members)
    state, history = _result(experiment, members), _history(members)
    return Project(experiment, state, history, runs, number, snapshots, note, diverged, baseline=baseline)


def read_experiments(members: Mapping[str, bytes]) -> dict[bytes, Experiment]:
    """Reads all experiments by the content of experiment.json, equal ones of several runs only once."""
    shared = {name: content for name, content in members.items() if is_attached(name)}
    contents = {content for name, content in members.items() if plain_name(name) == EXPERIMENT}
    if len(contents) > MOST_RUNS + 1:
        raise DamageError("it holds more runs than are possible; use another copy.")
    own = members.get(EXPERIMENT)
    return {content: read_experiment({EXPERIMENT: content, **shared}, content != own) for content in contents}


def read_experiment(members: Mapping[str, bytes], of_run: bool = False) -> Experiment:
    """Reads the experiment of a project or of one of its runs. Raises DamageError."""
    # The version first: other contents of a newer format are unknown.
    version = _decoded(members, EXPERIMENT, _Version).format
    if isinstance(version, int) and version > FORMAT:
        raise DamageError("a newer version of the program saved it; update the program.")
    if version != FORMAT:
        raise DamageError("it is damaged or no project of this program; use another copy.")
    refuse_long(members[EXPERIMENT])
    plain = _decoded(members, EXPERIMENT, _Document).experiment
    refuse_crowded(plain, of_run)
    try:
        experiment = experiment_from(attach_bytes(plain, members))
    except (msgspec.MsgspecError, TypeError) as error:
        raise DamageError("its experiment is damaged ({reason}); use another copy.", reason=error) from error
    return validated(experiment)


def read_state(experiment: Experiment, members: Mapping[str, bytes]) -> RunState | None:
    """Reads the state with the newest weights of a run; None if there is none. Raises DamageError."""
    if not members.keys() & {RUN, WEIGHTS, OPTIMIZER}:
        return None
    run = read_state_numbers(experiment, members)
    weights = _weights(experiment, members, WEIGHTS)
    best = _weights(experiment, members, BEST) if BEST in members else ()
    slots = read_arrays(members, OPTIMIZER).get("slots", np.empty(0, np.float32))
    if not memories_fit(run, slots, parameter_count(experiment)):
        raise DamageError("its optimizer's memory does not fit its experiment; use another copy.")
    state = run.state(weights, slots, best)
    if not are_sound([state]):
        raise member_damage(RUN)
    return state


def _result(experiment: Experiment, members: Mapping[str, bytes]) -> RunState | None:
    state = read_state(experiment, members)
    return state and state.result


def _weights(experiment: Experiment, members: Mapping[str, bytes], member: str) -> tuple[Floats, ...]:
    names = weight_names(experiment)
    weights = read_arrays(members, member)
    if list(weights) != sorted(names) or [weights[name].shape for name in names] != shapes_of(experiment):
        raise DamageError("its weights do not fit its experiment; use another copy.")
    if not all(np.isfinite(array).all() for array in weights.values()):
        raise DamageError("not all of its weights are finite numbers; use another copy.")
    return tuple(weights[name] for name in names)


def read_state_numbers(experiment: Experiment, members: Mapping[str, bytes]) -> StateNumbers:
    """Reads the numbers in run.json, which must exist. Raises DamageError."""
    plain = _decoded(members, RUN, dict[str, Any])
    try:
        return StateNumbers.read(plain, experiment)
    except msgspec.ValidationError as error:
        raise member_damage(RUN) from error


def _history(members: Mapping[str, bytes]) -> History | None:
    if not members.keys() & {HISTORY, CHANGES}:
        return None
    changes = _decoded(members, CHANGES, list[Change])
    if len(changes) > MOST_CHANGES:
        raise DamageError("its history is damaged; use another copy.")
    arrays = read_arrays(members, HISTORY, np.float64)
    rows = arrays.get("rows", np.empty(0))
    own = {name.removeprefix(OWN): values for name, values in arrays.items() if name.startswith(OWN)}
    named = len(own) <= MOST_MEASURES and not any(map(measure_name_problem, own))
    fits = rows.ndim == 2 and rows.shape[1] in _HISTORY_COLUMNS and len(rows) <= MOST_ROWS
    known = np.delete(rows[:, : COLUMNS.index("psnr")], COLUMNS.index("validation_cost"), 1) if fits else rows
    fits = fits and named and all(values.shape == (len(rows),) for values in own.values())
    if not (fits and np.isfinite(known).all() and (np.diff(rows[:, 0]) > 0).all()):
        raise DamageError("its history is damaged; use another copy.")
    return History.from_rows(rows, changes, own)


def _decoded(members: Mapping[str, bytes], name: str, wanted: type[Decoded]) -> Decoded:
    content = member_content(members, name)
    try:
        return msgspec.json.decode(content, type=wanted)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise member_damage(name) from error


def refuse_long(content: bytes) -> None:
    """Raises DamageError for JSON with too many braces and commas: each takes twenty bytes when decoded."""
    if sum(map(content.count, (b"{", b"[", b","))) > _MOST_BRACKETS_AND_COMMAS:
        raise DamageError(_TOO_MUCH)


def refuse_crowded(plain: object, of_run: bool = False) -> None:
    """Raises DamageError for plain data with longer lists or dicts than an experiment, or that of a run, has.

    Each part is compared with the catalog; a million of them would take minutes.
    """
    if isinstance(plain, dict | list) and len(plain) > (_MOST_OF_A_RUN if of_run else _MOST_TOGETHER):
        raise DamageError(_TOO_MUCH)
    for each in plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else ():
        refuse_crowded(each, of_run)


def validated(experiment: Experiment) -> Experiment:
    """Returns the experiment as this program would write it. Raises DamageError if it could not have."""
    _refuse_large_pictures(experiment)
    for field, category, part in parts_of(experiment):
        _refuse_wrong_types(field, category, part)
    experiment = _with_own_mask(experiment)
    for problem in check(experiment):
        if problem.field not in _UNFINISHED:
            raise DamageError("its setting {problem}", problem=problem.sentence)
    return experiment


def _refuse_large_pictures(experiment: Experiment) -> None:
    """Raises DamageError for pictures with too many pixels: a few kB can hold a hundred million."""
    known = entries("dataset").get(experiment.data.kind)
    if known is None:
        return
    most = MOST_PICTURES * MOST_SQUARE**2 if known.pictures else MOST_PIXELS
    for value in experiment.data.as_dict().values():
        header = png_header(value) if isinstance(value, bytes) else None
        if header and header.width * header.height > most:
            raise DamageError(
                "its picture has more than the {most:g} megapixels that are possible; use another copy.",
                most=round(most / 1e6, 1),
            )


def _refuse_wrong_types(field: str, category: Category, part: Part) -> None:
    known = entries(category)
    if part.kind not in known:
        raise DamageError(
            "it uses the {category} '{kind}', which is not installed here; install what adds it.",
            category=category,
            kind=part.kind,
        )
    settings = part.as_dict()
    for parameter in known[part.kind].parameters:
        try:
            convert(settings[parameter.name], SETTING_TYPES[parameter.kind], builtin_types=(bytes,))
        except ValidationError as error:
            raise DamageError(
                "its setting {field}.{name} is of the wrong type; use another copy.",
                field=field,
                name=parameter.name,
            ) from error


def _with_own_mask(experiment: Experiment) -> Experiment:
    """Re-encodes the mask as this program writes it, since masks are decoded on the event loop, which can't
    wait for the decoding process. Raises DamageError if it can't be read."""
    mask = experiment.data.as_dict().get("mask")
    if not isinstance(mask, bytes):
        return experiment
    try:
        own = normalised_mask(mask)
    except PictureError as error:
        raise DamageError("its mask can't be read; use another copy.") from error
    return experiment if own is mask else replace(experiment, data=experiment.data.has(mask=own))
