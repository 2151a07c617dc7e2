"""Two trainings on one thread, in turns, so that both come equally far."""

from collections.abc import Generator, Sequence

from msgspec.structs import replace

from cadl_desktop.data.schedules import spans_run
from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.train import train
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.runs.events import EpochEnded, Event, Progressed
from cadl_desktop.runs.horizon import Horizon
from cadl_desktop.runs.race import Goal


def race(
    designs: Sequence[Experiment], goal: Goal, controls: Sequence[Control] | None = None
) -> Generator[tuple[int, Event], None, None]:
    """Trains experiments from their seeds up to the same step or second, and yields whose event it is, by its
    place among the designs, and the event. Each ends with `Finished`.

    Whoever is behind goes on: of equal steps by its steps, of equal seconds by its own clock, which stands
    still while another trains. Each comes to the same bits as alone. Their own stop rules don't count; a
    schedule over the run goes over the race. `controls` are theirs alone, and are told of the goal.

    Raises what `train` raises.
    """
    controls = controls or [Control() for _ in designs]
    runs = [_run(design, goal, control) for design, control in zip(designs, controls, strict=True)]
    come = dict.fromkeys(range(len(runs)), 0.0)
    try:
        while come:
            behind = min(come, key=lambda place: come[place])
            event = next(runs[behind], None)
            if event is None:
                del come[behind]
                continue
            yield behind, event
            if isinstance(event, Progressed | EpochEnded):
                # What is measured beside the training tells of a step before.
                come[behind] = max(come[behind], event.step if goal.unit == "step" else event.seconds)
    finally:
        for run in runs:
            run.close()


def _run(design: Experiment, goal: Goal, control: Control) -> Generator[Event, None, None]:
    control.takes_turns = True
    if goal.unit == "seconds":
        return train(replace(design, stop=Stop(epochs=None, seconds=goal.count)), control)
    control.last_step = int(goal.count)
    if spans_run(design.schedule):
        control.set_horizon(Horizon(step=0, done=0.0, end=control.last_step))
    return train(replace(design, stop=Stop(epochs=None)), control)
