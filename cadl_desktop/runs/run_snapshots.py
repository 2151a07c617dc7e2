"""Snapshots of a run, thinned to a share of memory."""

from dataclasses import dataclass, field, replace

import numpy as np

from cadl_desktop.runs.events import RunState

BUDGET = 64 * 2**20
"""Bytes that the snapshots of a run may take."""
LEAST = 24
"""Number of snapshots for which the budget may grow, up to its limit."""
MOST_BUDGET = 192 * 2**20
"""Limit of the budget, for a network so large that fewer fit: a hash grid for twelve megapixels, as training
shares a gigabyte with them."""
MOST = 500
"""Limit of the snapshots: more could not be told apart on a timeline."""


@dataclass
class Snapshots:
    """States ordered by step. The first and the newest are always kept, and the last of a run that went on
    after its schedule. When there are too many, the one whose neighbours are closest together goes, which
    keeps the spacing about even. States from before the
    optimizer began anew keep no memories of it.

    `room` is the available memory in bytes, None where unknown: half of it is never exceeded.
    """

    states: list[RunState] = field(default_factory=list)
    room: int | None = None

    def add(self, state: RunState) -> None:
        """Adds a state. A run that continues from an earlier state drops those after it."""
        while self.states and self.states[-1].step >= state.step:
            self.states.pop()
        if self.states and self.states[-1].best:
            self.states[-1] = replace(self.states[-1], best=None)  # the newest has it
        self.states.append(state)
        self.drop_earlier_memories()
        self._thin(self.most)

    def drop_earlier_memories(self) -> None:
        """Drops the memories of states from before the newest one's optimizer began."""
        for place, state in enumerate(self.states):
            if len(state.slots) and not state.has_memories_of(self.states[-1]):
                self.states[place] = state.without_memories()

    @property
    def most(self) -> int:
        """Limit of the number of these states."""
        if not self.states:
            return LEAST
        each = bytes_of(self.states[-1])
        wanted = _wanted(each)
        return wanted if self.room is None else max(2, min(wanted, self.room // 2 // each))

    @property
    def bytes(self) -> int:
        """Bytes of all states, which belong to one network."""
        return len(self.states) * bytes_of(self.states[-1]) if self.states else 0

    def nearest(self, step: int) -> RunState:
        """State with the nearest step. Raises ValueError where there is none."""
        return min(self.states, key=lambda state: abs(state.step - step))

    def copy(self) -> "Snapshots":
        """Copy to be read elsewhere while the run goes on."""
        return Snapshots(list(self.states), self.room)

    def until(self, step: int) -> "Snapshots":
        """Snapshots up to a step."""
        return Snapshots([state for state in self.states if state.step <= step], self.room)

    def within(self, size: int) -> "Snapshots":
        """Thinned copy of at most `size` bytes; the newest state is always in it."""
        fewer = self.copy()
        if fewer.states:
            fewer._thin(max(2, size // bytes_of(fewer.states[-1])))
        return fewer

    def _thin(self, most: int) -> None:
        while len(self.states) > most:
            steps = np.array([state.step for state in self.states], np.float64)
            gaps = steps[2:] - steps[:-2]
            gaps[[is_last_of_course(state) for state in self.states[1:-1]]] = np.inf
            del self.states[1 + int(np.argmin(gaps))]


def _wanted(each: int) -> int:
    """Number of states of `each` bytes that are kept where memory allows."""
    return max(2, min(MOST, max(BUDGET // each, min(LEAST, MOST_BUDGET // each))))


def is_last_of_course(state: RunState) -> bool:
    """Whether these weights are those with which a schedule had ended before the run went on."""
    horizon = state.horizon
    return horizon is not None and horizon.begins_late and horizon.step == state.step


def bytes_of(state: RunState) -> int:
    """Bytes of a state's arrays; at least 1."""
    best = state.best.weights if state.best else ()
    newest = bytes_of(state.newest) if state.newest else 0
    return max(1, sum(array.nbytes for array in (*state.weights, *best, state.slots)) + newest)


def growth_in_words(snapshots: Snapshots) -> str | None:
    """Sentence where these states need more than the budget, or fewer fit than wanted; otherwise None."""
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
