"""Which setting decides is found by Optuna's PED-ANOVA, or a sentence says why nothing can be said."""

import math
import sys
from collections.abc import Mapping

import numpy as np
import optuna
import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import preset
from cadl_desktop.sweeps import Limit, Networks, Objective, Sweep, varied_of
from cadl_desktop.sweeps.findings.importance import ImportanceError, counted, importances
from cadl_desktop.sweeps.missing import MissingError
from cadl_desktop.sweeps.plan.proposals import proposed
from cadl_desktop.sweeps.records.log import Begun, Ended, Ending, Record
from cadl_desktop.sweeps.records.standing import Standing

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


def apart(number: int) -> float:
    """The farther the rate is from 0.01 the more, with a little of the batch; no two are alike."""
    rate, batch = number_at("optimizer.rate", number), number_at("batch_size", number)
    return (math.log10(rate) + 2) ** 2 + 1e-5 * batch


def standing(values: Mapping[int, float | None], reason: Ending = "epochs") -> Standing:
    records: list[Record] = []
    for number, value in values.items():
        trial = proposed(SWEEP, number)
        assert trial
        records += [Begun(0.0, number, trial.seed, trial.point), Ended(1.0, number, reason, value)]
    return Standing().with_news(records)


def test_what_decides_is_first_and_as_large_as_optuna_says() -> None:
    found = importances(SWEEP, standing({number: apart(number) for number in range(1, 101)}))
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
                value=apart(number),
            )
        )
    evaluator = optuna.importance.PedAnovaImportanceEvaluator()
    assert found == pytest.approx(optuna.importance.get_param_importances(study, evaluator=evaluator))


def test_more_is_better_where_the_objective_says_so() -> None:
    better = replace(SWEEP, objective=Objective(measure="seen_psnr"))
    values = {number: apart(number) for number in range(1, 61)}
    turned = {number: 40 - value for number, value in values.items()}
    assert importances(better, standing(turned)) == importances(SWEEP, standing(values))


def test_what_came_to_nothing_is_the_worst_unless_it_failed() -> None:
    """The batch decides alone, among rates that all are sound."""
    sound = {
        number: float(np.cos(number)) for number in range(1, 61) if number_at("optimizer.rate", number) < 0.02
    }
    nothing = {number: None for number in range(1, 61) if number not in sound}
    told, failed = standing({**sound, **nothing}), standing(nothing, "failed")
    assert importances(SWEEP, told)["optimizer.rate"] > importances(SWEEP, standing(sound))["optimizer.rate"]
    both = Standing({**told.trials, **failed.trials})
    assert (counted(told), counted(both)) == (60, len(sound))
    assert importances(SWEEP, both) == importances(SWEEP, standing(sound))


def test_a_sentence_says_why_nothing_can_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImportanceError, match="from 10 trials on that are over; there are 9"):
        importances(SWEEP, standing({number: apart(number) for number in range(1, 10)}))
    with pytest.raises(ImportanceError, match="Fewer than 5 trials"):
        importances(SWEEP, standing({number: 0.1 if number < 4 else None for number in range(1, 21)}))
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(MissingError, match=r"cadl-desktop\[sweep\]"):
        importances(SWEEP, standing({number: apart(number) for number in range(1, 21)}))
