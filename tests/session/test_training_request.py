"""What a training is told of edits."""

from dataclasses import replace as replace_fields

import pytest
from msgspec.structs import replace

from cadl_desktop.computing.compute_messages import ControlRun
from cadl_desktop.engine import first_state
from cadl_desktop.experiment import Experiment, Stop
from cadl_desktop.experiment.check import check
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.session.worker.requests import TrainingRequest
from tests.engine.runs import small_painting

EXPERIMENT = small_painting()
OWN = LiveSettings.of(EXPERIMENT)


def told_of(*edits: Experiment) -> list[object]:
    """What a run hears while the experiment becomes one after the other of these."""
    told: list[ControlRun] = []
    request, before = TrainingRequest(1, EXPERIMENT, None, told.append), EXPERIMENT
    for after in edits:
        request.follow(before, after, check(after))
        before = after
    assert {tell.number for tell in told} <= {1}
    return [value for tell in told for value in tell.values]


def test_a_training_that_goes_on_begins_with_the_settings_of_its_state() -> None:
    state = first_state(EXPERIMENT)
    state = replace_fields(state, settings=replace(state.settings, l2=0.5))
    assert TrainingRequest(1, EXPERIMENT, state, lambda tell: None).settings.l2 == 0.5


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
