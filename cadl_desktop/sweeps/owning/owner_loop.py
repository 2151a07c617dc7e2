"""Main loop of a sweep's owner: assigns trials to workers, and processes their results."""

import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event

from msgspec.structs import replace

from cadl_desktop.sentences import SentenceError, sentence_of
from cadl_desktop.sweeps.owning.active_trial import ActiveTrial, prepare_trial
from cadl_desktop.sweeps.owning.ledger import Ledger
from cadl_desktop.sweeps.owning.worker_watch import SchedulerLostError, WorkerReport, WorkerWatch
from cadl_desktop.sweeps.plan.proposals import Proposer
from cadl_desktop.sweeps.plan.sweep_model import Sweep, Trial
from cadl_desktop.sweeps.plan.trials import survives_rung
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import Ending, OwnerStopped, TrialStarted
from cadl_desktop.sweeps.workers.cluster import Cluster, Worker
from cadl_desktop.sweeps.workers.slice_messages import Outcome, RefusedError, SliceProgress

End = tuple[int, float | None]
"""Number of an ended trial, and its value."""


@dataclass(frozen=True)
class Proposal:
    """Proposed trial, and the number of trials that had ended before; `trial` is None if the sweep has no
    more."""

    trial: Trial | None
    after: int


class ProposalThread:
    """Runs the sampler on a thread of its own: with a thousand finished trials a proposal takes seconds. One
    trial is requested at a time; `done` is called on that thread with the proposal or an error."""

    def __init__(self, sweep: Sweep, done: Callable[[Proposal | Exception], object]) -> None:
        self._sweep, self._done = sweep, done
        self._pool = ThreadPoolExecutor(1, "propose")
        self._proposer: Proposer | None = None
        self._ends_reported = 0
        self._started: Mapping[int, TrialStarted] = {}

    def replay(self, started: Mapping[int, TrialStarted]) -> None:
        """Registers the started trials of earlier owners, by number. They are proposed again, as later
        proposals depend on them, but not returned. A trial whose line is missing in the log is returned."""
        self._started = started

    def request(self, ends: Sequence[End]) -> None:
        """Requests the next trial, given the ends so far, which must begin with those of the last request."""
        self._pool.submit(self._ask, ends)

    def close(self) -> None:
        """Ends the thread without waiting for a proposal."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, ends: Sequence[End]) -> None:
        try:
            if self._proposer is None:
                self._proposer = Proposer(self._sweep)
            while (before := self._started.get(self._proposer.next)) is not None:
                self._propose(self._proposer, ends[: before.after])
            self._done(Proposal(self._propose(self._proposer, ends), len(ends)))
        except Exception as error:
            self._done(error)

    def _propose(self, proposer: Proposer, ends: Sequence[End]) -> Trial | None:
        """Proposes a trial after reporting those ends whose trials the sampler knows: after a loss of lines
        in the log it may not know all."""
        while self._ends_reported < len(ends) and ends[self._ends_reported][0] < proposer.next:
            proposer.tell(*ends[self._ends_reported])
            self._ends_reported += 1
        return proposer.propose()


WAIT_SECONDS = 0.1
STOP_SECONDS = 0.5
"""Time for running slices to come back; of one that doesn't, the slice is lost."""
LAST_SECONDS = 10.0
"""Time for running slices to come back at the end of the sweep, after which nothing is resumed."""
MOST_LOST = 3
"""Workers lost in a row with the same trial, after which it fails."""


