"""Task of `train` from EXPERIMENT and its options: what is trained, and from which state."""

import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.openings import frame_of, points_of, project_of
from cadl_desktop.cli.standard_input import INPUT_TITLE, Content, source_of
from cadl_desktop.data.pictures.cropping import Cut, carried_picture
from cadl_desktop.data.pictures.many_pictures import load_pictures
from cadl_desktop.data.pictures.masks import mask_of_file, stretch_note
from cadl_desktop.data.samples import DataError, Samples, samples_of
from cadl_desktop.data.subsets import batches_left, samples_per_epoch, split
from cadl_desktop.experiment.catalog import entries
from cadl_desktop.experiment.catalog.dataset_entries import MOST_PICTURES
from cadl_desktop.experiment.check import check
from cadl_desktop.experiment.effort import check_memory
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.methods.following import followed, refuse_idle_size, stop_following
from cadl_desktop.experiment.model import Experiment, has_many_pictures, structure_of
from cadl_desktop.experiment.part import Part, Value
from cadl_desktop.experiment.paths import PathError, set_path
from cadl_desktop.runs.changes import changed_structure, logged, weights_from
from cadl_desktop.runs.events import Changed, Floats, RunState
from cadl_desktop.runs.history import History, cores_of
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.system.machine import free_memory


@dataclass(frozen=True, eq=False)
class Task:
    """Experiment to train, and where to start.

    With a `state` that run continues, unless it has `ended` and only its results are missing. `for_cores` is
    the number of cores for which the steps of a run that starts over were split.
    """

    experiment: Experiment
    state: RunState | None
    history: History
    snapshots: Snapshots = field(default_factory=Snapshots)
    weights: tuple[Floats, ...] | None = None
    """Weights to start with, in place of the state's or the seed's."""
    for_cores: int | None = None
    ended: bool = False
    keeps_moments: bool = True
    """Whether all snapshots are kept and saved; else only the newest is kept, and none saved."""

    @property
    def saved_snapshots(self) -> Snapshots:
        """Snapshots for the project."""
        return self.snapshots if self.keeps_moments else Snapshots()


def task_of(options: Namespace) -> Task:
    """Task of the command line. Raises UsageError for anything that can't be trained."""
    project = project_of(options)
    experiment = _checked(with_settings(project.experiment, options))
    same = structure_of(experiment) == structure_of(project.experiment)
    continues = same and not options.anew
    newest = project.state and project.state.latest
    state = _continued(newest, project.experiment, experiment) if newest and continues else None
    experiment = _with_limits(experiment, options, state)
    for problem in check_memory(experiment, free_memory()):
        raise UsageError(problem.sentence)
    weights = _weights(options.weights, experiment)
    history = (project.history if continues else None) or History()
    if newest and state:
        began = logged(newest.settings, project.experiment)
        history.note_start("optimizer", began["optimizer"])
    if weights is not None:
        step = state.step if state else 0
        description = weights_from(Path(options.weights).name)
        history.add(Changed(changed_structure(step, description)))
    if state is None:
        for_cores = cores_of(project.state, project.history)
        return Task(experiment, None, history, weights=weights, for_cores=for_cores)
    return Task(experiment, state, history, project.snapshots or Snapshots(), weights)


def base_experiment(options: Namespace) -> Experiment:
    """Experiment of the command line, to be trained from its seed on any machine. Raises UsageError for
    anything that can't be trained."""
    return _with_limits(_checked(with_settings(project_of(options).experiment, options)), options, None)


def _checked(experiment: Experiment) -> Experiment:
    """Returns the experiment. Raises UsageError if it can't be trained."""
    for problem in check(experiment):
        raise UsageError(problem.sentence)
    return experiment


def _with_limits(experiment: Experiment, options: Namespace, state: RunState | None) -> Experiment:
    """Experiment with the stop rules of --epochs and --seconds. Raises UsageError if it can't be trained, or
    its data can't be read."""
    epoch = _trained_epochs(experiment, _samples(experiment), state)
    return _checked(_with_stop(experiment, options, epoch, state.seconds if state else 0.0))


def _samples(experiment: Experiment) -> Samples:
    try:
        return samples_of(experiment.data)
    except DataError as error:
        raise UsageError("data: {error}", error=error) from error


def _trained_epochs(experiment: Experiment, samples: Samples, state: RunState | None) -> int:
    """Number of epochs trained so far, including one whose last batch was trained before the run was stopped,
    which the run counts only when it continues."""
    training = split(experiment, samples)[0]
    if state is None or not len(training):
        return 0
    batch_size = min(state.settings.batch_size, len(training))
    left = batches_left(samples_per_epoch(samples, training), state.row, batch_size)
    return state.epoch if left else state.epoch + 1


