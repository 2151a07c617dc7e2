"""Edits that a running training takes over as it goes."""

from collections.abc import Sequence

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.check import Problem, check_live
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.session.worker.requests import TrainingRequest


def change_live(
    run: TrainingRequest, before: Experiment, after: Experiment, problems: Sequence[Problem]
) -> None:
    """Tells a run what has changed; what is wrong with the experiment as it is `after` stays as it was."""
    settings = LiveSettings.of(after)
    wrong = {problem.field.partition(".")[0] for problem in (*problems, *check_live(settings))}
    # Layers are no live setting: what is wrong with them is that they have no room with this batch.
    kept = {"batch_size" if name == "layers" else name for name in wrong} & set(settings.names())
    settings = settings.taking(kept, run.settings)
    if settings != run.settings:
        run.change(settings)
    if after.stop != before.stop:
        run.set_stop(after.stop)
