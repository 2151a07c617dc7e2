"""When a run ends by itself, and the sentence that says why it has ended."""

from msgspec.structs import replace

from cadl_desktop.experiment.model import Stop
from cadl_desktop.runs.events import RunState, StopReason


def extended(stop: Stop, state: RunState | None) -> Stop:
    """The stop rules of a run that goes on: a limit that it had reached is granted once more."""
    if state is None:
        return stop
    epochs, seconds = stop.epochs, stop.seconds
    if epochs is not None and state.epoch >= epochs:
        epochs = (state.epoch // epochs + 1) * epochs
    if seconds is not None and state.seconds >= seconds:
        seconds = (state.seconds // seconds + 1) * seconds
    return replace(stop, epochs=epochs, seconds=seconds)


def ending(reason: StopReason, epoch: int, step: int, stop: Stop, diverged_at: int | None) -> str:
    """One plain sentence for a person; `epoch` and `step` are where the weights stand now."""
    match reason:
        case "diverged":
            return (
                f"The cost stopped being a number at step {diverged_at:,}; the weights are those "
                f"of step {step:,}. Try a smaller learning rate."
            )
        case "settled":
            return f"The cost changed by less than {stop.change_below:g} in epoch {epoch:,}."
        case "frozen":
            return f"Ended at step {step:,}: every layer is frozen, so nothing would learn."
        case "stopped":
            return f"Stopped at step {step:,}."
        case "epochs":
            return f"Finished after {epoch:,} {'epoch' if epoch == 1 else 'epochs'}."
        case "seconds":
            return f"The {stop.seconds:g} seconds are over."
