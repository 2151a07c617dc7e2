"""What a training is told before it begins is kept for it, and what it is told later wakes the worker."""

from dataclasses import replace as replace_fields

import pytest
from msgspec.structs import replace

from cadl_desktop.engine import Control, first_state
from cadl_desktop.engine.training.control import Command
from cadl_desktop.experiment import Experiment, Stop
from cadl_desktop.experiment.check import check
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.session.training.live_changes import change_live
from cadl_desktop.session.worker.training_request import TrainingRequest
from tests.engine.runs import small_painting

EXPERIMENT = small_painting()
OWN = LiveSettings.of(EXPERIMENT)


def attached(request: TrainingRequest) -> Control:
    control = Control()
    request.attach(control)
    return control


def told(control: Control) -> list[Command]:
    return list(iter(lambda: control.next_command(wait=False), None))


def told_of(*edits: Experiment) -> list[Command]:
    """What a run hears while the experiment becomes one after the other of these."""
    request, before = TrainingRequest(EXPERIMENT, None, wake=lambda: None), EXPERIMENT
    control = attached(request)
    for after in edits:
        change_live(request, before, after, check(after))
        before = after
    return told(control)


def test_what_is_told_early_is_kept_in_order_and_wakes_nobody() -> None:
    wakes: list[None] = []
    request = TrainingRequest(EXPERIMENT, None, wake=lambda: wakes.append(None))
    request.pause()
    request.change(replace(OWN, rate=0.5))
    control = attached(request)
    assert told(control) == ["pause", replace(OWN, rate=0.5)]
    assert wakes == []
    request.stop()
    assert (control.stopping, len(wakes)) == (True, 1)


def test_a_training_that_goes_on_begins_with_the_settings_of_its_state() -> None:
    state = first_state(EXPERIMENT)
    state = replace_fields(state, settings=replace(state.settings, l2=0.5))
    assert TrainingRequest(EXPERIMENT, state, wake=lambda: None).settings.l2 == 0.5


def test_several_edits_are_told_at_once_and_what_is_the_same_is_not() -> None:
    after = replace(EXPERIMENT, l1=0.5, cost="l2", stop=Stop(epochs=9))
    assert told_of(after, replace(after, name="another")) == [
        replace(OWN, l1=0.5, cost="l2"),
        Stop(epochs=9),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"batch_size": 0},
        {"cost": "l3"},
        {"smoothness": -1.0},
        {"optimizer": EXPERIMENT.optimizer.has(rate=0.0)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_wrong_stays_as_it_was_and_keeps_nothing_else_back(wrong: dict[str, object]) -> None:
    """However long it stays wrong: the edit after it must not tell it either."""
    broken = replace(EXPERIMENT, **wrong)
    assert told_of(broken) == []
    assert told_of(broken, replace(broken, l1=0.25)) == [replace(OWN, l1=0.25)]
