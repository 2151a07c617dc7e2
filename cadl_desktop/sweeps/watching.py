"""Asks the workers how far they are and tells them to stop, on threads of its own: one may not answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Thread

from cadl_desktop.sentences import Sentence, SentenceError, said
from cadl_desktop.sweeps.cluster import Cluster, Worker
from cadl_desktop.sweeps.slices import News, news_of, stop_slices

LOOK_SECONDS = 0.5
LOST_LOOKS = 10
"""For so many times in a row nobody has answered before the scheduler counts as gone."""


class LostError(SentenceError):
    """The scheduler is gone."""


@dataclass(frozen=True)
class Report:
    """Who is there now, what they have told, and what is worth saying of them."""

    workers: list[Worker]
    news: list[News]
    sentences: list[Sentence]


class Watching:
    """`heard` is called on another thread, with a LostError where the scheduler has gone."""

    def __init__(self, cluster: Cluster, owner: str, heard: Callable[[Report | LostError], object]) -> None:
        self._cluster, self._owner, self._heard = cluster, owner, heard
        self._over = Event()
        self._known: set[str] = set()
        self._fitting: list[str] = []
        self._was_empty = False
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
        while not self._over.wait(LOOK_SECONDS if failures or self._known else 0.05):
            try:
                self._heard(self._report())
                failures = 0
            except Exception:
                failures += 1
                if failures >= LOST_LOOKS or not self._cluster.is_there:
                    self._heard(LostError("The scheduler is gone; resume the sweep when it is back."))
                    return

    def _report(self) -> Report:
        workers = self._cluster.workers()
        self._fitting = [each.address for each in workers if each.fits]
        news = self._cluster.ask(news_of, self._owner, self._fitting) if self._fitting else {}
        return Report(workers, [each for each in news.values() if each], list(self._sentences(workers)))

    def _sentences(self, workers: list[Worker]) -> list[Sentence]:
        """Of those that have come since, and that there are none."""
        found = []
        for each in workers:
            if each.address not in self._known:
                self._known.add(each.address)
                if not each.fits:
                    found.append(_unfit(each))
        if not self._fitting and not self._was_empty:
            found.append(said("No worker is there yet; start one with 'cadl-desktop worker ADDRESS'."))
        self._was_empty = not self._fitting
        return found


def _unfit(worker: Worker) -> Sentence:
    if worker.version is None:
        return said(
            "The worker at {address} is none of this program and gets no trial; start it with "
            "'cadl-desktop worker'.",
            address=worker.address,
        )
    return said(
        "The worker at {address} is of version {version} and gets no trial; install the same version "
        "there as here.",
        address=worker.address,
        version=worker.version,
    )
