"""Proposing on a thread of its own: by what a thousand trials came to it takes seconds."""

from collections.abc import Callable, Sequence
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

    def replay(self, begun: Sequence[Begun], ends: Sequence[End]) -> None:
        """Asks and tells again what has been asked and told; what is asked from now on goes on from there."""
        self._pool.submit(self._replay, begun, ends)

    def ask(self, ends: Sequence[End]) -> None:
        """For the next trial, by these ends, which begin with those that were told before."""
        self._pool.submit(self._ask, ends)

    def close(self) -> None:
        """Waits for no proposal."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _replay(self, begun: Sequence[Begun], ends: Sequence[End]) -> None:
        try:
            for each in begun:
                self._propose(ends[: each.after])
        except Exception as error:
            self._done(error)

    def _ask(self, ends: Sequence[End]) -> None:
        try:
            self._done(Proposal(self._propose(ends), len(ends)))
        except Exception as error:
            self._done(error)

    def _propose(self, ends: Sequence[End]) -> Trial | None:
        if self._proposer is None:
            self._proposer = Proposer(self._sweep)
        for number, value in ends[self._ends_told :]:
            self._proposer.tell(number, value)
        self._ends_told = max(self._ends_told, len(ends))
        return self._proposer.propose()
