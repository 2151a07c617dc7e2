"""One design with several seeds, or two, trained one after the other and looked at together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace
from platformdirs import user_cache_path
from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.setting_descriptions import have_comparable_costs
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.sentences import number, sentence_of, shown
from cadl_desktop.session.asking import Newest
from cadl_desktop.session.background import Background
from cadl_desktop.session.sweeps.adoption import Adoptions
from cadl_desktop.session.sweeps.owner_process import OwnerProcess
from cadl_desktop.session.sweeps.sweeping import Sweeping
from cadl_desktop.sweeps.findings.seed_comparison import ERRORS, design_of, luck_in_words
from cadl_desktop.sweeps.plan.sweep_check import check_sweep, require_extra
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.scratch_folder import ScratchFolder, remove_abandoned_scratch

SEEDS = 8


@dataclass(frozen=True)
class Asked:
    """A design by its name, as it is to be trained with several seeds."""

    name: str
    experiment: Experiment

    def sweep(self, seeds: int) -> Sweep:
        return Sweep(base=self.experiment, varied=(), seeds=seeds, strategy="grid")


def asked_of(name: str, experiment: Experiment, epochs: int = 0) -> Asked:
    """As long as a run of it was, in `epochs`, where nothing else ends it."""
    stop = experiment.stop
    if stop.epochs is None and stop.seconds is None and epochs:
        experiment = replace(experiment, stop=replace(stop, epochs=epochs))
    return Asked(name, experiment)


def can_be_compared(experiments: Sequence[Experiment]) -> bool:
    """Whether the costs of these measure the same, and of different designs: one alone always can."""
    first = experiments[0]
    return all(
        have_comparable_costs(first, other)
        and first.data == other.data
        and replace(other, seed=first.seed, name=first.name, note=first.note) != first
        for other in experiments[1:]
    )


def problem_of(asked: Sequence[Asked], seeds: int) -> str | None:
    """Why they can't be trained with so many seeds; None where nothing is in the way."""
    for each in asked:
        for found in check_sweep(each.sweep(seeds)):
            if found.field == "limit.seconds_each":
                return f"Nothing ends a training of “{shown(each.name)}”; say under Stop after when it does."
            return found.sentence
    return None


