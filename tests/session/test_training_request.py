"""Live settings that a training receives after edits."""

from dataclasses import replace as replace_fields

import pytest
from msgspec.structs import replace

from cadl_desktop.computing.compute_messages import ControlRun
from cadl_desktop.engine import first_state
from cadl_desktop.experiment import Experiment, Stop
from cadl_desktop.experiment.check import check
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.session.run_requests import TrainingRequest
from tests.engine.runs import small_painting

EXPERIMENT = small_painting()
OWN = LiveSettings.of(EXPERIMENT)


def values_sent(*edits: Experiment) -> list[object]:
    """Returns the values sent to a run when these experiments replace one another."""
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


def test_only_changed_settings_are_sent() -> None:
    after = replace(EXPERIMENT, l1=0.5, cost="l2", stop=Stop(epochs=9))
    assert values_sent(after, replace(after, name="another")) == [
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
def test_wrong_settings_are_not_sent_and_do_not_block_others(wrong: dict[str, object]) -> None:
    """A wrong value isn't sent with a later edit either."""
    broken = replace(EXPERIMENT, **wrong)
    assert values_sent(broken) == []
    assert values_sent(broken, replace(broken, l1=0.25)) == [replace(OWN, l1=0.25)]
