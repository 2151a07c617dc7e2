"""The loop of a sweep's owner: which slice is trained next, and what becomes of what comes back."""

import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cadl_desktop.experiment.check import check
from cadl_desktop.experiment.paths import PathError
from cadl_desktop.machine import cores
from cadl_desktop.project.file import packed_project
from cadl_desktop.project.members import Project
from cadl_desktop.sentences import SentenceError, joined, said, sentence_of
from cadl_desktop.sweeps.asking import Asking, Proposal
from cadl_desktop.sweeps.cluster import Cluster, Worker
from cadl_desktop.sweeps.folder import SweepFolder
from cadl_desktop.sweeps.ledger import Ledger
from cadl_desktop.sweeps.log import Begun, Closed, Ended, Ending
from cadl_desktop.sweeps.pruning import goes_on, rungs
from cadl_desktop.sweeps.slices import News, Outcome, Slice
from cadl_desktop.sweeps.sweep import Sweep, Trial
from cadl_desktop.sweeps.trials import experiment_of
from cadl_desktop.sweeps.watching import LostError, Report, Watching

if TYPE_CHECKING:
    from distributed import Future

SLICE_SECONDS = 15.0
TURN_SECONDS = 0.1
STOP_SECONDS = 0.6
"""For what is being trained to come back; what doesn't is lost from its last slice on."""
LAST_SECONDS = 10.0
"""The same where the sweep's time is over, and nothing goes on from there."""
MOST_DEATHS = 3
_ENDLESS = 2**53


@dataclass
class Going:
    """A trial that isn't over. `deaths` are workers that were lost with it since it last got ahead."""

    trial: Trial
    project: bytes
    rungs: list[int]
    seconds: float = SLICE_SECONDS
    step: int = -1
    deaths: int = 0
    worker: str | None = None
    future: "Future | None" = None

    @property
    def number(self) -> int:
        return self.trial.number


