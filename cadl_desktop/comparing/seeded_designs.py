"""Designs that are trained beside one another, or one with several seeds: their names, and their sweep."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from cadl_desktop.comparing.training import Kind, Training, TrainingSet
from cadl_desktop.experiment.model import Experiment, learned_data
from cadl_desktop.experiment.setting_descriptions import short_names
from cadl_desktop.sentences import SentenceError, sentence_of, shown
from cadl_desktop.sweeps.findings.seed_comparison import FEWEST_TELLING
from cadl_desktop.sweeps.plan.sweep_check import MissingPackagesError, check_sweep, require_extra
from cadl_desktop.sweeps.plan.sweep_model import (
    DESIGN,
    LENGTH_UNITS,
    Designs,
    Sweep,
    Varied,
    fitting_objective,
)

SEEDS = 8
MOST_SEEDS_ASKED = 100
"""Most seeds that can be asked for at once."""


@dataclass(frozen=True)
class Design:
    """Experiment under the name that a person knows."""

    name: str
    experiment: Experiment


def sweep_of(designs: Sequence[Design], seeds: int) -> Sweep:
    """Sweep of some designs by so many seeds, from that of the first one on; of a single one by its seeds."""
    base = designs[0].experiment
    names = [design.name for design in designs]
    if len(set(names)) < len(names):
        names = [f"{name} ({number})" for number, name in enumerate(names, 1)]
    among = Designs(tuple(names), tuple(replace(it.experiment, seed=base.seed) for it in designs))
    varied = (Varied(DESIGN, among),) if len(designs) > 1 else ()
    return Sweep(base=base, varied=varied, seeds=seeds, strategy="grid", objective=fitting_objective(base))


def set_name(designs: Sequence[Design], seeds: int) -> str:
    """Name of the set of their trainings."""
    first, *others = (f"“{shown(design.name)}”" for design in designs)
    if others:
        return f"{first} against {others[0]}" + (f", {seeds} seeds" if seeds > 1 else "")
    return f"Seeds of {first}"


def seeded_design(name: str, experiment: Experiment, epochs: int = 0) -> Design:
    """Makes a design that stops after the `epochs` of an earlier run, unless it has its own stop rule."""
    stop = experiment.stop
    if epochs and all(getattr(stop, unit) is None for unit in LENGTH_UNITS):
        experiment = replace(experiment, stop=replace(stop, epochs=epochs))
    return Design(name, experiment)


def seeded_trainings(trainings: TrainingSet, numbers: Sequence[int]) -> list[Design]:
    """Makes the designs of one training or several, all with the seeds of the first; several are called by
    what sets them apart. Raises PathError for a trial that can't be made, and SentenceError for trainings
    whose comparison would tell nothing."""
    chosen = [trainings.by_number[number] for number in numbers]
    experiments = [training.design() for training in chosen]
    names = [training.name for training in chosen]
    if not can_be_compared(experiments):
        raise SentenceError(
            "Two runs are compared over seeds if their settings differ, and their data are the same: "
            "choose two such runs, or one."
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
    """Whether all differ and learn the same, by which they have a common measure; True for a single one."""
    first = experiments[0]
    return all(
        learned_data(first.data) == learned_data(other.data)
        and replace(other, seed=first.seed, name=first.name, note=first.note, data=first.data) != first
        for other in experiments[1:]
    )


def problem_of(designs: Sequence[Design], seeds: int) -> str:
    """Sentence about what keeps these designs from being trained; empty if nothing does."""
    try:
        require_extra()
    except MissingPackagesError as error:
        return sentence_of(error)
    for found in check_sweep(sweep_of(designs, seeds)):
        if found.field == "limit.length":
            return "Nothing ends a run of these; say under Stop after when it does."
        return found.message if found.field in (DESIGN, "objective.measure") else found.sentence
    return ""


def seeds_words(designs: Sequence[Design]) -> str:
    """Returns the question with how many seeds designs are trained. Raises SentenceError where one can't be
    trained like that."""
    if problem := problem_of(designs, SEEDS):
        raise SentenceError("{problem}", problem=problem)
    names = " and ".join(f"“{shown(design.name)}”" for design in designs)
    text = "with other seeds, to show what of the result the seed decides. How many, with its own?"
    if len(designs) > 1:
        text = (
            "with the same seeds, side by side, to show whether they differ by more than luck. How many "
            f"seeds? Fewer than {FEWEST_TELLING} can't show it."
        )
    return f"Trains {names} anew {text}"
