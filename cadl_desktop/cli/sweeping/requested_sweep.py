"""Sweep that the command line describes, or that a folder holds for --resume."""

import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.experiments import base_experiment
from cadl_desktop.cli.results_folder import make_folder
from cadl_desktop.cli.sweeping.sweep_options import sweep_parser
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.paths import PathError
from cadl_desktop.project import ProjectError
from cadl_desktop.sentences import counted, sentence_of, shown
from cadl_desktop.sweeps import Limit, Sweep, Varied, check_sweep, varied_of
from cadl_desktop.sweeps.plan.spelling import SpellingError
from cadl_desktop.sweeps.plan.sweep_check import check_trial_memory, trial_bytes, trials_at_once
from cadl_desktop.sweeps.plan.sweep_model import PRESET, Length, fitting_objective
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogReader
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, trials_left, valid_records
from cadl_desktop.sweeps.workers.cluster_options import ClusterOptions, local_worker_count
from cadl_desktop.system.machine import free_memory

_OPTIONS = {
    "varied": "--vary",
    "seeds": "--seeds",
    "strategy": "--strategy",
    "limit.trials": "--trials",
    "limit.length": "--epochs",
    "limit.seconds_each": "--seconds",
    "limit.seconds_together": "--seconds-together",
    "objective.measure": "--objective",
    "objective.reaches": "--objective",
    "pruning": "--prune",
    "pruning.least": "--prune",
    "pruning.factor": "--prune",
}
"""Option that sets a field of a sweep."""
_ALLOWED_ON_RESUME = (
    *("out", "resume", "json", "workers", "scheduler"),
    *("tls", "tls_ca", "tls_cert", "tls_key", "insecure"),
)
"""Options that may be given with --resume alone."""


def sweep_folder_of(options: Namespace) -> SweepFolder:
    """Folder of the requested sweep, created if it is new. Raises UsageError if the sweep can't be trained,
    FileError if the folder can't be written."""
    folder = SweepFolder(Path(options.out))
    if not options.experiment:
        _refuse_options(options)
        sweep = _sweep_in(folder)
        _refuse_problems(sweep)
        _check_memory_here(options, sweep, status_in(folder, sweep))
        return folder
    _refuse_missing_options(options, folder)
    sweep = sweep_of(options)
    if folder.sweep_file.exists():
        _refuse_another(options, folder, sweep)
        _check_memory_here(options, sweep, status_in(folder, sweep))
        return folder
    _check_memory_here(options, sweep, SweepStatus())
    make_folder(options.out, overwrite=True)
    if any(folder.path.iterdir()) and not options.resume:
        raise UsageError("--out: '{out}' is not empty; choose another folder.", out=options.out)
    if options.resume:
        sys.stderr.write(f"--resume: there is no sweep in '{shown(options.out)}'; it begins anew.\n")
    folder.make(sweep)
    return folder


def status_in(folder: SweepFolder, sweep: Sweep) -> SweepStatus:
    """Status of a folder's sweep. Raises OSError."""
    return SweepStatus().with_news(valid_records(sweep, LogReader(folder.log).news()))


def within_memory(cluster: ClusterOptions, sweep: Sweep, status: SweepStatus) -> ClusterOptions:
    """Options with as many workers on this machine as trials are left, or as memory is free for, which is
    told."""
    if cluster.scheduler is not None:
        return cluster
    workers = local_worker_count(cluster)
    left = trials_left(sweep, status)
    wanted = workers if left is None else min(workers, left)
    fitting = max(1, trials_at_once(trial_bytes(sweep), wanted, free_memory()))
    if fitting < wanted:
        sys.stderr.write(f"Memory is free for {counted(fitting, 'trial')} at once, not for {wanted:,}.\n")
    return replace(cluster, workers=fitting)