def _weights(name: str | None, experiment: Experiment) -> tuple[Floats, ...] | None:
    if name is None:
        return None
    from cadl_desktop.weights_in.weight_matching import read_weights

    try:
        return read_weights(Path(name), experiment)
    except FileError as error:
        raise UsageError("--weights: {error}", error=error) from error


def _with_stop(experiment: Experiment, options: Namespace, epoch: int, second: float) -> Experiment:
    """Experiment with the stop rules of --epochs and --seconds, counted from there, and settings that follow
    from these."""
    stop = experiment.stop
    if options.seconds is not None:
        alone = dict.fromkeys(("epochs", "steps", "processor_seconds"))
        stop = msgspec.structs.replace(stop, **alone, seconds=options.seconds + second)
    if options.epochs is not None:
        stop = msgspec.structs.replace(stop, epochs=options.epochs + epoch)
    given = [f"stop.{name}" for name in ("epochs", "seconds") if getattr(options, name) is not None]
    return followed(experiment, msgspec.structs.replace(stop_following(experiment, given), stop=stop))


def _continued(state: RunState, before: Experiment, after: Experiment) -> RunState:
    """State with the live settings that --set changed; the others stay as they are in the state."""
    settings = LiveSettings.of(after)
    changed = {*LiveSettings.of(before).differing(settings)}
    if before.optimizer.kind != after.optimizer.kind:
        changed.add("rate")  # that of another optimizer
    return state.with_settings(state.settings.with_values_of(changed, settings))


def with_settings(experiment: Experiment, options: Namespace) -> Experiment:
    """Experiment changed by --set, --parameters, --mask, --best and --seed, with what follows from these.

    Raises UsageError.
    """
    # Kinds first: a kind brings its defaults, which would overwrite settings made before it.
    for path, value in sorted(options.set, key=lambda setting: not setting[0].endswith(".kind")):
        experiment = _with_setting(experiment, path, value, options)
    if options.parameters is not None:
        experiment = _with_setting(experiment, "parameters", options.parameters, options)
    if options.mask is not None:
        if experiment.data.kind != "picture":
            raise UsageError(
                "--mask: '{name}' doesn't paint one picture; leave it out.", name=experiment.name
            )
        experiment = _with_setting(experiment, "data.mask", options.mask, options)
    if options.best:
        experiment = _with_setting(experiment, "stop.keep_best", "true", options)
    if options.seed is not None:
        experiment = msgspec.structs.replace(experiment, seed=options.seed)
    return experiment


def _with_setting(experiment: Experiment, path: str, value: str, options: Namespace) -> Experiment:
    try:
        refuse_idle_size(experiment, path)
        changed = _set(experiment, path, value, options)
    except (PathError, DataError) as error:
        raise UsageError(sentence_of(error)) from error
    return followed(experiment, stop_following(changed, [path]))


def _set(experiment: Experiment, path: str, text: str, options: Namespace) -> Experiment:
    head, _, name = path.partition(".")
    known = entries("dataset").get(experiment.data.kind)
    kinds = {parameter.name: parameter.kind for parameter in known.parameters} if known else {}
    kind = kinds.get(name, "") if head == "data" else ""
    if kind == "points":
        settings = points_of(source_of(text, options), options)
    elif kind == "mask" and text.strip().lower() == "none":
        settings = {"mask": b""}
    elif kind in _READERS:
        settings = _READERS[kind](experiment.data, source_of(text, options))
    else:
        return set_path(experiment, path, text)
    return msgspec.structs.replace(experiment, data=experiment.data.has(**settings))


def _picture_setting(data: Part, source: Path | Content) -> dict[str, Value]:
    if has_many_pictures(data):
        image = load_pictures([source], MOST_PICTURES)[0]
    else:
        image = carried_picture(frame_of(source), Cut())
    return {"image": image, "source": "own"}


def _mask(data: Part, source: Path | Content) -> dict[str, Value]:
    """Mask from a file. A shape that differs from the picture's is reported on standard error."""
    name = source.name if isinstance(source, Path) else INPUT_TITLE
    mask = mask_of_file(source, "" if isinstance(source, Path) else name)
    if stretched := stretch_note(data, mask):
        note = f"{shown(name)}: {stretched}."
        sys.stderr.write(f"{note}\n")
    return {"mask": mask}


_READERS: dict[str, Callable[[Part, Path | Content], dict[str, Value]]] = {
    "picture": _picture_setting,
    "mask": _mask,
}
"""Readers of settings that are given as the name of a file, by kind; for points tables have options."""
