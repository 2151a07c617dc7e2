"""Asks the workers how far they are and tells them to stop, on threads of its own: one may not answer."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Thread

from cadl_desktop.sentences import SentenceError, shown
from cadl_desktop.sweeps.workers.cluster import Cluster, Worker
from cadl_desktop.sweeps.workers.slice_messages import News
from cadl_desktop.sweeps.workers.slice_training import news_of, stop_slices

LOOK_SECONDS = 0.5
START_SECONDS = 120.0
"""In which a worker of this machine has started."""
FIRST_LOOK_SECONDS = 0.1
MOST_FAILURES = 10
"""For so many times in a row nobody has answered before the scheduler counts as gone."""


class LostError(SentenceError):
    """The scheduler is gone."""


@dataclass(frozen=True)
class Report:
    """Who is there now, what they have told, and what is worth saying of them."""

    workers: list[Worker]
    news: list[News]
    sentences: list[str]


class Watching:
    """`heard` is called on another thread, at last with a LostError where the scheduler has gone."""

    def __init__(self, cluster: Cluster, owner: str, heard: Callable[[Report | LostError], object]) -> None:
        self._cluster, self._owner, self._heard = cluster, owner, heard
        self._over = Event()
        self._known: set[str] = set()
        self._fitting: list[str] = []
        self._alone_since: float | None = None
        self._looking = Thread(target=self._look, name="look", daemon=True)
        self._stopping = ThreadPoolExecutor(1, "stop")

    def start(self) -> None:
        self._looking.start()

    def stop_slices(self) -> None:
        """Has what is being trained come back as it is."""
        self._stopping.submit(self._cluster.ask, stop_slices, self._owner, self._fitting)

    def close(self) -> None:
        """Waits for nobody who doesn't answer."""
        self._over.set()
        self._stopping.shutdown(wait=False, cancel_futures=True)

    def _look(self) -> None:
        failures = 0
        while not self._over.wait(LOOK_SECONDS if self._fitting else FIRST_LOOK_SECONDS):
            try:
                self._heard(self._report())
                failures = 0
            except Exception as error:
                failures += 1
                if failures < MOST_FAILURES and self._cluster.is_there and not isinstance(error, LostError):
                    continue
                self._heard(error if isinstance(error, LostError) else self._lost())
                return

    def _report(self) -> Report:
        workers = self._cluster.workers()
        self._fitting = [each.address for each in workers if each.fits]
        news = self._cluster.ask(news_of, self._owner, self._fitting) if self._fitting else {}
        new = [each for each in workers if each.address not in self._known]
        self._known.update(each.address for each in new)
        sentences = [_unfit(each) for each in new if not each.fits] + self._alone()
        return Report(workers, [each for each in news.values() if each], sentences)

    def _alone(self) -> list[str]:
        """Says once that there is nobody who could train. Raises LostError where those of this machine don't
        start."""
        if self._fitting:
            self._alone_since = None
            return []
        began, now, address = self._alone_since, time.monotonic(), self._cluster.address
        self._alone_since = now if began is None else began
        if address is None:
            if now - self._alone_since > START_SECONDS:
                raise LostError("No worker starts on this machine; make memory free, and resume the sweep.")
            return []
        if began is not None:
            return []
        return [f"No worker is there; start one with 'cadl-desktop worker {shown(address)}'."]

    def _lost(self) -> LostError:
        return LostError(
            "The scheduler at {address} is gone; resume the sweep when it is back.",
            address=self._cluster.address,
        )


def _unfit(worker: Worker) -> str:
    if worker.version is None:
        return (
            f"The worker at {shown(worker.address)} is none of this program and gets no trial; "
            "start it with 'cadl-desktop worker'."
        )
    return (
        f"The worker at {shown(worker.address)} is of version {shown(worker.version)} and gets "
        "no trial; install the same version there as here."
    )
