"""Importance of settings: equal to Optuna's PED-ANOVA, or a sentence says why it can't be computed."""

import math
import sys
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import optuna
import pytest
from msgspec.structs import replace as with_fields

from cadl_desktop.comparing.setting_importance import ImportanceError, importances, informative
from cadl_desktop.comparing.sweep_trainings import SweepReader
from cadl_desktop.comparing.training import TrainingSet
from cadl_desktop.experiment import preset
from cadl_desktop.sweeps import Limit, Networks, Objective, Sweep, varied_of
from cadl_desktop.sweeps.plan.proposals import proposed
from cadl_desktop.sweeps.plan.sweep_check import MissingPackagesError
from cadl_desktop.sweeps.plan.sweep_model import Choices, Range
from cadl_desktop.sweeps.records.sweep_log import Ending, Record, TrialEnded, TrialStarted
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from tests.comparing.sets import ACTIVATION, RATE, UNITS, a_set

PAINTING = preset("lecture-painting")
VARIED = ("optimizer.rate=0.001..0.1,log", "batch_size=10..500", "layers=8|8,8|16")
SWEEP = Sweep(
    base=PAINTING, varied=tuple(varied_of(text, PAINTING) for text in VARIED), limit=Limit(trials=100)
)
PATHS = {each.path for each in SWEEP.varied}


def number_at(path: str, number: int) -> float:
    trial = proposed(SWEEP, number)
    assert trial
    value = dict(trial.point)[path]
    assert isinstance(value, (int, float))
    return value


def distance(number: int) -> float:
    """Distance of the rate from 0.01, plus a little of the batch size, so that no two are equal."""
    rate, batch = number_at("optimizer.rate", number), number_at("batch_size", number)
    return (math.log10(rate) + 2) ** 2 + 1e-5 * batch


def set_of(
    values: Mapping[int, float | None], reason: Ending = "epochs", sweep: Sweep = SWEEP
) -> TrainingSet:
    records: list[Record] = []
    for number, value in values.items():
        trial = proposed(sweep, number)
        assert trial
        records += [
            TrialStarted(0.0, number, trial.seed, trial.point),
            TrialEnded(1.0, number, reason, value),
        ]
    return SweepReader(sweep, "a sweep").read(SweepStatus().with_news(records), {}, {})


def test_importances_equal_those_of_optuna() -> None:
    found = importances(set_of({number: distance(number) for number in range(1, 101)}))
    assert next(iter(found)) == "optimizer.rate"
    assert found["optimizer.rate"] > 0.5
    assert found.keys() == PATHS
    assert sum(found.values()) == pytest.approx(1)
    study, networks = optuna.create_study(), SWEEP.varied[2].among
    assert isinstance(networks, Networks)
    for number in range(1, 101):
        trial = proposed(SWEEP, number)
        assert trial
        point = dict(trial.point)
        space = {
            "optimizer.rate": optuna.distributions.FloatDistribution(0.001, 0.1, log=True),
            "batch_size": optuna.distributions.IntDistribution(10, 500),
            "layers": optuna.distributions.CategoricalDistribution([0, 1, 2]),
        }
        study.add_trial(
            optuna.trial.create_trial(
                params=point | {"layers": networks.values.index(point["layers"])},
                distributions=space,
                value=distance(number),
            )
        )
    evaluator = optuna.importance.PedAnovaImportanceEvaluator()
    assert found == pytest.approx(optuna.importance.get_param_importances(study, evaluator=evaluator))


def test_more_is_better_where_the_objective_says_so() -> None:
    better = with_fields(SWEEP, objective=Objective(measure="seen_psnr"))
    values = {number: distance(number) for number in range(1, 61)}
    turned = {number: 40 - value for number, value in values.items()}
    assert importances(set_of(turned, sweep=better)) == importances(set_of(values))


def test_diverged_trainings_count_as_worst_and_failed_ones_not() -> None:
    """The batch size alone decides, among rates that are all sound."""
    sound = {
        number: float(np.cos(number)) for number in range(1, 61) if number_at("optimizer.rate", number) < 0.02
    }
    nothing = {number: None for number in range(1, 61) if number not in sound}
    diverged, failed = set_of({**sound, **nothing}), set_of(nothing, "failed")
    assert importances(diverged)["optimizer.rate"] > importances(set_of(sound))["optimizer.rate"]
    both = replace(diverged, trainings=(*set_of(sound).trainings, *failed.trainings))
    assert (len(informative(diverged)), len(informative(both))) == (60, len(sound))
    assert importances(both) == importances(set_of(sound))


def test_runs_are_compared_by_the_settings_that_all_of_them_have() -> None:
    width = replace(UNITS, among=Range(8, 64.5))
    runs = a_set(40, (RATE, ACTIVATION, width), kind="runs")
    lacking = replace(runs.trainings[0], point=runs.trainings[0].point[::2])
    seed = replace(ACTIVATION, path="seed", among=Choices(("1",)))
    runs = replace(runs, trainings=(lacking, *runs.trainings[1:]), settings=(*runs.settings, seed))
    assert importances(runs).keys() == {RATE.path, UNITS.path}
    lacking = replace(lacking, point=lacking.point[:1])
    with pytest.raises(ImportanceError, match="no two in common"):
        importances(replace(runs, trainings=(lacking, *runs.trainings[1:])))


def test_errors_say_why_importances_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImportanceError, match="needs 5 runs or more"):
        importances(set_of({number: 0.1 if number < 4 else None for number in range(1, 21)}))
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(MissingPackagesError, match=r"cadl-desktop\[sweep\]"):
        importances(set_of({number: distance(number) for number in range(1, 21)}))
