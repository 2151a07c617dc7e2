"""What was learned with earlier structures of an experiment, and what of it an edited one begins with."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import data_differ_only_in_hiding, structure_of
from cadl_desktop.runs.changes import changed_structure
from cadl_desktop.runs.events import Changed
from cadl_desktop.runs.layer_histograms import Histograms
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.session.training.result import Result

MOST_RESULTS = 8
MOST_WITH_SNAPSHOTS = 2
"""Of how many of them earlier moments are kept too, which take much more memory than the rest."""


@dataclass(frozen=True)
class _Origin:
    """The experiment that was trained last, and what it came to."""

    experiment: Experiment
    result: Result


class EarlierResults:
    """Remembers results by the structure they belong to, so that an undone edit finds its result again.

    Between two trainings all edits start from what was trained last: typing '128' is carried over once,
    and not through 1 and 12.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, Result] = OrderedDict()
        self._origin: _Origin | None = None

    def leave(self, experiment: Experiment, result: Result) -> None:
        """The experiment with this result is about to become another one."""
        if result.state is None or self._origin is not None:
            return
        self._origin = _Origin(experiment, result)
        self.remember(experiment, result)

    def remember(self, experiment: Experiment, result: Result) -> None:
        """An undo that leads back to the experiment finds this result."""
        structure = structure_of(experiment)
        self._kept[structure] = result
        self._kept.move_to_end(structure)
        while len(self._kept) > MOST_RESULTS:
            self._kept.popitem(last=False)
        for older in list(self._kept)[:-MOST_WITH_SNAPSHOTS]:
            self._kept[older] = replace(self._kept[older], snapshots=Snapshots())

    def kept(self, experiment: Experiment) -> "Result | None":
        """What this very structure had come to, which further edits then start from."""
        result = self._kept.get(structure_of(experiment))
        if result is not None:
            self._origin = None
        return result

    @property
    def parameters(self) -> int:
        """How many there are to be carried over."""
        state = self._origin.result.state if self._origin else None
        return sum(array.size for array in state.weights) if state else 0

    def carried(self, experiment: Experiment) -> "Result | None":
        """What was trained last, as the beginning of this experiment, which can be trained."""
        origin = self._origin
        if origin is None or origin.result.state is None:
            return None
        if structure_of(experiment) == structure_of(origin.experiment):
            return origin.result
        # As large as all of this folder, and wanted by few edits.
        from cadl_desktop.runs.carry_over import carry_over, change_in_words, keeps_cost

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
            snapshots=Snapshots(),  # those of before are of another network
        )

    def was_seen(self, experiment: Experiment) -> bool:
        """Whether what was trained last has seen pixels that this experiment hides."""
        before = self._origin.experiment if self._origin else None
        if before is None or not data_differ_only_in_hiding(before.data, experiment.data):
            return False
        from cadl_desktop.runs.carry_over import only_shows_pixels

        return not only_shows_pixels(before, experiment)

    def begin(self) -> bool:
        """A training begins; whether there was something that it could have gone on from."""
        origin, self._origin = self._origin, None
        return origin is not None

    def forget(self, experiment: Experiment) -> None:
        """Nothing of this structure is kept any more."""
        self._origin = None
        self._kept.pop(structure_of(experiment), None)

    def forget_all(self) -> None:
        self._origin = None
        self._kept.clear()


def _histograms(origin: _Origin, experiment: Experiment) -> Histograms:
    """Those that an edited experiment goes on from: its own, as an undo finds the others again; none where
    they are of more layers, or of fewer."""
    same = len(experiment.layers) == len(origin.experiment.layers)
    return origin.result.histograms.copy() if same else Histograms()