class LuckRuns(QObject):
    """`changed` when there is news; all else are plain attributes. `samples` are those of curves.

    What it trains lies in a folder that goes with it: `end` has to be called, and what is under way ends.
    """

    changed = Signal()
    message = Signal(str, object)  # kind, sentence

    def __init__(self, asked: Sequence[Asked], seeds: int, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._asked, self._background = asked, background
        self._sweeps = [each.sweep(seeds) for each in asked]
        self._sweepings = [Sweeping(background, self) for _ in asked]
        self._owners: list[OwnerProcess] = []
        self._folder: ScratchFolder | None = None
        self._begun = 0
        self._is_stopped = self._has_ended = self._has_told = False
        self.samples: Samples | None = None
        self.sentences: tuple[str, ...] = ()
        self._said_of: tuple[int, ...] = ()
        self._words = Newest()
        self._show_designs()
        for sweeping in self._sweepings:
            sweeping.opened.connect(self._look)
            sweeping.changed.connect(self._look)
            sweeping.message.connect(self._hear)

    @property
    def over(self) -> int:
        """How many runs are over."""
        return sum(design.over for design in self.designs)

    @property
    def wanted(self) -> int:
        """How many there will be."""
        return sum(design.wanted for design in self.designs)

    @property
    def is_running(self) -> bool:
        """Whether something is trained, or is about to be."""
        return not self._is_stopped and self.over < self.wanted

    def begin(self) -> None:
        """Has the first design trained, and the next one when that is over: side by side each would have
        fewer cores than it has alone."""
        data = self._asked[0].experiment.data
        if not is_painting(self._asked[0].experiment):
            self._background.do(lambda: samples_of(data), self._take_samples, self._fail)
        self._background.do(_make_folder, self._take_folder, self._fail)

    def stop(self) -> None:
        """Trains no more; what has come to its end stays."""
        self._is_stopped = True
        self._look()

    def adopt(self, place: int, number: int, adoptions: Adoptions) -> None:
        """Makes a run of the design at a place, counted from 0, the document's."""
        sweeping = self._sweepings[place]
        trial = sweeping.standing.trials.get(number)
        if sweeping.folder is not None and trial is not None:
            label = f"Seed {trial.trial.seed} of {shown(self._asked[place].name)}"
            adoptions.want(sweeping.folder.project(number), label, trial.ended)

    def end(self) -> None:
        """Nobody looks any more: ends what is under way and removes it."""
        self._has_ended = self._is_stopped = True
        left = [sweeping.leave() for sweeping in self._sweepings]
        self._owners = [owner for owner in left if owner is not None]
        self._words.drop()
        if self._folder is not None:
            self._background.do(self._remove, _nothing, _nothing)

    def _remove(self) -> None:
        assert self._folder is not None
        self._folder.remove()
        for owner in self._owners:
            owner.wait()
            owner.close()

    # What is told from elsewhere

    def _take_samples(self, samples: Samples) -> None:
        self.samples = samples
        self.changed.emit()

    def _take_folder(self, folder: ScratchFolder) -> None:
        self._folder = folder
        if self._has_ended:
            self._background.do(self._remove, _nothing, _nothing)
        else:
            self._begin_next()

    def _begin_next(self) -> None:
        assert self._folder is not None
        number, self._begun = self._begun, self._begun + 1
        self._sweepings[number].begin(self._sweeps[number], self._folder.place(number + 1))

    @Slot()
    def _look(self) -> None:
        self._show_designs()
        if self._is_stopped:
            for sweeping in self._sweepings:
                if sweeping.is_running and not sweeping.is_stopping:  # it was about to begin
                    sweeping.stop()
        elif self._begun:
            newest = self._sweepings[self._begun - 1]
            closed = newest.standing.closed
            if closed is not None and closed.reason == "failed" and not newest.is_running:
                self._hear("error", closed.message)
            elif self.designs[self._begun - 1].is_over and self._begun < len(self._sweepings):
                self._begin_next()
        self._tell_errors()
        self._say()
        self.changed.emit()

    def _tell_errors(self) -> None:
        """The first thing that has kept a run from coming to anything, but for its own diverging."""
        ends = [each.ended for sweeping in self._sweepings for each in sweeping.standing.trials.values()]
        messages = [ended.message for ended in ends if ended is not None and ended.reason in ERRORS]
        if messages and not self._has_told:
            self._has_told = True
            self.message.emit("warning", messages[0])

    def _show_designs(self) -> None:
        self.designs = tuple(
            design_of(asked.name, sweep, sweeping.standing, sweeping.previews)
            for asked, sweep, sweeping in zip(self._asked, self._sweeps, self._sweepings, strict=True)
        )

    def _say(self) -> None:
        """In the background, as SciPy takes seconds to be imported, whenever a run more is over."""
        known = tuple(design.over for design in self.designs)
        if known == self._said_of:
            return
        self._said_of = known
        spreads = [design.spread for design in self.designs]
        words = partial(luck_in_words, spreads, all_over=self.over == self.wanted, spell=number)
        self._background.do(words, self._take_words, self._fail, self._words)

    def _take_words(self, sentences: list[str]) -> None:
        self.sentences = tuple(sentences)
        self.changed.emit()

    @Slot(str, object)
    def _hear(self, kind: str, sentence: str) -> None:
        """What goes wrong ends it."""
        self._is_stopped = self._is_stopped or kind == "error"
        self.message.emit(kind, sentence)
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._hear("error", sentence_of(error))


def _make_folder() -> ScratchFolder:
    require_extra()
    root = user_cache_path("cadl_desktop", appauthor=False) / "seeds"
    remove_abandoned_scratch(root)
    return ScratchFolder(root)


def _nothing(answer: object) -> None:
    """Nobody waits for it."""
