"""A set of trainings that changes while they go on, and the selection that all views of it share."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from cadl_desktop.comparing.training import Training, TrainingSet
from cadl_desktop.data.samples import Samples
from cadl_desktop.runs.events import Floats


@dataclass(frozen=True)
class Headline:
    """Texts above the trainings: `words` is their state, as long and short texts; `news` is the newest
    sentence about them, `earlier` has all sentences."""

    words: tuple[str, ...] = ()
    news: str = ""
    earlier: tuple[str, ...] = ()


class Baseline(QObject):
    """The training from which the others of a set are shown as differences, by its number; None for none."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number: int | None = None

    @property
    def number(self) -> int | None:
        return self._number

    def choose(self, number: int | None) -> None:
        if number != self._number:
            self._number = number
            self.changed.emit()

    def keep(self, numbers: Collection[int]) -> None:
        """Forgets a baseline that is not among these."""
        if self._number not in numbers:
            self.choose(None)


class Comparison(QObject):
    """Trainings that can be looked at side by side; subclasses know where they come from.

    `trainings` is replaced when anything changes, and `changed` is emitted then; `replaced` when other
    trainings are shown instead. `samples` are those that curves learn from, once read; None for paintings.
    """

    changed = Signal()
    replaced = Signal()
    adopted = Signal()  # a training has become the document's run
    message = Signal(str, object)  # kind, sentence

    def __init__(self, trainings: TrainingSet, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trainings = trainings
        self.baseline = Baseline(self)
        self.samples: Samples | None = None

    @property
    def headline(self) -> Headline:
        return Headline()

    @property
    def seconds_left(self) -> float | None:
        """Remaining seconds until all trainings are over; None if unknown."""
        return None

    @property
    def share_done(self) -> float:
        """Share of the way until all trainings are over, 0 to 1; 0 if that isn't known."""
        wanted = self.trainings.wanted
        return min(self.trainings.over / wanted, 1.0) if wanted else 0.0

    @property
    def paints(self) -> bool:
        """Whether the trainings paint pictures, as far as that is known before they have painted any."""
        return False

    @property
    def can_stop(self) -> bool:
        return False

    @property
    def can_resume(self) -> bool:
        return False

    @property
    def can_annotate(self) -> bool:
        """Whether notes are kept; not for trainings that are gone with the window."""
        return False

    def stop(self) -> None:
        """Ends the trainings; what they have learned stays to be looked at."""
        raise NotImplementedError

    def resume(self) -> None:
        raise NotImplementedError

    def annotate(self, number: int, note: str) -> None:
        """Replaces a training's note; words that begin with '#' are its tags."""
        raise NotImplementedError

    def remove(self, numbers: tuple[int, ...]) -> None:
        """Takes trainings out of the set, where that is possible."""

    def adopting(self, training: Training | None) -> str:
        """Returns what a button calls the adoption of a training, or of any: 'Adopt', 'Adopt “Wide”', and
        'Reopen' for a run that belongs to the project."""
        return "Adopt"

    def can_adopt(self, training: Training) -> bool:
        return training.has_weights

    def adopt(self, number: int) -> None:
        """Makes a training the document's run, with its moments, as one undoable step."""
        raise NotImplementedError

    def ask_whole(self, training: Training, done: Callable[[Floats], None]) -> None:
        """Requests the output of a training at full size; calls `done` with it, unless it isn't available."""

    def can_count_bytes(self, training: Training) -> bool:
        """Whether `count_bytes` can count now."""
        return False

    def count_bytes(self, number: int) -> None:
        """Counts the bytes in which a training's network paints its picture, as one more of its measures."""
        raise NotImplementedError

    def end(self) -> None:
        """Lets the trainings go; those that exist only for a look are stopped and removed."""

    def _show(self, trainings: TrainingSet) -> None:
        self.trainings = trainings
        self.changed.emit()

    def _replace(self, trainings: TrainingSet) -> None:
        self.trainings = trainings
        self.replaced.emit()
        self.changed.emit()


class Selection(QObject):
    """Trainings that a person has chosen, by number, the current one first, and the baseline.

    kept: those that pass all brushes of the coordinates; None without a brush.

    The baseline is that of the set that is shown, so that all selections of one set have the same.
    """

    changed = Signal()
    baseline_changed = Signal()
    kept_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.numbers: tuple[int, ...] = ()
        self._baseline = Baseline(self)
        self._baseline.changed.connect(self.baseline_changed)
        self.kept: frozenset[int] | None = None

    @property
    def baseline(self) -> int | None:
        """Number of the baseline; None for none."""
        return self._baseline.number

    def share(self, baseline: Baseline) -> None:
        """Takes the baseline of a set in place of the one before."""
        self._baseline.changed.disconnect(self.baseline_changed)
        self._baseline = baseline
        baseline.changed.connect(self.baseline_changed)
        self.baseline_changed.emit()

    @property
    def number(self) -> int | None:
        """Number of the current training; None where none is chosen."""
        return self.numbers[0] if self.numbers else None

    def select(self, *numbers: int) -> None:
        """Chooses these, the first as the current one; without arguments none."""
        if numbers != self.numbers:
            self.numbers = numbers
            self.changed.emit()

    def toggle(self, number: int) -> None:
        """Adds a training to the chosen ones as the current one, or takes it out."""
        others = tuple(each for each in self.numbers if each != number)
        self.select(*(others if number in self.numbers else (number, *others)))

    def set_baseline(self, number: int | None) -> None:
        """Sets the training from which others are shown as differences; None for none."""
        self._baseline.choose(number)

    def set_kept(self, numbers: frozenset[int] | None) -> None:
        """Sets which trainings pass all brushes; None without a brush."""
        if numbers != self.kept:
            self.kept = numbers
            self.kept_changed.emit()

    def keep(self, numbers: Collection[int]) -> None:
        """Keeps only trainings with these numbers chosen."""
        self._baseline.keep(numbers)
        self.set_kept(self.kept if numbers else None)
        self.select(*(each for each in self.numbers if each in numbers))
