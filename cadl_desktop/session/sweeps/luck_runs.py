"""Seed comparison: one or more designs, each trained with several seeds, one after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace
from platformdirs import user_cache_path
from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.experiment.model import Experiment, learned_data
from cadl_desktop.experiment.setting_descriptions import have_comparable_costs
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.sentences import number, sentence_of, shown
from cadl_desktop.session.background import Background, LatestOnly
from cadl_desktop.session.sweeps.chosen_trial import Adoptions
from cadl_desktop.session.sweeps.owner_process import OwnerProcess
from cadl_desktop.session.sweeps.sweeping import Sweeping
from cadl_desktop.sweeps.findings.seed_comparison import ERRORS, design_of, luck_in_words
from cadl_desktop.sweeps.plan.sweep_check import check_sweep, require_extra
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.scratch_folder import ScratchFolder, remove_abandoned_scratch

SEEDS = 8


@dataclass(frozen=True)
class SeededDesign:
    """A named design to be trained with several seeds."""

    name: str
    experiment: Experiment

    def sweep(self, seeds: int) -> Sweep:
        return Sweep(base=self.experiment, varied=(), seeds=seeds, strategy="grid")


def seeded_design(name: str, experiment: Experiment, epochs: int = 0) -> SeededDesign:
    """Makes a design that stops after the `epochs` of an earlier run, unless it has its own stop rule."""
    stop = experiment.stop
    if stop.epochs is None and stop.seconds is None and epochs:
        experiment = replace(experiment, stop=replace(stop, epochs=epochs))
    return SeededDesign(name, experiment)


def can_be_compared(experiments: Sequence[Experiment]) -> bool:
    """Whether all differ and their costs are comparable; True for a single experiment."""
    first = experiments[0]
    return all(
        have_comparable_costs(first, other)
        and learned_data(first.data) == learned_data(other.data)
        and replace(other, seed=first.seed, name=first.name, note=first.note, data=first.data) != first
        for other in experiments[1:]
    )


def seeds_problem(seeded: Sequence[SeededDesign], seeds: int) -> str | None:
    """Returns why the designs can't be trained with so many seeds; None if they can."""
    for each in seeded:
        for found in check_sweep(each.sweep(seeds)):
            if found.field == "limit.seconds_each":
                return f"Nothing ends a training of “{shown(each.name)}”; say under Stop after when it does."
            return found.sentence
    return None


