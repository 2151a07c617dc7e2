"""Small experiments and functions to run them, for the engine's tests."""

from collections.abc import Generator
from typing import Any, TypeVar

import numpy as np
from msgspec.structs import replace

from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.events import Event, Finished, Paused, RunState

T = TypeVar("T")


def small_painting(**changes: Any) -> Experiment:
    """A painting that trains in a fraction of a second: 12 x 12 pixels, two layers of 8, 9 batches of 16."""
    experiment = preset("lecture-painting")
    small = replace(
        experiment,
        data=experiment.data.has(longest=12),
        layers=(part("layer", "dense", units=8), part("layer", "dense", units=8, activation="tanh")),
        batch_size=16,
        stop=replace(experiment.stop, epochs=6),
    )
    return replace(small, **changes)


def epochs(experiment: Experiment, count: int) -> Experiment:
    return replace(experiment, stop=replace(experiment.stop, epochs=count))


def run(
    experiment: Experiment,
    control: Control | None = None,
    state: RunState | None = None,
    for_cores: int | None = None,
) -> list[Event]:
    return list(train(experiment, control, state, for_cores))


def of_kind(events: list[Event], kind: type[T]) -> list[T]:
    return [event for event in events if isinstance(event, kind)]


def finished(events: list[Event]) -> Finished:
    last = events[-1]
    assert isinstance(last, Finished)
    return last


def result_of(pieces: Generator[None, None, T]) -> T:
    """What work in pieces returns at the end."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return end.value


def costs_by_step(experiment: Experiment, steps: int) -> list[float]:
    """Whole-set cost before the first step and after each of `steps` single steps."""
    control = Control(picture_seconds=None)
    control.pause()
    costs: list[float] = []
    for event in train(experiment, control):
        if isinstance(event, Paused):
            assert event.cost is not None
            costs.append(event.cost)
            control.step() if len(costs) <= steps else control.stop()
    return costs


def same_bits(one: RunState, other: RunState) -> bool:
    pairs = zip((*one.weights, one.slots), (*other.weights, other.slots), strict=True)
    return one.step == other.step and all(np.array_equal(a, b) for a, b in pairs)
