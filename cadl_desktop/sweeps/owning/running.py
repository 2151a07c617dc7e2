"""The loop of a sweep's owner: who trains what next, and what becomes of what comes back."""

import time
import uuid
from collections import deque
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event

from msgspec.structs import replace

from cadl_desktop.sentences import SentenceError, sentence_of
from cadl_desktop.sweeps.owning.asking import Asking, Proposal
from cadl_desktop.sweeps.owning.going import Going, set_out
from cadl_desktop.sweeps.owning.ledger import Ledger
from cadl_desktop.sweeps.owning.watching import LostError, Report, Watching
from cadl_desktop.sweeps.plan.pruning import goes_on
from cadl_desktop.sweeps.plan.sweep import Sweep, Trial
from cadl_desktop.sweeps.records.folder import SweepFolder
from cadl_desktop.sweeps.records.log import Begun, Closed, Ending
from cadl_desktop.sweeps.workers.cluster import Cluster, Worker
from cadl_desktop.sweeps.workers.slice_messages import News, Outcome, RefusedError

TURN_SECONDS = 0.1
STOP_SECONDS = 0.5
"""For what is being trained to come back; of what doesn't the last slice is lost."""
LAST_SECONDS = 10.0
"""The same where the sweep's time is over, and nothing goes on from there."""
MOST_LOST = 3