def sweep_of(options: Namespace) -> Sweep:
    """Sweep that the options describe, regardless of its folder. Raises UsageError."""
    base = base_experiment(options)
    varied = tuple(_varied(text, base) for text in options.vary)
    if options.epochs is not None and PRESET in (each.path for each in varied):
        raise UsageError("--epochs: each preset brings its own; leave it out, or give --steps.")
    sweep = Sweep(
        base=base,
        varied=varied,
        seeds=options.seeds,
        strategy=options.strategy or ("random" if varied else "grid"),
        seed=1 if options.seed is None else options.seed,
        limit=Limit(
            trials=options.trials,
            length=_length(options),
            seconds_each=options.seconds,
            seconds_together=options.seconds_together,
        ),
        objective=options.objective or fitting_objective(base),
        pruning=options.prune,
    )
    _refuse_problems(sweep)
    return sweep


def _length(options: Namespace) -> Length | None:
    """Length of all trials, as --steps or --processor-seconds say. Raises UsageError for more than one."""
    given = [name for name in ("steps", "processor_seconds") if getattr(options, name) is not None]
    others = [name for name in ("epochs", "seconds") if getattr(options, name) is not None]
    if not given:
        return None
    if len(given) + len(others) > 1:
        raise UsageError(
            "--{name}: is the length of each trial, and so is --{other}; choose one.",
            name=given[0].replace("_", "-"),
            other=(*others, *given[1:])[0].replace("_", "-"),
        )
    return Length(getattr(options, given[0]), "steps" if given[0] == "steps" else "processor_seconds")


def _varied(text: str, base: Experiment) -> Varied:
    try:
        return varied_of(text, base)
    except SpellingError as error:
        raise UsageError("--vary: {problem}", problem=sentence_of(error)) from error
    except PathError as error:
        raise UsageError(sentence_of(error)) from error


def _refuse_problems(sweep: Sweep) -> None:
    for problem in check_sweep(sweep):
        option = _OPTIONS.get(problem.field, problem.field)
        raise UsageError("{option}: {message}", option=option, message=problem.message)


def _check_memory_here(options: Namespace, sweep: Sweep, status: SweepStatus) -> None:
    """Raises UsageError if the sweep has trials to train on this machine, and one of them needs more memory
    than it has."""
    if options.scheduler is None and trials_left(sweep, status) != 0:
        for problem in check_trial_memory(sweep, free_memory()):
            raise UsageError(problem.message)


def _refuse_options(options: Namespace) -> None:
    """Raises UsageError for options that only a new sweep can have: without EXPERIMENT the folder decides."""
    if not options.resume:
        raise UsageError("EXPERIMENT: nothing is named; name what is trained, or add --resume.")
    usual = sweep_parser().parse_args(["--out", options.out])
    for name, value in vars(options).items():
        if name not in _ALLOWED_ON_RESUME and value != getattr(usual, name):
            raise UsageError(
                "--{name}: the sweep in '{out}' has its own; leave it out, or give EXPERIMENT and all other "
                "options as before.",
                name=name.replace("_", "-"),
                out=options.out,
            )


def _refuse_missing_options(options: Namespace, folder: SweepFolder) -> None:
    """Raises UsageError for --resume with EXPERIMENT but without the --vary of the sweep in the folder."""
    if options.resume and not options.vary and folder.sweep_file.exists() and _sweep_in(folder).varied:
        raise UsageError(
            "--resume: to continue the sweep in '{out}', leave EXPERIMENT out, or give all options as "
            "before, --vary among them.",
            out=options.out,
        )


def _sweep_in(folder: SweepFolder) -> Sweep:
    if not folder.sweep_file.exists():
        raise UsageError(
            "--resume: there is no sweep in '{out}'; choose its folder, or name an EXPERIMENT.",
            out=folder.path,
        )
    try:
        return folder.sweep()
    except ProjectError as error:
        raise UsageError("--resume: {error}", error=error) from error


def _refuse_another(options: Namespace, folder: SweepFolder, sweep: Sweep) -> None:
    if not options.resume:
        raise UsageError(
            "--out: there is a sweep in '{out}'; continue it by --resume, or choose another folder.",
            out=options.out,
        )
    if _sweep_in(folder) != sweep:
        raise UsageError(
            "--resume: '{out}' holds another sweep, or one of other settings; leave EXPERIMENT and its "
            "options out, or choose another folder.",
            out=options.out,
        )
