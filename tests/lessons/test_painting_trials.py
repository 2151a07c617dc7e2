"""What page 15 offers to try comes out as its text says, trained by the real engine."""

import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.lessons import painting_trials as trials
from cadl_desktop.lessons.pages import PAINTING
from tests.engine.runs import epochs, finished, run


def cost(experiment: Experiment) -> float:
    end = finished(run(experiment)).cost
    assert end is not None
    return end


def test_page_15_adam_is_ahead_of_plain_descent_at_its_rate() -> None:
    adam, plain = cost(epochs(PAINTING.experiment(), trials.SHORT)), cost(trials.plain())
    assert adam == pytest.approx(97, abs=6)
    assert plain == pytest.approx(135, abs=6)


def test_page_15_a_hundred_times_the_rate_ends_in_nothing() -> None:
    fast = replace(trials.plain(), optimizer=part("optimizer", "gradient descent", rate=0.1))
    assert finished(run(fast)).reason == "diverged"


def test_page_15_ten_narrow_layers_paint_better_than_a_wide_one_of_as_many_parameters() -> None:
    assert parameter_count(trials.deep()) == parameter_count(trials.wide()) == 3189
    assert parameter_count(PAINTING.experiment()) == 21187
    assert cost(trials.deep()) == pytest.approx(95, abs=6)
    assert cost(trials.wide()) == pytest.approx(140, abs=6)
