"""Watch over the workers: polls their progress and tells them to stop, on threads of its own, as a worker may
not answer."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Thread

from cadl_desktop.sentences import SentenceError, shown
from cadl_desktop.sweeps.workers.cluster import Cluster, Worker
from cadl_desktop.sweeps.workers.slice_messages import SliceProgress
from cadl_desktop.sweeps.workers.slice_training import stop_slices, take_progress

POLL_SECONDS = 0.5
START_SECONDS = 120.0
"""Time for a worker of this machine to start."""
FIRST_POLL_SECONDS = 0.1
MOST_FAILURES = 10
"""Consecutive failed polls after which the scheduler counts as lost."""


class SchedulerLostError(SentenceError):
    """The scheduler doesn't answer any more."""


@dataclass(frozen=True)
class WorkerReport:
    """Present workers, their progress, and notices about them."""

    workers: list[Worker]
    news: list[SliceProgress]
    sentences: list[str]


class WorkerWatch:
    """Polls a cluster. `on_report` is called on another thread, the last time with a SchedulerLostError if
    the scheduler is lost."""

    def __init__(
        self, cluster: Cluster, owner: str, on_report: Callable[[WorkerReport | SchedulerLostError], object]
    ) -> None:
        self._cluster, self._owner, self._on_report = cluster, owner, on_report
        self._closed = Event()
        self._known: set[str] = set()
        self._fitting: list[str] = []
        self._without_worker_since: float | None = None
        self._polling = Thread(target=self._poll, name="look", daemon=True)
        self._stopping = ThreadPoolExecutor(1, "stop")

    def start(self) -> None:
        self._polling.start()

    def stop_slices(self) -> None:
        """Has the workers end their slices and return the trials as they are."""
        self._stopping.submit(self._cluster.call, stop_slices, self._owner, self._fitting)

    def close(self) -> None:
        """Stops polling, without waiting for workers that don't answer."""
        self._closed.set()
        self._stopping.shutdown(wait=False, cancel_futures=True)

    def _poll(self) -> None:
        failures = 0
        while not self._closed.wait(POLL_SECONDS if self._fitting else FIRST_POLL_SECONDS):
            try:
                self._on_report(self._report())
                failures = 0
            except Exception as error:
                failures += 1
                if (
                    failures < MOST_FAILURES
                    and self._cluster.is_there
                    and not isinstance(error, SchedulerLostError)
                ):
                    continue
                self._on_report(error if isinstance(error, SchedulerLostError) else self._lost_error())
                return

    def _report(self) -> WorkerReport:
        workers = self._cluster.workers()
        self._fitting = [each.address for each in workers if each.fits]
        news = self._cluster.call(take_progress, self._owner, self._fitting) if self._fitting else {}
        new = [each for each in workers if each.address not in self._known]
        self._known.update(each.address for each in new)
        sentences = [_unfit_notice(each) for each in new if not each.fits] + self._no_worker_notice()
        return WorkerReport(workers, [each for each in news.values() if each], sentences)

    def _no_worker_notice(self) -> list[str]:
        """Notice, once, that there is no worker. Raises SchedulerLostError if those of this machine don't
        start."""
        if self._fitting:
            self._without_worker_since = None
            return []
        began, now, address = self._without_worker_since, time.monotonic(), self._cluster.address
        self._without_worker_since = now if began is None else began
        if address is None:
            if now - self._without_worker_since > START_SECONDS:
                raise SchedulerLostError(
                    "No worker starts on this machine; make memory free, and resume the sweep."
                )
            return []
        if began is not None:
            return []
        option = "--tls DIR" if address.startswith("tls://") else "--insecure"
        return [f"No worker is there; start one with 'cadl-desktop worker {shown(address)} {option}'."]

    def _lost_error(self) -> SchedulerLostError:
        return SchedulerLostError(
            "The scheduler at {address} is gone; resume the sweep when it is back.",
            address=self._cluster.address,
        )


def _unfit_notice(worker: Worker) -> str:
    if worker.version is None:
        return (
            f"The worker at {shown(worker.address)} is none of this program and gets no trial; "
            "start it with 'cadl-desktop worker'."
        )
    return (
        f"The worker at {shown(worker.address)} is of version {shown(worker.version)} and gets "
        "no trial; install the same version there as here."
    )
