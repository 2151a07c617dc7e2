"""`cadl-desktop worker`: trains trials of a sweep that another machine runs."""

import sys
from argparse import Namespace
from importlib.util import find_spec

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.output import Exit, write_once
from cadl_desktop.cli.sweeping.sweep_options import cluster_of, worker_parser
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.sweeps.workers.cluster_options import encryption_warning
from cadl_desktop.sweeps.workers.remote_scheduler import ClusterError
from cadl_desktop.sweeps.workers.remote_workers import RemoteWorkers
from cadl_desktop.system.signals import interrupted_by


def run_worker(arguments: list[str]) -> int:
    """Trains until the scheduler ends or a signal comes; returns the exit code. Raises UsageError.

    Named in `commands.py`.
    """
    options = worker_parser().parse_args(arguments)
    _refuse_combinations(options)
    cluster = cluster_of(options, scheduler="ADDRESS", workers=None)
    warning = encryption_warning(cluster)
    if warning is not None:
        _tell(warning)
    address = shown(options.scheduler)
    workers = RemoteWorkers(
        cluster, options.count, hosted=options.with_scheduler, with_dashboard=options.dashboard
    )
    if options.with_scheduler:
        joined = f"The scheduler at {address} is ready for workers and sweeps; Ctrl-C ends it."
        interruption = _Interruption(workers, "Ending: the scheduler's sweeps stop, and can be resumed.")
    else:
        joined = f"Training for {address}; Ctrl-C ends it."
        interruption = _Interruption(workers, "Ending: what is being trained continues elsewhere.")
    with interrupted_by(interruption.on_signal):
        try:
            workers.until_left(lambda: _tell_joined(joined, workers.dashboard))
        except ClusterError as error:
            _tell(sentence_of(error))
            return Exit.FAILED
    if interruption.happened:
        return Exit.INTERRUPTED
    _tell(f"The scheduler at {address} has ended.")
    return Exit.DONE


def _refuse_combinations(options: Namespace) -> None:
    if not options.with_scheduler:
        if options.count == 0:
            raise UsageError("--workers: none would train; 0 goes with --with-scheduler only.")
        if options.dashboard:
            raise UsageError("--dashboard: is the scheduler's; it goes with --with-scheduler only.")
    if options.dashboard and find_spec("bokeh") is None:
        raise UsageError("--dashboard: needs another package; install it with: pip install bokeh.")


def _tell_joined(joined: str, dashboard: str | None) -> None:
    _tell(joined)
    if dashboard is not None:
        _tell(f"Every account of this machine can watch at {dashboard}.")


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


class _Interruption:
    """Handler of Ctrl-C and termination requests: says `ending`, and leaves the cluster."""

    def __init__(self, joining: RemoteWorkers, ending: str) -> None:
        self._joining, self.happened = joining, False
        self._tell = write_once(ending)

    def on_signal(self) -> None:
        self._tell()
        self.happened = True
        self._joining.leave()
