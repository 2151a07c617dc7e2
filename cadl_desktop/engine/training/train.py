"""The door to training: an iterator of events that a script, the command line and the window share."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

from cadl_desktop.data.pictures.coherence_tiles import slope_tuning
from cadl_desktop.data.subsets import measured_rows
from cadl_desktop.engine.device import device_name
from cadl_desktop.engine.samples import Prepared, prepare
from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.course import Course
from cadl_desktop.engine.training.loop import Loop
from cadl_desktop.engine.training.stepper import fitting
from cadl_desktop.engine.training.steps import cores_for
from cadl_desktop.experiment.check import ExperimentError, check
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.runs.changes import CORES, HORIZON, UNKNOWN_CORES, logged
from cadl_desktop.runs.events import Event, RunState, Started
from cadl_desktop.runs.horizon import NO_HORIZON


def train(
    experiment: Experiment,
    control: Control | None = None,
    state: RunState | None = None,
    for_cores: int | None = None,
    previous_cost: float | None = None,
) -> Generator[Event, None, None]:
    """Trains an experiment and yields what happens; the first event is `Started`, the last `Finished`.

    With `state`, the state of an earlier run of this experiment, that run goes on exactly; one that had
    reached its epochs or seconds gets as many again. `for_cores` is what a run was cut for that is trained
    anew, to the same bits; a state says so itself, and a new run is cut for the cores there are. Given the
    `previous_cost` of its history, a run that has been cut settles where it would have settled uncut.

    Raises ExperimentError where the experiment can't be trained and `data.samples.DataError` where its data
    can't be read, both before the first event.
    """
    problems = check(experiment)
    if problems:
        raise ExperimentError(problems)
    for_cores = (state and state.cores) or for_cores
    return _events(experiment, control or Control(), prepare(experiment), state, for_cores, previous_cost)


def _events(
    experiment: Experiment,
    control: Control,
    prepared: Prepared,
    state: RunState | None,
    for_cores: int | None,
    previous_cost: float | None,
) -> Generator[Event, None, None]:
    settings = state.settings if state else LiveSettings.of(experiment)
    in_force = fitting(settings, prepared).into(experiment)
    for_cores = for_cores or cores_for(in_force)
    yield _started(experiment, in_force, prepared, state, for_cores)
    # Neurons are asked beside the measuring: an epoch must not wait for them.
    with _beside("measure") as measuring, _beside("ask") as asking:
        # A large picture's order comes in pieces, which must not wait for what is measured.
        drawing = asking if prepared.samples.large else measuring
        course = Course(in_force, prepared, state, for_cores, drawing)
        yield from Loop(course, control, prepared, state, previous_cost, measuring, asking).events()


def _beside(name: str) -> ThreadPoolExecutor:
    """One thread of its own for what is done while steps are made."""
    return ThreadPoolExecutor(1, name)


def _started(
    wanted: Experiment,
    in_force: Experiment,
    prepared: Prepared,
    state: RunState | None,
    for_cores: int | None,
) -> Started:
    """The first event of a run of the experiment `wanted`, which is trained as `in_force` has it."""
    settings = LiveSettings.of(in_force)
    horizon = state.horizon.spelled() if state and state.horizon else NO_HORIZON
    return Started(
        device=device_name(),
        parameters=parameter_count(in_force),
        training_samples=len(prepared.training),
        validation_samples=len(prepared.validation),
        settings=settings,
        log=logged(settings, in_force) | {HORIZON: horizon, CORES: for_cores or UNKNOWN_CORES},
        step=state.step if state else 0,
        notes=_notes(wanted, prepared),
    )


def _notes(wanted: Experiment, prepared: Prepared) -> tuple[str, ...]:
    batch, count = wanted.batch_size, len(prepared.training)
    notes = [prepared.samples.note] if prepared.samples.note else []
    if prepared.samples.large:
        notes.append(
            f"While it trains, the scores are those of {len(measured_rows(prepared.samples)):,} "
            "pixels at most, chosen at random; at its end they are those of all."
        )
    tuned = slope_tuning(wanted, prepared.samples) if wanted.coherence > 0 else None
    if tuned and tuned.holes:
        holes = "one hole" if tuned.holes == 1 else f"{tuned.holes} holes"
        notes.append(
            f"Coherence is tuned on this picture: slopes count {100 * tuned.slopes:.0f} % and "
            f"bends the rest, as tried on {holes} of the same shape elsewhere in it."
        )
    if batch > count:
        notes.append(
            f"A batch of {batch:,} is more than the {count:,} training samples; it holds all of them."
        )
    return tuple(notes)
