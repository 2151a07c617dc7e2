"""The owner of a sweep: one process that proposes trials, has them trained, and alone writes the folder."""

import os
import platform
import shutil
import time
from collections.abc import Callable
from threading import Event

from cadl_desktop import __version__
from cadl_desktop.sentences import Sentence, SentenceError, sentence_of
from cadl_desktop.storage.hold import Hold
from cadl_desktop.sweeps.owning.awake import awake
from cadl_desktop.sweeps.owning.ledger import Ledger
from cadl_desktop.sweeps.owning.running import Running
from cadl_desktop.sweeps.plan.sweep import Sweep
from cadl_desktop.sweeps.records.folder import FolderGoneError, SweepFolder
from cadl_desktop.sweeps.records.log import Closed, LogReader, Owned
from cadl_desktop.sweeps.records.passing import LEAVING_SECONDS
from cadl_desktop.sweeps.records.standing import Standing, trials_wanted
from cadl_desktop.sweeps.workers.cluster import opened
from cadl_desktop.sweeps.workers.options import ClusterOptions, plain_address, workers_here

_SCRATCH = "scratch"


class OwnedError(SentenceError):
    """Another process owns the sweep."""


def run_sweep(
    folder: SweepFolder, options: ClusterOptions, told: Callable[[Standing], object], stop: Event
) -> Closed:
    """Runs the sweep of a folder from wherever it stands until it is done or `stop` is set, which is heard
    within a fraction of a second. `told` is called on this thread with how it stands, a few times a second.

    Why it ended is written and returned; whatever can go wrong on the way is such a reason. Raises OwnedError
    where another process owns it, and ProjectError where its file can't be read.
    """
    sweep = folder.sweep()
    hold = _own(folder)
    if hold is None:
        raise OwnedError("The sweep in '{folder}' is being run by another process.", folder=folder.path)
    try:
        with awake():
            return _owned(folder, sweep, options, told, stop)
    finally:
        hold.let_go()


def _owned(
    folder: SweepFolder,
    sweep: Sweep,
    options: ClusterOptions,
    told: Callable[[Standing], object],
    stop: Event,
) -> Closed:
    ledger, scratch = Ledger(folder, sweep, told), folder.path / _SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)  # of an owner that was killed
    try:
        where = options.scheduler or "local"
        ledger.add(Owned(time.time(), platform.node(), os.getpid(), __version__, where))
        warning = plain_address(options)
        if warning is not None:
            ledger.say(warning)
        if _is_over(sweep, ledger.standing):
            closed = Closed(time.time(), "done")
            ledger.add(closed)
            ledger.tell(at_once=True)
            return closed
        _say_that_workers_start(ledger, options)
        with opened(options, scratch) as cluster:
            closed = Running(folder, sweep, ledger, cluster, stop).until_closed()
            ledger.add(closed, flushed=True)
            ledger.tell(at_once=True)
        return closed
    except Exception as error:
        closed = Closed(time.time(), "failed", _in_words(_reason(error, folder), folder))
        ledger.end(closed)
        return closed
    finally:
        ledger.close()


def _own(folder: SweepFolder) -> Hold | None:
    """One that has said that it leaves is waited for: its workers may take a while to go."""
    reader, standing = LogReader(folder.log), Standing()
    until = time.monotonic() + LEAVING_SECONDS
    while (hold := folder.own()) is None and time.monotonic() < until:
        standing = standing.with_news(reader.news())
        if standing.closed is None:
            return None
    return hold


def _say_that_workers_start(ledger: Ledger, options: ClusterOptions) -> None:
    """On a machine that has much else to do, it takes minutes."""
    if options.scheduler is None:
        count = workers_here(options)
        if count == 1:
            ledger.say("Starting 1 worker on this machine.")
        else:
            ledger.say(f"Starting {count} workers on this machine.")
        ledger.tell(at_once=True)


def _is_over(sweep: Sweep, standing: Standing) -> bool:
    wanted = trials_wanted(sweep)
    return wanted is not None and standing.over >= wanted


def _reason(error: Exception, folder: SweepFolder) -> Exception:
    """Where the folder is gone, that is why nothing could be written there. It is read where it is now."""
    try:
        folder.refuse_gone()
    except FolderGoneError:
        text = "Its folder '{folder}' was moved or removed while it ran; resume it where it is now."
        return FolderGoneError(text, folder=folder.path)
    return error


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
