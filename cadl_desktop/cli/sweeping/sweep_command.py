"""`cadl-desktop sweep`: checks everything, trains by many workers, shows progress and the result."""

import json
import sys
from collections import Counter
from threading import Event
from typing import TYPE_CHECKING, Any, Self

from cadl_desktop.cli.arguments import UsageError, repeat_option_names
from cadl_desktop.cli.output import Exit, clean_standard_output, print_result, progress_bar, write_once
from cadl_desktop.cli.results_folder import unusable
from cadl_desktop.cli.sweeping.requested_sweep import status_in, sweep_folder_of, within_memory
from cadl_desktop.cli.sweeping.sweep_options import cluster_of, sweep_parser
from cadl_desktop.data.scores import finite
from cadl_desktop.sentences import counted, sentence_of, shown
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.sweeps import Sweep
from cadl_desktop.sweeps.findings.point_means import PointMean, best_point
from cadl_desktop.sweeps.findings.seed_comparison import luck_in_words, spreads_of
from cadl_desktop.sweeps.owning.owner import OwnedError, run_sweep
from cadl_desktop.sweeps.plan.spelling import point_in_words, spelled
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import Notice, OwnerStopped
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, TrialStatus, rank, trials_wanted
from cadl_desktop.system.signals import interrupted_by

if TYPE_CHECKING:
    from tqdm import tqdm


_CLOSED: dict[str, str] = {
    "done": "All trials are over.",
    "seconds": "The seconds of the sweep are over.",
    "stopped": "Stopped; --resume continues it.",
    "failed": "Ended too early; --resume continues it.",
}


