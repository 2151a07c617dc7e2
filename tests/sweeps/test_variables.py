"""Variable settings: suggestions to start with, and estimates of the duration."""

import pytest
from msgspec.structs import replace

from cadl_desktop.comparing.sweep_trainings import settings_of
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.model import Stop
from cadl_desktop.experiment.paths import ALL_UNITS, setting_paths
from cadl_desktop.sweeps import Choices, Limit, Networks, Range, Sweep, Varied, check_sweep
from cadl_desktop.sweeps.findings.duration import estimated_seconds, seconds_left
from cadl_desktop.sweeps.plan.sweep_model import LAYERS, PRESET
from cadl_desktop.sweeps.plan.trials import at_point
from cadl_desktop.sweeps.plan.variables import suggested, variables
from cadl_desktop.sweeps.records.sweep_log import OwnerStarted, TrialEnded, TrialMeasured, TrialStarted
from cadl_desktop.sweeps.records.sweep_status import SweepStatus

PAINTING, CURVE = preset("fourier-painting"), preset("lecture-tanh")


@pytest.mark.parametrize("base", [PAINTING, CURVE], ids=lambda base: base.name)
def test_suggestions_are_valid(base: Experiment) -> None:
    known = variables(base)
    assert set(known) <= set(setting_paths(base))
    assert not {"seed", "name", "note", "data.kind"} & set(known)
    for path in known:
        sweep = Sweep(base=base, varied=(Varied(path, suggested(base, path)),), strategy="grid")
        wrong = [problem for problem in check_sweep(sweep) if problem.field == path]
        # A choice may want what others have to bring along; a range never does.
        assert not wrong or not known[path].is_number, (path, wrong)


def test_suggestions_surround_the_present_value() -> None:
    rate = suggested(CURVE, "optimizer.rate")
    own = CURVE.optimizer["rate"]
    assert isinstance(rate, Range)
    assert rate.logarithmic
    assert rate.low < own < rate.high
    units = suggested(CURVE, "layers.0.units")
    assert isinstance(units, Range)
    assert isinstance(units.low, int)
    activation = suggested(CURVE, "layers.0.activation")
    assert isinstance(activation, Choices)
    assert activation.values[0] == "tanh"
    networks = suggested(CURVE, LAYERS)
    assert isinstance(networks, Networks)
    assert networks.values[0] == CURVE.layers
    presets = suggested(CURVE, PRESET)
    assert isinstance(presets, Choices)
    assert "lecture-painting" not in presets.values


def test_all_layers_get_as_many_units_at_once() -> None:
    units = Varied(ALL_UNITS, suggested(PAINTING, ALL_UNITS))
    assert ALL_UNITS not in variables(CURVE), "which has one layer"
    sweep = Sweep(base=PAINTING, varied=(units,), strategy="grid")
    assert check_sweep(sweep) == []
    assert settings_of(sweep)[0].title == "Units of all layers"
    for value in (5, "5"):
        made = at_point(PAINTING, ((ALL_UNITS, value),))
        assert {layer["units"] for layer in made.layers} == {5}
        assert len(made.layers) == len(PAINTING.layers)


def test_how_long_it_takes_follows_what_was_seen_and_the_limits() -> None:
    base = replace(CURVE, stop=Stop(epochs=100))
    sweep = Sweep(base=base, varied=(Varied("batch_size", Choices(("50", "100"))),), strategy="grid", seeds=3)
    assert estimated_seconds(sweep, 1) is None
    seen = estimated_seconds(sweep, 1, (base, 1000.0))
    assert seen is not None
    assert seen == pytest.approx(2 * (estimated_seconds(sweep, 2, (base, 1000.0)) or 0))
    assert estimated_seconds(sweep, 1, (base, 500.0)) == pytest.approx(2 * seen)
    assert estimated_seconds(replace(sweep, limit=Limit(seconds_each=0.5)), 2) == 3 * 0.5
    assert estimated_seconds(replace(sweep, limit=Limit(seconds_together=8.0)), 2) == 4.0


def test_remaining_time_follows_the_pace_since_the_first_slice() -> None:
    base = replace(CURVE, stop=Stop(epochs=100))
    sweep = Sweep(base=base, varied=(Varied("batch_size", Choices(("50", "100"))),), strategy="grid", seeds=2)
    status = SweepStatus().with_news([OwnerStarted(0.0, "a", 1, "0", "local"), TrialStarted(0.0, 1, 1, ())])
    assert seconds_left(sweep, status) is None
    # Its worker took 20 s to start, which no other trial will.
    status = status.with_news([TrialMeasured(21.0, 1, epoch=10, step=1, seconds=1.0)])
    assert seconds_left(sweep, status) == pytest.approx(39.0)
    status = status.with_news([TrialMeasured(25.0, 1, epoch=50, step=5, seconds=3.0)])
    assert seconds_left(sweep, status) == pytest.approx(35.0)
    status = status.with_news([TrialEnded(30.0, 1, "epochs", 1.0, epoch=100, seconds=6.0)])
    assert seconds_left(sweep, status) == pytest.approx(30.0)
    # An owner that resumes it hours later has its own pace, and a trial that stops early is over.
    status = status.with_news([TrialStarted(31.0, 2, 1, ()), TrialMeasured(32.0, 2, 50, 5, 2.0)])
    status = status.with_news([OwnerStarted(9000.0, "a", 2, "0", "local")])
    assert seconds_left(sweep, status) is None
    status = status.with_news([TrialMeasured(9002.0, 2, 75, 7, 3.0)])
    assert seconds_left(sweep, status) == pytest.approx(4 * 2.25)
    status = status.with_news([TrialEnded(9003.0, 2, "diverged", None, 80, 8, 3.2)])
    assert seconds_left(sweep, status) == pytest.approx(2 * 4.0)


def test_without_a_limit_the_remaining_time_is_known_from_the_first_end() -> None:
    endless = replace(CURVE, stop=Stop(epochs=None, change_below=0.01))
    sweep = Sweep(base=endless, varied=(), strategy="grid", seeds=3)
    status = SweepStatus().with_news([OwnerStarted(0.0, "a", 1, "0", "local"), TrialStarted(0.0, 1, 1, ())])
    status = status.with_news([TrialMeasured(10.0, 1, 50, 5, 5.0)])
    assert seconds_left(sweep, status) is None
    status = status.with_news([TrialEnded(13.0, 1, "settled", 1.0, 90, 9, 8.0)])
    assert seconds_left(sweep, status) == pytest.approx(16.0)
