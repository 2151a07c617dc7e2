"""The transition between trainings: which edits restart a training, and from which weights."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.runs.changes import logged
from cadl_desktop.runs.history import History
from cadl_desktop.session.background import Background, LatestOnly
from cadl_desktop.session.document import Document
from cadl_desktop.session.run_list import RunList
from cadl_desktop.session.training.current_training import CurrentTraining
from cadl_desktop.session.training.earlier_results import EarlierResults
from cadl_desktop.session.training.result import Result, Status

RESTART_MS = 350
"""Debounce of structural edits before training restarts: typing '128' is three edits."""
LIVE_MS = 300
"""Debounce of live changes: typing 100 must not train an epoch with batches of 1."""
INLINE_PARAMETERS = 1_000_000
"""Weights of up to this many parameters are carried over on the window's thread; more take 0.1 s or several
seconds, and are carried over in the background."""


class Succession(QObject):
    """Applies edits of the document to the training: live changes are sent, structural ones restart it."""

    message = Signal(str, object)  # kind, str
    lost = Signal(object)  # str: why an edit made the network start anew

    def __init__(
        self,
        document: Document,
        training: CurrentTraining,
        runs: RunList,
        background: Background,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.keep_learned = True
        self._background, self._carrying = background, LatestOnly()
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
        training.weights_ready.connect(self._on_weights_ready)
        runs.left.connect(self._on_run_left)

    @property
    def going(self) -> bool:
        """Whether training runs, or restarts shortly after an edit."""
        run, status = self._training.run, self._training.status
        running = run is not None and not run.stopped and status in (Status.TRAINING, Status.PREPARING)
        return running or self._restart_timer.isActive() or self._restart_due

    @property
    def _keeps(self) -> bool:
        """Whether the newest edit keeps what was learned where it can."""
        return self.keep_learned and not self._document.begins_anew

    @property
    def carrying_over(self) -> bool:
        """Whether weights for the document's network are still being carried over or awaited."""
        return self._carrying.request is not None or self._runs.awaits_final_state(self._training.result.run)

    def start(self, *, restarted: bool = False, single: bool = False) -> None:
        """Starts training from the current result, or shows the problem that prevents it. `restarted`: an
        edit starts it, not a person; `single`: it pauses after one step."""
        if self.carrying_over:
            self._restart_due = True
            return
        self.abandon()
        self._live_from = None  # a run begins with the current settings
        experiment, problems = self._document.experiment, self._document.problems
        if problems:
            self.message.emit("error", problems[0].message)
            return
        state = self._training.result.state
        if state:
            began = logged(state.settings, experiment)
            self._training.result.history.note_start("optimizer", began["optimizer"])
            state = state.with_settings(LiveSettings.of(experiment))
        self._earlier_results.begin()
        self._training.begin(state, restarted=restarted, single=single)

    @Slot()
    def settle(self) -> None:
        """Sends pending live changes to the run at once."""
        self._live_timer.stop()
        before, self._live_from = self._live_from, None
        if before is not None:
            self._training.change(before)

    def cancel_restart(self) -> None:
        self._restart_timer.stop()
        self._restart_due = False

    def abandon(self) -> None:
        """Stops the run and ignores its further events."""
        self._carrying.drop()
        self.cancel_restart()
        self._training.abandon()

    def abandon_for_another(self) -> None:
        """Abandons the run; edits no longer start from the result trained last, as another one is shown."""
        self.abandon()
        self._earlier_results.begin()

    def leave(self) -> None:
        """Stops the run and stores its result in the list of runs, before another one begins."""
        self._carrying.drop()
        self.cancel_restart()
        self._training.leave(self._document.experiment)

    def reset(self) -> None:
        """Lists the run and returns to the initial weights."""
        self.leave()
        if self._training.result.run is not None:
            run = self._training.result.run
            self.message.emit("info", f"Started over; what was learned is run {run} in the list.")
        self._earlier_results.forget(self._document.experiment)
        self._training.show(Result(History.for_retraining(self._training.result.cores)))

    def forget_all(self) -> None:
        """Stops the run and forgets all results, so that nothing is continued."""
        self.abandon()
        self._earlier_results.forget_all()

    def hold(self) -> None:
        """Stops the run; structural edits are ignored until `continue_with` is called."""
        self._held = True
        self.abandon()

    def continue_with(self, result: Result, going: bool) -> None:
        """Replaces the result, and trains on from it if training was `going`."""
        self.abandon_for_another()
        self._held = False
        self._training.show(result)
        if result.state:
            self._training.predict()
            self._document.mark_results_changed()
        if going:
            self._train_on()

    @Slot(object)
    def _follow(self, experiment: Experiment) -> None:
        before, self._before = self._before, experiment
        if self._document.begins_anew or structure_of(before) != structure_of(experiment):
            self._change_structure(before, experiment)
        elif self._training.run:
            self._live_from = self._live_from or before
            self._training.forget_backward()
            self._live_timer.start()

    def _change_structure(self, before: Experiment, after: Experiment) -> None:
        """Stops the run and restarts it with the new structure; an undo finds its result again."""
        if self._held:
            return
        self.settle()
        training = self._training
        # What an undo or redo leads to is never trained by itself where it is another picture.
        leaves = self._document.undone and self._document.has_other_data
        going = self.going and not leaves
        # A mask stroke is a complete edit and needs no compilation, so it isn't debounced.
        drawn = before.data.as_dict().get("mask") != after.data.as_dict().get("mask")
        awaits_weights = self._keeps and (training.status is Status.TRAINING or training.ending is not None)
        if leaves or not awaits_weights:
            self.cancel_restart()
        if going:
            # First, so that the status never shows a stop.
            self._restart_timer.start(0 if drawn else RESTART_MS)
        if awaits_weights:
            training.end_for_weights(before)
        else:
            training.leave(before, after)
            self._earlier_results.set_origin(before, training.result)
            undone = self._document.undone or not (going or self._document.begins_anew)
            self._show_starting_result(after, undone)

    def _show_starting_result(self, experiment: Experiment, undone: bool) -> None:
        """Shows the result that a structure starts from: its own earlier one, one carried over, or none."""
        kept = self._earlier_results.kept(experiment) if undone else None
        if kept is not None:
            kept = self._with_listed_snapshots(kept, experiment)
        self._carrying.drop()
        if kept is None and self._keeps and not self._document.problems:
            self._show_carried_over(experiment)
            return
        self._training.show(kept or Result(History()))
        if kept is not None:
            self._relist(kept, experiment)
        # A kept result without a PSNR was left before its prediction arrived, and has one of other weights.
        if kept is None or kept.psnr is None:
            self._training.predict()

    def _show_carried_over(self, experiment: Experiment) -> None:
        """Carries the learned weights over to this network and shows them; nothing is shown meanwhile."""
        carried = partial(self._earlier_results.carried, experiment)
        before = self._earlier_results.parameters
        if not before or max(before, parameter_count(experiment)) <= INLINE_PARAMETERS:
            self._show_carried_result(carried())
            return
        self._training.show(Result(History()))
        self._background.do(carried, self._on_carried, lambda _: self._on_carried(None), self._carrying)

    def _on_carried(self, result: Result | None) -> None:
        self._carrying.drop()
        self._show_carried_result(result)
        self._continue_after_carrying()

    def _on_run_left(self, trained: Experiment, result: Result) -> None:
        """Stores the final result of a run that was left; shows it if an undo has led back to that run."""
        self._earlier_results.remember(trained, result)
        self._document.mark_results_changed()  # the file may have been saved before
        is_shown = result.run == self._training.result.run and self._training.run is None
        if is_shown and structure_of(trained) == structure_of(self._document.experiment):
            self._training.show(result)
            self._training.predict()
            self._continue_after_carrying()

    def _continue_after_carrying(self) -> None:
        self._training.deliver_state()
        if self._restart_due and not self._document.problems:
            self._train_on()

    def _show_carried_result(self, result: Result | None) -> None:
        self._training.show(result or Result(History()))
        self._training.predict()
        self._tell_effect(result)

    def _tell_effect(self, result: Result | None) -> None:
        """Says what an edit has lost, and that other initial weights have no effect yet."""
        experiment = self._document.experiment
        if result is None and self._earlier_results.was_seen(experiment):
            text = "Pixels were hidden that the network had seen: it begins anew."
            self.message.emit("info", text)
        elif result is None and (why := self._earlier_results.why_lost(experiment)):
            self.lost.emit(why)
        elif self._earlier_results.only_starts_differ(experiment):
            text = "What was learned stays: the new initial weights are drawn by Start over."
            self.message.emit("info", text)

    def _with_listed_snapshots(self, kept: Result, experiment: Experiment) -> Result:
        """Adds the snapshots of the listed run, since only few results are remembered with theirs.

        The listed run may have another structure by now; then its snapshots don't fit.
        """
        record = self._runs.record(kept.run)
        if record is None or kept.snapshots.states:
            return kept
        if structure_of(record.experiment) != structure_of(experiment):
            return kept
        return replace(kept, snapshots=record.snapshots.copy())

    def _relist(self, kept: Result, experiment: Experiment) -> None:
        """Puts a restored result back into the list, where the edited experiment had replaced it."""
        record = self._runs.record(kept.run)
        if record is not None and record.experiment != experiment:
            self._training.keep(kept, experiment)

    @Slot()
    def _restart(self) -> None:
        self._restart_due = self._training.ending is not None or self.carrying_over
        if not self._restart_due and not self._document.problems:
            self._restore_late_result()
            if not self._training.result.has_ended:  # an undo has led to it
                self._train_on()

    def _restore_late_result(self) -> None:
        """Shows the result of a run that ended only after an undo had led back to it."""
        if self._document.undone and self._training.result.state is None:
            self._show_starting_result(self._document.experiment, undone=True)

    @Slot(object)
    def _on_weights_ready(self, trained: Experiment) -> None:
        """Carries over the weights of the run that an edit stopped."""
        self._earlier_results.set_origin(trained, self._training.result)
        self._show_starting_result(self._document.experiment, undone=self._document.undone)
        if not self.carrying_over:
            self._training.deliver_state()
        if self._restart_due:
            self._restart()

    def _train_on(self) -> None:
        self.start(restarted=True)
        self._training.stay_paused()