class SweepProgress:
    """Progress bar of trials with the best one so far, and the owner's messages in lines above it. `standing`
    is the sweep's status, at first that before it continues."""

    def __init__(self, sweep: Sweep, standing: SweepStatus) -> None:
        self._sweep, self._messages, self.standing = sweep, standing.told, standing
        self._bar: tqdm[None] = progress_bar(
            total=trials_wanted(sweep), initial=standing.over, unit="trial", dynamic_ncols=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def follow(self, standing: SweepStatus) -> None:
        """Updates the bar, and writes new messages."""
        self.standing = standing
        for message in self._new(standing.told):
            self._bar.write(message.sentence, file=sys.stderr)
        best, point = best_of(self._sweep, standing)
        if best is not None and point is not None:
            self._bar.set_postfix_str(f"best {_best_in_words(self._sweep, best, point)}", refresh=False)
        self._bar.update(standing.over - self._bar.n)

    def _new(self, messages: tuple[Notice, ...]) -> tuple[Notice, ...]:
        newest = self._messages[-1] if self._messages else None
        known = max((place for place, each in enumerate(messages, 1) if each == newest), default=0)
        self._messages = messages
        return messages[known:]


def summary(sweep: Sweep, standing: SweepStatus, closed: OwnerStopped, folder: SweepFolder) -> dict[str, Any]:
    """Result for `--json`."""
    best, point = best_of(sweep, standing)
    over = [standing.trials[number].ended for number in standing.order]
    return {
        "name": sweep.base.name,
        "trials": standing.over,
        "reasons": dict(Counter(ended.reason for ended in over if ended)),
        "seconds": sum(trial.seconds for trial in standing.trials.values()),
        "best": best and {**_best(best, folder), **_mean(sweep, point)},
        "stopped_because": closed.reason,
        "out": str(folder.path),
    }


def _best(best: TrialStatus, folder: SweepFolder) -> dict[str, Any]:
    point = {path: spelled(value) if isinstance(value, tuple) else value for path, value in best.point}
    project = folder.project(best.number)
    return {
        "number": best.number,
        "value": best.value,
        "point": point,
        "seed": best.trial.seed,
        "measures": best.ended and best.ended.measures,
        "project": str(project) if project.exists() else None,  # gone with its drive
    }


def _mean(sweep: Sweep, point: PointMean | None) -> dict[str, Any]:
    """Mean and deviation of the best point for `--json`, where each point has several seeds."""
    if point is None or sweep.seeds == 1:
        return {}
    return {"mean": point.mean, "deviation": finite(point.deviation), "seeds": len(point.values)}


def as_text(sweep: Sweep, standing: SweepStatus, closed: OwnerStopped, result: dict[str, Any]) -> str:
    """Result as text, from its `summary`."""
    best, point = best_of(sweep, standing)
    reasons = [f"{reason}: {count:,}" for reason, count in result["reasons"].items()]
    lines = [
        f"{shown(sweep.base.name)}: {_CLOSED[closed.reason]}",
        f"{counted(standing.over, 'trial')} in {result['seconds']:.2f} s of training"
        + (f" ({', '.join(reasons)})" if reasons else ""),
    ]
    if best is not None and point is not None:
        where = point_in_words(best.point) or f"seed {best.trial.seed}"
        head = "Best" if sweep.varied or sweep.seeds == 1 else "Result"
        lines.append(f"{head}: {_best_in_words(sweep, best, point)}, with {where}")
    if sweep.seeds > 1:
        can_test = standing.over == trials_wanted(sweep)
        lines += luck_in_words(spreads_of(sweep, standing), can_test=can_test)
    if closed.reason != "failed":  # the error says where the folder is, or that nothing was trained
        lines.append(f"Written to {shown(result['out'])}")
    return "\n".join(lines)


def best_of(sweep: Sweep, standing: SweepStatus) -> tuple[TrialStatus, PointMean] | tuple[None, None]:
    """Best seed of the best point by the mean of its seeds, and this point."""
    point = best_point(standing, sweep.objective)
    if point is None:
        return None, None
    its = [each for each in standing.trials.values() if each.is_over and each.point == point.point]
    return min(its, key=lambda each: rank(sweep.objective, each)), point


def _best_in_words(sweep: Sweep, best: TrialStatus, point: PointMean) -> str:
    """'trial 7, cost 0.0123'; with seeds 'cost 0.0123 ± 0.001, the mean of 3 seeds, best of them trial 7'."""
    objective, count = sweep.objective, len(point.values)
    value = f"{best.value:.6g}"
    if sweep.seeds > 1:
        value = f"{point.mean:.6g}" + (f" ± {point.deviation:.2g}" if count > 1 else "")
    words = f"{objective.measure} {value}"
    if objective.reaches is not None:
        words = f"{value} s to a {objective.measure} of {objective.reaches:g}"
    if sweep.seeds == 1:
        return f"trial {best.number}, {words}"
    return f"{words}, the mean of {counted(count, 'seed')}, best of them trial {best.number}"


_EXITS = {"done": Exit.DONE, "seconds": Exit.DONE, "stopped": Exit.INTERRUPTED, "failed": Exit.FAILED}


def run_sweep_command(arguments: list[str]) -> int:
    """Trains a sweep and returns the exit code. Raises UsageError before anything is trained.

    Named in `commands.py`.
    """
    options = sweep_parser().parse_args(repeat_option_names(arguments))
    cluster = cluster_of(options, scheduler="--scheduler", workers=options.workers)
    interruption = _Interruption()
    with interrupted_by(interruption.on_signal):
        try:
            folder = sweep_folder_of(options)
            sweep = folder.sweep()
            standing = status_in(folder, sweep)
            cluster = within_memory(cluster, sweep, standing)
            with clean_standard_output(), SweepProgress(sweep, standing) as progress:
                closed = run_sweep(folder, cluster, progress.follow, interruption.stop)
        except OwnedError as error:
            raise UsageError("--out: {error}", error=error) from error
        except FileError as error:
            sys.stderr.write(f"{sentence_of(error)}\n")
            return Exit.FAILED
        except OSError as error:
            raise unusable(options.out, error) from error
        standing = progress.standing  # that of the folder, unless it is gone
        result = summary(sweep, standing, closed, folder)
        print_result(json.dumps(result) if options.json else as_text(sweep, standing, closed, result))
    if closed.reason == "failed":
        sys.stderr.write(f"{closed.message}\n")
    return _EXITS[closed.reason]


class _Interruption:
    """Handler of Ctrl-C, termination requests and closed terminals: sets `stop`, so that running trials end
    early. Later signals change nothing."""

    def __init__(self) -> None:
        self.stop = Event()
        self._tell = write_once("Stopping: what is being trained ends as it stands.")

    def on_signal(self) -> None:
        self._tell()
        self.stop.set()
