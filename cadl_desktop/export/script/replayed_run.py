"""Part of a run that a script can replay: its start, its settings and their changes."""

import ast
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from cadl_desktop.data.schedules import spans_run
from cadl_desktop.experiment.catalog import Category, entry
from cadl_desktop.experiment.live_settings import PENALTIES, LiveSettings
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import columns
from cadl_desktop.export.script.best_rule import BestRule, best_rule
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.changes import (
    CORES,
    HORIZON,
    LOG_DEFAULTS,
    OPTIMIZER_SINCE,
    STRUCTURE,
    Change,
    is_branching,
)
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.horizon import NO_HORIZON, Horizon
from cadl_desktop.runs.network_weights import by_column, weight_names
from cadl_desktop.storage.atomic import FileError

REPLAYED = {
    "rate",
    "batch_size",
    "measure_every",
    "cost",
    "optimizer",
    "schedule",
    "frozen",
    HORIZON,
    OPTIMIZER_SINCE,
    *PENALTIES,
}
"""Settings whose changes scripts can replay."""


@dataclass(frozen=True)
class ReplayedRun:
    """Run as a script replays it.

    `settings` are those at the start; `changes` has their new values by the step from which they hold.
    `start` is the state to start from, None for the seed's initial weights. `lost` describes an earlier
    change that can't be replayed, which is why the script starts after it. `end` is the state up to which it
    trains: of a run whose best weights are kept the newest one with a `rule`, else the best.
    """

    settings: dict[str, Any]
    changes: dict[int, dict[str, Any]]
    start: RunState | None
    end: RunState
    lost: str = ""
    rule: BestRule | None = None

    def values(self, name: str) -> list[Any]:
        """All values that a setting has during the run."""
        return [self.settings[name], *(c[name] for c in self.changes.values() if name in c)]

    def changing(self, name: str) -> bool:
        return any(name in change for change in self.changes.values())

    def ever(self, name: str) -> bool:
        """Whether a setting is nonzero or nonempty at any time."""
        return any(self.values(name))

    @property
    def spans_run(self) -> bool:
        """Whether a schedule spans the run at any time."""
        return any(map(spans_run, self.values("schedule")))

    @property
    def goes_on_late(self) -> bool:
        """Whether the run goes on at any time after its schedule had ended at about 0."""
        return any(horizon is not None and horizon.peak for horizon in self.values(HORIZON))

    @property
    def skips_epochs(self) -> bool:
        """Whether some epochs end without a measurement."""
        return bool(max(self.values("measure_every")) > 1)

    @property
    def penalised(self) -> bool:
        """Whether any penalty is active at any time."""
        return any(map(self.ever, PENALTIES))


def replayed_run(trained: Trained) -> ReplayedRun:
    """Replayable part of a run. Raises FileError for a log that is damaged or can't be replayed."""
    experiment = trained.experiment
    is_whole = all(change.setting != STRUCTURE for change in trained.history.changes)
    rule = best_rule(trained) if is_whole else None
    end = trained.state.latest if rule else trained.state
    # The number of cores doesn't matter to scripts, which compute each step in one piece. A branch goes on
    # with the weights of the run that it left, whose log its own begins with.
    until_end = (
        change
        for change in trained.history.changes
        if change.step <= end.step and change.setting != CORES and not is_branching(change)
    )
    log = sorted(until_end, key=lambda change: change.step)
    structural = [change for change in log if change.setting == STRUCTURE]
    start = _earliest_state(structural[-1].step, trained) if structural else None
    began = start.step if start else 0
    settings = _settings(experiment)
    if log:  # settings that it doesn't mention can only have been changed after the run
        usual = (Change(0, setting, value) for setting, value in LOG_DEFAULTS.items() if setting != CORES)
        settings |= {change.setting: _value(experiment, change) for change in usual}
    changes: dict[int, dict[str, Any]] = {}
    for change in log:
        if change.setting == STRUCTURE:
            continue
        _refuse_unsupported(change)
        value = _value(experiment, change)
        if change.step <= began:
            settings[change.setting] = value
        elif change.step < end.step:
            changes.setdefault(change.step, {})[change.setting] = value
    if start and settings[OPTIMIZER_SINCE] != start.optimizer_since:
        # It began anew right there: the state has the memories before that.
        new = {name: settings[name] for name in ("optimizer", OPTIMIZER_SINCE)}
        changes[began] = new | changes.get(began, {})
        settings |= {"optimizer": start.settings.optimizer, OPTIMIZER_SINCE: start.optimizer_since}
    lost = str(structural[-1].value) if structural else ""
    return ReplayedRun(settings, _effective(settings, changes), start, end, lost, rule)


def _refuse_unsupported(change: Change) -> None:
    if change.setting not in REPLAYED and change.value != LOG_DEFAULTS.get(change.setting):
        raise FileError(
            "Scripts have no words for '{setting}', which the run had from step {step} on; export the "
            "weights instead.",
            setting=change.setting,
            step=change.step,
        )


def _earliest_state(step: int, trained: Trained) -> RunState:
    """Earliest known state at or after a step that has its optimizer's memories."""
    return next(
        (state for state in trained.snapshots.states if state.step >= step and not state.lacks_memories),
        trained.state,
    )


def _settings(experiment: Experiment) -> dict[str, Any]:
    """Settings of the experiment, for those that the log doesn't mention."""
    settings = LiveSettings.of(experiment).as_dict()
    own = {HORIZON: None, OPTIMIZER_SINCE: 0}
    return settings | {"frozen": _names(experiment, settings["frozen"])} | own


def _effective(settings: dict[str, Any], changes: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """Drops changes without effect, such as those that a dragged slider leaves at one step."""
    now, effective = dict(settings), {}
    for step, change in sorted(changes.items()):
        new = {name: value for name, value in change.items() if now[name] != value}
        now |= new
        if new:
            effective[step] = new
    return effective


def _value(experiment: Experiment, change: Change) -> Any:
    """Parsed value of a change. Raises FileError for a damaged log."""
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
            return _part("schedule", text)
        case "optimizer", str(text):
            return LiveSettings.of(replace(experiment, optimizer=_part("optimizer", text))).optimizer
        case "frozen", str(text):
            return _frozen(experiment, text)
        case "horizon", str(text):
            return None if text == NO_HORIZON else Horizon.read(text)
        case "cost", str(name):
            return entry("cost", name).kind
        case "batch_size" | "measure_every" | "optimizer_since", value:
            return int(value)
    return float(change.value)


def _part(category: Category, text: str) -> Part:
    """Parses a schedule or optimizer from the line that `changes.spelled` makes of it."""
    kind, _, rest = text.partition("(")
    if not rest:
        return entry(category, kind).part()
    call = ast.parse(f"f({rest}", mode="eval").body
    if not isinstance(call, ast.Call):
        raise ValueError(text)
    settings = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
    return entry(category, kind).part(**settings)


def _frozen(experiment: Experiment, text: str) -> tuple[str, ...]:
    """Names of frozen weights, parsed from the text that `shapes.describe_frozen` makes."""
    last = len(columns(experiment)) - 1
    layers = [] if text == "nothing" else text.split(", ")
    frozen = [last if layer == "output" else int(layer.removeprefix("layer ")) for layer in layers]
    return _names(experiment, frozen)


def _names(experiment: Experiment, frozen: Collection[int]) -> tuple[str, ...]:
    """Names of the weights of some columns."""
    named = enumerate(by_column(experiment, weight_names(experiment)))
    return tuple(name for column, names in named if column in frozen for name in names)
