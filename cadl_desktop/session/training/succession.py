"""How one training follows another: what an edit ends, and what the next begins with."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.runs.history import History
from cadl_desktop.session.asking import Newest
from cadl_desktop.session.background import Background
from cadl_desktop.session.document import Document
from cadl_desktop.session.runs.run_list import RunList
from cadl_desktop.session.training.earlier_results import EarlierResults
from cadl_desktop.session.training.result import Result, Status
from cadl_desktop.session.training.training import Training

RESTART_MS = 350
"""How long a structural edit waits for the next before training starts anew: typing '128' is three edits."""

LIVE_MS = 300
"""How long a live change waits for the next: nobody wants an epoch of batches of 1 on the way to 100."""

AT_ONCE = 1_000_000
"""Of so many parameters at most what was learned is carried over on the spot; of more that takes a tenth of a
second or several, and the window goes on meanwhile."""


class Succession(QObject):
    """Tells the training what the document's edits change, and ends and starts it around structural ones."""

    message = Signal(str, object)  # kind, str

    def __init__(
        self, document: Document, training: Training, runs: RunList, background: Background, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.keep_learned = False
        self._background, self._carrying = background, Newest()
        self._document = document
        self._training = training
        self._runs = runs
        self._before = document.experiment
        self._earlier_results = EarlierResults()
        self._held = False
        self._restart_due = False
        self._restart_timer = QTimer(self, singleShot=True, interval=RESTART_MS)
        self._restart_timer.timeout.connect(self._restart)
        self._live_from: Experiment | None = None
        self._live_timer = QTimer(self, singleShot=True, interval=LIVE_MS)
        self._live_timer.timeout.connect(self.settle)
        document.changed.connect(self._follow)
        training.gave_weights.connect(self._carry_over)
        runs.left.connect(self._hear_last)

    @property
    def going(self) -> bool:
        """Whether training is going on, and goes on after an edit."""
        run, status = self._training.run, self._training.status
        running = run is not None and not run.stopped and status in (Status.TRAINING, Status.PREPARING)
        return running or self._restart_timer.isActive() or self._restart_due

    @property
    def carrying_over(self) -> bool:
        """Whether what was learned is still to come to the document's network."""
        return self._carrying.request is not None or self._runs.is_leaving(self._training.result.run)

    def start(self) -> None:
        """Begins to train with what there is, or says what keeps the experiment from being trained."""
        if self.carrying_over:
            self._restart_due = True
            return
        self.abandon()
        self._live_from = None  # a run begins with what is set by then
        experiment, problems = self._document.experiment, self._document.problems
        if problems:
            self.message.emit("error", problems[0].message)
            return
        state = self._training.result.state
        if state:
            state = replace(state, settings=LiveSettings.of(experiment))
        was_seen = self._earlier_results.was_seen(experiment)
        lost = self._earlier_results.begin() and self.keep_learned and state is None
        self._training.begin(state, self._why_lost(was_seen) if lost else "")

    @Slot()
    def settle(self) -> None:
        """Tells the run at once what was changed live."""
        self._live_timer.stop()
        before, self._live_from = self._live_from, None
        if before is not None:
            self._training.change(before)

    def cancel_restart(self) -> None:
        """No training begins by itself any more."""
        self._restart_timer.stop()
        self._restart_due = False

    def abandon(self) -> None:
        """Lets the training end unheard."""
        self._carrying.drop()
        self.cancel_restart()
        self._training.abandon()

    def abandon_for_another(self) -> None:
        """The same where another result is shown, from which edits go on instead."""
        self.abandon()
        self._earlier_results.begin()

    def leave(self) -> None:
        """Lets what there is make way for another run; the list keeps it."""
        self._carrying.drop()
        self.cancel_restart()
        self._training.leave(self._document.experiment)

    def reset(self) -> None:
        """Begins from the seed again."""
        self.leave()
        if self._training.result.run is not None:
            run = self._training.result.run
            self.message.emit("info", f"Begun afresh; what was learned is run {run} in the list.")
        self._earlier_results.forget(self._document.experiment)
        self._training.show(Result(History.for_retraining(self._training.result.cores)))

    def forget_all(self) -> None:
        """Nothing that was learned before is gone on with."""
        self.abandon()
        self._earlier_results.forget_all()

    def hold(self) -> None:
        """Ends the run; structural edits change nothing else until `go_on_with` is called."""
        self._held = True
        self.abandon()

    def go_on_with(self, result: Result, going: bool) -> None:
        """Takes another result for what was learned, and trains on with it where training was `going` on."""
        self.abandon_for_another()
        self._held = False
        self._training.show(result)
        if result.state:
            self._training.predict()
            self._document.mark_results_changed()
        if going:
            self._go_on()

    @Slot(object)
    def _follow(self, experiment: Experiment) -> None:
        before, self._before = self._before, experiment
        if structure_of(before) != structure_of(experiment):
            self._change_structure(before, experiment)
        elif self._training.run:
            self._live_from = self._live_from or before
            self._live_timer.start()

    def _change_structure(self, before: Experiment, after: Experiment) -> None:
        """Ends the run; a running one goes on with the new structure, and an undo finds its result again."""
        if self._held:
            return
        self.settle()
        training, going = self._training, self.going
        # A stroke of the brush is a whole edit, and nothing has to be compiled for it.
        drawn = before.data.as_dict().get("mask") != after.data.as_dict().get("mask")
        ends_by_itself = self.keep_learned and (
            training.status is Status.TRAINING or training.ending is not None
        )
        if not ends_by_itself:
            self.cancel_restart()
        if going:
            self._restart_timer.start(0 if drawn else RESTART_MS)  # first: nobody is to see it stand still
        if ends_by_itself:
            training.end_for_weights(before)
        else:
            training.leave(before, after)
            self._earlier_results.leave(before, training.result)
            self._show_what_is_left(after, undone=not going or self._document.undone)

    def _show_what_is_left(self, experiment: Experiment, undone: bool) -> None:
        """Shows what a structure begins with: what it had come to itself, what can be carried over to it,
        or nothing."""
        kept = self._earlier_results.kept(experiment) if undone else None
        if kept is not None:
            kept = self._with_moments(kept, experiment)
        self._carrying.drop()
        if kept is None and self.keep_learned and not self._document.problems:
            self._carry(experiment)
            return
        self._training.show(kept or Result(History()))
        if kept is not None:
            self._list_again(kept, experiment)
        # A kept result that was left before its painting had come shows that of other weights.
        if kept is None or kept.psnr is None:
            self._training.predict()

    def _carry(self, experiment: Experiment) -> None:
        """Shows what was learned in this network; nothing as long as that takes."""
        carried = partial(self._earlier_results.carried, experiment)
        before = self._earlier_results.parameters
        if not before or max(before, parameter_count(experiment)) <= AT_ONCE:
            self._show_carried(carried())
            return
        self._training.show(Result(History()))
        self._background.do(carried, self._take_carried, lambda _: self._take_carried(None), self._carrying)

    def _take_carried(self, result: Result | None) -> None:
        self._carrying.drop()
        self._show_carried(result)
        self._go_on_with_what_came()

    def _hear_last(self, trained: Experiment, result: Result) -> None:
        """A run that has made way has told its last; an undo may be showing again what it was before."""
        self._earlier_results.remember(trained, result)
        self._document.mark_results_changed()  # a save may have come before it
        is_shown = result.run == self._training.result.run and self._training.run is None
        if is_shown and structure_of(trained) == structure_of(self._document.experiment):
            self._training.show(result)
            self._training.predict()
            self._go_on_with_what_came()

    def _go_on_with_what_came(self) -> None:
        self._training.hand_out()
        if self._restart_due and not self._document.problems:
            self._go_on()

    def _show_carried(self, result: Result | None) -> None:
        self._training.show(result or Result(History()))
        self._training.predict()

    def _with_moments(self, kept: Result, experiment: Experiment) -> Result:
        """Of few results earlier moments are kept for an undo; those of the others may be in the list, unless
        it has what the run came to with another network."""
        record = self._runs.record(kept.run)
        if record is None or kept.snapshots.states:
            return kept
        if structure_of(record.experiment) != structure_of(experiment):
            return kept
        return replace(kept, snapshots=record.snapshots.copy())

    def _list_again(self, kept: Result, experiment: Experiment) -> None:
        """Where the list has what was carried over from a result, it has the result itself again."""
        record = self._runs.record(kept.run)
        if record is not None and record.experiment != experiment:
            self._training.keep(kept, experiment)

    @Slot()
    def _restart(self) -> None:
        self._restart_due = self._training.ending is not None or self.carrying_over
        if not self._restart_due and not self._document.problems:
            self._find_again()
            self._go_on()

    def _find_again(self) -> None:
        """The run that an edit ended may have told its last only after another edit led back to it."""
        if self._document.undone and self._training.result.state is None:
            self._show_what_is_left(self._document.experiment, undone=True)

    @Slot(object)
    def _carry_over(self, trained: Experiment) -> None:
        """The run that an edit has ended has given its weights."""
        self._earlier_results.leave(trained, self._training.result)
        self._show_what_is_left(self._document.experiment, undone=self._document.undone)
        if not self.carrying_over:
            self._training.hand_out()
        if self._restart_due:
            self._restart()

    def _go_on(self) -> None:
        self.start()
        self._training.stay_paused()

    def _why_lost(self, was_seen: bool) -> str:
        if was_seen:
            return "Pixels were hidden that the network had seen: training started from the seed."
        return "This change can't keep what was learned: training started again from the seed."
