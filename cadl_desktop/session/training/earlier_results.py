"""Results of earlier trainings, from which an edited network goes on: found again, or carried over."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import data_differ_only_in_hiding, structure_of
from cadl_desktop.runs.carry_over import (
    carry_over,
    change_in_words,
    differ_only_at_start,
    keeps_cost,
    only_shows_pixels,
    why_not_carried,
)
from cadl_desktop.runs.changes import changed_structure
from cadl_desktop.runs.events import Changed
from cadl_desktop.runs.layer_histograms import Histograms
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.session.training.result import Result

MOST_RESULTS = 8
MOST_WITH_SNAPSHOTS = 2
"""Number of remembered results with their snapshots, which take much more memory than the rest."""


@dataclass(frozen=True)
class _Origin:
    """The experiment that was trained last, and its result."""

    experiment: Experiment
    result: Result


class EarlierResults:
    """Cache of results by network structure and kind of optimizer, so that an undone edit finds its result
    again.

    Between two trainings every edit starts from the result that was trained last: typing '128' carries
    weights over once, not through 1 and 12.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, Result] = OrderedDict()
        self._origin: _Origin | None = None

    def set_origin(self, experiment: Experiment, result: Result) -> None:
        """Makes this result the one that edits start from, unless an untrained edit came before."""
        if result.state is None or self._origin is not None:
            return
        self._origin = _Origin(experiment, result)
        self.remember(experiment, result)

    def remember(self, experiment: Experiment, result: Result) -> None:
        """Stores a result for an undo that leads back to its structure."""
        key = _key(experiment)
        self._kept[key] = result
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_RESULTS:
            self._kept.popitem(last=False)
        with_snapshots = [key for key, each in self._kept.items() if each.snapshots.states]
        for older in with_snapshots[:-MOST_WITH_SNAPSHOTS]:
            self._kept[older] = replace(self._kept[older], snapshots=Snapshots())

    def kept(self, experiment: Experiment) -> Result | None:
        """Returns the stored result of this structure; further edits then start from it."""
        result = self._kept.get(_key(experiment))
        if result is not None:
            self._origin = None
        return result

    @property
    def parameters(self) -> int:
        """Number of parameters to be carried over."""
        state = self._origin.result.state if self._origin else None
        return sum(array.size for array in state.weights) if state else 0

    def carried(self, experiment: Experiment) -> Result | None:
        """Carries the result trained last over to this experiment, which must be valid."""
        origin = self._origin
        if origin is None or origin.result.state is None:
            return None
        if structure_of(experiment) == structure_of(origin.experiment):
            return origin.result
        state = carry_over(origin.experiment, experiment, origin.result.state)
        if state is None:
            return None
        history = origin.result.history.copy()
        words = change_in_words(origin.experiment, experiment)
        history.add(Changed(changed_structure(state.step, words)))
        return replace(
            origin.result,
            state=state,
            history=history,
            cost=origin.result.cost if keeps_cost(origin.experiment, experiment) else None,
            probed=None,
            finished=None,
            histograms=_histograms(origin, experiment),
            snapshots=Snapshots(),  # the earlier ones are of another network
        )

    def was_seen(self, experiment: Experiment) -> bool:
        """Whether the network trained last has seen pixels that this experiment hides."""
        before = self._origin.experiment if self._origin else None
        if before is None or not data_differ_only_in_hiding(before.data, experiment.data):
            return False
        return not only_shows_pixels(before, experiment)

    def why_lost(self, experiment: Experiment) -> str:
        """Says why the result trained last can't be carried over to this experiment; empty without one."""
        if self._origin is None:
            return ""
        return why_not_carried(self._origin.experiment, experiment)

    def only_starts_differ(self, experiment: Experiment) -> bool:
        """Whether an edit has changed only how the first weights are drawn."""
        if self._origin is None:
            return False
        return differ_only_at_start(self._origin.experiment, experiment)

    def begin(self) -> None:
        """Notes that a training begins."""
        self._origin = None

    def forget(self, experiment: Experiment) -> None:
        """Forgets the result of this structure."""
        self._origin = None
        self._kept.pop(_key(experiment), None)

    def forget_all(self) -> None:
        self._origin = None
        self._kept.clear()


def _key(experiment: Experiment) -> tuple[Any, ...]:
    """Returns what tells results apart: an undone trial of another optimizer must not find its own."""
    return *structure_of(experiment), experiment.optimizer.kind


def _histograms(origin: _Origin, experiment: Experiment) -> Histograms:
    """Copies the histograms for an edited experiment; empty if its number of layers differs."""
    same = len(experiment.layers) == len(origin.experiment.layers)
    return origin.result.histograms.copy() if same else Histograms()
