"""Proposing on a thread of its own: by what a thousand trials came to it takes seconds."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from cadl_desktop.sweeps.plan.proposer import Proposer
from cadl_desktop.sweeps.plan.sweep import Sweep, Trial
from cadl_desktop.sweeps.records.log import Begun

End = tuple[int, float | None]
"""A trial's number, and what it came to."""


@dataclass(frozen=True)
class Proposal:
    """A trial, and how many others were over when it was proposed; None where the sweep has no more."""

    trial: Trial | None
    after: int


class Asking:
    """Asks for one trial at a time. `done` is called on that thread, with an error where there is one."""

    def __init__(self, sweep: Sweep, done: Callable[[Proposal | Exception], object]) -> None:
        self._sweep, self._done = sweep, done
        self._pool = ThreadPoolExecutor(1, "propose")
        self._proposer: Proposer | None = None
        self._ends_told = 0
        self._begun: Mapping[int, Begun] = {}

    def go_on_from(self, begun: Mapping[int, Begun]) -> None:
        """These trials, by their numbers, have been proposed by earlier owners. They are asked for again, as
        what is proposed after them depends on it, and not given; one whose line the log has lost is."""
        self._begun = begun

    def ask(self, ends: Sequence[End]) -> None:
        """For the next trial, by these ends, which begin with those that were told before."""
        self._pool.submit(self._ask, ends)

    def close(self) -> None:
        """Waits for no proposal."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, ends: Sequence[End]) -> None:
        try:
            if self._proposer is None:
                self._proposer = Proposer(self._sweep)
            while (before := self._begun.get(self._proposer.next)) is not None:
                self._propose(self._proposer, ends[: before.after])
            self._done(Proposal(self._propose(self._proposer, ends), len(ends)))
        except Exception as error:
            self._done(error)

    def _propose(self, proposer: Proposer, ends: Sequence[End]) -> Trial | None:
        """By those of the ends whose trials it has proposed: where the log has lost lines, not all may be."""
        while self._ends_told < len(ends) and ends[self._ends_told][0] < proposer.next:
            proposer.tell(*ends[self._ends_told])
            self._ends_told += 1
        return proposer.propose()
