"""EXPERIMENT and the options that change it: what is to be trained, and what it goes on from."""

import os
import sys
from argparse import Namespace
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

import msgspec

from cadl_desktop.cli.arguments import PROGRAM, UsageError
from cadl_desktop.data.curves.points import encode_points
from cadl_desktop.data.curves.tables import SUFFIXES, likely_columns, read_table, take_points, told
from cadl_desktop.data.curves.text_files import load_text
from cadl_desktop.data.pictures.cropping import Cut
from cadl_desktop.data.pictures.pictures import load_picture
from cadl_desktop.data.samples import DataError, samples_of
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.check import check
from cadl_desktop.experiment.edits import with_dataset
from cadl_desktop.experiment.effort import check_memory
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Experiment, Stop, structure_of
from cadl_desktop.experiment.paths import PathError, set_path
from cadl_desktop.experiment.presets import DEFAULT_CURVE, DEFAULT_PAINTING, preset, preset_names
from cadl_desktop.machine import free_memory
from cadl_desktop.project import Project, ProjectError, open_project
from cadl_desktop.runs.changes import changed_structure, weights_from
from cadl_desktop.runs.events import Changed, Floats, RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.snapshots import Snapshots
from cadl_desktop.sentences import Sentence, said, sentence_of
from cadl_desktop.storage.atomic import FileError, readable

_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, eq=False)
class Task:
    """What to train. With a `state` that run goes on."""

    experiment: Experiment
    state: RunState | None
    history: History
    snapshots: Snapshots = field(default_factory=Snapshots)
    weights: tuple[Floats, ...] | None = None
    """To begin with in place of the state's own, or of the seed's."""


def task_of(options: Namespace) -> Task:
    """The task that the command line describes. Raises UsageError for anything that can't be trained."""
    project = _project(options)
    experiment = _with_settings(project.experiment, options)
    goes_on = project.state is not None and structure_of(experiment) == structure_of(project.experiment)
    state = project.state if goes_on else None
    experiment = msgspec.structs.replace(experiment, stop=_limits(experiment.stop, options, state))
    for problem in check(experiment) or check_memory(experiment, free_memory()):
        raise UsageError(problem.sentence)
    _refuse_unreadable(experiment)
    weights = _weights(options.weights, experiment)
    history = (project.history if goes_on else None) or History()
    if weights is not None:
        step = state.step if state else 0
        words = weights_from(readable(Path(options.weights).name))
        history.add(Changed(changed_structure(step, words)))
    if state is None:
        return Task(experiment, None, history, weights=weights)
    going_on = _going_on(state, project.experiment, experiment)
    return Task(experiment, going_on, history, project.snapshots or Snapshots(), weights)


def _weights(name: str | None, experiment: Experiment) -> tuple[Floats, ...] | None:
    if name is None:
        return None
    from cadl_desktop.weights_in.fitting import read_weights

    try:
        return read_weights(Path(name), experiment)
    except FileError as error:
        raise UsageError("--weights: {error}", error=error) from error


def unknown(name: str, known: list[str]) -> Sentence:
    """The sentence about a word that is neither a file nor known."""
    close = get_close_matches(name, known, 1, 0.6)
    hint = said("see {program} list.", program=PROGRAM)
    if close:
        hint = said("did you mean '{name}'?", name=close[0])
    return said("'{name}' is neither a preset nor a file; {hint}", name=name, hint=hint)


def _project(options: Namespace) -> Project:
    name = options.experiment
    if name in preset_names():
        _refuse_picture_options(options)
        return Project(preset(name))
    path = Path(name)
    if not os.path.exists(name):  # Path.exists raises for names that are too long
        raise UsageError(unknown(name, preset_names()))
    try:
        if path.suffix.lower() == ".cadl" or _is_zip(path):
            _refuse_picture_options(options)
            return open_project(path)
        if path.suffix.lower() in SUFFIXES:
            _refuse_picture_options(options)
            return Project(_curve_of(path))
        return Project(_painting_of(path, options))
    except (ProjectError, DataError) as error:
        raise UsageError(sentence_of(error)) from error


def _refuse_picture_options(options: Namespace) -> None:
    for name in ("frame", "background"):
        if getattr(options, name) is not None:
            raise UsageError(
                "--{name} is about a picture file, and '{experiment}' is none.",
                name=name,
                experiment=options.experiment,
            )


def _is_zip(path: Path) -> bool:
    """Whether this may be a project under another name. Other things than files are not even opened."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP)) == _ZIP
    except OSError:
        return False  # the picture reader says why


def _painting_of(path: Path, options: Namespace) -> Experiment:
    painting = preset(DEFAULT_PAINTING)
    cut = Cut(ground=options.background) if options.background else Cut()
    data = painting.data.has(source="own", image=load_picture(path, cut, options.frame or 1))
    return msgspec.structs.replace(painting, name=readable(path.stem), data=data)


def _curve_of(path: Path) -> Experiment:
    """The default curve with the points of a table's likeliest columns, which are named on standard error."""
    table = read_table(load_text(path), title=f"'{readable(path.name)}'")
    x, y = likely_columns(table)
    taken = take_points(table, x, y)
    sys.stderr.write(f"{path.name}: {told(table, x, y, taken)}\n")
    data = part("dataset", "points", points=encode_points(taken.points))
    return msgspec.structs.replace(
        with_dataset(preset(DEFAULT_CURVE), data), name=readable(path.stem), note=""
    )


def _with_settings(experiment: Experiment, options: Namespace) -> Experiment:
    # A kind brings its defaults along, which would undo what was set before it.
    settings = sorted(options.set, key=lambda setting: not setting[0].endswith(".kind"))
    try:
        for path, value in settings:
            experiment = set_path(experiment, path, value)
    except PathError as error:
        raise UsageError(sentence_of(error)) from error
    if options.seed is not None:
        experiment = msgspec.structs.replace(experiment, seed=options.seed)
    return experiment


def _limits(stop: Stop, options: Namespace, state: RunState | None) -> Stop:
    """The stop rules with --epochs and --seconds, which count from where the run stands."""
    epochs, seconds = stop.epochs, stop.seconds
    if options.seconds is not None:
        epochs = None
        seconds = options.seconds + (state.seconds if state else 0.0)
    if options.epochs is not None:
        epochs = options.epochs + (state.epoch if state else 0)
    return msgspec.structs.replace(stop, epochs=epochs, seconds=seconds)


def _refuse_unreadable(experiment: Experiment) -> None:
    try:
        samples_of(experiment.data)
    except DataError as error:
        raise UsageError("data: {error}", error=error) from error


def _going_on(state: RunState, before: Experiment, after: Experiment) -> RunState:
    """The state with what --set changed of the live settings; the others stay those in force."""
    wanted = LiveSettings.of(after)
    changed = LiveSettings.of(before).differing(wanted)
    return replace(state, settings=state.settings.taking(changed, wanted))
