"""What a run is told before it begins is kept for it."""

from msgspec.structs import replace

from cadl_desktop.computing.computer import Run
from cadl_desktop.computing.messages import Train
from cadl_desktop.engine import Control
from cadl_desktop.engine.training.control import Command
from cadl_desktop.experiment.live_settings import LiveSettings
from tests.engine.runs import small_painting

EXPERIMENT = small_painting()
OWN = LiveSettings.of(EXPERIMENT)


def told(control: Control) -> list[Command]:
    return list(iter(lambda: control.next_command(wait=False), None))


def test_what_is_told_early_is_kept_in_order() -> None:
    run, control = Run(Train(1, EXPERIMENT, None, None)), Control()
    run.tell("pause")
    run.tell("step")
    run.attach(control)
    assert told(control) == ["pause", "step"]
    assert not run.cancelled
    run.tell("stop")
    assert (control.stopping, run.cancelled) == (True, True)


def test_settings_with_which_nothing_can_be_trained_change_nothing() -> None:
    run, control = Run(Train(1, EXPERIMENT, None, None)), Control()
    run.attach(control)
    run.tell("change", (replace(OWN, batch_size=0),))
    run.tell("change", (OWN,))
    assert told(control) == [OWN]
