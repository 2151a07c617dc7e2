"""The two designs of a duel: their progress, the verdict in words, and their trainings to compare."""

import numpy as np
from msgspec.structs import replace

from cadl_desktop.comparing.contenders import Contender
from cadl_desktop.comparing.training import DESIGN, Course, Setting, State, Training, TrainingSet
from cadl_desktop.data.samples import as_pixels
from cadl_desktop.data.scores import finite
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.setting_descriptions import (
    describe_settings,
    explicit_settings,
    have_comparable_costs,
    names_by_difference,
    number_files,
)
from cadl_desktop.runs.events import EpochEnded, Event, Finished, Progressed, RunState, Snapshot, Untrained
from cadl_desktop.runs.history import History
from cadl_desktop.runs.race_standing import LEFT, RIGHT, Goal, Track, diverged_in_words, in_words, standing
from cadl_desktop.runs.record import RunRecord, record_of, thumbnail_of
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.sentences import shown
from cadl_desktop.sweeps.plan.sweep_model import Choices, Objective
from cadl_desktop.sweeps.records.sweep_folder import Preview
from cadl_desktop.system.machine import free_memory

NO_DUEL = TrainingSet("duel", "Duel")


class Racer:
    """Participant of a duel: its design with the duel's seed, and the newest values of its events.

    `kept_as` is its number in the list of runs, if it was kept.
    """

    def __init__(self, name: str, experiment: Experiment, *, by_error: bool) -> None:
        self.name, self.experiment = name, experiment
        self.track, self.history = Track(by_error=by_error), History()
        self.snapshots = Snapshots(room=free_memory())
        self.progress: Progressed | None = None
        self.shown: Progressed | None = None
        """The newest progress that has a prediction."""
        self.cost: float | None = None
        self.state: RunState | None = None
        self.finished: Finished | None = None
        self.kept_as: int | None = None
        self._pixels: Preview | None = None
        self._learned: RunRecord | None = None

    def apply(self, event: Event) -> None:
        """Takes what an event tells."""
        self.track.hear(event)
        self.history.add(event)
        match event:
            case Untrained(cost=cost) | EpochEnded(cost=cost):
                self.cost = cost
            case Progressed():
                self._take_progress(event)
            case Snapshot():
                self.snapshots.add(event.state)
            case Finished():
                self._take_progress(event.progress)
                self.cost = self.cost if event.cost is None else event.cost
                self.finished, self.state = event, event.state

    def _take_progress(self, progress: Progressed) -> None:
        self.progress = progress
        if progress.prediction is not None:
            self.shown, self._pixels = progress, None

    @property
    def pixels(self) -> Preview | None:
        """Prediction as views draw it; the same object until there is a newer one."""
        made = self.shown.prediction if self.shown else None
        if self._pixels is None and made is not None:
            self._pixels = made.astype(np.float32) if made.ndim == 1 else as_pixels(made)
        return self._pixels

    @property
    def psnr(self) -> float | None:
        return self.shown.psnr if self.shown else None

    @property
    def step(self) -> int:
        """Number of optimizer steps made."""
        return max(source.step if source else 0 for source in (self.progress, self.state))

    @property
    def diverged(self) -> bool:
        return self.finished is not None and self.finished.reason == "diverged"

    @property
    def newest_state(self) -> RunState | None:
        """Final state, or the newest snapshot where that is newer; None before there is any."""
        newest = self.snapshots.states[-1] if self.snapshots.states else None
        if newest is None or (self.state is not None and self.state.step >= newest.step):
            return self.state
        return newest

    def learned(self, number: int) -> RunRecord | None:
        """Returns a run record with the newest known weights and no snapshots; None before there are any.

        The same object until the weights change.
        """
        state, known = self.newest_state, self._learned
        if state is not None and (known is None or known.state is not state or known.number != number):
            self._learned = self.record(number).at_its_newest.without_snapshots()
        return self._learned

    def record(self, number: int) -> RunRecord:
        """Returns the record for the list of runs."""
        made = self.shown.prediction if self.shown else None
        return record_of(
            number,
            self.experiment,
            self.history,
            self.state,
            cost=self.cost,
            psnr=self.psnr,
            seconds=self.progress.seconds if self.progress else None,
            snapshots=self.snapshots.copy(),
            thumbnail=None if made is None else thumbnail_of(made),
            diverged=self.diverged,
        )


