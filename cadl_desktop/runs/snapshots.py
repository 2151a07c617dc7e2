"""The states that a run went through, thinned so that they stay within a fixed share of memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from cadl_desktop.runs.events import RunState

BUDGET = 64 * 2**20
"""Bytes that the snapshots of a run may take."""
LEAST = 24
"""So many are kept of any network, even where the budget has to grow for it."""


@dataclass
class Snapshots:
    """States in the order of their steps, spaced evenly but for the newest, which is always kept.

    When there are more than `most`, every second one is let go, and from then on half as many are taken in.
    """

    states: list[RunState] = field(default_factory=list)
    _spacing: int = 0
    """Steps between two that are kept; 0 keeps all."""

    def add(self, state: RunState) -> None:
        """Takes in where a run stands; one that goes on from an earlier state drops what came after that."""
        while self.states and self.states[-1].step >= state.step:
            self.states.pop()
        if len(self.states) > 1 and self._is_too_near(self.states[-2], self.states[-1]):
            self.states.pop()  # it stood there only for being the newest
        self.states.append(state)
        if len(self.states) > self.most:
            self._thin()

    @property
    def most(self) -> int:
        """How many of these states may be kept."""
        return max(LEAST, BUDGET // bytes_of(self.states[-1])) if self.states else LEAST

    @property
    def bytes(self) -> int:
        return sum(map(bytes_of, self.states))

    def nearest(self, step: int) -> RunState:
        """The state whose step is nearest. Raises ValueError where there is none."""
        return min(self.states, key=lambda state: abs(state.step - step))

    def copy(self) -> "Snapshots":
        """These snapshots as they are now, to be read elsewhere while the run goes on."""
        return Snapshots(list(self.states), self._spacing)

    @classmethod
    def of(cls, states: Iterable[RunState]) -> "Snapshots":
        """As they were saved."""
        kept = list(states)
        steps = np.diff([state.step for state in kept[:-1]])
        return cls(kept, int(steps.min()) if len(steps) else 0)

    def _is_too_near(self, before: RunState, state: RunState) -> bool:
        return state.step - before.step < self._spacing

    def _thin(self) -> None:
        newest, kept = self.states[-1], self.states[:-1:2]
        self._spacing = 2 * max(self._spacing, (kept[-1].step - kept[0].step) // max(1, 2 * (len(kept) - 1)))
        self.states = [*kept, newest]


def bytes_of(state: RunState) -> int:
    return sum(array.nbytes for array in state.weights) + state.slots.nbytes