class Running:
    """One owner's way from where a sweep stands to its closing. Other threads leave what they have to say in
    a queue; this one alone decides and writes."""

    def __init__(
        self, folder: SweepFolder, sweep: Sweep, ledger: Ledger, cluster: Cluster, stop: Event
    ) -> None:
        self._folder, self._sweep, self._ledger = folder, sweep, ledger
        self._cluster, self._stop = cluster, stop
        self._id = uuid.uuid4().hex
        self._turns: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._asking = Asking(sweep, self._in_turn(self._proposed))
        self._watching = Watching(cluster, self._id, self._in_turn(self._heard))
        self._workers: list[Worker] = []
        self._ready: deque[Proposal] = deque()
        self._waiting: deque[Going] = deque()
        self._trained: dict[int, Going] = {}
        self._is_asking = self._is_exhausted = self._is_leaving = self._is_under_way = False

    def until_closed(self) -> Closed:
        """Raises what keeps it from going on: FileError, OSError, LostError, FolderGoneError."""
        try:
            self._resume()
            self._watching.start()
            while (closed := self._closes()) is None:
                self._fill()
                self._ledger.tell()
                self._take_turns()
            return closed
        finally:
            self._asking.close()
            self._watching.close()

    def _in_turn(self, call: "Callable[..., None]") -> Callable[..., None]:
        """The same for other threads: it is called by this one when its turn has come."""
        return lambda *values: self._turns.put(partial(call, *values))

    def _take_turns(self) -> None:
        """Waits a moment for what others have to say."""
        try:
            self._turns.get(timeout=TURN_SECONDS)()
            while True:
                self._turns.get_nowait()()
        except Empty:
            return

    def _resume(self) -> None:
        """Goes on with what earlier owners have begun."""
        begun: dict[int, Begun] = {}
        for record in self._ledger.earlier:
            if isinstance(record, Begun):
                begun.setdefault(record.number, record)
        standing = self._ledger.standing
        self._asking.go_on_from(begun)
        for each in standing.trials.values():
            if not each.is_over:
                self._set_out(each.trial, frozenset(each.rungs))

    def _closes(self) -> Closed | None:
        self._folder.refuse_gone()  # first: nobody who stops it can be heard there
        if self._stop.is_set() or "stop" in self._folder.heard():
            self._bring_home(STOP_SECONDS)
            return Closed(time.time(), "stopped")
        together = self._sweep.limit.seconds_together
        if together is not None and self._ledger.standing.seconds >= together:
            self._bring_home(LAST_SECONDS)
            self._end_all()
            return Closed(time.time(), "seconds")
        if self._is_exhausted and not (self._ready or self._waiting or self._trained):
            return Closed(time.time(), "done")
        return None

    def _bring_home(self, seconds: float) -> None:
        """Has what is being trained come back as it is."""
        self._is_leaving = True
        self._watching.stop_slices()
        end = time.monotonic() + seconds
        while self._trained and time.monotonic() < end:
            self._take_turns()

    def _end_all(self) -> None:
        for each in list(self._ledger.standing.trials.values()):
            if not each.is_over:
                value = None if self._sweep.objective.reaches is not None else each.value
                words = "The seconds of the sweep are over."
                self._ledger.end_trial(each.number, "seconds", value=value, message=words)

    def _proposed(self, found: Proposal | Exception) -> None:
        self._is_asking = False
        if isinstance(found, Exception):
            raise found
        if found.trial is None:
            self._is_exhausted = True
        else:
            self._ready.append(found)

    def _fill(self) -> None:
        """Gives every worker that is free a slice, and has one trial proposed ahead."""
        if self._is_leaving:
            return
        free = self._free_workers()
        # A worker that has trained a trial has its network compiled.
        for going in [each for each in self._waiting if each.worker in free]:
            self._waiting.remove(going)
            free.remove(str(going.worker))
            self._train(going, str(going.worker))
        while free and (self._waiting or self._ready):
            if self._waiting:
                self._train(self._waiting.popleft(), free.pop(0))
            else:
                self._begin(self._ready.popleft())
        if not (self._is_asking or self._is_exhausted or self._ready):
            self._is_asking = True
            self._asking.ask(self._ledger.standing.ends)

    def _free_workers(self) -> list[str]:
        busy = {going.worker for going in self._trained.values()}
        return [each.address for each in self._workers if each.fits and each.address not in busy]

    def _begin(self, proposal: Proposal) -> None:
        trial = proposal.trial
        assert trial is not None
        self._ledger.add(Begun(time.time(), trial.number, trial.seed, trial.point, proposal.after))
        self._set_out(trial)

    def _set_out(self, trial: Trial, passed: frozenset[int] = frozenset()) -> None:
        try:
            self._waiting.append(set_out(self._folder, self._sweep, trial, passed))
        except RefusedError as error:
            self._ledger.end_trial(trial.number, "refused", message=sentence_of(error))

    def _train(self, going: Going, worker: str) -> None:
        order = going.next_slice(self._sweep, self._id)
        going.worker = worker
        self._trained[going.number] = going
        done = partial(self._in_turn(self._came_back), going, going.serial)
        going.future = self._cluster.train(order, worker, done)

    def _came_back(self, going: Going, serial: int, came: Outcome | Exception) -> None:
        if self._trained.get(going.number) is not going or going.serial != serial:
            return  # it was given up
        if isinstance(came, Exception):
            self._fails(going, came)
            return
        self._say_that_it_trains()
        del self._trained[going.number]
        going.has_come(came.project, came.measured.step)
        reason = came.reason or self._pruned(going, came)
        if reason is None:
            self._waiting.append(going)
        self._fill()  # no worker waits for the disk
        self._ledger.keep(going.number, came.project, came.preview)
        self._ledger.add(replace(came.measured, at=time.time()))
        if reason is not None:
            self._end(going, came, reason)

    def _end(self, going: Going, came: Outcome, reason: Ending) -> None:
        if reason == "pruned":
            value = came.measured.value if self._sweep.objective.reaches is None else None
            words = f"Ended early, at epoch {came.measured.epoch:,}: others were better."
            self._ledger.end_trial(going.number, reason, value=value, measures=came.measures, message=words)
        else:
            self._ledger.end_trial(
                going.number, reason, value=came.value, measures=came.measures, message=came.message
            )

    def _pruned(self, going: Going, came: Outcome) -> Ending | None:
        halving, rung, own = self._sweep.pruning, came.measured.rung, came.measured.value
        if halving is None or rung is None:
            return None
        going.rungs = [each for each in going.rungs if each > rung]
        trials = self._ledger.standing.trials.values()
        others = [each.rungs[rung] for each in trials if rung in each.rungs and each.number != going.number]
        own = float("nan") if own is None else own
        more = self._sweep.objective.more_is_better
        return None if goes_on(halving, own, others, more_is_better=more) else "pruned"

    def _fails(self, going: Going, error: Exception) -> None:
        from distributed import CancelledError, KilledWorker

        if isinstance(error, KilledWorker | CancelledError):
            self._lose(going)
        else:
            del self._trained[going.number]
            kind = type(error).__name__
            told = isinstance(error, SentenceError)
            message = sentence_of(error) if told else f"It ended with an error ({kind})."
            self._ledger.end_trial(going.number, "failed", message=message)

    def _lose(self, going: Going) -> None:
        """Its worker is gone, and with it what this slice had learned."""
        del self._trained[going.number]
        # It is among those of the last report yet, and would be given the same trial again.
        self._workers = [each for each in self._workers if each.address != going.worker]
        going.worker, going.lost = None, going.lost + 1
        if going.future is not None:
            self._cluster.forget(going.future)
        if going.lost < MOST_LOST:
            words = f"A worker was lost while it trained trial {going.number}, which goes on."
            self._ledger.say(words)
            self._waiting.append(going)
        else:
            words = f"{going.lost} workers in a row were lost while they trained it."
            self._ledger.end_trial(going.number, "failed", message=words)

    def _heard(self, report: Report | LostError) -> None:
        if isinstance(report, LostError):
            raise report
        self._workers = report.workers
        there = {each.address for each in report.workers}
        for going in [each for each in self._trained.values() if each.worker not in there]:
            self._lose(going)
        for sentence in report.sentences:
            self._ledger.say(sentence)
        for news in report.news:
            self._show(news)

    def _show(self, news: News) -> None:
        going = self._trained.get(news.measured.number)
        if going is None:
            return
        self._say_that_it_trains()
        if news.preview is not None:
            self._ledger.show(going.number, news.preview)
        if going.is_worth_telling(news.measured):
            self._ledger.add(replace(news.measured, at=time.time()))

    def _say_that_it_trains(self) -> None:
        """The first time that a worker of this machine tells anything: that they are starting was said."""
        if not self._is_under_way and self._cluster.address is None:
            self._ledger.say("The workers have started, and train.")
        self._is_under_way = True
