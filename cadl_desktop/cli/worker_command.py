"""`cadl-desktop worker`: trains trials of a sweep that another machine runs."""

import sys

from cadl_desktop.cli.output import Exit, write_once
from cadl_desktop.cli.sweep_options import cluster_of, worker_parser
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
    cluster = cluster_of(options, scheduler="ADDRESS", workers=None)
    warning = encryption_warning(cluster)
    if warning is not None:
        _tell(warning)
    interruption = _Interruption(RemoteWorkers(cluster, options.count))
    joined = f"Training for {shown(options.scheduler)}; Ctrl-C ends it."
    with interrupted_by(interruption.on_signal):
        try:
            interruption.joining.until_left(lambda: _tell(joined))
        except ClusterError as error:
            _tell(sentence_of(error))
            return Exit.FAILED
    if interruption.happened:
        return Exit.INTERRUPTED
    _tell(f"The scheduler at {shown(options.scheduler)} has ended.")
    return Exit.DONE


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


class _Interruption:
    """Handler of Ctrl-C and termination requests: leaves the cluster."""

    def __init__(self, joining: RemoteWorkers) -> None:
        self.joining, self.happened = joining, False
        self._tell = write_once("Ending: what is being trained continues elsewhere.")

    def on_signal(self) -> None:
        self._tell()
        self.happened = True
        self.joining.leave()
