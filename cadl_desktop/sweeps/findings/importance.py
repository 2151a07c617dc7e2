"""How much each setting of a sweep decides whether a trial is among the best."""

import math
from collections.abc import Mapping
from typing import Any

from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.missing import require_extra
from cadl_desktop.sweeps.plan.proposer import distribution_of
from cadl_desktop.sweeps.plan.sweep import Choices, Networks, Point, Range, Sweep, Value, Varied
from cadl_desktop.sweeps.records.standing import Standing, TrialStanding, rank

LEAST_TRIALS = 10
"""Of fewer the best are too few to say anything of."""
_BEST_SHARE, _FEWEST_BEST = 0.1, 5
"""How many count as the best: a tenth, which Optuna wants to be five trials at least."""
_OF_ITSELF = ("failed", "refused")
"""Ends that say nothing of how good a point is."""


class ImportanceError(SentenceError):
    """Nothing can be said yet; the message is one plain sentence that says why."""


def counted(standing: Standing) -> int:
    """How many trials importances would be made of."""
    return len(_told(standing))


def importances(sweep: Sweep, standing: Standing) -> Mapping[str, float]:
    """By its path the share of each setting, all together 1, the largest first: how differently it is
    distributed among the best tenth (and at least five) and among all trials that are over.

    By Optuna's PED-ANOVA (Watanabe, Bansal and Hutter, IJCAI 2023). What came to nothing counts as the worst,
    unless it failed. Takes tenths of a second, and the first time as long as Optuna takes to be imported.
    Raises ImportanceError, and `missing.MissingError` without the extra.
    """
    trials = sorted(_told(standing), key=lambda each: rank(sweep.objective, each))
    if len(trials) < LEAST_TRIALS:
        raise ImportanceError(
            "Importance is told from {least} trials on that are over; there are {count}.",
            least=LEAST_TRIALS,
            count=len(trials),
        )
    places, best = _places(trials), max(_FEWEST_BEST, math.ceil(_BEST_SHARE * len(trials)))
    if places[best - 1] == places[-1]:
        raise ImportanceError(
            "Fewer than {best} trials are better than the worst ones, too few to say what sets them apart.",
            best=best,
        )
    return _by_optuna(sweep, [each.point for each in trials], places, best)


def _told(standing: Standing) -> list[TrialStanding]:
    return [
        each
        for each in standing.trials.values()
        if each.ended is not None and each.ended.reason not in _OF_ITSELF
    ]


def _places(sorted_trials: list[TrialStanding]) -> list[int]:
    """Each trial's place from the best on, the same for the same value: nothing else counts."""
    places: list[int] = []
    for at, trial in enumerate(sorted_trials):
        same = at > 0 and trial.value == sorted_trials[at - 1].value
        places.append(places[-1] if same else at)
    return places


def _by_optuna(sweep: Sweep, points: list[Point], places: list[int], best: int) -> dict[str, float]:
    require_extra()
    import optuna  # half a second

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    space = {each.path: distribution_of(each.among) for each in sweep.varied}
    study = optuna.create_study(direction="minimize")
    study.add_trials(
        [
            optuna.trial.create_trial(params=_params(sweep.varied, point), distributions=space, value=place)
            for point, place in zip(points, places, strict=True)
        ]
    )
    share = (best - 0.5) / len(points)  # so that rounding adds none
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=share)
    return optuna.importance.get_param_importances(study, evaluator=evaluator)


def _params(varied: tuple[Varied, ...], point: Point) -> dict[str, Any]:
    values = dict(point)
    return {each.path: _param(each.among, values[each.path]) for each in varied}


def _param(among: Range | Choices | Networks, value: Value) -> Any:
    return value if isinstance(among, Range) else among.values.index(value)
