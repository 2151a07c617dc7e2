"""Estimates of the seconds that a run takes."""

import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import Stop, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.methods.following import follow_all
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.run_time import estimated_seconds


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
