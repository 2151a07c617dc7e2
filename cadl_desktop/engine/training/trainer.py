"""Entry points of training: `train` for one run and `race` for two in turns, both generators of events."""

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace

from cadl_desktop.data.pictures.coherence_tiles import slope_tuning
from cadl_desktop.data.pictures.guessed_pixels import notes_on_guesses
from cadl_desktop.data.schedules import spans_run
from cadl_desktop.data.subsets import measured_rows
from cadl_desktop.engine.device import device_name
from cadl_desktop.engine.prepared_samples import PreparedSamples, prepare
from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.stepper import fitted_settings
from cadl_desktop.engine.training.steps import cores_for
from cadl_desktop.engine.training.training_loop import TrainingLoop
from cadl_desktop.engine.training.trajectory import Trajectory
from cadl_desktop.experiment.check import ExperimentError, check
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.runs.changes import CORES, HORIZON, OPTIMIZER_SINCE, UNKNOWN_CORES, logged
from cadl_desktop.runs.events import EpochEnded, Event, Progressed, RunState, Started
from cadl_desktop.runs.horizon import NO_HORIZON, Horizon, late_rate


def train(
    experiment: Experiment,
    control: Control | None = None,
    state: RunState | None = None,
    for_cores: int | None = None,
    previous_cost: float | None = None,
) -> Generator[Event, None, None]:
    """Trains an experiment and yields events; the first is `Started`, the last `Finished`.

    With `state`, the state of an earlier run of this experiment, that run continues exactly; if it had
    reached its epochs or seconds, it gets as many again, at a tenth of its rate falling to 0 where the
    schedule had ended at about 0, and patience that had run out begins anew. `for_cores` is the number of
    cores that an earlier run was split for, to repeat its bits; a state has its own, and a new run uses the
    cores of this machine.
    With the `previous_cost` of its history, a continued run settles where it would have settled uncut.

    Raises ExperimentError where the experiment cannot be trained, and `data.samples.DataError` where its data
    cannot be read, both before the first event.
    """
    problems = check(experiment)
    if problems:
        raise ExperimentError(problems)
    state = state and state.latest
    for_cores = (state and state.cores) or for_cores
    return _training_events(
        experiment, control or Control(), prepare(experiment), state, for_cores, previous_cost
    )


def _training_events(
    experiment: Experiment,
    control: Control,
    prepared: PreparedSamples,
    state: RunState | None,
    for_cores: int | None,
    previous_cost: float | None,
) -> Generator[Event, None, None]:
    settings = state.settings if state else LiveSettings.of(experiment)
    in_force = fitted_settings(settings, prepared).into(experiment)
    for_cores = for_cores or cores_for(in_force)
    yield _started(experiment, in_force, prepared, state, for_cores, control)
    # Neurons have their own thread: the end of an epoch must not wait for them.
    with ThreadPoolExecutor(1, "measure") as measuring, ThreadPoolExecutor(1, "ask") as probing:
        # A large picture's order is drawn in pieces, which must not wait for measurements.
        drawing = probing if prepared.samples.large else measuring
        course = Trajectory(in_force, prepared, state, for_cores, drawing, control.ends_meanwhile)
        yield from TrainingLoop(course, control, prepared, state, previous_cost, measuring, probing).events()


def _started(
    wanted: Experiment,
    in_force: Experiment,
    prepared: PreparedSamples,
    state: RunState | None,
    for_cores: int | None,
    control: Control,
) -> Started:
    """First event of a run of the experiment `wanted`, which is trained as `in_force`."""
    settings = LiveSettings.of(in_force)
    own: dict[str, float | str] = {
        HORIZON: state.horizon.spelled() if state and state.horizon else NO_HORIZON,
        CORES: for_cores or UNKNOWN_CORES,
        OPTIMIZER_SINCE: state.optimizer_since if state else 0,
    }
    return Started(
        device=device_name(),
        parameters=parameter_count(in_force),
        training_samples=len(prepared.training),
        validation_samples=len(prepared.validation),
        settings=settings,
        log=logged(settings, in_force) | own,
        step=state.step if state else 0,
        notes=_notes(wanted, in_force, prepared, control, late_rate(in_force, state) if state else None),
    )


def _notes(
    wanted: Experiment, in_force: Experiment, prepared: PreparedSamples, control: Control, late: float | None
) -> tuple[str, ...]:
    """Sentences about the run for the person. Guesses for hidden pixels are searched until it is stopped."""
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
    if late is not None:
        notes.append(
            f"The learning rate had fallen to about 0: training goes on at up to {late:g}, a tenth of the "
            "first, which falls to 0 by its end."
        )
    return (*notes, *notes_on_guesses(in_force, prepared.samples, control.ends_meanwhile))


def race(
    designs: Sequence[Experiment], steps: int, controls: Sequence[Control] | None = None
) -> Generator[tuple[int, Event], None, None]:
    """Trains experiments from their seeds for equally many steps, on one thread. Yields each event with the
    index of its design. Each run ends with `Finished`.

    The run that is behind goes on; its clock stops while another trains. Each gives the same bits as alone.
    Stop rules of the designs are ignored; a schedule over the run covers the race. `controls` belong to this
    race, and are given its last step.

    Raises what `train` raises.
    """
    controls = controls or [Control() for _ in designs]
    runs = [_racing_events(design, steps, control) for design, control in zip(designs, controls, strict=True)]
    progress = dict.fromkeys(range(len(runs)), 0)
    try:
        while progress:
            behind = min(progress, key=lambda place: progress[place])
            event = next(runs[behind], None)
            if event is None:
                del progress[behind]
                continue
            yield behind, event
            if isinstance(event, Progressed | EpochEnded):
                # Events of measurements may belong to an earlier step.
                progress[behind] = max(progress[behind], event.step)
    finally:
        for run in runs:
            run.close()


def _racing_events(design: Experiment, steps: int, control: Control) -> Generator[Event, None, None]:
    control.takes_turns, control.last_step = True, steps
    if spans_run(design.schedule):
        control.set_horizon(Horizon(step=0, done=0.0, end=steps))
    return train(replace(design, stop=Stop(epochs=None)), control)
