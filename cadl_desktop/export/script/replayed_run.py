"""What of a run can be played again: where it starts, with which settings, and what changed on the way."""

import ast
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from cadl_desktop.data.schedules import spans_run
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.live_settings import PENALTIES, LiveSettings
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import columns
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.changes import CORES, HORIZON, LOG_DEFAULTS, STRUCTURE, Change
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.horizon import NO_HORIZON, Horizon
from cadl_desktop.runs.network_weights import by_column, weight_names
from cadl_desktop.storage.atomic import FileError

REPLAYED = {"rate", "batch_size", "measure_every", "cost", "schedule", "frozen", HORIZON, *PENALTIES}
"""What of a run's log scripts have words for."""


@dataclass(frozen=True)
class ReplayedRun:
    """`settings` are those at the start and `changes` what became of them, by the step from which on.

    `start` is the state that the run is played from: None is the seed's first weights. `lost` says that
    the run changed in a way before it which can't be played.
    """

    settings: dict[str, Any]
    changes: dict[int, dict[str, Any]]
    start: RunState | None
    lost: str = ""

    def values(self, name: str) -> list[Any]:
        """All that a setting ever is."""
        return [self.settings[name], *(c[name] for c in self.changes.values() if name in c)]

    def changing(self, name: str) -> bool:
        return any(name in change for change in self.changes.values())

    def ever(self, name: str) -> bool:
        """Whether a setting ever is anything but 0 or empty."""
        return any(self.values(name))

    @property
    def spans_run(self) -> bool:
        """Whether the schedule ever does."""
        return any(map(spans_run, self.values("schedule")))

    @property
    def skips_epochs(self) -> bool:
        """Whether there are epochs at whose end nothing was measured."""
        return bool(max(self.values("measure_every")) > 1)

    @property
    def penalised(self) -> bool:
        """Whether large or rough weights ever cost something."""
        return any(map(self.ever, PENALTIES))


def replayed_run(trained: Trained) -> ReplayedRun:
    """What a script can play again of a run. Raises FileError of a log that can't be read, or followed."""
    experiment, end = trained.experiment, trained.state
    # Scripts compute each step in one piece.
    until_then = (
        change for change in trained.history.changes if change.step <= end.step and change.setting != CORES
    )
    log = sorted(until_then, key=lambda change: change.step)
    structural = [change for change in log if change.setting == STRUCTURE]
    start = _after(structural[-1].step, trained) if structural else None
    began = start.step if start else 0
    settings = _settings(experiment)
    if log:  # what it says nothing of can have been changed in the experiment after the run alone
        usual = (Change(0, setting, value) for setting, value in LOG_DEFAULTS.items() if setting != CORES)
        settings |= {change.setting: _value(experiment, change) for change in usual}
    changes: dict[int, dict[str, Any]] = {}
    for change in log:
        if change.setting == STRUCTURE:
            continue
        _refuse_wordless(change)
        value = _value(experiment, change)
        if change.step <= began:
            settings[change.setting] = value
        elif change.step < end.step:
            changes.setdefault(change.step, {})[change.setting] = value
    lost = str(structural[-1].value) if structural else ""
    return ReplayedRun(settings, _real(settings, changes), start, lost)


def _refuse_wordless(change: Change) -> None:
    if change.setting not in REPLAYED and change.value != LOG_DEFAULTS.get(change.setting):
        raise FileError(
            "Scripts have no words for '{setting}', which the run had from step {step} on; export the "
            "weights instead.",
            setting=change.setting,
            step=change.step,
        )


def _after(step: int, trained: Trained) -> RunState:
    """The earliest state from a step on that is still known."""
    return next((state for state in trained.snapshots.states if state.step >= step), trained.state)


def _settings(experiment: Experiment) -> dict[str, Any]:
    """The experiment's own, for what a log doesn't know."""
    settings = LiveSettings.of(experiment).as_dict()
    return settings | {"frozen": _names(experiment, settings["frozen"]), HORIZON: None}


def _real(settings: dict[str, Any], changes: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """The changes that change something: a slider leaves many values behind at one step."""
    now, real = dict(settings), {}
    for step, change in sorted(changes.items()):
        new = {name: value for name, value in change.items() if now[name] != value}
        now |= new
        if new:
            real[step] = new
    return real


def _value(experiment: Experiment, change: Change) -> Any:
    """Raises FileError of a log that no run has written."""
    try:
        return _read(experiment, change)
    except (ValueError, KeyError, TypeError, SyntaxError, AttributeError) as error:
        raise FileError(
            "What changed at step {step} of the run can't be read, so that no script can follow it; "
            "export from another copy of the project.",
            step=change.step,
        ) from error


def _read(experiment: Experiment, change: Change) -> Any:
    match change.setting, change.value:
        case "schedule", str(text):
            return _part(text)
        case "frozen", str(text):
            return _frozen(experiment, text)
        case "horizon", str(text):
            return None if text == NO_HORIZON else Horizon.read(text)
        case "cost", str(name):
            return entry("cost", name).kind
        case "batch_size" | "measure_every", value:
            return int(value)
    return float(change.value)


def _part(text: str) -> Part:
    """What `changes.spelled` made a line of."""
    kind, _, rest = text.partition("(")
    if not rest:
        return entry("schedule", kind).part()
    call = ast.parse(f"f({rest}", mode="eval").body
    if not isinstance(call, ast.Call):
        raise ValueError(text)
    settings = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
    return entry("schedule", kind).part(**settings)


def _frozen(experiment: Experiment, text: str) -> tuple[str, ...]:
    """What `freezing.frozen_in_words` made words of, by the names of the weights."""
    last = len(columns(experiment)) - 1
    words = [] if text == "nothing" else text.split(", ")
    frozen = [last if word == "output" else int(word.removeprefix("layer ")) for word in words]
    return _names(experiment, frozen)


def _names(experiment: Experiment, frozen: Collection[int]) -> tuple[str, ...]:
    """The weights of some columns."""
    named = enumerate(by_column(experiment, weight_names(experiment)))
    return tuple(name for column, names in named if column in frozen for name in names)