class OwnerLoop:
    """Runs a sweep from its present status until it closes. Other threads put calls into a queue; only this
    thread decides and writes."""

    def __init__(
        self, folder: SweepFolder, sweep: Sweep, ledger: Ledger, cluster: Cluster, stop: Event
    ) -> None:
        self._folder, self._sweep, self._ledger = folder, sweep, ledger
        self._cluster, self._stop = cluster, stop
        self._id = uuid.uuid4().hex
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._proposals = ProposalThread(sweep, self._queued(self._on_proposal))
        self._watch = WorkerWatch(cluster, self._id, self._queued(self._on_report))
        self._workers: list[Worker] = []
        self._ready: deque[Proposal] = deque()
        self._waiting: deque[ActiveTrial] = deque()
        self._in_training: dict[int, ActiveTrial] = {}
        self._is_proposing = self._is_exhausted = self._is_leaving = self._is_under_way = False

    def until_closed(self) -> OwnerStopped:
        """Runs until the sweep is done, stopped or out of time. Raises errors that prevent it from
        continuing: FileError, OSError, SchedulerLostError, SweepMissingError."""
        try:
            self._resume()
            self._watch.start()
            while (closed := self._reason_to_close()) is None:
                self._assign_work()
                self._ledger.publish()
                self._run_queued()
            return closed
        finally:
            self._proposals.close()
            self._watch.close()

    def _queued(self, call: "Callable[..., None]") -> Callable[..., None]:
        """Wraps a callback for other threads: calling it queues the call for this one."""
        return lambda *values: self._calls.put(partial(call, *values))

    def _run_queued(self) -> None:
        """Runs queued calls, after waiting a moment for the first."""
        try:
            self._calls.get(timeout=WAIT_SECONDS)()
            while True:
                self._calls.get_nowait()()
        except Empty:
            return

    def _resume(self) -> None:
        """Resumes the unfinished trials of earlier owners."""
        started: dict[int, TrialStarted] = {}
        for record in self._ledger.earlier:
            if isinstance(record, TrialStarted):
                started.setdefault(record.number, record)
        status = self._ledger.status
        self._proposals.replay(started)
        for each in status.trials.values():
            if not each.is_over:
                self._enqueue(each.trial, frozenset(each.rungs))

    def _reason_to_close(self) -> OwnerStopped | None:
        self._ledger.require_folder()
        if self._stop.is_set() or "stop" in self._folder.heard():
            self._stop_slices(STOP_SECONDS)
            return OwnerStopped(time.time(), "stopped")
        together = self._sweep.limit.seconds_together
        if together is not None and self._ledger.status.seconds >= together:
            self._stop_slices(LAST_SECONDS)
            self._end_all()
            return OwnerStopped(time.time(), "seconds")
        if self._is_exhausted and not (self._ready or self._waiting or self._in_training):
            return OwnerStopped(time.time(), "done")
        return None

    def _stop_slices(self, seconds: float) -> None:
        """Has running slices end, and waits for them."""
        self._is_leaving = True
        self._watch.stop_slices()
        end = time.monotonic() + seconds
        while self._in_training and time.monotonic() < end:
            self._run_queued()

    def _end_all(self) -> None:
        for each in list(self._ledger.status.trials.values()):
            if not each.is_over:
                value = None if self._sweep.objective.reaches is not None else each.value
                words = "The seconds of the sweep are over."
                self._ledger.end_trial(each.number, "seconds", value=value, message=words)

    def _on_proposal(self, found: Proposal | Exception) -> None:
        self._is_proposing = False
        if isinstance(found, Exception):
            raise found
        if found.trial is None:
            self._is_exhausted = True
        else:
            self._ready.append(found)

    def _assign_work(self) -> None:
        """Gives every free worker a slice, and requests a proposal ahead."""
        if self._is_leaving:
            return
        free = self._free_workers()
        # A worker that has trained a trial before has compiled its network.
        for active in [each for each in self._waiting if each.worker in free]:
            self._waiting.remove(active)
            free.remove(str(active.worker))
            self._train(active, str(active.worker))
        while free and (self._waiting or self._ready):
            if self._waiting:
                self._train(self._waiting.popleft(), free.pop(0))
            else:
                self._start_trial(self._ready.popleft())
        if not (self._is_proposing or self._is_exhausted or self._ready):
            self._is_proposing = True
            self._proposals.request(self._ledger.status.ends)

    def _free_workers(self) -> list[str]:
        busy = {active.worker for active in self._in_training.values()}
        return [each.address for each in self._workers if each.fits and each.address not in busy]

    def _start_trial(self, proposal: Proposal) -> None:
        trial = proposal.trial
        assert trial is not None
        self._ledger.add(TrialStarted(time.time(), trial.number, trial.seed, trial.point, proposal.after))
        self._enqueue(trial)

    def _enqueue(self, trial: Trial, passed: frozenset[int] = frozenset()) -> None:
        try:
            self._waiting.append(prepare_trial(self._folder, self._sweep, trial, passed))
        except RefusedError as error:
            self._ledger.end_trial(trial.number, "refused", message=sentence_of(error))

    def _train(self, active: ActiveTrial, worker: str) -> None:
        slice_ = active.next_slice(self._sweep, self._id)
        active.worker = worker
        self._in_training[active.number] = active
        done = partial(self._queued(self._on_outcome), active, active.serial)
        active.future = self._cluster.train(slice_, worker, done)

    def _on_outcome(self, active: ActiveTrial, serial: int, outcome: Outcome | Exception) -> None:
        if self._in_training.get(active.number) is not active or active.serial != serial:
            return  # it was given to another worker
        if isinstance(outcome, Exception):
            self._on_error(active, outcome)
            return
        self._note_first_progress()
        del self._in_training[active.number]
        active.take_result(outcome.project, outcome.measured.step)
        reason = outcome.reason or self._pruning_reason(active, outcome)
        if reason is None:
            self._waiting.append(active)
        self._assign_work()  # before writing, so that no worker waits for the disk
        self._ledger.write_trial(active.number, outcome.project, outcome.preview)
        early = outcome.course if active.is_unlogged else ()
        for measured in (*early, outcome.measured):
            self._ledger.add(replace(measured, at=time.time()))
        if reason is not None:
            self._end(active, outcome, reason)

    def _end(self, active: ActiveTrial, outcome: Outcome, reason: Ending) -> None:
        if reason == "pruned":
            value = outcome.measured.value if self._sweep.objective.reaches is None else None
            words = f"Ended early, at epoch {outcome.measured.epoch:,}: others were better."
        else:
            value, words = outcome.value, outcome.message
        self._ledger.end_trial(active.number, reason, value=value, measures=outcome.measures, message=words)

    def _pruning_reason(self, active: ActiveTrial, outcome: Outcome) -> Ending | None:
        halving, rung, own = self._sweep.pruning, outcome.measured.rung, outcome.measured.value
        if halving is None or rung is None:
            return None
        active.rungs = [each for each in active.rungs if each > rung]
        trials = self._ledger.status.trials.values()
        others = [each.rungs[rung] for each in trials if rung in each.rungs and each.number != active.number]
        own = float("nan") if own is None else own
        more = self._sweep.objective.more_is_better
        return None if survives_rung(halving, own, others, more_is_better=more) else "pruned"

    def _on_error(self, active: ActiveTrial, error: Exception) -> None:
        from distributed import CancelledError, KilledWorker

        if isinstance(error, KilledWorker | CancelledError):
            self._on_worker_lost(active)
        else:
            del self._in_training[active.number]
            kind = type(error).__name__
            is_worded = isinstance(error, SentenceError)
            message = sentence_of(error) if is_worded else f"It ended with an error ({kind})."
            self._ledger.end_trial(active.number, "failed", message=message)

    def _on_worker_lost(self, active: ActiveTrial) -> None:
        """Handles the loss of a trial's worker, and of what this slice had learned."""
        del self._in_training[active.number]
        # The last report still lists the worker, and it would be given the same trial again.
        self._workers = [each for each in self._workers if each.address != active.worker]
        active.worker, active.lost = None, active.lost + 1
        if active.future is not None:
            self._cluster.cancel(active.future)
        if active.lost < MOST_LOST:
            words = f"A worker was lost while it trained trial {active.number}, which goes on."
            self._ledger.note(words)
            self._waiting.append(active)
        else:
            words = f"{active.lost} workers in a row were lost while they trained it."
            self._ledger.end_trial(active.number, "failed", message=words)

    def _on_report(self, report: WorkerReport | SchedulerLostError) -> None:
        if isinstance(report, SchedulerLostError):
            raise report
        self._workers = report.workers
        there = {each.address for each in report.workers}
        for active in [each for each in self._in_training.values() if each.worker not in there]:
            self._on_worker_lost(active)
        for sentence in report.sentences:
            self._ledger.note(sentence)
        for news in report.news:
            self._take_progress(news)

    def _take_progress(self, news: SliceProgress) -> None:
        active = self._in_training.get(news.measured.number)
        if active is None:
            return
        self._note_first_progress()
        if news.preview is not None:
            self._ledger.write_preview(active.number, news.preview)
        if active.is_worth_logging(news.measured):
            self._ledger.add(replace(news.measured, at=time.time()))

    def _note_first_progress(self) -> None:
        """Notes the first progress of a worker of this machine, after the notice that workers are
        starting."""
        if not self._is_under_way and self._cluster.address is None:
            self._ledger.note("The workers have started, and train.")
        self._is_under_way = True
