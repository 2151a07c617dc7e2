"""What commands to a running training make of its experiment."""

from collections.abc import Iterator

from msgspec.structs import replace

from cadl_desktop.engine.training.control import Command
from cadl_desktop.experiment.freezing import frozen_in_words, with_frozen
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.changes import Setting, spelled


def live_changes(
    command: Command, experiment: Experiment, count: int
) -> Iterator[tuple[Setting, float | str, Experiment]]:
    """Each setting that a command is about, its value as the log of changes has it, and the experiment with
    it and those before; none where it is about no setting. `count` is that of the training samples."""
    match command:
        case ("rate", rate):
            yield "rate", rate, replace(experiment, optimizer=experiment.optimizer.has(rate=rate))
        case ("batch_size", size):
            size = min(size, count)
            yield "batch_size", size, replace(experiment, batch_size=size)
        case ("cost", name):
            yield "cost", name, replace(experiment, cost=name)
        case ("regularisation", (l1, l2)):
            experiment = replace(experiment, l1=l1)
            yield "l1", l1, experiment
            yield "l2", l2, replace(experiment, l2=l2)
        case ("smoothness", weight):
            yield "smoothness", weight, replace(experiment, smoothness=weight)
        case ("bending", weight):
            yield "bending", weight, replace(experiment, bending=weight)
        case ("schedule", schedule):
            yield "schedule", spelled(schedule), replace(experiment, schedule=schedule)
        case ("frozen", columns):
            changed = with_frozen(experiment, columns)
            yield "frozen", frozen_in_words(changed), changed
