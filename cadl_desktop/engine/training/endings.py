"""When a run ends by itself, and the sentence that says why it has ended."""

from msgspec.structs import replace

from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.course import Course
from cadl_desktop.experiment.model import Stop
from cadl_desktop.runs.events import RunState, StopReason
from cadl_desktop.sentences import Sentence

CURVES = 20
"""How many pictures of a curve a run has at least, however short it is."""


class Endings:
    """When a run ends: told to, by its stop rules, as it diverges, or as nothing `learns` any more.

    `stop` are the rules in force: a limit that a run which goes on had reached is granted once more.
    `previous_cost` is what the next one is compared with, if the run goes on as if it had never been cut;
    `settled` is whether they hardly differed.
    """

    def __init__(
        self, course: Course, control: Control, state: RunState | None, previous_cost: float | None
    ) -> None:
        self._course, self._control = course, control
        self._began = (state.epoch, state.seconds) if state else (0, 0.0)
        self.follow(course.experiment.stop)
        self.learns = True
        self.settled = False
        self._previous_cost = previous_cost

    def follow(self, stop: Stop) -> None:
        """Goes by other rules from now on."""
        (epoch, second), epochs, seconds = self._began, stop.epochs, stop.seconds
        if epochs is not None and epoch >= epochs:
            epochs = (epoch // epochs + 1) * epochs
        if seconds is not None and second >= seconds:
            seconds = (second // seconds + 1) * seconds
        self.stop = replace(stop, epochs=epochs, seconds=seconds)

    def note_cost(self, cost: float) -> None:
        """Tells of the cost at the end of a measured epoch."""
        bound, previous = self.stop.change_below, self._previous_cost
        self.settled = bound is not None and previous is not None and abs(previous - cost) < bound
        self._previous_cost = cost

    def forget_cost(self) -> None:
        """The next is one of another kind."""
        self._previous_cost = None

    def await_cost(self, epoch: int) -> bool:
        """Whether the cost at the end of this measured epoch may end the run, or the epoch itself does."""
        return self.stop.change_below is not None or epoch == self.stop.epochs

    def is_measured(self, epoch: int, every: int) -> bool:
        """Whether the cost at the end of this epoch is told, which is never a matter of time."""
        return epoch % every == 0 or epoch == self.stop.epochs

    def is_milestone(self, epoch: int) -> bool:
        """Whether a curve is drawn at this epoch in any case: every run then has the same earlier selves."""
        return self.stop.epochs is not None and epoch % max(1, self.stop.epochs // CURVES) == 0

    def reached(self, seconds: float) -> StopReason | None:
        """Why the run ends here, after so many seconds of training; None where it goes on."""
        course, stop = self._course, self.stop
        if course.diverged:
            return "diverged"
        if self._control.stopping:
            return "stopped"
        # At the end of an epoch that is ended first, so that its cost is told as that of any other.
        if self._control.steps_left(course.point.step) <= 0 and course.left() > 0:
            return "steps"
        if self.settled:
            return "settled"
        if not self.learns:
            return "frozen"
        if stop.epochs is not None and course.point.epoch >= stop.epochs:
            return "epochs"
        if stop.seconds is not None and seconds >= stop.seconds:
            return "seconds"
        return None

    def message(self, reason: StopReason, cost: float | None) -> str:
        """What to tell a person; `cost` is that of the weights as they stand now."""
        plain, begun = self._plain(reason), self._course.divergence.begun
        if cost is None or begun is None or cost <= begun:
            return plain
        return Sentence(
            "{plain} The cost is {cost:.4g}, higher than the {begun:.4g} before the first step. "
            "Try a smaller learning rate.",
            plain=plain,
            cost=cost,
            begun=begun,
        )

    def _plain(self, reason: StopReason) -> str:
        step, epoch = self._course.point.step, self._course.point.epoch
        match reason:
            case "diverged":
                return self._course.divergence.message(step)
            case "settled":
                least = self.stop.change_below
                return Sentence(
                    "The cost changed by less than {least:g} in epoch {epoch:,}.", least=least, epoch=epoch
                )
            case "frozen":
                return f"Ended at step {step:,}: every layer is frozen, so nothing would learn."
            case "stopped":
                return f"Stopped at step {step:,}."
            case "steps":
                return f"Finished after {step:,} steps."
            case "epochs" if epoch == 1:
                return "Finished after 1 epoch."
            case "epochs":
                return f"Finished after {epoch:,} epochs."
            case "seconds":
                seconds = self.stop.seconds or 0.0  # of a run that went on, more digits than anybody wants
                return Sentence("Finished after {seconds:g} s.", seconds=round(seconds, 2) or seconds)
