"""Designs that are trained again with other seeds: their names, whether they can be, and what they become."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from itertools import count

from msgspec.structs import replace

from cadl_desktop.comparing.training import DESIGN, Kind, Setting, Training, TrainingSet
from cadl_desktop.experiment.model import Experiment, learned_data
from cadl_desktop.experiment.setting_descriptions import have_comparable_costs, short_names
from cadl_desktop.sentences import SentenceError, shown
from cadl_desktop.sweeps.findings.seed_comparison import FEWEST_TELLING
from cadl_desktop.sweeps.plan.sweep_check import check_sweep
from cadl_desktop.sweeps.plan.sweep_model import Choices, Sweep

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


def seeded_trainings(trainings: TrainingSet, numbers: Sequence[int]) -> list[SeededDesign]:
    """Makes the designs of one training or several, all with the seeds of the first; several are called by
    what sets them apart. Raises PathError for a trial that can't be made, and SentenceError for trainings
    whose comparison would tell nothing."""
    chosen = [trainings.by_number[number] for number in numbers]
    experiments = [training.design() for training in chosen]
    names = [training.name for training in chosen]
    if not can_be_compared(experiments):
        raise SentenceError(
            "Two trainings are compared over seeds if their settings differ, and their data and cost are the "
            "same: choose two such trainings, or one."
        )
    if len(chosen) > 1:
        titles = [title_in(trainings.kind, training) for training in chosen]
        names = [called(*each) for each in zip(titles, short_names(experiments), strict=True)]
    seed = experiments[0].seed
    return [
        seeded_design(name, replace(experiment, seed=seed), training.epoch)
        for name, experiment, training in zip(names, experiments, chosen, strict=True)
    ]


def title_in(kind: Kind, training: Training) -> str:
    """Short title of a training, which tells it from all others of its set: 'Run 3', 'Trial 3'."""
    return f"Run {training.number}" if kind == "runs" else training.name


def called(title: str, differs: str) -> str:
    """Name of a design in sentences: 'Run 3: batch size 36', or its title where nothing sets it apart."""
    return f"{title}: {shown(differs)}" if differs else title


def can_be_compared(experiments: Sequence[Experiment]) -> bool:
    """Whether all differ and their costs are comparable; True for a single experiment."""
    first = experiments[0]
    return all(
        have_comparable_costs(first, other)
        and learned_data(first.data) == learned_data(other.data)
        and replace(other, seed=first.seed, name=first.name, note=first.note, data=first.data) != first
        for other in experiments[1:]
    )


def seeds_words(seeded: Sequence[SeededDesign]) -> str:
    """Returns the question with how many seeds designs are trained. Raises SentenceError where one can't be
    trained like that."""
    for each in seeded:
        for found in check_sweep(each.sweep(SEEDS)):
            if found.field == "limit.length":
                text = "Nothing ends a training of “{name}”; say under Stop after when it does."
                raise SentenceError(text, name=shown(each.name))
            raise SentenceError("{problem}", problem=found.sentence)
    names = " and ".join(f"“{shown(design.name)}”" for design in seeded)
    text = "with other seeds, to show what of the result the seed decides. How many, with its own?"
    if len(seeded) > 1:
        text = (
            "with the same seeds, one after the other, to show whether they differ by more than luck. How "
            f"many seeds? Fewer than {FEWEST_TELLING} can't show it."
        )
    return f"Trains {names} anew {text}"


class SeedReader:
    """Makes the set of all seeds of designs with these names, each of which is trained by a sweep of its
    own. The set has none of the names in `taken`."""

    def __init__(self, names: Sequence[str], seeds: int, taken: Collection[str] = ()) -> None:
        self._names, self._wanted = names, seeds * len(names)
        several = len(names) > 1
        self.settings = (Setting(DESIGN, "Design", Choices(tuple(names))),) if several else ()
        one = f"Seeds of “{shown(names[0])}”"
        name = f"{one} and “{shown(names[-1])}”" if several else one
        numbered = (f"{name} ({number})" if number > 1 else name for number in count(1))
        self.name = next(each for each in numbered if each not in taken)

    def place(self, number: int) -> tuple[int, int]:
        """Returns the index of a training's design, and its trial's number in that design's sweep."""
        trial, design = divmod(number - 1, len(self._names))
        return design, trial + 1

    def read(self, sweeps: Sequence[TrainingSet], *, is_stopped: bool) -> TrainingSet:
        """Returns the set of all trials of these sweeps, one for each design."""
        found = [self._seed(place, it) for place, sweep in enumerate(sweeps) for it in sweep.trainings]
        return TrainingSet(
            "seeds",
            self.name,
            tuple(sorted(found, key=lambda each: each.number)),
            self.settings,
            is_live=not is_stopped and sum(sweep.over for sweep in sweeps) < self._wanted,
            wanted=self._wanted,
        )

    def _seed(self, place: int, training: Training) -> Training:
        name = self._names[place]
        return replace_fields(
            training,
            number=(training.number - 1) * len(self._names) + place + 1,
            name=f"{name}, seed {training.seed}" if self.settings else f"Seed {training.seed}",
            point=((DESIGN, name),) if self.settings else (),
            group=name,
            differs="",
        )