class LuckRuns(QObject):
    """Trains the designs as one sweep each, in a temporary folder; `end` stops them and removes it.

    `changed` is emitted when attributes change. `samples` are the training samples of curves.
    """

    changed = Signal()
    message = Signal(str, object)  # kind, sentence

    def __init__(
        self, seeded: Sequence[SeededDesign], seeds: int, background: Background, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._seeded, self._background = seeded, background
        self._sweeps = [each.sweep(seeds) for each in seeded]
        self._sweepings = [Sweeping(background, self) for _ in seeded]
        self._owners: list[OwnerProcess] = []
        self._folder: ScratchFolder | None = None
        self._begun = 0
        self._is_stopped = self._has_ended = self._has_warned = False
        self.samples: Samples | None = None
        self.sentences: tuple[str, ...] = ()
        self._sentences_for: tuple[int, ...] = ()
        self._newest_sentences = LatestOnly()
        self._update_designs()
        for sweeping in self._sweepings:
            sweeping.opened.connect(self._update)
            sweeping.changed.connect(self._update)
            sweeping.message.connect(self._pass_on)

    @property
    def over(self) -> int:
        """Number of runs that are over."""
        return sum(design.over for design in self.designs)

    @property
    def wanted(self) -> int:
        """Number of all runs."""
        return sum(design.wanted for design in self.designs)

    @property
    def is_running(self) -> bool:
        """Whether a run is training, or will be."""
        return not self._is_stopped and self.over < self.wanted

    def begin(self) -> None:
        """Trains the first design; the others follow one by one, so that each has all cores."""
        data = self._seeded[0].experiment.data
        if not is_painting(self._seeded[0].experiment):
            self._background.do(lambda: samples_of(data), self._take_samples, self._fail)
        self._background.do(_make_folder, self._take_folder, self._fail)

    def stop(self) -> None:
        """Stops training; finished runs stay."""
        self._is_stopped = True
        self._update()

    def adopt(self, place: int, number: int, adoptions: Adoptions) -> None:
        """Makes trial `number` of the design at index `place` the document's run."""
        sweeping = self._sweepings[place]
        trial = sweeping.standing.trials.get(number)
        if sweeping.folder is not None and trial is not None:
            label = f"Seed {trial.trial.seed} of {shown(self._seeded[place].name)}"
            adoptions.want(sweeping.folder.project(number), label, trial.ended)

    def end(self) -> None:
        """Stops training and removes the folder, when the window closes."""
        self._has_ended = self._is_stopped = True
        left = [sweeping.leave() for sweeping in self._sweepings]
        self._owners = [owner for owner in left if owner is not None]
        self._newest_sentences.drop()
        if self._folder is not None:
            self._background.do(self._remove, _ignore, _ignore)

    def _remove(self) -> None:
        assert self._folder is not None
        self._folder.remove()
        for owner in self._owners:
            owner.wait()
            owner.close()

    # Answers and news

    def _take_samples(self, samples: Samples) -> None:
        self.samples = samples
        self.changed.emit()

    def _take_folder(self, folder: ScratchFolder) -> None:
        self._folder = folder
        if self._has_ended:
            self._background.do(self._remove, _ignore, _ignore)
        else:
            self._begin_next()

    def _begin_next(self) -> None:
        assert self._folder is not None
        number, self._begun = self._begun, self._begun + 1
        self._sweepings[number].begin(self._sweeps[number], self._folder.place(number + 1))

    @Slot()
    def _update(self) -> None:
        self._update_designs()
        if self._is_stopped:
            for sweeping in self._sweepings:
                if sweeping.is_running and not sweeping.is_stopping:  # it was just starting
                    sweeping.stop()
        elif self._begun:
            newest = self._sweepings[self._begun - 1]
            closed = newest.standing.closed
            if closed is not None and closed.reason == "failed" and not newest.is_running:
                self._pass_on("error", closed.message)
            elif self.designs[self._begun - 1].is_over and self._begun < len(self._sweepings):
                self._begin_next()
        self._warn_of_error()
        self._update_sentences()
        self.changed.emit()

    def _warn_of_error(self) -> None:
        """Shows the first error of a run, other than divergence."""
        ends = [each.ended for sweeping in self._sweepings for each in sweeping.standing.trials.values()]
        messages = [ended.message for ended in ends if ended is not None and ended.reason in ERRORS]
        if messages and not self._has_warned:
            self._has_warned = True
            self.message.emit("error", messages[0])

    def _update_designs(self) -> None:
        self.designs = tuple(
            design_of(seeded.name, sweep, sweeping.standing, sweeping.previews)
            for seeded, sweep, sweeping in zip(self._seeded, self._sweeps, self._sweepings, strict=True)
        )

    def _update_sentences(self) -> None:
        """Updates the sentences when a run is over, in the background: importing SciPy takes seconds."""
        known = tuple(design.over for design in self.designs)
        if known == self._sentences_for:
            return
        self._sentences_for = known
        spreads = [design.spread for design in self.designs]
        words = partial(luck_in_words, spreads, all_over=self.over == self.wanted, spell=number)
        self._background.do(words, self._take_words, self._fail, self._newest_sentences)

    def _take_words(self, sentences: list[str]) -> None:
        self.sentences = tuple(sentences)
        self.changed.emit()

    @Slot(str, object)
    def _pass_on(self, kind: str, sentence: str) -> None:
        """Passes a message on; an error stops the training."""
        self._is_stopped = self._is_stopped or kind == "error"
        self.message.emit(kind, sentence)
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._pass_on("error", sentence_of(error))


def _make_folder() -> ScratchFolder:
    require_extra()
    root = user_cache_path("cadl_desktop", appauthor=False) / "seeds"
    remove_abandoned_scratch(root)
    return ScratchFolder(root)


def _ignore(answer: object) -> None:
    pass