class Sides:
    """Both sides of a duel, which are trained from the seed of the left one; their numbers are 1 and 2.

    by_error: whether errors of paintings are compared, as the cost functions differ. The values of the
    trainings are PSNRs then, and their courses these errors.
    """

    def __init__(self, left: Contender, right: Contender, goal: Goal) -> None:
        self.designs = left.experiment, replace(right.experiment, seed=left.experiment.seed)
        self.goal, self.by_error = goal, not have_comparable_costs(*self.designs)
        is_same = left.name == right.name
        self.names = (f"{left.name} (1)", f"{right.name} (2)") if is_same else (left.name, right.name)
        self.racers = (
            Racer(self.names[LEFT], self.designs[LEFT], by_error=self.by_error),
            Racer(self.names[RIGHT], self.designs[RIGHT], by_error=self.by_error),
        )
        self._settings = number_files([describe_settings(design) for design in self.designs])
        pairs = zip(self.designs, self._settings, strict=True)
        self._differs = names_by_difference([explicit_settings(*pair) for pair in pairs])

    @property
    def have_begun(self) -> bool:
        """Whether both have made their first step, or are over."""
        return all(racer.step or racer.finished for racer in self.racers)

    @property
    def share_done(self) -> float:
        """Share of the way to the goal, 0 to 1, that both have made."""
        rows = [racer.progress for racer in self.racers]
        return min(1.0, *(getattr(row, self.goal.unit) / self.goal.count if row else 0.0 for row in rows))

    def verdict(self) -> tuple[str, ...]:
        """Returns who leads and by how much, in ever fewer words; empty while that is unknown."""
        left, right = self.racers
        if left.diverged and right.diverged:
            return diverged_in_words(left.name, left.step, None), "Both diverged"
        for racer, other in ((left, right), (right, left)):
            if racer.diverged:
                whole = diverged_in_words(racer.name, racer.step, other.name)
                return whole, f"“{shown(racer.name)}” diverged"
        lead = standing((left.track, right.track), self.goal.unit)
        if lead is None:
            return ()
        whole = in_words(lead, self.goal, self.names, by_error=self.by_error)
        leads = "Level" if lead.leader is None else f"“{shown(self.names[lead.leader])}” leads"
        return whole, whole.partition(": ")[2], leads

    def read(self, problem: str, *, is_live: bool) -> TrainingSet:
        """Returns the set of both; `problem` is the error that has ended the duel, or ''."""
        one, other = map(shown, self.names)
        return TrainingSet(
            "duel",
            f"“{one}” against “{other}”",
            tuple(self._training(place, problem, is_live=is_live) for place in (LEFT, RIGHT)),
            (Setting(DESIGN, "Design", Choices(self.names)),),
            Objective(measure="seen_psnr") if self.by_error else Objective(),
            is_live=is_live,
            wanted=2,
        )

    def _training(self, place: int, problem: str, *, is_live: bool) -> Training:
        racer = self.racers[place]
        finished, progress = racer.finished, racer.progress
        state: State = "training" if is_live else "failed" if problem else "stopped"
        if finished is not None:
            state = "reached" if finished.reason == "steps" else finished.reason
        return Training(
            number=place + 1,
            name=racer.name,
            design=lambda: racer.experiment,
            settings=self._settings[place],
            point=((DESIGN, racer.name),),
            state=state,
            value=None if racer.diverged else finite(racer.psnr if self.by_error else racer.cost),
            measures={"cost": finite(racer.cost), "seen_psnr": finite(racer.psnr)},
            epoch=progress.epoch if progress else 0,
            step=progress.step if progress else 0,
            seconds=progress.seconds if progress else 0.0,
            seed=racer.experiment.seed,
            made=racer.pixels,
            course=_course(racer),
            group=racer.name,
            differs=self._differs[place],
            message=finished.message if finished else problem,
            is_over=state != "training",
            has_weights=racer.state is not None,
        )


def _course(racer: Racer) -> Course:
    """Returns the costs of a racer's track. It has steps and seconds only: epochs are computed from steps, as
    batches keep their size in a duel."""
    track, rows = racer.track, racer.history.rows
    steps = track.column("step")
    per_step = rows[-1, 0] / rows[-1, 1] if len(rows) and rows[-1, 1] else 0.0
    unknown = np.full(len(steps), np.nan)
    return Course(steps * per_step, steps, track.column("seconds"), track.costs, unknown)
