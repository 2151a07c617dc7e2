"""EXPERIMENT and the options that change it: what is to be trained, and what it goes on from."""

from argparse import Namespace
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.openings import project_of
from cadl_desktop.cli.settings import with_settings
from cadl_desktop.data.samples import DataError, Samples, samples_of
from cadl_desktop.data.subsets import batches_left, samples_per_epoch, split
from cadl_desktop.experiment.check import check
from cadl_desktop.experiment.effort import check_memory
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.methods.following import followed, stop_following
from cadl_desktop.experiment.model import Experiment, Stop, structure_of
from cadl_desktop.runs.changes import changed_structure, weights_from
from cadl_desktop.runs.events import Changed, Floats, RunState
from cadl_desktop.runs.history import History, cores_of
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.system.machine import free_memory


@dataclass(frozen=True, eq=False)
class Task:
    """What to train. With a `state` that run goes on, unless it has `ended` and only its results are missing;
    `for_cores` is what the run was cut for that is trained anew."""

    experiment: Experiment
    state: RunState | None
    history: History
    snapshots: Snapshots = field(default_factory=Snapshots)
    weights: tuple[Floats, ...] | None = None
    """To begin with in place of the state's own, or of the seed's."""
    for_cores: int | None = None
    ended: bool = False


def task_of(options: Namespace) -> Task:
    """The task that the command line describes. Raises UsageError for anything that can't be trained."""
    project = project_of(options)
    experiment = _sound(with_settings(project.experiment, options))
    same = structure_of(experiment) == structure_of(project.experiment)
    goes_on = same and not options.anew
    state = _going_on(project.state, project.experiment, experiment) if project.state and goes_on else None
    experiment = _ending(experiment, options, state)
    for problem in check_memory(experiment, free_memory()):
        raise UsageError(problem.sentence)
    weights = _weights(options.weights, experiment)
    history = (project.history if goes_on else None) or History()
    if weights is not None:
        step = state.step if state else 0
        words = weights_from(Path(options.weights).name)
        history.add(Changed(changed_structure(step, words)))
    if state is None:
        for_cores = cores_of(project.state, project.history)
        return Task(experiment, None, history, weights=weights, for_cores=for_cores)
    return Task(experiment, state, history, project.snapshots or Snapshots(), weights)


def base_of(options: Namespace) -> Experiment:
    """The experiment that the command line describes, to be trained from its seed on whatever machine. Raises
    UsageError for anything that can't be trained."""
    return _ending(_sound(with_settings(project_of(options).experiment, options)), options, None)


def _sound(experiment: Experiment) -> Experiment:
    """The same. Raises UsageError where it can't be trained."""
    for problem in check(experiment):
        raise UsageError(problem.sentence)
    return experiment


def _ending(experiment: Experiment, options: Namespace, state: RunState | None) -> Experiment:
    """One that is sound with what --epochs and --seconds say. Raises UsageError for what can't be trained or
    read."""
    epoch = _epochs_behind(experiment, _samples(experiment), state)
    return _sound(_until(experiment, options, epoch, state.seconds if state else 0.0))


def _samples(experiment: Experiment) -> Samples:
    try:
        return samples_of(experiment.data)
    except DataError as error:
        raise UsageError("data: {error}", error=error) from error


def _epochs_behind(experiment: Experiment, samples: Samples, state: RunState | None) -> int:
    """Those that were trained, with one that a run has come to the end of before it was stopped, which it
    counts as it goes on."""
    training = split(experiment, samples)[0]
    if state is None or not len(training):
        return 0
    batch_size = min(state.settings.batch_size, len(training))
    left = batches_left(samples_per_epoch(samples, training), state.row, batch_size)
    return state.epoch if left else state.epoch + 1


def _weights(name: str | None, experiment: Experiment) -> tuple[Floats, ...] | None:
    if name is None:
        return None
    from cadl_desktop.weights_in.fitting import read_weights

    try:
        return read_weights(Path(name), experiment)
    except FileError as error:
        raise UsageError("--weights: {error}", error=error) from error


def _until(experiment: Experiment, options: Namespace, epoch: int, second: float) -> Experiment:
    """With the stop rules of --epochs and --seconds, which count from there, and what follows them."""
    stop = _limits(experiment.stop, options, epoch, second)
    given = [f"stop.{name}" for name in ("epochs", "seconds") if getattr(options, name) is not None]
    return followed(experiment, msgspec.structs.replace(stop_following(experiment, given), stop=stop))


def _limits(stop: Stop, options: Namespace, epoch: int, second: float) -> Stop:
    epochs, seconds = stop.epochs, stop.seconds
    if options.seconds is not None:
        epochs, seconds = None, options.seconds + second
    if options.epochs is not None:
        epochs = options.epochs + epoch
    return msgspec.structs.replace(stop, epochs=epochs, seconds=seconds)


def _going_on(state: RunState, before: Experiment, after: Experiment) -> RunState:
    """The state with what --set changed of the live settings; the others stay those in force."""
    wanted = LiveSettings.of(after)
    changed = LiveSettings.of(before).differing(wanted)
    return replace(state, settings=state.settings.with_values_of(changed, wanted))
