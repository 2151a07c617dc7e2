"""How far a sweep has come, while it trains and at its end."""

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Self

from cadl_desktop.cli.output import progress_bar
from cadl_desktop.sentences import shown
from cadl_desktop.sweeps import Objective, Sweep
from cadl_desktop.sweeps.findings.seed_comparison import luck_in_words, spreads_of
from cadl_desktop.sweeps.plan.spelling import point_in_words, spelled
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import Notice, OwnerStopped
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, TrialStatus, trials_wanted

if TYPE_CHECKING:
    from tqdm import tqdm

_CLOSED: dict[str, str] = {
    "done": "All trials are over.",
    "seconds": "The seconds of the sweep are over.",
    "stopped": "Stopped; --resume goes on.",
    "failed": "Ended too early; --resume goes on.",
}


class Shown:
    """A bar of trials with the best one so far; what the owner tells stands in lines above it. `standing` is
    that before."""

    def __init__(self, sweep: Sweep, standing: SweepStatus) -> None:
        self._objective, self._told = sweep.objective, standing.told
        self._bar: tqdm[None] = progress_bar(
            total=trials_wanted(sweep), initial=standing.over, unit="trial", dynamic_ncols=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def follow(self, standing: SweepStatus) -> None:
        """The sweep stands there now."""
        for told in self._news(standing.told):
            self._bar.write(told.sentence, file=sys.stderr)
        best = standing.best(self._objective)
        if best is not None:
            self._bar.set_postfix_str(f"best {_in_words(self._objective, best)}", refresh=False)
        self._bar.update(standing.over - self._bar.n)

    def _news(self, told: tuple[Notice, ...]) -> tuple[Notice, ...]:
        newest = self._told[-1] if self._told else None
        known = max((place for place, each in enumerate(told, 1) if each == newest), default=0)
        self._told = told
        return told[known:]


def summary(sweep: Sweep, standing: SweepStatus, closed: OwnerStopped, folder: SweepFolder) -> dict[str, Any]:
    """What a script needs to know."""
    best = standing.best(sweep.objective)
    over = [standing.trials[number].ended for number in standing.order]
    return {
        "name": sweep.base.name,
        "trials": standing.over,
        "reasons": dict(Counter(ended.reason for ended in over if ended)),
        "seconds": sum(trial.seconds for trial in standing.trials.values()),
        "best": best and _best(best, folder),
        "stopped_because": closed.reason,
        "out": str(folder.path),
    }


def _best(best: TrialStatus, folder: SweepFolder) -> dict[str, Any]:
    point = {path: spelled(value) if isinstance(value, tuple) else value for path, value in best.point}
    return {
        "number": best.number,
        "value": best.value,
        "point": point,
        "seed": best.trial.seed,
        "measures": best.ended and best.ended.measures,
        "project": str(folder.project(best.number)),
    }


def as_text(sweep: Sweep, standing: SweepStatus, closed: OwnerStopped, told: dict[str, Any]) -> str:
    """The same for a person; `told` is the summary."""
    best = standing.best(sweep.objective)
    count = "1 trial" if standing.over == 1 else f"{standing.over:,} trials"
    reasons = [f"{reason}: {count:,}" for reason, count in told["reasons"].items()]
    lines = [
        f"{shown(sweep.base.name)}: {_CLOSED[closed.reason]}",
        f"{count} in {told['seconds']:.2f} s of training" + (f" ({', '.join(reasons)})" if reasons else ""),
    ]
    if best is not None:
        where = point_in_words(best.point) or f"seed {best.trial.seed}"
        lines.append(f"Best: {_in_words(sweep.objective, best)}, with {where}")
    if sweep.seeds > 1:
        all_over = standing.over == trials_wanted(sweep)
        lines += luck_in_words(spreads_of(sweep, standing), all_over=all_over)
    return "\n".join([*lines, f"Written to {shown(told['out'])}"])


def _in_words(objective: Objective, best: TrialStatus) -> str:
    """'trial 7, cost 0.0123'."""
    if objective.reaches is None:
        return f"trial {best.number}, {objective.measure} {best.value:.6g}"
    return f"trial {best.number}, {best.value:.4g} s to a {objective.measure} of {objective.reaches:g}"
