"""A training that the worker has been asked for, and what a person tells it."""

from collections.abc import Callable, Sequence
from typing import Any

from cadl_desktop.computing.messages import Command, Tell
from cadl_desktop.experiment import Experiment, Stop
from cadl_desktop.experiment.check import Problem, check_live
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.runs.events import RunState


class TrainingRequest:
    """One training that the worker has been asked for by its `number`.

    `send` has it told something. `settings` are those that the training has been told last; `stopped`: it has
    been told to end, as it will with its next step. `told`: it has begun, and will tell its last.
    """

    def __init__(
        self,
        number: int,
        experiment: Experiment,
        state: RunState | None,
        send: Callable[[Tell], None],
    ) -> None:
        self.number = number
        self.experiment = experiment
        self.state = state
        self.settings = state.settings if state else LiveSettings.of(experiment)
        self.stopped = self.told = False
        self._send = send

    def pause(self) -> None:
        self._tell("pause")

    def resume(self) -> None:
        self._tell("resume")

    def step(self) -> None:
        self._tell("step")

    def stop(self) -> None:
        self.stopped = True
        self._tell("stop")

    def change(self, settings: LiveSettings) -> None:
        self.settings = settings
        self._tell("change", settings)

    def follow(self, before: Experiment, after: Experiment, problems: Sequence[Problem]) -> None:
        """Takes an edit over as it trains; what is wrong with the experiment `after` stays as it was."""
        settings = LiveSettings.of(after)
        wrong = {problem.field.partition(".")[0] for problem in (*problems, *check_live(settings))}
        # Layers are no live setting: what is wrong with them is that they have no room with this batch.
        kept = {"batch_size" if name == "layers" else name for name in wrong} & set(settings.names())
        settings = settings.taking(kept, self.settings)
        if settings != self.settings:
            self.change(settings)
        if after.stop != before.stop:
            self.set_stop(after.stop)

    def set_stop(self, rules: Stop) -> None:
        self._tell("set_stop", rules)

    def _tell(self, command: Command, *values: Any) -> None:
        self._send(Tell(self.number, command, values))
