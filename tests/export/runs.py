"""Short runs with the moments that were kept of them."""

from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Finished, Paused
from cadl_desktop.runs.history import History
from cadl_desktop.runs.run_snapshots import Snapshots


def with_moments(experiment: Experiment, steps: int = 5) -> Trained:
    """A run of which the first few steps were kept."""
    control, history, snapshots = Control(picture_seconds=None), History(), Snapshots()
    control.pause()
    for event in train(experiment, control):
        history.add(event)
        if isinstance(event, Paused):
            snapshots.add(event.state)
            control.step() if event.state.step < steps else control.resume()
    assert isinstance(event, Finished)
    return Trained(experiment, event.state, history, snapshots)
