"""Importance of each setting of a sweep: how much it decides whether a trial is among the best."""

import math
from collections.abc import Mapping
from typing import Any

from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.findings.seed_comparison import ERRORS
from cadl_desktop.sweeps.plan.proposals import distribution_of
from cadl_desktop.sweeps.plan.sweep_check import require_extra
from cadl_desktop.sweeps.plan.sweep_model import Point, Range, Sweep, Varied
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, TrialStatus, rank

LEAST_TRIALS = 10
"""Least number of trials; with fewer the best ones are too few to tell anything."""
_BEST_SHARE, _FEWEST_BEST = 0.1, 5
"""Trials that count as the best: a tenth, but at least the five that Optuna requires."""


class ImportanceError(SentenceError):
    """Importances can't be computed yet; the message is one plain sentence that says why."""


def counted_trials(status: SweepStatus) -> int:
    """Number of trials from which importances are computed."""
    return len(_informative_trials(status))


def importances(sweep: Sweep, status: SweepStatus) -> Mapping[str, float]:
    """Relative importance of each setting by its path, in sum 1, largest first: how much its distribution
    differs between the best tenth of the trials (at least five) and all that have ended.

    Computed by Optuna's PED-ANOVA (Watanabe, Bansal and Hutter, IJCAI 2023). Trials without a value count as
    the worst; failed ones are ignored. Takes tenths of a second, and the first call the time of importing
    Optuna. Raises ImportanceError, and `MissingPackagesError` without the extra.
    """
    trials = sorted(_informative_trials(status), key=lambda each: rank(sweep.objective, each))
    if len(trials) < LEAST_TRIALS:
        raise ImportanceError(
            "Importance is told from {least} trials on that are over; there are {count}.",
            least=LEAST_TRIALS,
            count=len(trials),
        )
    ranks, best = _ranks(trials), max(_FEWEST_BEST, math.ceil(_BEST_SHARE * len(trials)))
    if ranks[best - 1] == ranks[-1]:
        raise ImportanceError(
            "Fewer than {best} trials are better than the worst ones, too few to say what sets them apart.",
            best=best,
        )
    return _by_optuna(sweep, [each.point for each in trials], ranks, best)


def _informative_trials(status: SweepStatus) -> list[TrialStatus]:
    return [
        each for each in status.trials.values() if each.ended is not None and each.ended.reason not in ERRORS
    ]


def _ranks(sorted_trials: list[TrialStatus]) -> list[int]:
    """Rank of each trial from the best on, with equal ranks for equal values."""
    ranks: list[int] = []
    for at, trial in enumerate(sorted_trials):
        same = at > 0 and trial.value == sorted_trials[at - 1].value
        ranks.append(ranks[-1] if same else at)
    return ranks


def _by_optuna(sweep: Sweep, points: list[Point], ranks: list[int], best: int) -> dict[str, float]:
    require_extra()
    import optuna  # half a second

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    space = {each.path: distribution_of(each.among) for each in sweep.varied}
    study = optuna.create_study(direction="minimize")
    study.add_trials(
        [
            optuna.trial.create_trial(
                params=_optuna_values(sweep.varied, point), distributions=space, value=place
            )
            for point, place in zip(points, ranks, strict=True)
        ]
    )
    share = (best - 0.5) / len(points)  # half a trial less, so that rounding adds none
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=share)
    return optuna.importance.get_param_importances(study, evaluator=evaluator)


def _optuna_values(varied: tuple[Varied, ...], point: Point) -> dict[str, Any]:
    """Values as `distribution_of` represents them."""
    among, values = {each.path: each.among for each in varied}, dict(point)
    return {
        path: values[path] if isinstance(each, Range) else each.values.index(values[path])
        for path, each in among.items()
    }
