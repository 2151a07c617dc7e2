"""The settings that may change while a run goes on, in an experiment and in the state of its run."""

from dataclasses import replace
from typing import Any

import msgspec

from cadl_desktop.experiment.freezing import frozen_columns, with_frozen
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import RunState


def live_settings(experiment: Experiment) -> dict[str, Any]:
    """The experiment's live settings by their names in `RunState`: all but its stop rules, which no step
    depends on."""
    return {
        "rate": float(experiment.optimizer["rate"]),
        "batch_size": experiment.batch_size,
        "cost": experiment.cost,
        "l1": experiment.l1,
        "l2": experiment.l2,
        "schedule": experiment.schedule,
        "smoothness": experiment.smoothness,
        "bending": experiment.bending,
        "frozen": frozen_columns(experiment),
    }


def with_settings_of(experiment: Experiment, state: RunState) -> RunState:
    """The state of a run that goes on with the experiment's live settings."""
    return replace(state, **live_settings(experiment))


def in_force(experiment: Experiment, state: RunState) -> Experiment:
    """The experiment with the live settings that a state was reached with."""
    if state.frozen is not None:
        experiment = with_frozen(experiment, state.frozen)
    return msgspec.structs.replace(
        experiment,
        optimizer=experiment.optimizer.has(rate=state.rate),
        batch_size=state.batch_size,
        cost=experiment.cost if state.cost is None else state.cost,
        l1=experiment.l1 if state.l1 is None else state.l1,
        l2=experiment.l2 if state.l2 is None else state.l2,
        schedule=state.schedule or experiment.schedule,
        smoothness=experiment.smoothness if state.smoothness is None else state.smoothness,
        bending=experiment.bending if state.bending is None else state.bending,
    )
