"""Owner of a sweep: one process that proposes trials, has them trained, and alone writes the folder."""

import logging
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event

from cadl_desktop import __version__
from cadl_desktop.sentences import Sentence, SentenceError, counted, sentence_of
from cadl_desktop.storage.shared_files import FileLock
from cadl_desktop.storage.temporary_files import new_temporary_folder, remove_abandoned
from cadl_desktop.sweeps.owning.ledger import Ledger
from cadl_desktop.sweeps.owning.owner_loop import OwnerLoop
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.scratch_folder import LEAVING_SECONDS
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogReader, OwnerStarted, OwnerStopped
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, trials_wanted
from cadl_desktop.sweeps.workers.cluster import open_cluster
from cadl_desktop.sweeps.workers.cluster_options import ClusterOptions, encryption_warning, local_worker_count


class OwnedError(SentenceError):
    """Another process owns the sweep."""


def run_sweep(
    folder: SweepFolder, options: ClusterOptions, report: Callable[[SweepStatus], object], stop: Event
) -> OwnerStopped:
    """Runs the sweep of a folder from its present status until it is done or `stop` is set, which takes
    effect within a fraction of a second. `report` is called on this thread with the status, a few times a
    second.

    The reason of the end is logged and returned; all errors of a running sweep become such a reason. Raises
    OwnedError if another process owns the sweep, and ProjectError if its file can't be read.
    """
    sweep = folder.sweep()
    lock = _become_owner(folder)
    if lock is None:
        raise OwnedError("The sweep in '{folder}' is being run by another process.", folder=folder.path)
    try:
        with kept_awake():
            return _run_as_owner(folder, sweep, options, report, stop)
    finally:
        lock.unlock()


def _run_as_owner(
    folder: SweepFolder,
    sweep: Sweep,
    options: ClusterOptions,
    report: Callable[[SweepStatus], object],
    stop: Event,
) -> OwnerStopped:
    ledger = Ledger(folder, sweep, report)
    remove_abandoned(Path(tempfile.gettempdir()))
    shutil.rmtree(folder.path / "scratch", ignore_errors=True)  # left by an earlier version that was killed
    try:
        where = options.scheduler or "local"
        ledger.add(OwnerStarted(time.time(), platform.node(), os.getpid(), __version__, where))
        warning = encryption_warning(options)
        if warning is not None:
            ledger.note(warning)
        if _is_done(sweep, ledger.status):
            closed = OwnerStopped(time.time(), "done")
            ledger.add(closed)
            ledger.publish(at_once=True)
            return closed
        _note_workers_start(ledger, options)
        # Not in the folder: a worker that is restarted would make it anew where a drive is gone.
        with new_temporary_folder() as scratch, open_cluster(options, Path(scratch)) as cluster:
            closed = OwnerLoop(folder, sweep, ledger, cluster, stop).until_closed()
            ledger.add(closed, flushed=True)
            ledger.publish(at_once=True)
        return closed
    except Exception as error:
        closed = OwnerStopped(time.time(), "failed", _in_words(ledger.absence or error, folder))
        ledger.end(closed)
        return closed
    finally:
        ledger.close()


def _become_owner(folder: SweepFolder) -> FileLock | None:
    """Becomes the owner; None if another process is. An owner that has logged its end is waited for, as its
    workers may take a while to stop."""
    reader, status = LogReader(folder.log), SweepStatus()
    until = time.monotonic() + LEAVING_SECONDS
    while (lock := folder.own()) is None and time.monotonic() < until:
        status = status.with_news(reader.news())
        if status.closed is None:
            return None
    return lock


def _note_workers_start(ledger: Ledger, options: ClusterOptions) -> None:
    """Notes that workers are starting: on a busy machine that takes minutes."""
    if options.scheduler is None:
        count = local_worker_count(options)
        ledger.note(f"Starting {counted(count, 'worker')} on this machine.")
        ledger.publish(at_once=True)


def _is_done(sweep: Sweep, status: SweepStatus) -> bool:
    wanted = trials_wanted(sweep)
    return wanted is not None and status.over >= wanted


def _in_words(error: Exception, folder: SweepFolder) -> str:
    if isinstance(error, SentenceError):
        return sentence_of(error)
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return Sentence(
            "The sweep in '{folder}' can't be written: {reason}.", folder=folder.path, reason=reason
        )
    return Sentence(
        "The sweep has ended with an error ({kind}: {reason}).", kind=type(error).__name__, reason=error
    )


@contextmanager
def kept_awake() -> Iterator[None]:
    """Keeps the machine from sleeping within the context; the screen may turn off. Without support of the
    system nothing is done."""
    with ExitStack() as stack:
        with suppress(Exception):
            from wakepy import keep  # an extra

            logging.getLogger("wakepy").setLevel(logging.CRITICAL)
            stack.enter_context(keep.running(on_fail="pass"))
        yield
