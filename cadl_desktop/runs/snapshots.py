"""The states that a run went through, thinned so that they stay within a fixed share of memory."""

from dataclasses import dataclass, field

import numpy as np

from cadl_desktop.runs.events import RunState

BUDGET = 64 * 2**20
"""Bytes that the snapshots of a run may take."""
LEAST = 24
"""So many are kept where the budget has to grow for it, as far as it may."""
MOST_BUDGET = 192 * 2**20
"""Of a network so large that fewer fit: of a hash grid for twelve megapixels, as training shares a gigabyte
with them."""
MOST = 500
"""More than these nobody could tell apart on a timeline, however small the network is."""


@dataclass
class Snapshots:
    """States in the order of their steps. The first and the newest are always kept; when there are too many,
    the one goes whose neighbours are closest together, which keeps them about evenly spaced.

    `room` is how many bytes there are at all, None where nobody knows: half of that is never exceeded.
    """

    states: list[RunState] = field(default_factory=list)
    room: int | None = None

    def add(self, state: RunState) -> None:
        """Takes in where a run stands; one that goes on from an earlier state drops what came after that."""
        while self.states and self.states[-1].step >= state.step:
            self.states.pop()
        self.states.append(state)
        self._thin(self.most)

    @property
    def most(self) -> int:
        """How many of these states may be kept."""
        if not self.states:
            return LEAST
        each = bytes_of(self.states[-1])
        wanted = _wanted(each)
        return wanted if self.room is None else max(2, min(wanted, self.room // 2 // each))

    @property
    def bytes(self) -> int:
        """All states are of one network."""
        return len(self.states) * bytes_of(self.states[-1]) if self.states else 0

    def nearest(self, step: int) -> RunState:
        """The state whose step is nearest. Raises ValueError where there is none."""
        return min(self.states, key=lambda state: abs(state.step - step))

    def copy(self) -> "Snapshots":
        """These snapshots as they are now, to be read elsewhere while the run goes on."""
        return Snapshots(list(self.states), self.room)

    def until(self, step: int) -> "Snapshots":
        """What there was when the run had come to a step."""
        return Snapshots([state for state in self.states if state.step <= step], self.room)

    def within(self, size: int) -> "Snapshots":
        """As many as `size` bytes hold; the newest is always among them."""
        fewer = self.copy()
        if fewer.states:
            fewer._thin(max(2, size // bytes_of(fewer.states[-1])))
        return fewer

    def _thin(self, most: int) -> None:
        while len(self.states) > most:
            steps = np.array([state.step for state in self.states])
            del self.states[1 + int(np.argmin(steps[2:] - steps[:-2]))]


def _wanted(each: int) -> int:
    """How many states of so many bytes are kept where there is room."""
    return max(2, min(MOST, max(BUDGET // each, min(LEAST, MOST_BUDGET // each))))


def bytes_of(state: RunState) -> int:
    """What the numbers of a state take; at least 1."""
    return max(1, sum(array.nbytes for array in state.weights) + state.slots.nbytes)


def growth_in_words(snapshots: Snapshots) -> str | None:
    """One sentence where these states need more than the budget, or fewer fit than wanted."""
    if not snapshots.states:
        return None
    each, most = bytes_of(snapshots.states[-1]), snapshots.most
    if each * LEAST <= BUDGET:
        return None
    size = each * most / 2**20
    if most < _wanted(each):
        return f"Only {most} moments of this network are kept, in {size:,.0f} MB: memory is short."
    return (
        f"This network is large: the {most} moments that are kept of it take {size:,.0f} MB, "
        f"not {BUDGET >> 20} MB."
    )
