"""`cadl-desktop sweep`: checks everything, trains by many workers, and says what it came to."""

import json
import sys
from threading import Event

from cadl_desktop.cli.arguments import UsageError, one_setting_each
from cadl_desktop.cli.endings import Exit, said_once
from cadl_desktop.cli.folder import unusable
from cadl_desktop.cli.output import clean_standard_output, tell
from cadl_desktop.cli.sweeps.parsers import sweep_parser
from cadl_desktop.cli.sweeps.reached import cluster_of
from cadl_desktop.cli.sweeps.shown import Shown, as_text, summary
from cadl_desktop.cli.sweeps.wanted import sweep_folder_of
from cadl_desktop.sentences import sentence_of
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.sweeps.owning.owner import OwnedError, run_sweep
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogReader, OwnerStopped
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, valid_records
from cadl_desktop.sweeps.workers.cluster_options import ClusterOptions
from cadl_desktop.system.signals import interrupted_by

_EXITS = {"done": Exit.DONE, "seconds": Exit.DONE, "stopped": Exit.INTERRUPTED, "failed": Exit.FAILED}


def run_sweep_command(arguments: list[str]) -> int:
    """Trains as the words say and returns the exit code. Raises UsageError before anything is trained."""
    options = sweep_parser().parse_args(one_setting_each(arguments))
    cluster = cluster_of(options, scheduler="--scheduler", workers=options.workers)
    interruption = _Interruption()
    with interrupted_by(interruption.happens):
        try:
            folder = sweep_folder_of(options)
            sweep = folder.sweep()
            with clean_standard_output():
                closed = _trained(folder, sweep, cluster, interruption.stop)
        except OwnedError as error:
            raise UsageError("--out: {error}", error=error) from error
        except FileError as error:
            sys.stderr.write(f"{sentence_of(error)}\n")
            return Exit.FAILED
        except OSError as error:
            raise unusable(options.out, error) from error
        standing = _standing(folder, sweep)
        told = summary(sweep, standing, closed, folder)
        tell(json.dumps(told) if options.json else as_text(sweep, standing, closed, told))
    if closed.reason == "failed":
        sys.stderr.write(f"{closed.message}\n")
    return _EXITS[closed.reason]


def _trained(folder: SweepFolder, sweep: Sweep, cluster: ClusterOptions, stop: Event) -> OwnerStopped:
    with Shown(sweep, _standing(folder, sweep)) as shown:
        return run_sweep(folder, cluster, shown.follow, stop)


def _standing(folder: SweepFolder, sweep: Sweep) -> SweepStatus:
    return SweepStatus().with_news(valid_records(sweep, LogReader(folder.log).news()))


class _Interruption:
    """Ctrl-C, a request to terminate or a closed terminal: what is trained now is kept as it stands. Further
    ones change nothing."""

    def __init__(self) -> None:
        self.stop = Event()
        self._tell = said_once("Stopping: what is being trained is kept as it stands.")

    def happens(self) -> None:
        self._tell()
        self.stop.set()
