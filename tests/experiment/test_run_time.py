"""Estimates of the seconds that a run takes."""

from dataclasses import replace as replace_fields

import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import Stop, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.methods.following import follow_all
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.run_time import estimated_seconds, seconds_per_step
from cadl_desktop.runs.events import Progressed
from cadl_desktop.runs.time_left import slowness


def painting(
    name: str, source: str, longest: int, parameters: float | None = None, **settings: object
) -> Experiment:
    data = part("dataset", "picture", source=source, longest=longest, **settings)
    return follow_all(replace(preset(name), data=data, parameters=parameters))


@pytest.mark.parametrize(
    ("experiment", "measured"),
    [
        (preset("lecture-painting"), 4.7),
        (painting("siren-painting", "cat", 256), 5.3),
        (painting("learned-painting", "cat", 64, 0.25), 8.0),
        (painting("learned-painting", "cat", 256, 0.1), 20.0),
        (painting("own-painting", "cat", 64), 7.8),
        (painting("own-painting", "cat", 256), 15.3),
        (painting("own-painting", "astronaut", 512), 13.9),
        (painting("own-painting", "retina", 1000), 72.0),
    ],
)
def test_seconds_are_near_those_measured(experiment: Experiment, measured: float) -> None:
    seconds = estimated_seconds(experiment)
    assert seconds is not None
    assert measured / 1.5 < seconds < 1.5 * measured


def test_the_first_stop_rule_counts_and_hidden_pixels_take_no_time() -> None:
    whole, tenth = (painting("siren-painting", "astronaut", 512, keep=keep) for keep in (100.0, 10.0))
    seconds = estimated_seconds(whole)
    assert seconds is not None
    assert estimated_seconds(tenth) == pytest.approx(seconds / 10, rel=0.05)
    assert estimated_seconds(replace(whole, stop=Stop(epochs=10**9, seconds=7.0))) == 7.0
    assert estimated_seconds(replace(whole, stop=Stop(epochs=None, seconds=7.0))) == 7.0
    assert estimated_seconds(replace(whole, stop=Stop(epochs=None))) is None


def test_an_estimate_follows_the_speed_of_the_newest_run() -> None:
    trained, wanted = preset("lecture-painting"), painting("own-painting", "cat", 64)
    before = estimated_seconds(wanted)
    assert before is not None
    busy = Progressed(epoch=20, step=1600, seconds=16.0, steps_per_second=0.05 / seconds_per_step(trained))
    assert estimated_seconds(wanted, slowness(trained, busy)) == pytest.approx(20 * before)
    early, waiting = replace_fields(busy, seconds=1.0), replace_fields(busy, slowed=True)
    for untold in (None, early, waiting):
        assert slowness(trained, untold) == 1
    assert slowness(None, busy) == 1
