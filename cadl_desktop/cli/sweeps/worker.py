"""`cadl-desktop worker`: trains for a sweep that another machine runs."""

import sys

from cadl_desktop.cli.endings import Exit, said_once
from cadl_desktop.cli.sweeps.parsers import worker_parser
from cadl_desktop.cli.sweeps.reached import cluster_of
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.sweeps.workers.cluster_options import encryption_warning
from cadl_desktop.sweeps.workers.remote_scheduler import ClusterError
from cadl_desktop.sweeps.workers.remote_workers import RemoteWorkers
from cadl_desktop.system.signals import interrupted_by


def run_worker(arguments: list[str]) -> int:
    """Works until the scheduler ends or somebody interrupts it; returns the exit code. Raises UsageError."""
    options = worker_parser().parse_args(arguments)
    cluster = cluster_of(options, scheduler="ADDRESS", workers=None)
    warning = encryption_warning(cluster)
    if warning is not None:
        _tell(warning)
    interruption = _Interruption(RemoteWorkers(cluster, options.count))
    joined = f"Training for {shown(options.scheduler)}; Ctrl-C ends it."
    with interrupted_by(interruption.happens):
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
    def __init__(self, joining: RemoteWorkers) -> None:
        self.joining, self.happened = joining, False
        self._tell = said_once("Ending: what is being trained goes on elsewhere.")

    def happens(self) -> None:
        self._tell()
        self.happened = True
        self.joining.leave()
