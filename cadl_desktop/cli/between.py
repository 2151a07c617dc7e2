"""`train --between`: how near the painting comes between the pixels that it has learned."""

from collections.abc import Callable

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.data.pictures.between_sizes import is_too_large
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.gains import NO_GAINS
from cadl_desktop.session.worker.between_pieces import Between, Painted, between
from cadl_desktop.system.pieces import at_once


def refuse_between(experiment: Experiment) -> None:
    """Raises UsageError where nothing could be said between the pixels."""
    if experiment.data.kind != "picture":
        raise UsageError("--between: '{name}' doesn't paint one picture; leave it out.", name=experiment.name)
    if is_too_large(experiment.data):
        raise UsageError(
            "--between: the picture is too large for it, unless it is learned at less than its own size; set "
            "a smaller data.longest."
        )


def measured_between(trained: Trained, wanted: Callable[[], bool]) -> Between | None:
    """The score of a run's end; None once it isn't `wanted` any more. Raises what `between` raises."""
    state = trained.state
    painted = Painted(trained.experiment, state.weights, state.step, NO_GAINS)
    return between(painted, at_once, wanted)
