"""Importance of each setting of a set: how much it decides whether a training is among the best."""

import math
from collections.abc import Mapping
from typing import Any

from cadl_desktop.comparing.training import Setting, Training, TrainingSet
from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.findings.seed_comparison import ERRORS
from cadl_desktop.sweeps.plan.proposals import distribution_of
from cadl_desktop.sweeps.plan.sweep_check import require_extra
from cadl_desktop.sweeps.plan.sweep_model import Range

LEAST_TRAININGS = 10
"""Least number of trainings; with fewer the best ones are too few to tell anything."""
_BEST_SHARE, _FEWEST_BEST = 0.1, 5
"""Trainings that count as the best: a tenth, but at least the five that Optuna requires."""


class ImportanceError(SentenceError):
    """Importances can't be computed; the message is one plain sentence that says why."""


def informative(trainings: TrainingSet) -> list[Training]:
    """Trainings from which importances are computed: those that are over, unless an error ended them."""
    return [each for each in trainings.trainings if each.is_over and each.state not in ERRORS]


def importances(trainings: TrainingSet) -> Mapping[str, float]:
    """Relative importance of each setting that all trainings have, but the seed, by its path, in sum 1,
    largest first: how much its distribution differs between the best tenth of the informative trainings (at
    least five) and all of them, of which there must be `LEAST_TRAININGS`.

    Computed by Optuna's PED-ANOVA (Watanabe, Bansal and Hutter, IJCAI 2023). Trainings without a value count
    as the worst. Takes tenths of a second, and the first call the time of importing Optuna. Raises
    ImportanceError, and `MissingPackagesError` without the extra.
    """
    require_extra()
    import optuna  # half a second

    sign = -1.0 if trainings.objective.wants_more else 1.0
    known = [(each, each.value) for each in informative(trainings)]
    costs = [(math.inf if value is None else sign * value, each) for each, value in known]
    costs.sort(key=lambda pair: (pair[0], pair[1].number))
    ordered = [cost for cost, _ in costs]
    best = max(_FEWEST_BEST, math.ceil(_BEST_SHARE * len(ordered)))
    if ordered[best - 1] == ordered[-1]:
        raise ImportanceError(
            "Importance needs {best} runs or more that are better than the worst one; here there are fewer.",
            best=best,
        )
    rows = trainings.trainings
    settings = [it for it in trainings.settings if all(it.path in each.values for each in rows)]
    among = {each.path: _among(each) for each in settings if each.path != "seed"}
    if len(among) < 2:
        raise ImportanceError("Importance compares settings that all runs have; these have no two in common.")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="minimize")
    space = {path: distribution_of(values) for path, values in among.items()}
    for cost, training in costs:
        params = {
            path: training.values[path] if isinstance(of, Range) else of.values.index(training.values[path])
            for path, of in among.items()
        }
        # The rank in place of the value, which may be infinite.
        rank = ordered.index(cost)
        study.add_trial(optuna.trial.create_trial(params=params, distributions=space, value=rank))
    share = (best - 0.5) / len(ordered)  # half a training less, so that rounding adds none
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=share)
    return optuna.importance.get_param_importances(study, evaluator=evaluator)


def _among(setting: Setting) -> Any:
    """Values of a setting; a range of runs may reach from a whole number to one that isn't."""
    among = setting.among
    if isinstance(among, Range) and not (isinstance(among.low, int) and isinstance(among.high, int)):
        return Range(float(among.low), float(among.high), among.logarithmic)
    return among