class Running:
    """One owner's way from where a sweep stands to its closing."""

    def __init__(
        self, folder: SweepFolder, sweep: Sweep, ledger: Ledger, cluster: Cluster, stop: Event
    ) -> None:
        self._folder, self._sweep, self._ledger = folder, sweep, ledger
        self._cluster, self._stop = cluster, stop
        self._id = uuid.uuid4().hex
        self._turns: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._asking = Asking(sweep, lambda found: self._turns.put(partial(self._proposed, found)))
        self._watching = Watching(
            cluster, self._id, lambda report: self._turns.put(partial(self._heard, report))
        )
        self._workers: list[Worker] = []
        self._ready: deque[Proposal] = deque()
        self._waiting: deque[Going] = deque()
        self._trained: dict[int, Going] = {}
        self._is_asking = self._is_exhausted = False

    def until_closed(self) -> Closed:
        """Raises FileError, OSError and LostError."""
        self._resume()
        try:
            self._watching.start()
            while True:
                self._take_turns()
                closed = self._closes()
                if closed is not None:
                    return closed
                self._fill()
                self._ledger.tell()
        finally:
            self._asking.close()
            self._watching.close()

    def _resume(self) -> None:
        begun: dict[int, Begun] = {}
        for record in self._ledger.earlier:
            if isinstance(record, Begun):
                begun.setdefault(record.number, record)
        standing = self._ledger.standing
        self._asking.replay([begun[number] for number in sorted(begun)], self._ends())
        for number in sorted(begun):
            each = standing.trials[number]
            if not each.is_over:
                self._begin(each.trial, done=set(each.rungs))

    def _ends(self) -> list[tuple[int, float | None]]:
        standing = self._ledger.standing
        return [(number, standing.trials[number].value) for number in standing.order]

    def _take_turns(self) -> None:
        """What other threads have to say; waits for it a moment."""
        try:
            self._turns.get(timeout=TURN_SECONDS)()
            while True:
                self._turns.get_nowait()()
        except Empty:
            return

    def _closes(self) -> Closed | None:
        if self._stop.is_set() or "stop" in self._folder.heard():
            self._bring_home(STOP_SECONDS)
            return Closed(time.time(), "stopped")
        together = self._sweep.limit.seconds_together
        if together is not None and self._seconds() >= together:
            self._bring_home(LAST_SECONDS)
            self._end_all()
            return Closed(time.time(), "seconds")
        if self._is_exhausted and not (self._ready or self._waiting or self._trained):
            return Closed(time.time(), "done")
        return None

    def _seconds(self) -> float:
        return sum(each.seconds for each in self._ledger.standing.trials.values())

    def _bring_home(self, seconds: float) -> None:
        """Has what is being trained come back as it is."""
        self._watching.stop_slices()
        end = time.monotonic() + seconds
        while self._trained and time.monotonic() < end:
            self._take_turns()

    def _end_all(self) -> None:
        for each in list(self._ledger.standing.trials.values()):
            if not each.is_over:
                value = None if self._sweep.objective.reaches is not None else each.value
                self._end(each.number, "seconds", value, {"cost": each.cost})

    # What is trained next.

    def _fill(self) -> None:
        """Gives every worker that is free a slice, the one that it knows if there is one."""
        free = self._free_workers()
        for going in [each for each in self._waiting if each.worker in free]:
            self._waiting.remove(going)
            free.remove(str(going.worker))
            self._submit(going, str(going.worker))
        while free and (self._waiting or self._ready):
            if not self._waiting:
                self._take_up(self._ready.popleft())
                continue
            self._submit(self._waiting.popleft(), free.pop(0))
        if not (self._is_asking or self._is_exhausted or self._ready):
            self._is_asking = True
            self._asking.ask(self._ends())

    def _free_workers(self) -> list[str]:
        busy = {going.worker for going in self._trained.values()}
        return [each.address for each in self._workers if each.fits and each.address not in busy]

    def _submit(self, going: Going, worker: str) -> None:
        order = Slice(
            owner=self._id,
            number=going.number,
            project=going.project,
            objective=self._sweep.objective,
            for_cores=cores(),
            seconds=going.seconds,
            until_epoch=going.rungs[0] if going.rungs else None,
        )
        going.worker = worker
        self._trained[going.number] = going
        going.future = self._cluster.train(
            order, worker, lambda came: self._turns.put(partial(self._came_back, going, worker, came))
        )

    def _proposed(self, found: Proposal | Exception) -> None:
        self._is_asking = False
        if isinstance(found, Exception):
            raise found
        if found.trial is None:
            self._is_exhausted = True
        else:
            self._ready.append(found)

    def _take_up(self, proposal: Proposal) -> None:
        trial = proposal.trial
        assert trial is not None
        self._ledger.add(Begun(time.time(), trial.number, trial.seed, trial.point, proposal.after))
        self._begin(trial, done=set())

    def _begin(self, trial: Trial, done: set[int]) -> None:
        """A trial waits for a worker from now on, with the project that it goes on from."""
        path, halving = self._folder.project(trial.number), self._sweep.pruning
        try:
            experiment = experiment_of(self._sweep, trial)
        except PathError as error:
            self._end(trial.number, "refused", message=sentence_of(error))
            return
        problems = check(experiment)
        if problems:
            message = joined("; ", (problem.sentence for problem in problems))
            self._end(trial.number, "refused", message=message)
            return
        wanted = rungs(halving, experiment.stop.epochs or _ENDLESS) if halving else []
        project = path.read_bytes() if path.exists() else packed_project(Project(experiment))
        self._waiting.append(Going(trial, project, [rung for rung in wanted if rung not in done]))

    # What becomes of what comes back.

    def _came_back(self, going: Going, worker: str, came: Outcome | Exception) -> None:
        if self._trained.get(going.number) is not going or going.worker != worker:
            return  # it was given up
        if isinstance(came, Exception):
            self._failed(going, came)
            return
        del self._trained[going.number]
        self._fill()  # before anything is written: nobody waits for the disk
        going.project = came.project
        self._ledger.keep(going.number, came.project)
        self._ledger.add(replace(came.measured, at=time.time()))
        reason = came.reason or self._pruned(going, came)
        if reason is None:
            self._goes_on(going, came)
        else:
            self._ended(going.number, came, reason)

    def _goes_on(self, going: Going, came: Outcome) -> None:
        if came.measured.step > going.step:
            going.deaths, going.seconds = 0, SLICE_SECONDS
        else:  # to measure an epoch may take longer than a slice
            going.seconds *= 2
        going.step = came.measured.step
        self._waiting.append(going)

    def _pruned(self, going: Going, came: Outcome) -> Ending | None:
        halving, rung, own = self._sweep.pruning, came.measured.rung, came.measured.value
        if halving is None or rung is None:
            return None
        going.rungs = [each for each in going.rungs if each > rung]
        others = [
            each.rungs[rung]
            for each in self._ledger.standing.trials.values()
            if rung in each.rungs and each.number != going.number
        ]
        more = self._sweep.objective.more_is_better
        own = float("nan") if own is None else own
        return None if goes_on(halving, own, others, more_is_better=more) else "pruned"

    def _ended(self, number: int, came: Outcome, reason: Ending) -> None:
        at, value = came.measured, came.value
        if reason == "pruned" and self._sweep.objective.reaches is None:
            value = at.value
        self._ledger.add(
            Ended(
                at=time.time(),
                number=number,
                reason=reason,
                value=value,
                epoch=at.epoch,
                step=at.step,
                seconds=at.seconds,
                machine=at.machine,
                measures=came.measures,
                message=came.message,
            ),
            flushed=True,
        )

    def _end(
        self,
        number: int,
        reason: Ending,
        value: float | None = None,
        measures: dict[str, float | None] | None = None,
        message: str = "",
    ) -> None:
        """Of a trial that nothing comes back of any more: it ends where it was measured last."""
        trial = self._ledger.standing.trials[number]
        self._ledger.add(
            Ended(
                at=time.time(),
                number=number,
                reason=reason,
                value=value,
                epoch=trial.epoch,
                step=trial.measured.step if trial.measured else 0,
                seconds=trial.seconds,
                machine=trial.machine,
                measures=measures or {},
                message=message,
            ),
            flushed=True,
        )

    def _failed(self, going: Going, error: Exception) -> None:
        from distributed import CancelledError, KilledWorker

        if isinstance(error, KilledWorker):
            self._lost(going)
            return
        del self._trained[going.number]
        if isinstance(error, CancelledError):
            self._waiting.append(going)
            return
        message = (
            sentence_of(error)
            if isinstance(error, SentenceError)
            else said("Its training ended with an error ({kind}).", kind=type(error).__name__)
        )
        self._end(going.number, "failed", message=message)

    def _lost(self, going: Going) -> None:
        """Its worker is gone, and with it what this slice had learned."""
        del self._trained[going.number]
        going.worker, going.deaths = None, going.deaths + 1
        if going.future is not None:
            self._cluster.forget(going.future)
        if going.deaths < MOST_DEATHS:
            self._ledger.say(
                said("A worker was lost while it trained trial {number}, which goes on.", number=going.number)
            )
            self._waiting.append(going)
            return
        message = said("{count} workers in a row were lost while they trained it.", count=going.deaths)
        self._end(going.number, "failed", message=message)

    def _heard(self, report: Report | LostError) -> None:
        """Who is there, and how far they are."""
        if isinstance(report, LostError):
            raise report
        self._workers = report.workers
        there = {each.address for each in report.workers}
        for going in [each for each in self._trained.values() if each.worker not in there]:
            self._lost(going)
        for sentence in report.sentences:
            self._ledger.say(sentence)
        for each in report.news:
            self._show(each)

    def _show(self, news: News) -> None:
        number = news.measured.number
        if number in self._trained:
            self._ledger.add(replace(news.measured, at=time.time()))
            if news.preview is not None:
                self._ledger.show(number, news.preview)
